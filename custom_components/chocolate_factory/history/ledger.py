"""The ledger of gaps: reads the store, and tells of each series how complete it is."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ..clients.gatekeeper import Gatekeeper
from ..clients.parsing import market_day
from ..factory.series import Series
from ..factory.tariff import MARKET_TIME_ZONE
from ..factory.weather import HOUR, KEPT, Measure, weather_series
from .gaps import DAY, Coverage, Prospect, price_coverage, weather_coverage
from .ingest import OVERDUE, PriceIngest
from .past_weather import WEATHER_SOURCES, PastWeather
from .slots import SlotTable
from .store import Store

# The name that the measures of the weather have together: they come in one answer.
WEATHER: Final = "weather"

# The longest slot that may reach over the beginning.
_BEFORE: Final = HOUR
# Prices are known before their day begins.
_AHEAD: Final = -2 * DAY


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """Knows what a factory should have, and what is missing of it."""

    store: Store
    ingest: PriceIngest
    gatekeeper: Gatekeeper
    clock: Callable[[], datetime]
    prices: frozenset[Series] = frozenset()
    """The prices that the factory's contract needs."""
    weather: PastWeather | None = None

    async def coverage(
        self,
        start: datetime,
        end: datetime | None = None,
        series: str | None = None,
        *,
        due: datetime | None = None,
    ) -> dict[str, Coverage]:
        """Return how complete each series is, by name, between two instants, or until now.

        All series, unless one is named: a price, or WEATHER for its measures. What is expected is
        what is due now, or was at another instant.


        What is not due yet is not expected: tomorrow's prices until the late evening, the weather
        of the current hour and of the one before.
        """
        now = self.clock()
        due = due or now
        first, end = _full_hour(start), end or due + 3 * DAY
        coverages = [
            await self.of_price(one, first, min(end, prices_end(due)), now)
            for one in sorted(self.prices)
            if series in (None, one)
        ]
        if self.weather and series in (None, WEATHER):
            last = _full_hour(min(end, weather_end(due)))
            coverages += [await self.of_weather(one, first, last, now) for one in KEPT]
        return {coverage.series: coverage for coverage in coverages}

    async def of_price(
        self, series: Series, start: datetime, end: datetime, now: datetime
    ) -> Coverage:
        """Return how complete a price is between two instants."""
        table = await self.store.read(series, start - _BEFORE, end)
        return await asyncio.to_thread(
            price_coverage, series, table, start, end, self._price_prospects(series), now
        )

    async def of_weather(
        self, measure: Measure, start: datetime, end: datetime, now: datetime
    ) -> Coverage:
        """Return how complete a measure is between two full hours."""
        tables = await self.weather_tables(measure, start, end)
        prospects = await self._weather_prospects()
        return await asyncio.to_thread(
            weather_coverage, measure, tables, start, end, prospects, now
        )

    async def weather_tables(
        self, measure: Measure, start: datetime, end: datetime
    ) -> Sequence[SlotTable]:
        """Return what every source says of a measure between two instants."""
        if self.weather is None:
            return []
        place = self.weather.place
        return [
            await self.store.read(weather_series(measure, place, source), start, end)
            for source in WEATHER_SOURCES
        ]

    def _price_prospects(self, series: Series) -> list[Prospect]:
        """Return what may be expected of the cascade, as of one source."""
        held = [self._held(one.host) for one in self.ingest.clients if series in one.offers]
        if not held:
            return []
        known = [until for until in held if until]
        return [
            Prospect(
                step=DAY,
                delay=_AHEAD,
                held_until=min(known) if len(known) == len(held) else None,
                vain=self.ingest.vain(series),
            )
        ]

    async def _weather_prospects(self) -> list[Prospect]:
        if self.weather is None:
            return []
        return [
            replace(
                offer.prospect,
                held_until=self._held(offer.host),
                vain=await self.store.load_attempts_of(self.weather.vain_name(offer)),
            )
            for offer in self.weather.offers()
        ]

    def _held(self, host: str) -> datetime | None:
        """Return when a host may be asked again, if it must not be now."""
        until = self.gatekeeper.state(host).retry_at
        return until if until and until > self.clock() else None


def prices_end(now: datetime) -> datetime:
    """Return the end of the last day whose prices should be there."""
    local = now.astimezone(MARKET_TIME_ZONE)
    tomorrow = local.time() >= OVERDUE
    return market_day(local.date() + tomorrow * DAY)[1]


def weather_end(now: datetime) -> datetime:
    """Return the end of the last hour that every source should have told."""
    return _full_hour(now) - HOUR


def _full_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
