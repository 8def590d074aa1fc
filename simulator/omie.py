"""OMIE, the market operator: day-ahead spot prices as files."""

from datetime import date, datetime
import re

from aiohttp import web

from simulator.madrid import MADRID
from simulator.noise import noise
from simulator.prices import OMIE_PUBLISHES, published
from simulator.recordings import OMIE, Kind
from simulator.world import World, shortest

HOST = "www.omie.es"
STORE = "/sites/default/files/dados/marginalpdbc"
FILENAME = re.compile(r"marginalpdbc_(\d{8})\.1", re.ASCII)
SHORT_NUMBERS_SINCE = date(2025, 1, 1)


def routes(world: World) -> list[web.RouteDef]:
    """Return what the host answers."""

    async def download(request: web.Request) -> web.StreamResponse:
        filename = request.query.get("filename", "")
        if request.query.get("parents") != "marginalpdbc":
            raise web.HTTPNotFound
        _available(world, filename)
        raise web.HTTPFound(f"https://{HOST}{STORE}/{filename}")

    async def stored(request: web.Request) -> web.StreamResponse:
        day = _available(world, request.match_info["filename"])
        body = world.prices.recordings.raw(OMIE, day) or _file(world, day)
        return web.Response(body=body, content_type="text/plain", charset="ISO-8859-1")

    return [
        web.get(f"/{HOST}/es/file-download", download),
        web.get(f"/{HOST}{STORE}/{{filename}}", stored),
    ]


def _available(world: World, filename: str) -> date:
    """Return the day of a file that is already out."""
    match = FILENAME.fullmatch(filename)
    try:
        day = datetime.strptime(match[1] if match else "", "%Y%m%d").replace(tzinfo=MADRID).date()
    except ValueError:
        raise web.HTTPNotFound from None
    if not published(day, OMIE_PUBLISHES, world.clock.now()):
        raise web.HTTPNotFound
    return day


def _file(world: World, day: date) -> bytes:
    rows = ["MARGINALPDBC;"]
    for period, (start, spain) in enumerate(world.prices.of(Kind.SPOT, day).items(), start=1):
        # Now and then the border is full, and Portugal pays another price.
        full = noise("border", int(start.timestamp()))[0]
        portugal = round(spain + max(0.0, full - 0.7) * 20, 2)
        rows.append(f"{day:%Y;%m;%d};{period};{_number(portugal, day)};{_number(spain, day)};")
    return "\r\n".join([*rows, "*", ""]).encode("ascii")


def _number(price: float, day: date) -> str:
    return str(shortest(price)) if day >= SHORT_NUMBERS_SINCE else f"{price:.2f}"
