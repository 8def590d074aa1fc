"""How complete a series is, day by day and hour by hour."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ..factory.tariff import local_day
from .gaps import Coverage, stretches, within
from .slots import SlotTable

_DAY: Final = timedelta(days=1)
_HOUR: Final = 3600


def daily_completeness(coverage: Coverage, zone: ZoneInfo) -> dict[date, float]:
    """Return the share of each local day that is there, 0 to 100, of the time that is due."""
    missing = stretches(coverage.gaps)
    shares = {}
    day = coverage.start.astimezone(zone).date()
    while (begin := max((edges := local_day(day, zone))[0], coverage.start)) < coverage.end:
        end = min(edges[1], coverage.end)
        gone = within(missing, begin, end)
        lost = int((gone[:, 1] - gone[:, 0]).sum())
        shares[day] = 100.0 * (1 - lost / (end - begin).total_seconds())
        day += _DAY
    return shares


def hourly_completeness(
    prices: Sequence[SlotTable], weather: Sequence[NDArray[np.float64]], start: int, count: int
) -> NDArray[np.float64]:
    """Return the share that is there of each hour, 0 to 100, over prices and measures of weather.

    There are so many hours from Unix seconds on; the weather has NaN in those that nobody knows.
    A price that is estimated is still to come.
    """
    there = [(~np.isnan(values)).astype(np.float64) for values in weather]
    for table in prices:
        hours = (table.starts - start) // _HOUR
        rows = (hours >= 0) & (hours < count) & ~table.estimated
        there.append(np.bincount(hours[rows], table.seconds[rows], count) / _HOUR)
    shares: NDArray[np.float64] = 100.0 * np.mean(there, axis=0)
    return shares
