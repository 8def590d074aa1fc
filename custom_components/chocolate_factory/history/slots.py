"""The slots of all series in the store, as arrays in and out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, repeat
import sqlite3
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..factory.series import Source
from .database import damage
from .sequence import last_number

_LONGEST_SLOT: Final = 24 * 3600

# Reading costs by the column: the whole numbers travel as one, 17 bits of them for the seconds and
# 11 for the source.
_READ: Final = """
    SELECT (start << 28) | (seconds << 11) | source, value FROM slot
    WHERE series = ? AND start >= ? AND start < ? ORDER BY start
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

    @property
    def estimated(self) -> NDArray[np.bool_]:
        """Tell which values wait to be replaced by real ones."""
        return np.array([source.is_estimated for source in self.sources], dtype=np.bool_)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Slots of one series from one source, all of one length."""

    series: str
    """The name of the series: that of a price, or one from `weather_series`."""
    source: Source
    starts: NDArray[np.int64]
    """Unix seconds, multiples of the length, rising."""
    values: NDArray[np.float64]
    seconds: int

    def __post_init__(self) -> None:
        """Refuse what would leave the store in doubt about a slot."""
        if not 0 < self.seconds <= _LONGEST_SLOT:
            raise ValueError("a slot lasts a day at most")
        if len(self.starts) != len(self.values):
            raise ValueError("as many values as starts")
        if np.any(self.starts % self.seconds) or np.any(np.diff(self.starts) <= 0):
            raise ValueError("slots start at multiples of their length, one after the other")
        if not np.all(np.isfinite(self.values)):
            raise ValueError("values are numbers")


@dataclass(frozen=True, slots=True)
class _Rows:
    """Slots of one series as they are in the file, oldest first."""

    starts: NDArray[np.int64]
    seconds: NDArray[np.int64]
    values: NDArray[np.float64]
    sources: NDArray[np.int64]

    @property
    def ends(self) -> NDArray[np.int64]:
        """Return where the slots end."""
        return self.starts + self.seconds


def write_slots(connection: sqlite3.Connection, batches: Iterable[Batch], now: int) -> int:
    """Insert or update slots and return how many changed; the caller holds the transaction.

    No time is claimed twice: what is measured wins over what is estimated, then the finer slot over
    the coarser one, then the new value over the old. Equal values keep their first source.
    """
    first = last = last_number(connection)
    for batch in batches:
        series = _series_id(connection, batch.series)
        source = _source_id(connection, batch.source)
        if changed := _write(connection, batch, series, source, last):
            last += changed
            connection.execute("UPDATE series SET updated = ? WHERE id = ?", (now, series))
    if last > first:
        connection.execute("UPDATE sequence SET last = ?", (last,))
    return last - first


def read_slots(connection: sqlite3.Connection, series: str, start: int, end: int) -> SlotTable:
    """Return the slots of a series that start in [start, end), Unix seconds."""
    number = connection.execute("SELECT id FROM series WHERE name = ?", (series,)).fetchone()
    rows = _rows(connection, number[0] if number else 0, start, end)
    names = dict(connection.execute("SELECT id, name FROM source"))
    # Numbers of sources are small: a table of them is faster than a search in each slot.
    used = np.flatnonzero(np.bincount(rows.sources)).tolist()
    sources = np.empty(max(used, default=0) + 1, dtype=np.object_)
    try:
        for id_ in used:
            sources[id_] = Source(names[id_])
    except KeyError as error:
        raise damage("a slot from nowhere") from error
    return SlotTable(
        starts=rows.starts,
        seconds=rows.seconds,
        values=rows.values,
        sources=tuple(sources[rows.sources].tolist()),
    )


def last_update(connection: sqlite3.Connection, series: str) -> datetime | None:
    """Return when a value of a series last changed."""
    row = connection.execute(
        "SELECT updated FROM series WHERE name = ? AND updated > 0", (series,)
    ).fetchone()
    return datetime.fromtimestamp(row[0], UTC) if row else None


def _write(
    connection: sqlite3.Connection, batch: Batch, series: int, source: int, last: int
) -> int:
    """Write what a batch changes, numbered from the last sequence number on."""
    if not len(batch.starts):
        return 0
    first, end = int(batch.starts[0]), int(batch.starts[-1]) + batch.seconds
    old = _rows(connection, series, first - _LONGEST_SLOT, end)
    estimated = [id_ for (id_,) in connection.execute("SELECT id FROM source WHERE estimated")]
    measured = np.isin(old.sources, estimated, invert=True)

    if batch.source.is_estimated:
        stronger = measured | (old.seconds < batch.seconds)
    else:
        stronger = measured & (old.seconds < batch.seconds)
    overlaps = np.searchsorted(
        old.starts[stronger], batch.starts + batch.seconds
    ) - np.searchsorted(old.ends[stronger], batch.starts, side="right")
    new = (overlaps == 0) & ~_is_there(batch, source, old, measured)
    starts, values = batch.starts[new], batch.values[new]

    # Of an old slot only what lies before the first new one stays.
    following = np.append(starts, np.iinfo(np.int64).max)[
        np.searchsorted(starts + batch.seconds, old.starts, side="right")
    ]
    covered = following < old.starts
    cut = (old.starts < following) & (following < old.ends)

    numbers = count(last + 1)
    connection.executemany(
        "DELETE FROM slot WHERE series = ? AND start = ?",
        zip(repeat(series), old.starts[covered].tolist(), strict=False),
    )
    connection.executemany(
        "UPDATE slot SET seconds = ?, seq = ? WHERE series = ? AND start = ?",
        zip(
            (following - old.starts)[cut].tolist(),
            numbers,
            repeat(series),
            old.starts[cut].tolist(),
            strict=False,
        ),
    )
    connection.executemany(
        """
        INSERT INTO slot (start, value, seq, series, seconds, source) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (series, start) DO UPDATE SET
            value = excluded.value,
            seq = excluded.seq,
            seconds = excluded.seconds,
            source = excluded.source
        """,
        zip(
            starts.tolist(),
            values.tolist(),
            numbers,
            repeat(series),
            repeat(batch.seconds),
            repeat(source),
            strict=False,
        ),
    )
    return int(np.count_nonzero(cut)) + len(starts)


def _is_there(
    batch: Batch, source: int, old: _Rows, measured: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Tell of each slot of a batch whether it is in the file already, and for good."""
    there = np.zeros(len(batch.starts), dtype=np.bool_)
    at = np.searchsorted(old.starts, batch.starts)
    inside = np.flatnonzero(at < len(old.starts))
    at = at[inside]
    there[inside] = (
        (old.starts[at] == batch.starts[inside])
        & (old.seconds[at] == batch.seconds)
        & (old.values[at] == batch.values[inside])
        & (measured[at] | (old.sources[at] == source))
    )
    return there


def _rows(connection: sqlite3.Connection, series: int, start: int, end: int) -> _Rows:
    """Return the slots that start in [start, end); those that cannot be are damage."""
    try:
        rows = np.fromiter(
            connection.execute(_READ, (series, start, end)),
            dtype=[("whole", "i8"), ("value", "f8")],
        )
    except (TypeError, ValueError) as error:
        raise damage("a slot without a number") from error
    whole = rows["whole"]
    found = _Rows(whole >> 28, whole >> 11 & 0x1FFFF, rows["value"], whole & 0x7FF)
    if np.any(found.ends[:-1] > found.starts[1:]) or np.any(found.seconds <= 0):
        raise damage("slots overlap")
    if not np.all(np.isfinite(found.values)):
        raise damage("a slot without a number")
    return found


def _series_id(connection: sqlite3.Connection, series: str) -> int:
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
