"""How dear many slots are at a time, each beside the prices around it."""

from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from .clock import wall_seconds
from .prices import PriceLevel

UNKNOWN: Final = -1
_DAY: Final = 86_400
_WEEK: Final = 7 * _DAY
# Slots at a time, so that a week of quarters beside three takes few megabytes.
_ROWS: Final = 128


def price_levels(
    starts: NDArray[np.int64],
    seconds: NDArray[np.int64],
    price: NDArray[np.float64],
    zone: ZoneInfo,
    rows: NDArray[np.intp],
) -> NDArray[np.int8]:
    """Return positions in `PriceLevel` of some slots, (rows,); UNKNOWN where there is no price.

    As `PriceLevel.of` says: each among the slots from a week before it to the end of its own local
    day, equals counting half. The starts are Unix seconds, rising; prices in €/kWh or NaN.
    """
    days = wall_seconds(starts, zone) // _DAY
    first = np.searchsorted(starts + seconds, starts[rows] - _WEEK, side="right")
    last = np.searchsorted(days, days[rows], side="right")
    levels = np.full(len(rows), UNKNOWN, dtype=np.int8)
    slots = np.arange(len(starts))
    for part in range(0, len(rows), _ROWS):
        these = slice(part, part + _ROWS)
        own = price[rows[these], None]
        around = (slots >= first[these, None]) & (slots < last[these, None]) & ~np.isnan(price)
        cheaper = ((price < own) & around).sum(axis=1)
        equal = ((price == own) & around).sum(axis=1)
        with np.errstate(invalid="ignore"):
            percentile = 100 * (cheaper + equal / 2) / around.sum(axis=1)
        known = np.isfinite(own[:, 0])
        levels[these][known] = PriceLevel.positions(percentile[known])
    return levels
