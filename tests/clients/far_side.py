"""What lies outside the clients: the clock, what outlives a restart, and hosts that answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
import json
from typing import Any

from aiohttp import web

from custom_components.chocolate_factory.clients.gatekeeper import HostState
from custom_components.chocolate_factory.clients.parsing import PLAUSIBLE
from custom_components.chocolate_factory.clients.transport import Reply
from custom_components.chocolate_factory.factory.prices import PriceCurve
from custom_components.chocolate_factory.factory.series import Series, Source

NOON = datetime(2026, 8, 5, 10, tzinfo=UTC)
TODAY = date(2026, 8, 5)

REDATA, ESIOS, OMIE = "apidatos.ree.es", "api.esios.ree.es", "www.omie.es"
HOSTS = (REDATA, ESIOS, OMIE)

HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)

# Where the days of the clock change begin in Madrid, in UTC, and their hours.
CLOCK_CHANGES = {
    date(2021, 3, 28): ("2021-03-27T23:00Z", 23), date(2021, 10, 31): ("2021-10-30T22:00Z", 25),
    date(2022, 3, 27): ("2022-03-26T23:00Z", 23), date(2022, 10, 30): ("2022-10-29T22:00Z", 25),
    date(2023, 3, 26): ("2023-03-25T23:00Z", 23), date(2023, 10, 29): ("2023-10-28T22:00Z", 25),
    date(2024, 3, 31): ("2024-03-30T23:00Z", 23), date(2024, 10, 27): ("2024-10-26T22:00Z", 25),
    date(2025, 3, 30): ("2025-03-29T23:00Z", 23), date(2025, 10, 26): ("2025-10-25T22:00Z", 25),
    date(2026, 3, 29): ("2026-03-28T23:00Z", 23), date(2026, 10, 25): ("2026-10-24T22:00Z", 25),
}  # fmt: skip


@dataclass
class Clock:
    """A clock that moves only when it is told to."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def tick(self, time: timedelta) -> None:
        """Let time pass, or put the clock back."""
        self.now += time


@dataclass
class Ledger:
    """What the gatekeeper asked to be kept."""

    hosts: dict[str, HostState] = field(default_factory=dict)
    requests: list[tuple[str, datetime]] = field(default_factory=list)

    async def load_hosts(
        self, since: datetime
    ) -> tuple[Mapping[str, HostState], Mapping[str, list[datetime]]]:
        """Return the states of all hosts, and when each was asked since an instant."""
        recent: dict[str, list[datetime]] = {}
        for host, at in sorted(self.requests):
            if at >= since:
                recent.setdefault(host, []).append(at)
        return dict(self.hosts), recent

    async def save_host(self, host: str, state: HostState) -> None:
        """Keep the state of a host."""
        self.hosts[host] = state

    async def save_request(self, host: str, at: datetime) -> None:
        """Keep that a host was asked."""
        self.requests.append((host, at))

    def asked(self, host: str) -> list[datetime]:
        """Return when a host was asked."""
        return [at for one, at in self.requests if one == host]


type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Host:
    """Answers whatever it is asked as a test wants it, and remembers what it was asked."""

    def __init__(self) -> None:
        """Say nothing but that all is well."""
        self.asked: list[web.Request] = []
        self.answer: Handler = self._fine
        self.app = web.Application()
        self.app.router.add_get("/{path:.*}", self._handle)
        self.url = ""

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        return await self.answer(request)

    async def _fine(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"fine")

    def say(self, **response: Any) -> None:
        """Answer always the same."""

        async def answer(_request: web.Request) -> web.StreamResponse:
            return web.Response(**response)

        self.answer = answer


def reply(body: object, status: int = 200) -> Reply:
    """Return a reply with a body: bytes as they are, anything else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status=status, body=content)


def check(curves: Mapping[Series, PriceCurve], start: datetime, hours: int, source: Source) -> None:
    """Refuse curves that cannot be those of a market day."""
    assert curves
    for curve in curves.values():
        assert len(curve)
        lengths = {slot.duration for slot in curve}
        assert lengths in ({HOUR}, {QUARTER})
        for slot in curve:
            assert start <= slot.start
            assert slot.end <= start + hours * HOUR
            assert not (slot.start - start) % slot.duration
            assert PLAUSIBLE[0] <= slot.price <= PLAUSIBLE[1]
            assert slot.source is source


def prices(curve: PriceCurve) -> list[tuple[datetime, float]]:
    """Return when each slot starts, and its price in €/kWh."""
    return [(slot.start, slot.price) for slot in curve]


def hourly(start: datetime, values: list[float]) -> list[tuple[datetime, float]]:
    """Return the hours from an instant with prices in €/kWh, from values in €/MWh."""
    return [(start + number * HOUR, value / 1000) for number, value in enumerate(values)]
