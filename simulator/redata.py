"""REE's REData ("apidatos"): PVPC and spot prices without a key."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from aiohttp import web

from simulator.madrid import MADRID, ONE_DAY
from simulator.market import Series
from simulator.prices import PVPC_PUBLISHED, SPOT_PUBLISHED, publication, published
from simulator.recordings import REDATA, Kind
from simulator.world import World, json_response, shortest

HOST = "apidatos.ree.es"
PATH = f"/{HOST}/es/datos/mercados/precios-mercados-tiempo-real"
LONGEST = timedelta(days=31)
GEO = ("geo_trunc", "geo_limit", "geo_ids")
TITLE = "Precios mercado peninsular en tiempo real"


@dataclass(frozen=True)
class Indicator:
    """One of the series of the answer."""

    id: str
    kind: Kind
    title: str
    color: str
    published: time


PVPC = Indicator("1001", Kind.PVPC, "PVPC (€/MWh)", "#ffcf09", PVPC_PUBLISHED)
SPOT = Indicator("600", Kind.SPOT, "Precio mercado spot (€/MWh)", "#df4a32", SPOT_PUBLISHED)


def routes(world: World) -> list[web.RouteDef]:
    """Return what the host answers."""

    async def prices(request: web.Request) -> web.StreamResponse:
        query = request.query
        try:
            start, end = (datetime.fromisoformat(query[key]) for key in ("start_date", "end_date"))
        except KeyError, ValueError:
            return _error(400)
        if (
            query.get("time_trunc") != "hour"
            or query.get("geo_limit", "peninsular") != "peninsular"
            or start.tzinfo
            or end.tzinfo
            or not timedelta() <= end - start <= LONGEST
        ):
            return _error(400)
        located = any(key in query for key in GEO)
        if start.date() == end.date() and not located and _is_whole_day(start, end):
            recorded = world.prices.recordings.raw(REDATA, start.date())
            if recorded and published(start.date(), PVPC_PUBLISHED, world.clock.now()):
                return web.Response(body=recorded, content_type="application/json")
        return _answer(world, start, end, (PVPC,) if located else (PVPC, SPOT))

    return [web.get(PATH, prices)]


def _is_whole_day(start: datetime, end: datetime) -> bool:
    return start.time() == time() and end.time() >= time(23, 45)


def _answer(
    world: World, start: datetime, end: datetime, indicators: tuple[Indicator, ...]
) -> web.Response:
    now = world.clock.now()
    days = [start.date() + n * ONE_DAY for n in range((end.date() - start.date()).days + 1)]
    found: dict[Indicator, Series] = {}
    for indicator in indicators:
        series: Series = {}
        for day in days:
            if published(day, indicator.published, now):
                series |= world.prices.of(indicator.kind, day)
        wanted = {
            slot: price
            for slot, price in series.items()
            if start <= slot.astimezone(MADRID).replace(tzinfo=None) <= end
        }
        if wanted:
            found[indicator] = wanted
    if not found:
        return _error(502)
    included = [_included(indicator, found, _updated(indicator, days, now)) for indicator in found]
    data = {
        "type": TITLE,
        "id": "mer13",
        "attributes": {
            "title": TITLE,
            "last-update": max(one["attributes"]["last-update"] for one in included),
            "description": None,
        },
        "meta": {"cache-control": {"cache": "MISS"}},
    }
    return json_response({"data": data, "included": included})


def _included(indicator: Indicator, found: dict[Indicator, Series], updated: str) -> dict[str, Any]:
    return {
        "type": indicator.title,
        "id": indicator.id,
        "groupId": None,
        "attributes": {
            "title": indicator.title,
            "description": None,
            "color": indicator.color,
            "type": None,
            "magnitude": "price",
            "composite": False,
            "last-update": updated,
            "values": [
                {
                    "value": shortest(price),
                    "percentage": _percentage(slot, price, found),
                    "datetime": _local(slot),
                }
                for slot, price in found[indicator].items()
            ],
        },
    }


def _percentage(slot: datetime, price: float, found: dict[Indicator, Series]) -> float | int:
    """Return the price's share of all prices of the slot, which means nothing."""
    total = sum(series.get(slot, 0) for series in found.values())
    return shortest(price / total) if total else 0


def _updated(indicator: Indicator, days: list[date], now: datetime) -> str:
    return _local(
        max(
            publication(day, indicator.published)
            for day in days
            if published(day, indicator.published, now)
        )
    )


def _local(instant: datetime) -> str:
    return instant.astimezone(MADRID).isoformat(timespec="milliseconds")


def _error(status: int) -> web.Response:
    detail = (
        "Los datos solicitados no están disponibles en este momento. Inténtelo de nuevo más tarde."
    )
    error = {"status": str(status), "title": "Error Interno", "detail": detail}
    return json_response({"errors": [error]}, status)
