"""Forecasts the prices of the markets, for all factories alike."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from .factory.forecast_error import ForecastErrors, forecast_errors
from .factory.price_issue import PriceIssue
from .factory.series import Series
from .history.drivers import DriverIngest
from .history.slots import SlotTable
from .history.store import Store
from .learning.price_forecast import (
    Drivers,
    PriceForecaster,
    PriceHistory,
    TooLittleHistoryError,
)
from .workshop import Check, Workshop

# Older prices are from other times; three years are what the models learn from at most.
MEMORY: Final = timedelta(days=3 * 365 + 8)
# The weather that drives the price is forecast anew so often.
_STALE: Final = timedelta(hours=6)
_JUDGED: Final = timedelta(days=7)
# An issue says nothing of later days.
_REACH: Final = timedelta(days=10)


class PriceForecasts:
    """The forecasts of each market: made when there is news, kept as they were issued."""

    def __init__(
        self, store: Store, workshop: Workshop, drivers: DriverIngest, clock: Callable[[], datetime]
    ) -> None:
        """Make none yet."""
        self._store = store
        self._workshop = workshop
        self._drivers = drivers
        self._clock = clock
        self._made: dict[Series, datetime] = {}
        self._locks: defaultdict[Series, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def latest(self, series: Series) -> PriceIssue | None:
        """Return the newest forecast that was issued; raises StoreError."""
        return await self._store.read_price_issue(series, self._clock())

    async def renew(self, series: Series) -> PriceIssue | None:
        """Return the newest forecast, made now if there is news; None with too little history.

        Raises StoreError.
        """
        async with self._locks[series]:
            now = self._clock()
            made, updated = self._made.get(series), await self._store.last_update(series)
            is_new = made is None or now - made >= _STALE or (updated and updated >= made)
            if is_new and updated:
                history = await self.history(series, now)
                drivers = await self._drivers_of(history)
                issue = await self._workshop.do(
                    lambda check: _forecast(series, history, drivers, now, check)
                )
                self._made[series] = now
                if issue:
                    await self._store.write_price_issue(issue)
            return await self.latest(series)

    async def history(self, series: Series, now: datetime) -> PriceHistory:
        """Return what was published of a market, estimates not counted; raises StoreError."""
        table = await self._store.read(series, now - MEMORY, now + _REACH)
        return await asyncio.to_thread(published, table)

    async def errors(self, series: Series) -> ForecastErrors | None:
        """Return how far the forecasts of the last days were off; raises StoreError."""
        now = self._clock()
        issues = await self._store.read_price_issues(series, now - _JUDGED - _REACH, now)
        table = await self._store.read(series, now - 4 * _REACH, now)
        return await asyncio.to_thread(
            lambda: forecast_errors(issues, published(table), now - _JUDGED, now)
        )

    async def _drivers_of(self, history: PriceHistory) -> Drivers | None:
        """Return the weather that drives the price, for the time of a history and a week more.

        None if nobody knows any. Raises StoreError.
        """
        if not len(history.starts):
            return None
        start = datetime.fromtimestamp(int(history.starts[0]) // 3600 * 3600, UTC)
        values = await self._drivers.read(start, self._clock() + _REACH)
        return Drivers(start=int(start.timestamp()), values=values) if values else None


def published(table: SlotTable) -> PriceHistory:
    """Return the prices of a table that are published."""
    real = ~table.estimated
    return PriceHistory(
        starts=table.starts[real], seconds=table.seconds[real], prices=table.values[real]
    )


def _forecast(
    series: Series, history: PriceHistory, drivers: Drivers | None, now: datetime, check: Check
) -> PriceIssue | None:
    """Learn from a history and say what comes after it; nothing with too little of it."""
    try:
        forecaster = PriceForecaster.fit(history, series, drivers, check=check)
    except TooLittleHistoryError:
        return None
    forecast = forecaster.forecast(history, drivers)
    return PriceIssue(
        series=series,
        issued=now,
        known_until=datetime.fromtimestamp(forecast.known_until, UTC),
        starts=forecast.starts,
        seconds=int(forecast.seconds[0]),
        low=forecast.low,
        middle=forecast.middle,
        high=forecast.high,
    )
