"""One application that stands in for every remote service."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from wsgiref.handlers import format_date_time

from aiohttp import web
from aiohttp.typedefs import Handler

from simulator import (
    aemet,
    control,
    datosclima,
    esios,
    omie,
    openmeteo,
    openweathermap,
    redata,
)
from simulator.clock import Clock, utc_now
from simulator.faults import Failure, Faults
from simulator.log import Entry, address, masked_query
from simulator.prices import Prices
from simulator.recordings import Recordings
from simulator.sky import Sky
from simulator.world import World

SERVICES = (redata, esios, omie, aemet, openweathermap, openmeteo, datosclima)
HOSTS = (*(service.HOST for service in SERVICES), *openmeteo.MORE_HOSTS)

CLOCK = web.AppKey("clock", Clock)
FAULTS = web.AppKey("faults", Faults)
LOG = web.AppKey("log", list[Entry])
SKY = web.AppKey("sky", Sky)


def create_app(
    recordings: Path | None = None, clock: Callable[[], datetime] = utc_now
) -> web.Application:
    """Return the simulated world, with its recorded days if there are any."""
    app = web.Application(middlewares=[_watch])
    app[CLOCK] = Clock(clock)
    app[FAULTS] = Faults()
    app[LOG] = []
    app[SKY] = Sky()
    world = World(clock=app[CLOCK], prices=Prices(Recordings(recordings)), sky=app[SKY])
    for service in SERVICES:
        app.add_routes(service.routes(world))
    app.add_routes(control.routes(app[CLOCK], app[LOG], app[FAULTS], app[SKY], HOSTS))
    app.on_response_prepare.append(_date)
    app.on_shutdown.append(_release)
    return app


@web.middleware
async def _watch(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let faults happen before anything else, and note how each request ended."""
    if request.path.startswith("/_"):
        return await handler(request)
    host, path = address(request)
    at = request.app[CLOCK].now()
    faults = request.app[FAULTS]
    fault = faults.strike(host)
    status: int | None = None
    try:
        response = await faults.happen(fault, request) if fault else None
        if response is None:
            response = await handler(request)
        if fault is None or fault.kind is not Failure.RESET:
            status = response.status
    except web.HTTPException as error:
        status = error.status
        raise
    else:
        return response
    finally:
        entry = Entry(
            at=at,
            host=host,
            method=request.method,
            path=path,
            query=masked_query(request),
            status=status,
            fault=fault.kind if fault else None,
        )
        request.app[LOG].append(entry)


async def _date(request: web.Request, response: web.StreamResponse) -> None:
    """Date every answer by the simulated clock."""
    response.headers["Date"] = format_date_time(request.app[CLOCK].now().timestamp())


async def _release(app: web.Application) -> None:
    """Keep no delayed answer waiting when the simulation ends."""
    app[FAULTS].clear()
