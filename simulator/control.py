"""The door for whoever runs the simulation: its log, its faults, its clock and its weather."""

from dataclasses import asdict
import json
from typing import Any

from aiohttp import web

from simulator.clock import Clock, instant
from simulator.faults import Fault, Faults
from simulator.log import Entry
from simulator.sky import Sky, Spell
from simulator.world import json_response


def routes(
    clock: Clock, log: list[Entry], faults: Faults, sky: Sky, hosts: tuple[str, ...]
) -> list[web.RouteDef]:
    """Return what the simulator answers in its own name."""

    async def get_log(_request: web.Request) -> web.Response:
        return json_response([asdict(entry) | {"at": entry.at.isoformat()} for entry in log])

    async def delete_log(_request: web.Request) -> web.Response:
        log.clear()
        return web.Response(status=204)

    async def get_faults(_request: web.Request) -> web.Response:
        return json_response([asdict(fault) for fault in faults.pending])

    async def post_fault(request: web.Request) -> web.Response:
        try:
            fault = Fault.parse(await _body(request), hosts)
        except ValueError as error:
            return json_response({"error": str(error)}, 400)
        faults.add(fault)
        return json_response(asdict(fault), 201)

    async def delete_faults(_request: web.Request) -> web.Response:
        faults.clear()
        return web.Response(status=204)

    async def get_clock(_request: web.Request) -> web.Response:
        return json_response({"now": clock.now().isoformat()})

    async def post_clock(request: web.Request) -> web.Response:
        try:
            clock.set(instant((await _body(request)).get("now")))
        except ValueError as error:
            return json_response({"error": str(error)}, 400)
        return await get_clock(request)

    async def get_spells(_request: web.Request) -> web.Response:
        return json_response([_spell(spell) for spell in sky.spells])

    async def post_spell(request: web.Request) -> web.Response:
        try:
            spell = Spell.parse(await _body(request))
        except ValueError as error:
            return json_response({"error": str(error)}, 400)
        sky.spells.append(spell)
        return json_response(_spell(spell), 201)

    async def delete_spells(_request: web.Request) -> web.Response:
        sky.spells.clear()
        return web.Response(status=204)

    return [
        web.get("/_log", get_log),
        web.delete("/_log", delete_log),
        web.get("/_faults", get_faults),
        web.post("/_faults", post_fault),
        web.delete("/_faults", delete_faults),
        web.get("/_clock", get_clock),
        web.post("/_clock", post_clock),
        web.get("/_spells", get_spells),
        web.post("/_spells", post_spell),
        web.delete("/_spells", delete_spells),
    ]


def _spell(spell: Spell) -> dict[str, Any]:
    return asdict(spell) | {"start": spell.start.isoformat(), "end": spell.end.isoformat()}


async def _body(request: web.Request) -> dict[str, Any]:
    match json.loads(await request.read()):
        case dict() as body:
            return body
    raise ValueError("not a JSON object")
