"""Days of the weather that drives the price, in the store's file: compressed JSON, null for NaN."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
import json
import math
import sqlite3
from typing import Any, Final
import zlib

import numpy as np
from numpy.typing import NDArray

from ..factory.series import Source
from .sequence import next_number

_HOURS: Final = 24
_EPOCH: Final = date(1970, 1, 1)
# As fine as the models tell them.
_DIGITS: Final = 1
_NONSENSE: Final = (
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
    OverflowError,
    RecursionError,
    zlib.error,
)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DriverDay:
    """What one source says of a day in UTC, by the name of the driver."""

    day: date
    source: Source
    values: Mapping[str, NDArray[np.float64]]
    """24 hours each, NaN where the source is silent."""


def write_driver_days(connection: sqlite3.Connection, days: Iterable[DriverDay]) -> int:
    """Insert or update days and return how many changed; the caller holds the transaction.

    Only the archive replaces what it has said itself.
    """
    changed = 0
    for day in days:
        number, content = (day.day - _EPOCH).days, _pack(day.values)
        row = connection.execute(
            "SELECT source, content FROM driver WHERE day = ?", (number,)
        ).fetchone()
        if row and (
            row == (day.source, content)
            or (row[0] == Source.OPEN_METEO_ARCHIVE and row[0] != day.source)
        ):
            continue
        seq = next_number(connection)
        connection.execute(
            "INSERT OR REPLACE INTO driver (day, source, content, seq) VALUES (?, ?, ?, ?)",
            (number, day.source, content, seq),
        )
        changed += 1
    return changed


def driver_days(
    connection: sqlite3.Connection, first: date, last: date, source: Source
) -> set[date]:
    """Return the days, both ends included, that are there from a source."""
    rows = connection.execute(
        "SELECT day FROM driver WHERE day BETWEEN ? AND ? AND source = ?",
        ((first - _EPOCH).days, (last - _EPOCH).days, source),
    )
    return {_EPOCH + timedelta(days=day) for (day,) in rows}


def read_drivers(
    connection: sqlite3.Connection, first: date, last: date, names: Collection[str]
) -> Mapping[str, NDArray[np.float64]]:
    """Return the hours of days in UTC, both ends included, by the name of the driver.

    NaN where nothing is known, or what is there cannot be understood.
    """
    start, end = (first - _EPOCH).days, (last - _EPOCH).days
    hours = {name: np.full((end - start + 1) * _HOURS, np.nan) for name in names}
    for day, content in connection.execute(
        "SELECT day, content FROM driver WHERE day BETWEEN ? AND ?", (start, end)
    ):
        at = (day - start) * _HOURS
        with suppress(*_NONSENSE):
            said: dict[str, Any] = json.loads(zlib.decompress(content))
            for name in said.keys() & hours.keys():
                hours[name][at : at + _HOURS] = said[name]
    return hours


def _pack(values: Mapping[str, NDArray[np.float64]]) -> bytes:
    content = {
        name: [None if math.isnan(value) else round(value, _DIGITS) for value in column.tolist()]
        for name, column in values.items()
    }
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode())
