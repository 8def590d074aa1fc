"""REE's ESIOS: the PVPC archive without a key, and indicators with a token."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from aiohttp import web

from simulator.madrid import MADRID, ONE_DAY
from simulator.market import Series
from simulator.prices import PVPC_PUBLISHED, SPOT_PUBLISHED, published
from simulator.recordings import ESIOS, Kind
from simulator.world import World, json_response, shortest

HOST = "api.esios.ree.es"
LONGEST = timedelta(days=366)
DENIED = "HTTP Token: Access denied.\n"
GEOS = {8741: "Península", 8742: "Canarias", 8743: "Baleares", 8744: "Ceuta", 8745: "Melilla"}
AFRICAN_GEOS = {8744, 8745}


@dataclass(frozen=True)
class Indicator:
    """What ESIOS says of a series besides its values."""

    name: str
    short_name: str
    geos: dict[int, str]
    published: time


INDICATORS = {
    600: Indicator("Precio mercado SPOT Diario", "Mercado SPOT", {3: "España"}, SPOT_PUBLISHED),
    1001: Indicator(
        "Término de facturación de energía activa del PVPC 2.0TD",
        "PVPC T. 2.0TD",
        GEOS,
        PVPC_PUBLISHED,
    ),
}


def routes(world: World) -> list[web.RouteDef]:
    """Return what the host answers."""

    async def archive(request: web.Request) -> web.StreamResponse:
        response = _archive(world, request.query.get("date", ""))
        # What the real service says, though it is no content type.
        response.headers["Content-Type"] = "json"
        return response

    async def indicator(request: web.Request) -> web.StreamResponse:
        token = request.headers.get("x-api-key", "")
        if not token or token.startswith("bad"):
            return web.Response(status=401, text=DENIED)
        number = int(request.match_info["number"])
        if number not in INDICATORS:
            return json_response({"status": 404, "error": "Not Found"}, 404)
        try:
            start, end = (
                datetime.fromisoformat(request.query[key]) for key in ("start_date", "end_date")
            )
            geos = {int(geo) for geo in request.query.getall("geo_ids[]", [])}
        except KeyError, ValueError:
            return json_response({"status": 400, "error": "Bad Request"}, 400)
        start, end = (one if one.tzinfo else one.replace(tzinfo=MADRID) for one in (start, end))
        if not timedelta() <= end - start <= LONGEST:
            return json_response({"status": 400, "error": "Bad Request"}, 400)
        return json_response(_indicator(world, number, start, end, geos))

    return [
        web.get(f"/{HOST}/archives/70/download_json", archive),
        web.get(f"/{HOST}/indicators/{{number:\\d+}}", indicator),
    ]


def _archive(world: World, wanted: str) -> web.Response:
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        day = date.max
    if not published(day, PVPC_PUBLISHED, world.clock.now()):
        return json_response({"message": "No values for specified archive"})
    if recorded := world.prices.recordings.raw(ESIOS, day):
        return web.Response(body=recorded)
    mainland = world.prices.of(Kind.PVPC, day)
    african = world.prices.of(Kind.AFRICAN, day)
    rows = [
        {
            "Dia": f"{day:%d/%m/%Y}",
            "Hora": f"{hour:02}-{hour + 1:02}",
            "PCB": _comma(mainland[start]),
            "CYM": _comma(african[start]),
        }
        for hour, start in zip(_labels(mainland), mainland, strict=True)
    ]
    return json_response({"PVPC": rows})


def _labels(hours: Series) -> list[int]:
    """Return what a day's rows are called: 24 follows 23 in autumn, 3 follows 1 in spring."""
    if len(hours) == 23:
        return [hour.astimezone(MADRID).hour for hour in hours]
    return list(range(len(hours)))


def _comma(price: float) -> str:
    return f"{price:.2f}".replace(".", ",")


def _indicator(
    world: World, number: int, start: datetime, end: datetime, geos: set[int]
) -> dict[str, Any]:
    indicator = INDICATORS[number]
    names = {geo: name for geo, name in indicator.geos.items() if not geos or geo in geos}
    now = world.clock.now()
    first, last = (one.astimezone(MADRID).date() for one in (start, end))
    days = [first + n * ONE_DAY for n in range((last - first).days + 1)]
    values = [
        _value(slot, price, geo, name)
        for day in days
        if published(day, indicator.published, now)
        for geo, name in names.items()
        for slot, price in world.prices.of(_kind(number, geo), day).items()
        if start <= slot <= end
    ]
    values.sort(key=lambda value: str(value["datetime_utc"]))
    by_quarter = any(":00:00Z" not in str(value["datetime_utc"]) for value in values)
    return {
        "indicator": {
            "name": indicator.name,
            "short_name": indicator.short_name,
            "id": number,
            "composited": False,
            "step_type": "linear",
            "disaggregated": True,
            "magnitud": [{"name": "Precio €/MWh", "id": 23}],
            "tiempo": [
                {"name": "Quince minutos", "id": 218} if by_quarter else {"name": "Hora", "id": 4}
            ],
            "geos": [{"geo_id": geo, "geo_name": name} for geo, name in names.items()],
            "values_updated_at": now.astimezone(MADRID).isoformat(timespec="milliseconds"),
            "values": values,
        }
    }


def _kind(number: int, geo: int) -> Kind:
    if number == 600:
        return Kind.SPOT
    return Kind.AFRICAN if geo in AFRICAN_GEOS else Kind.PVPC


def _value(slot: datetime, price: float, geo: int, name: str) -> dict[str, Any]:
    return {
        "value": shortest(price),
        "datetime": slot.astimezone(MADRID).isoformat(timespec="milliseconds"),
        "datetime_utc": f"{slot:%Y-%m-%dT%H:%M:%SZ}",
        "tz_time": f"{slot:%Y-%m-%dT%H:%M:%S.000Z}",
        "geo_id": geo,
        "geo_name": name,
    }
