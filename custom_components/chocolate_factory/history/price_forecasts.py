"""Price forecasts in the store's file, as they were issued: whole numbers in compressed JSON."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
import json
import sqlite3
from typing import Any, Final
import zlib

import numpy as np
from numpy.typing import NDArray

from ..factory.price_issue import PriceIssue
from ..factory.series import Series
from .sequence import next_number

# Units in a €/kWh: finer than the market's own cent per MWh is noise.
_UNITS: Final = 100_000
NONSENSE: Final = (
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
    OverflowError,
    OSError,
    RecursionError,
    zlib.error,
)


def write_price_issue(connection: sqlite3.Connection, issue: PriceIssue) -> bool:
    """Keep a forecast unless the last one from the same knowledge says the same.

    The caller holds the transaction.
    """
    content = _pack(issue)
    known_until = int(issue.known_until.timestamp())
    row = connection.execute(
        "SELECT known_until, content FROM price_forecast WHERE series = ?"
        " ORDER BY issued DESC LIMIT 1",
        (issue.series,),
    ).fetchone()
    if row == (known_until, content):
        return False
    seq = next_number(connection)
    connection.execute(
        "INSERT OR REPLACE INTO price_forecast (series, issued, known_until, content, seq)"
        " VALUES (?, ?, ?, ?, ?)",
        (issue.series, int(issue.issued.timestamp()), known_until, content, seq),
    )
    return True


def restore_price_issue(connection: sqlite3.Connection, issue: PriceIssue) -> bool:
    """Keep a forecast that was issued elsewhere; return whether there was none of that instant."""
    key = (issue.series, int(issue.issued.timestamp()))
    if connection.execute(
        "SELECT 1 FROM price_forecast WHERE series = ? AND issued = ?", key
    ).fetchone():
        return False
    connection.execute(
        "INSERT INTO price_forecast (series, issued, known_until, content, seq)"
        " VALUES (?, ?, ?, ?, ?)",
        (*key, int(issue.known_until.timestamp()), _pack(issue), next_number(connection)),
    )
    return True


def read_price_issue(
    connection: sqlite3.Connection, series: Series, until: datetime
) -> PriceIssue | None:
    """Return the newest forecast of a series of those issued until an instant."""
    rows = connection.execute(
        "SELECT issued, known_until, content FROM price_forecast"
        " WHERE series = ? AND issued <= ? ORDER BY issued DESC",
        (series, int(until.timestamp())),
    )
    # One step down the index, unless what is found there cannot be understood.
    return next(_understood(series, rows), None)


def read_price_issues(
    connection: sqlite3.Connection, series: Series, start: datetime, end: datetime
) -> list[PriceIssue]:
    """Return the forecasts of a series that were issued in [start, end), oldest first."""
    rows = connection.execute(
        "SELECT issued, known_until, content FROM price_forecast"
        " WHERE series = ? AND issued >= ? AND issued < ? ORDER BY issued",
        (series, int(start.timestamp()), int(end.timestamp())),
    )
    return list(_understood(series, rows))


def clean_up(connection: sqlite3.Connection, before: datetime) -> None:
    """Forget forecasts that were issued before an instant."""
    connection.execute("DELETE FROM price_forecast WHERE issued < ?", (int(before.timestamp()),))


def _understood(series: Series, rows: Iterable[tuple[int, int, bytes]]) -> Iterator[PriceIssue]:
    """Yield the forecasts that are none of a newer release, and whole."""
    for row in rows:
        with suppress(*NONSENSE):
            yield unpack(series, *row)


def _pack(issue: PriceIssue) -> bytes:
    content = {
        "start": int(issue.starts[0]),
        "seconds": issue.seconds,
        "low": _whole(issue.low),
        "middle": _whole(issue.middle),
        "high": _whole(issue.high),
    }
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode())


def unpack(series: Series, issued: int, known_until: int, content: bytes) -> PriceIssue:
    """Return a forecast as it was issued; what is none raises any of NONSENSE."""
    said: dict[str, Any] = json.loads(zlib.decompress(content))
    low, middle, high = (_prices(said[name]) for name in ("low", "middle", "high"))
    return PriceIssue(
        series=series,
        issued=datetime.fromtimestamp(issued, UTC),
        known_until=datetime.fromtimestamp(known_until, UTC),
        starts=int(said["start"]) + int(said["seconds"]) * np.arange(len(middle), dtype=np.int64),
        seconds=int(said["seconds"]),
        low=low,
        middle=middle,
        high=high,
    )


def _whole(prices: NDArray[np.float64]) -> list[int | None]:
    return [None if np.isnan(price) else round(price * _UNITS) for price in prices.tolist()]


def _prices(whole: list[int | None]) -> NDArray[np.float64]:
    # As an array of floats, null is NaN.
    return np.array(whole, dtype=np.float64) / _UNITS
