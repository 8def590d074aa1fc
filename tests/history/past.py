"""A factory whose past is to be filled, in a simulated world with all of its sources."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from custom_components.chocolate_factory.clients.aemet import AemetClient
from custom_components.chocolate_factory.clients.aemet_key import AemetKey, AemetKeyring
from custom_components.chocolate_factory.clients.open_meteo import OpenMeteoClient
from custom_components.chocolate_factory.clients.transport import Transport
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.weather import KEPT, Place, weather_series
from custom_components.chocolate_factory.history.backfill import Backfill, BackfillReport
from custom_components.chocolate_factory.history.gaps import Coverage
from custom_components.chocolate_factory.history.past_weather import PastWeather
from simulator import LOG
from simulator.aemet import key

from .desk import BOTH, Desk, desk_at
from .stored import Clock

MADRID = Place(40.41, -3.68)
RETIRO = "3195"
AEMET, OPEN_METEO = "opendata.aemet.es", "api.open-meteo.com"
ARCHIVE = "archive-api.open-meteo.com"
WEATHER_HOSTS = (AEMET, OPEN_METEO, ARCHIVE)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@dataclass(kw_only=True)
class Past:
    """A desk with a backfill, which sleeps by letting the clock go on."""

    desk: Desk
    aemet: AemetClient = field(init=False)
    open_meteo: OpenMeteoClient = field(init=False)
    backfill: Backfill = field(init=False)
    slept: list[float] = field(default_factory=list)

    def begin(self, *, with_aemet: bool = True, with_open_meteo: bool = True) -> None:
        """Begin as Home Assistant begins, with some of the sources of weather."""
        desk = self.desk
        transport = Transport(
            session=desk.session,
            gatekeeper=desk.gatekeeper,
            clock=desk.clock,
            upstream=desk.upstream,
            timeout=desk.timeout,
        )
        good = AemetKey.parse(key(desk.clock() + 4000 * DAY))
        self.aemet = AemetClient(
            transport=transport, keys=AemetKeyring(keys=[good], clock=desk.clock)
        )
        self.open_meteo = OpenMeteoClient(transport=transport, place=MADRID, clock=desk.clock)
        self.backfill = Backfill(
            factory="obrador",
            store=desk.store,
            ingest=desk.ingest,
            gatekeeper=desk.gatekeeper,
            clock=desk.clock,
            prices=BOTH,
            weather=PastWeather(
                place=MADRID,
                clock=desk.clock,
                aemet=self.aemet if with_aemet else None,
                station=RETIRO,
                climate_station=RETIRO,
                open_meteo=self.open_meteo if with_open_meteo else None,
            ),
            sleep=self.sleep,
        )

    async def restart(self) -> None:
        """Stop and begin again on the same file."""
        await self.desk.restart()
        self.begin()

    async def sleep(self, seconds: float) -> None:
        """Let the clock go on, and others do something."""
        self.slept.append(seconds)
        self.desk.clock.tick(timedelta(seconds=seconds))
        await asyncio.sleep(0)

    async def run(self, **options: object) -> BackfillReport:
        """Fill what is missing."""
        return await self.backfill.run(**options)  # type: ignore[arg-type]  # as they come

    async def coverage(self, back: timedelta) -> dict[str, Coverage]:
        """Return how complete everything is."""
        return await self.backfill.ledger.coverage(self.desk.clock() - back)

    def asked(self) -> Counter[str]:
        """Return how often each host was asked."""
        return Counter(entry.host for entry in self.desk.app[LOG])

    async def until_asked(self, host: str, times: int) -> None:
        """Wait until a host was asked so often."""
        while self.asked()[host] < times:  # noqa: ASYNC110 - the log has no event
            await asyncio.sleep(0)

    async def hours(self, source: Source) -> int:
        """Return how many hours of weather a source has told."""
        tables = [
            await self.desk.store.read(
                weather_series(measure, MADRID, source),
                datetime.fromisoformat("2000-01-01T00:00Z"),
                datetime.fromisoformat("2100-01-01T00:00Z"),
            )
            for measure in KEPT
        ]
        return sum(map(len, tables))

    def most_in_a_minute(self, host: str) -> int:
        """Return how often a host was asked in the busiest minute."""
        times = [entry.at for entry in self.desk.app[LOG] if entry.host == host]
        return max((sum(at <= one < at + MINUTE for one in times) for at in times), default=0)


@asynccontextmanager
async def past_at(path: Path, clock: Clock) -> AsyncIterator[Past]:
    """Open a factory without any past."""
    async with desk_at(path, clock) as desk:
        past = Past(desk=desk)
        past.begin()
        yield past
