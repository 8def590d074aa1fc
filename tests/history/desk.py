"""The desk at which prices are fetched, in a simulated world."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestServer
from yarl import URL

from custom_components.chocolate_factory.clients.errors import NoDataError, SourceError
from custom_components.chocolate_factory.clients.esios import EsiosClient
from custom_components.chocolate_factory.clients.gatekeeper import TICK, Gatekeeper
from custom_components.chocolate_factory.clients.omie import OmieClient
from custom_components.chocolate_factory.clients.parsing import market_day
from custom_components.chocolate_factory.clients.redata import RedataClient
from custom_components.chocolate_factory.clients.transport import TIMEOUT, Transport
from custom_components.chocolate_factory.factory.prices import PriceCurve
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.factory.tariff import MARKET_TIME_ZONE
from custom_components.chocolate_factory.history.ingest import Fetch, PriceIngest
from custom_components.chocolate_factory.history.prices import read_prices
from custom_components.chocolate_factory.history.store import Store
from simulator import CLOCK, FAULTS, HOSTS, LOG, Fault, create_app

from .stored import Clock

PRICE_HOSTS = REDATA, ESIOS, OMIE = "apidatos.ree.es", "api.esios.ree.es", "www.omie.es"
BOTH = frozenset({Series.PVPC, Series.SPOT})


def madrid(day: date, time: str = "12:00") -> datetime:
    """Return when the clocks of Madrid show a time."""
    local = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=MARKET_TIME_ZONE)
    return local.astimezone(UTC)


@dataclass
class Lacking:
    """A source as it is, but for one day."""

    client: Any
    day: date
    error: SourceError

    def __getattr__(self, name: str) -> Any:
        """Be like the source."""
        return getattr(self.client, name)

    async def prices(self, day: date, **options: Any) -> Any:
        """Answer, but for the one day."""
        if day != self.day:
            return await self.client.prices(day, **options)
        gatekeeper = self.client.transport.gatekeeper
        await gatekeeper.admit(self.client.host)
        if not isinstance(self.error, NoDataError):
            await gatekeeper.failed(self.client.host, self.error)
        raise self.error


@dataclass(kw_only=True)
class Desk:
    """A store and its ingest, as they are until Home Assistant stops; and the world outside."""

    path: Path
    clock: Clock
    app: web.Application
    upstream: URL
    session: ClientSession
    timeout: ClientTimeout = TIMEOUT
    store: Store = field(init=False)
    gatekeeper: Gatekeeper = field(init=False)
    transport: Transport = field(init=False)
    ingest: PriceIngest = field(init=False)

    async def start(self) -> None:
        """Begin as Home Assistant begins."""
        self.store = Store(self.path, self.clock)
        await self.store.open()
        # Nobody pulls the plug here.
        await self.store._guarded(lambda connection: connection.execute("PRAGMA synchronous = OFF"))
        self.gatekeeper = Gatekeeper(ledger=self.store, clock=self.clock)
        self.transport = transport = Transport(
            session=self.session,
            gatekeeper=self.gatekeeper,
            clock=self.clock,
            upstream=self.upstream,
            timeout=self.timeout,
        )
        self.ingest = PriceIngest(
            store=self.store,
            clients=[
                RedataClient(transport=transport),
                EsiosClient(transport=transport),
                OmieClient(transport=transport),
            ],
            clock=self.clock,
        )
        await self.gatekeeper.load()
        await self.ingest.load()

    async def restart(self) -> None:
        """Stop and begin again on the same file."""
        await self.store.close()
        await self.start()

    def fail(self, *hosts: str, **fault: Any) -> None:
        """Let hosts fail, all of them unless some are named."""
        for host in hosts or ("*",):
            self.app[FAULTS].add(Fault.parse({"host": host} | fault, HOSTS))

    def recover(self) -> None:
        """Let all hosts work again."""
        self.app[FAULTS].clear()

    def lack(self, day: date, error: SourceError) -> None:
        """Let no source have a day."""
        lacking: list[Any] = [Lacking(client, day, error) for client in self.ingest.clients]
        self.ingest.clients = lacking

    def world_is_ahead(self, time: timedelta) -> None:
        """Let the clocks of the world show another time than ours."""
        self.app[CLOCK].ahead = time

    def asked(self, *hosts: str) -> list[datetime]:
        """Return when hosts were asked, all of them unless some are named."""
        # OMIE answers with the address of the file, which is fetched at once.
        return [
            entry.at
            for entry in self.app[LOG]
            if entry.host in (hosts or PRICE_HOSTS) and not entry.path.startswith("/sites")
        ]

    def forget_log(self) -> None:
        """Count requests from now on."""
        self.app[LOG].clear()

    async def run(self, series: frozenset[Series] = BOTH, **options: Any) -> list[Fetch]:
        """Fetch what is missing."""
        return await self.ingest.run(series, **options)

    async def tick(
        self, count: int = 1, series: frozenset[Series] = BOTH, **options: Any
    ) -> list[Fetch]:
        """Let time pass, and fetch what is missing at each tick."""
        fetches = []
        for _ in range(count):
            self.clock.tick(TICK)
            fetches += await self.run(series, **options)
        return fetches

    async def missing(self, series: frozenset[Series] = BOTH) -> set[date]:
        """Return the days that lack prices."""
        return set(await self.ingest.missing(series, self.clock()))

    async def day(self, series: Series, day: date) -> PriceCurve:
        """Return what is stored of a day."""
        return await read_prices(self.store, series, *market_day(day))

    async def sources(self, series: Series, day: date) -> set[Source]:
        """Return who said what is stored of a day."""
        return {slot.source for slot in await self.day(series, day)}


@asynccontextmanager
async def desk_at(path: Path, clock: Clock) -> AsyncIterator[Desk]:
    """Open a desk in a simulated world, which has the same clock."""
    # Debugging would double the time of thousands of ticks.
    asyncio.get_running_loop().set_debug(False)
    server = TestServer(create_app(clock=clock))
    await server.start_server(access_log=None)
    async with ClientSession() as session:
        desk = Desk(
            path=path, clock=clock, app=server.app, upstream=server.make_url(""), session=session
        )
        await desk.start()
        try:
            yield desk
        finally:
            await desk.store.close()
            await server.close()
