"""The looks for what is missing: at nine days of prices, and at three years of everything."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from benchmarks.data import HOUR, HOURS, midnight_after, three_years
from benchmarks.figures import Figure, race
from custom_components.chocolate_factory.clients.gatekeeper import Gatekeeper
from custom_components.chocolate_factory.clients.parsing import market_day
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.factory.weather import KEPT, Place, weather_series
from custom_components.chocolate_factory.history.gaps import (
    DAY,
    Coverage,
    Prospect,
    price_coverage,
    weather_coverage,
)
from custom_components.chocolate_factory.history.ingest import PriceIngest
from custom_components.chocolate_factory.history.ledger import Ledger
from custom_components.chocolate_factory.history.past_weather import PastWeather
from custom_components.chocolate_factory.history.slots import Batch, SlotTable
from custom_components.chocolate_factory.history.store import Store

# In the evening, when tomorrow is due.
NOW = datetime(2026, 8, 5, 20, tzinfo=UTC)
WANTED = frozenset({Series.PVPC, Series.SPOT})
PLACE = Place(40.41, -3.68)
START = NOW - HOURS * timedelta(seconds=HOUR)


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
            yield _scan()
            runner.run(store.write(_weather()))
            ledger = Ledger(
                store=store,
                ingest=ingest,
                gatekeeper=Gatekeeper(ledger=store, clock=lambda: NOW),
                clock=lambda: NOW,
                prices=WANTED,
                weather=PastWeather(place=PLACE, clock=lambda: NOW),
            )
            looked = runner.run(ledger.coverage(START))
            if not 98 < looked[KEPT[0]].completeness < 100:
                raise RuntimeError("one hour in a hundred is missing")
            yield race(
                "gaps.ledger",
                lambda: runner.run(ledger.coverage(START)),
                lambda: runner.run(_read(store)),
            )
        runner.run(store.close())


def _tables(count: int) -> list[SlotTable]:
    """Return three years of hours, of which one in a hundred is missing here and there."""
    generator = np.random.default_rng(2026)
    hours = int(START.timestamp()) + HOUR * np.arange(HOURS, dtype=np.int64)
    tables = []
    for _ in range(count):
        starts = hours[generator.random(HOURS) < 0.99]
        tables.append(
            SlotTable(
                starts=starts,
                seconds=np.full(len(starts), HOUR),
                values=np.zeros(len(starts)),
                sources=(Source.OPEN_METEO_ARCHIVE,) * len(starts),
            )
        )
    return tables


def _weather() -> Iterator[Batch]:
    """Yield three years of every measure that is kept."""
    for measure, table in zip(KEPT, _tables(len(KEPT)), strict=True):
        yield Batch(
            series=weather_series(measure, PLACE, Source.OPEN_METEO_ARCHIVE),
            source=Source.OPEN_METEO_ARCHIVE,
            starts=table.starts,
            values=table.values,
            seconds=HOUR,
        )


def _scan() -> Figure:
    """Take the figure of the look itself, without the reading: six series, with reasons."""
    tables = _tables(6)
    always = [Prospect(step=DAY, delay=-2 * DAY)]
    prospects = [
        Prospect(delay=timedelta(hours=2), reach=timedelta(hours=12)),
        Prospect(reach=92 * DAY),
        Prospect(step=DAY, delay=6 * DAY),
    ]

    def look() -> list[Coverage]:
        return [
            *(price_coverage(Series.PVPC, one, START, NOW, always, NOW) for one in tables[:3]),
            *(weather_coverage("any", [one], START, NOW, prospects, NOW) for one in tables[3:]),
        ]

    hours = int(START.timestamp()) + HOUR * np.arange(HOURS, dtype=np.int64)

    def subtract() -> list[NDArray[np.int64]]:
        return [np.setdiff1d(hours, one.starts, assume_unique=True) for one in tables]

    found = [coverage.slots for coverage in look()]
    if found != [len(missing) for missing in subtract()]:
        raise RuntimeError("both find the same")
    return race("gaps.years", look, subtract)


async def _read(store: Store) -> None:
    """Read the same series from the store."""
    for one in WANTED:
        await store.read(one, START, NOW)
    for measure in KEPT:
        await store.read(weather_series(measure, PLACE, Source.OPEN_METEO_ARCHIVE), START, NOW)


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
