"""Three years into the store and out of it."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from itertools import count, repeat
from pathlib import Path
import sqlite3
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.data import three_years
from benchmarks.figures import Figure, race, ratio, seconds, timed
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.history.slots import Batch, SlotTable
from custom_components.chocolate_factory.history.store import Store

NOW = datetime(2026, 8, 5, tzinfo=UTC)
ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
ROUNDS = 5


def figures() -> Iterator[Figure]:
    """Take the figures of the store."""
    batches = three_years(NOW)
    slots = sum(len(batch.starts) for batch in batches)
    with TemporaryDirectory() as name, asyncio.Runner() as runner:
        folder = Path(name)
        first = again = bare = float("inf")
        for number in range(ROUNDS):
            store = Store(folder / f"store{number}.db", lambda: NOW)
            runner.run(store.open())
            write = partial(_write, runner, store, batches)
            first = min(first, seconds(write))
            again = min(again, seconds(write))
            if number < ROUNDS - 1:
                runner.run(store.close())
            bare = min(bare, _write_bare(folder / f"bare{number}.db"))
        yield timed("store.import", first, bare)
        yield timed("store.import_again", again, bare)

        arrays = folder / "arrays.npz"
        tables = runner.run(_read(store))
        _save(arrays, tables)
        yield race("store.read", lambda: runner.run(_read(store)), lambda: _load(arrays))

        runner.run(store.clean_up())
        size = runner.run(store.size()) / slots
        bare_size = (folder / "bare0.db").stat().st_size / slots
        yield Figure("store.size", round(size, 1), "B/slot", ratio(size, bare_size))
        runner.run(store.close())


def _write(runner: asyncio.Runner, store: Store, batches: Sequence[Batch]) -> None:
    runner.run(store.write(batches))


def _write_bare(path: Path) -> float:
    """Return how long a plain table without any key takes for the same rows."""
    rows = [
        row
        for number, batch in enumerate(three_years(NOW))
        for row in zip(
            repeat(number),
            batch.starts.tolist(),
            repeat(batch.seconds),
            batch.values.tolist(),
            repeat(0),
            count(),
            strict=False,
        )
    ]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE slot (series, start, seconds, value, source, seq)")

        def write() -> None:
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO slot VALUES (?, ?, ?, ?, ?, ?)", rows)
            connection.execute("COMMIT")

        return seconds(write)


async def _read(store: Store) -> list[SlotTable]:
    return [await store.read(series, *ALWAYS) for series in Series]


def _save(path: Path, tables: list[SlotTable]) -> None:
    names = list(Source)
    arrays: dict[str, NDArray[Any]] = {}
    for number, table in enumerate(tables):
        arrays[f"starts{number}"] = table.starts
        arrays[f"seconds{number}"] = table.seconds
        arrays[f"values{number}"] = table.values
        arrays[f"sources{number}"] = np.array([names.index(source) for source in table.sources])
    np.savez(path, **arrays)  # type: ignore[arg-type]  # numpy's stub takes them for allow_pickle


def _load(path: Path) -> list[NDArray[Any]]:
    with np.load(path, allow_pickle=False) as arrays:
        return list(arrays.values())
