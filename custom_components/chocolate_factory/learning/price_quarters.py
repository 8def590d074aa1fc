"""How prices move within an hour, since they come by the quarter."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from .price_calendar import DayType
from .price_grid import DAY_HOURS, HOUR, PriceGrid, PriceHistory, wall_hours

QUARTER: Final = 900
QUARTERS: Final = HOUR // QUARTER
_HALF_LIFE: Final = 10
# As many days of an unmoved price are believed before anything is known.
_DOUBT: Final = 1


def quarter_shapes(
    history: PriceHistory, grid: PriceGrid, types: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return how quarters usually differ from their hour after each day.

    In €/kWh, (days, types of days, 24, 4); 0 where the market had no quarters yet.
    """
    off = _deviations(history, grid)
    known = np.logical_and.reduce(np.isfinite(off), axis=2)
    fade = 0.5 ** (1 / _HALF_LIFE)
    sums = np.zeros((len(DayType), DAY_HOURS, QUARTERS))
    weights = np.full((len(DayType), DAY_HOURS, 1), float(_DOUBT))
    shapes = np.zeros((len(grid), *sums.shape))
    for day in range(len(grid)):
        hours = known[day]
        if hours.any():
            kind = types[day]
            sums *= fade
            weights *= fade
            sums[kind, hours] += off[day, hours]
            weights[kind, hours] += 1
        shapes[day] = sums / weights
    return shapes


def _deviations(history: PriceHistory, grid: PriceGrid) -> NDArray[np.float64]:
    """Return how quarters differ from the mean of their hour, (days, 24, 4); NaN where unknown."""
    off = np.full((len(grid) * DAY_HOURS, QUARTERS), np.nan)
    told = np.isfinite(history.prices) & (history.seconds == QUARTER)
    if told.any():
        starts = history.starts[told]
        first = int(starts[0]) // HOUR
        hours = starts // HOUR - first
        cells = wall_hours(first * HOUR, int(hours[-1]) + 1)[hours] - grid.first * DAY_HOURS
        inside = (cells >= 0) & (cells < len(off))
        quarters = starts[inside] % HOUR // QUARTER
        off[cells[inside], quarters] = history.prices[told][inside]
        off -= off.mean(axis=1, keepdims=True)
    return off.reshape(len(grid), DAY_HOURS, QUARTERS)
