"""Measured series in files: `start` in UTC, then values; comma-separated, gzipped or not."""

from collections.abc import Sequence
import csv
from datetime import datetime
import gzip
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from custom_components.chocolate_factory.learning.price_forecast import Drivers, PriceHistory

HOUR = 3600
# Files are in €/MWh.
MEGA = 1000
_GZIP = b"\x1f\x8b"


def read_prices(paths: Sequence[Path]) -> PriceHistory:
    """Return the prices of files; where they overlap the last one counts."""
    tables = [_read(path) for path in paths]
    # Of equal starts numpy.unique keeps the first one.
    starts = np.concatenate([starts for starts, _, _ in reversed(tables)])
    prices = np.concatenate([values[:, 0] for _, _, values in reversed(tables)]) / MEGA
    starts, kept = np.unique(starts, return_index=True)
    steps = np.minimum(np.diff(starts), HOUR)
    # A slot before a hole is as long as the one before it.
    seconds = np.append(steps, HOUR)
    seconds[1:] = np.minimum(seconds[1:], steps)
    return PriceHistory(starts=starts, seconds=seconds, prices=prices[kept])


def read_drivers(path: Path) -> Drivers:
    """Return the columns of a file of weather by the hour."""
    starts, names, values = _read(path)
    hours = (starts - starts[0]) // HOUR
    columns = np.full((len(names), int(hours[-1]) + 1), np.nan)
    columns[:, hours] = values.T
    return Drivers(start=int(starts[0]), values=dict(zip(names, columns, strict=True)))


def _read(path: Path) -> tuple[NDArray[np.int64], list[str], NDArray[np.float64]]:
    """Return the starts in Unix seconds, the names of the columns, and their values."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if content.startswith(_GZIP) else content).decode("utf-8-sig")
    names, *rows = csv.reader(text.splitlines())
    starts = [int(datetime.fromisoformat(row[0]).timestamp()) for row in rows]
    values = [[float(cell) if cell else np.nan for cell in row[1:]] for row in rows]
    return np.array(starts), names[1:], np.array(values)
