"""Three years of all series."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sys
from typing import Final

import numpy as np

from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.history.slots import Batch
from custom_components.chocolate_factory.history.store import Store

HOUR: Final = 3600
QUARTER: Final = 900
HOURS: Final = 3 * 365 * 24
LENGTHS: Final = {
    Series.PVPC: HOUR,
    Series.PVPC_CEUTA_MELILLA: HOUR,
    Series.SPOT: QUARTER,
}


def three_years(end: datetime) -> list[Batch]:
    """Return plausible prices up to an instant."""
    generator = np.random.default_rng(2026)
    last = int(end.timestamp()) // HOUR * HOUR
    batches = []
    for series, seconds in LENGTHS.items():
        starts = np.arange(last - HOURS * HOUR, last, seconds, dtype=np.int64)
        hour = starts / HOUR
        prices = 0.09 + 0.05 * np.cos(hour * np.pi / 6) + generator.normal(0, 0.02, len(starts))
        batches.append(
            Batch(
                series=series,
                source=Source.REDATA,
                starts=starts,
                values=np.round(prices, 5),
                seconds=seconds,
            )
        )
    return batches


def midnight_after(now: datetime) -> datetime:
    """Return a time at which today is over everywhere in Spain, but tomorrow is not."""
    return now.astimezone(UTC).replace(hour=0, minute=0) + timedelta(days=1)


async def _fill(path: Path) -> None:
    """Leave a store with three years to the end of today."""
    now = datetime.now(UTC)
    store = Store(path, lambda: now)
    await store.open()
    await store.write(three_years(midnight_after(now)))
    await store.close()


if __name__ == "__main__":
    asyncio.run(_fill(Path(sys.argv[1])))
