"""The look for what is missing, which every tick begins with."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3
from tempfile import TemporaryDirectory

from benchmarks.data import midnight_after, three_years
from benchmarks.figures import Figure, race
from custom_components.chocolate_factory.clients.parsing import market_day
from custom_components.chocolate_factory.factory.series import Series
from custom_components.chocolate_factory.history.ingest import PriceIngest
from custom_components.chocolate_factory.history.store import Store

# In the evening, when tomorrow is due.
NOW = datetime(2026, 8, 5, 20, tzinfo=UTC)
WANTED = frozenset({Series.PVPC, Series.SPOT})


def figures() -> Iterator[Figure]:
    """Take the figures of gaps."""
    with TemporaryDirectory() as folder, asyncio.Runner() as runner:
        path = Path(folder) / "store.db"
        store = Store(path, lambda: NOW)
        runner.run(store.open())
        runner.run(store.write(three_years(midnight_after(NOW))))
        ingest = PriceIngest(store=store, clients=[], clock=lambda: NOW)
        with closing(sqlite3.connect(path)) as connection:
            missing = runner.run(ingest.missing(WANTED, NOW))
            if [len(days) for days in (missing, _sum_days(connection))] != [1, 1]:
                raise RuntimeError("only tomorrow is missing")
            yield race(
                "gaps.scan",
                lambda: runner.run(ingest.missing(WANTED, NOW)),
                lambda: _sum_days(connection),
            )
        runner.run(store.close())


def _sum_days(connection: sqlite3.Connection) -> set[int]:
    """Return which of nine days lack something, by sums in SQL."""
    lacking = set()
    for back in range(-1, 8):
        start, end = market_day((NOW - timedelta(days=back)).date())
        for series in WANTED:
            [(seconds,)] = connection.execute(
                "SELECT sum(seconds) FROM slot JOIN series ON series.id = slot.series "
                "WHERE name = ? AND start >= ? AND start < ?",
                (series, int(start.timestamp()), int(end.timestamp())),
            ).fetchall()
            if seconds != (end - start).total_seconds():
                lacking.add(back)
    return lacking
