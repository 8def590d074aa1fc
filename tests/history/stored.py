"""Short ways to write into a store, and to see what is in it."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3
from typing import Any

import numpy as np

from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.history.slots import Batch, SlotTable
from custom_components.chocolate_factory.history.store import Store

NOON = datetime(2026, 8, 5, 10, tzinfo=UTC)
HOUR = 3600
QUARTER = 900
FIRST = int(datetime(2026, 8, 1, tzinfo=UTC).timestamp())
ALWAYS = (datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


@dataclass
class Clock:
    """A clock that shows what the test wants."""

    now: datetime

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def tick(self, time: timedelta = timedelta(minutes=5)) -> None:
        """Let time pass."""
        self.now += time


@asynccontextmanager
async def opened(path: Path, clock: Callable[[], datetime] | None = None) -> AsyncIterator[Store]:
    """Open a store for a while, at noon unless told otherwise."""
    store = Store(path, clock or Clock(NOON))
    await store.open()
    try:
        yield store
    finally:
        await store.close()


def batch(
    values: Sequence[float],
    *,
    seconds: int = HOUR,
    source: Source = Source.REDATA,
    series: str = Series.PVPC,
    first: int = FIRST,
) -> Batch:
    """Return slots that follow one another from the first on."""
    return Batch(
        series=series,
        source=source,
        starts=first + seconds * np.arange(len(values), dtype=np.int64),
        values=np.array(values, dtype=np.float64),
        seconds=seconds,
    )


def many(count: int = 30_000) -> Batch:
    """Return so many slots that they fill hundreds of pages."""
    return batch([number / 7 for number in range(count)], series=Series.SPOT, seconds=QUARTER)


async def everything(store: Store, series: Series = Series.PVPC) -> SlotTable:
    """Return all slots of a series."""
    return await store.read(series, *ALWAYS)


async def values(store: Store, series: Series = Series.PVPC) -> list[float]:
    """Return the values of all slots of a series."""
    found: list[float] = (await everything(store, series)).values.tolist()
    return found


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Ask the file itself."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()
