"""What every simulated service shares."""

from dataclasses import dataclass
import json

from aiohttp import web

from simulator.clock import Clock
from simulator.prices import Prices
from simulator.sky import Sky


@dataclass(frozen=True)
class World:
    """One time and one truth, so that no service contradicts another."""

    clock: Clock
    prices: Prices
    sky: Sky


def json_response(body: object, status: int = 200) -> web.Response:
    """Return a body in JSON, with its accents readable."""
    return web.json_response(
        body, status=status, dumps=lambda value: json.dumps(value, ensure_ascii=False)
    )


def shortest(price: float) -> float | int:
    """Return a price as the services write it: 88, not 88.0."""
    return int(price) if price == int(price) else price
