"""datosclima.es, which has only RAR archives, so that nothing there is of use to us."""

from aiohttp import web

from simulator.world import World

HOST = "datosclima.es"


def routes(_world: World) -> list[web.RouteDef]:
    """Return what the host answers."""

    async def archive(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPNotFound

    return [web.get(f"/{HOST}/capturadatos/{{archive}}", archive)]
