"""The slots of all series in the store, as arrays in and out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, repeat
import sqlite3
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..factory.series import Series, Source

_LONGEST_SLOT: Final = 24 * 3600

# Equal values keep their first source, and an estimate never replaces what was measured.
_UPSERT: Final = """
    INSERT INTO slot (series, start, seconds, value, source, seq)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (series, start) DO UPDATE SET
        seconds = excluded.seconds,
        value = excluded.value,
        source = excluded.source,
        seq = excluded.seq
    WHERE (?7 AND (excluded.seconds, excluded.value) IS NOT (seconds, value))
        OR (
            source IN (SELECT id FROM source WHERE estimated)
            AND (excluded.seconds, excluded.value, excluded.source)
                IS NOT (seconds, value, source)
        )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotTable:
    """Slots of one series, oldest first: arrays of one length n."""

    starts: NDArray[np.int64]
    """Unix seconds."""
    seconds: NDArray[np.int64]
    values: NDArray[np.float64]
    sources: tuple[Source, ...]

    def __len__(self) -> int:
        """Return the number of slots."""
        return len(self.starts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Slots of one series from one source, all of one length."""

    series: Series
    source: Source
    starts: NDArray[np.int64]
    """Unix seconds, multiples of the length, rising."""
    values: NDArray[np.float64]
    seconds: int

    def __post_init__(self) -> None:
        """Refuse what would leave the store in doubt about a slot."""
        if len(self.starts) != len(self.values):
            raise ValueError("as many values as starts")
        if np.any(self.starts % self.seconds) or np.any(np.diff(self.starts) <= 0):
            raise ValueError("slots start at multiples of their length, one after the other")
        if not np.all(np.isfinite(self.values)):
            raise ValueError("values are numbers")


def write_slots(connection: sqlite3.Connection, batches: Iterable[Batch], now: int) -> int:
    """Insert or update slots and return how many changed; the caller holds the transaction."""
    (last,) = connection.execute("SELECT last FROM sequence").fetchone()
    sequence = count(last + 1)
    changed = 0
    for batch in batches:
        series = _series_id(connection, batch.series)
        source = _source_id(connection, batch.source)
        before = connection.total_changes
        starts, values = _without_overlaps(connection, series, batch, sequence)
        connection.executemany(
            _UPSERT,
            zip(
                repeat(series),
                starts.tolist(),
                repeat(batch.seconds),
                values.tolist(),
                repeat(source),
                sequence,
                repeat(not batch.source.is_estimated),
                # Of these only the slots come to an end.
                strict=False,
            ),
        )
        if connection.total_changes > before:
            changed += connection.total_changes - before
            connection.execute("UPDATE series SET updated = ? WHERE id = ?", (now, series))
    connection.execute("UPDATE sequence SET last = ?", (next(sequence),))
    return changed


def read_slots(connection: sqlite3.Connection, series: Series, start: int, end: int) -> SlotTable:
    """Return the slots of a series that start in [start, end), Unix seconds."""
    rows = np.fromiter(
        connection.execute(
            """
            SELECT start, seconds, value, source FROM slot
            WHERE series = (SELECT id FROM series WHERE name = ?) AND start >= ? AND start < ?
            ORDER BY start
            """,
            (series, start, end),
        ),
        dtype=[("start", "i8"), ("seconds", "i8"), ("value", "f8"), ("source", "i8")],
    )
    names = dict(connection.execute("SELECT id, name FROM source"))
    known = {number: Source(name) for number, name in names.items()}
    return SlotTable(
        starts=rows["start"],
        seconds=rows["seconds"],
        values=rows["value"],
        sources=tuple(known[number] for number in rows["source"].tolist()),
    )


def last_update(connection: sqlite3.Connection, series: Series) -> int | None:
    """Return when a value of a series last changed, in Unix seconds."""
    row = connection.execute(
        "SELECT updated FROM series WHERE name = ? AND updated > 0", (series,)
    ).fetchone()
    return row[0] if row else None


def _without_overlaps(
    connection: sqlite3.Connection, series: int, batch: Batch, sequence: Iterator[int]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the slots of a batch that may be written, so that no time is claimed twice.

    The finer slots win: coarse ones that would lie over them are left out, and a coarse one that
    is there already is cut to end where the first finer one begins.
    """
    if not len(batch.starts):
        return batch.starts, batch.values
    first, last = int(batch.starts[0]), int(batch.starts[-1]) + batch.seconds
    existing = connection.execute(
        """
        SELECT start, seconds FROM slot
        WHERE series = ? AND start > ? AND start < ? AND seconds != ? ORDER BY start
        """,
        (series, first - _LONGEST_SLOT, last, batch.seconds),
    ).fetchall()
    if not existing:
        return batch.starts, batch.values
    old = np.array(existing, dtype=np.int64)
    finer = old[old[:, 1] < batch.seconds, 0]
    inside = np.searchsorted(finer, batch.starts + batch.seconds) - np.searchsorted(
        finer, batch.starts
    )
    for start, seconds in old[old[:, 1] > batch.seconds].tolist():
        covering = batch.starts[(batch.starts > start) & (batch.starts < start + seconds)]
        if len(covering):
            connection.execute(
                "UPDATE slot SET seconds = ?, seq = ? WHERE series = ? AND start = ?",
                (int(covering[0]) - start, next(sequence), series, start),
            )
    return batch.starts[inside == 0], batch.values[inside == 0]


def _series_id(connection: sqlite3.Connection, series: Series) -> int:
    connection.execute("INSERT INTO series (name) VALUES (?) ON CONFLICT DO NOTHING", (series,))
    (number,) = connection.execute("SELECT id FROM series WHERE name = ?", (series,)).fetchone()
    return int(number)


def _source_id(connection: sqlite3.Connection, source: Source) -> int:
    connection.execute(
        "INSERT INTO source (name, estimated) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (source, source.is_estimated),
    )
    (number,) = connection.execute("SELECT id FROM source WHERE name = ?", (source,)).fetchone()
    return int(number)
