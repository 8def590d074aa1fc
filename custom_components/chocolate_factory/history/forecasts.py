"""Forecasts in the store's file, as they were issued: hours as compressed JSON, null for NaN."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
import json
import sqlite3
from typing import Any, Final
import zlib

import numpy as np

from ..factory.series import Source
from ..factory.weather import Measure, WeatherHours
from .sequence import next_number

# Finer than any thermometer.
_DIGITS: Final = 2
NONSENSE: Final = (
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
    OverflowError,
    RecursionError,
    zlib.error,
)


def write_forecast(connection: sqlite3.Connection, place: str, forecast: WeatherHours) -> bool:
    """Keep a forecast unless it is there already; the caller holds the transaction."""
    if forecast.issued is None:
        raise ValueError("a forecast is issued at some time")
    key = (place, forecast.source, int(forecast.issued.timestamp()))
    content = _pack(forecast)
    row = connection.execute(
        "SELECT content FROM forecast WHERE place = ? AND source = ? AND issued = ?", key
    ).fetchone()
    if row and row[0] == content:
        return False
    seq = next_number(connection)
    connection.execute(
        "INSERT OR REPLACE INTO forecast (place, source, issued, content, seq) VALUES (?,?,?,?,?)",
        (*key, content, seq),
    )
    return True


def read_forecasts(
    connection: sqlite3.Connection, place: str, until: datetime
) -> Mapping[Source, WeatherHours]:
    """Return each source's newest forecast of those issued until an instant."""
    forecasts = {}
    # One step down the index for each source; grouping would read all that were ever issued.
    for source in Source:
        row = connection.execute(
            """
            SELECT issued, content FROM forecast WHERE place = ? AND source = ? AND issued <= ?
            ORDER BY issued DESC LIMIT 1
            """,
            (place, source, int(until.timestamp())),
        ).fetchone()
        # A newer release may write other contents.
        with suppress(*NONSENSE):
            if row:
                forecasts[source] = unpack(source, *row)
    return forecasts


def clean_up(connection: sqlite3.Connection, before: datetime) -> None:
    """Forget forecasts that were issued before an instant."""
    connection.execute("DELETE FROM forecast WHERE issued < ?", (int(before.timestamp()),))


def _pack(forecast: WeatherHours) -> bytes:
    values = {
        measure: [None if np.isnan(value) else round(value, _DIGITS) for value in column.tolist()]
        for measure, column in forecast.values.items()
    }
    content = {"start": int(forecast.start.timestamp()), "values": values}
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode())


def unpack(source: Source, issued: int, content: bytes) -> WeatherHours:
    """Return a forecast as it was issued; what is none raises any of NONSENSE."""
    said: dict[str, Any] = json.loads(zlib.decompress(content))
    return WeatherHours(
        source=source,
        start=datetime.fromtimestamp(said["start"], UTC),
        values={
            # As an array of floats, null is NaN.
            Measure(measure): np.array(column, dtype=np.float64)
            for measure, column in said["values"].items()
        },
        issued=datetime.fromtimestamp(issued, UTC),
    )
