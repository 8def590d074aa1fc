"""Forecast past prices from what was known at the time."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..factory.series import Series
from .price_drivers import Drivers, useful_drivers
from .price_grid import DAY_HOURS, HOUR, PriceHistory, laid_out, wall_hours
from .price_panel import LEADS, Panel
from .price_quarters import QUARTER, quarter_shapes
from .price_slots import Slots
from .price_walk import FIRST_ORIGIN, Check, go_on, walk

# Days on which members and band are tried before anything is shown.
_TRIAL_DAYS: Final = 112


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Backtest:
    """What would have been forecast of past slots, in €/kWh; NaN where nothing was."""

    series: Series
    starts: NDArray[np.int64]
    """Unix seconds, (slots,)."""
    low: NDArray[np.float64]
    middle: NDArray[np.float64]
    high: NDArray[np.float64]
    """The 10, 50 and 90 % quantiles at each lead of 1 to 7 days, (7, slots)."""


def backtest(
    history: PriceHistory,
    series: Series,
    drivers: Drivers | None = None,
    *,
    first: int,
    seconds: int = HOUR,
    check: Check = go_on,
) -> Backtest:
    """Forecast the past from the local day of an instant in Unix seconds on.

    Of every day there is what would have been forecast of it at each lead: when everything was
    known to the end of the day so many days earlier. Slots last an hour, or a quarter if asked for.
    """
    grid = laid_out(history)
    panel = Panel.of(grid, drivers, useful_drivers(drivers))
    begin = int(wall_hours(first // HOUR * HOUR, 1)[0]) // DAY_HOURS - grid.first
    begin = min(max(begin, 0), len(grid))
    first_origin = max(min(begin - LEADS - _TRIAL_DAYS, len(grid) - 1), FIRST_ORIGIN)
    issued = walk(panel, first_origin, check).issued

    slots = Slots.of(grid.first + begin, len(grid) - begin, seconds)
    targets = begin + slots.days
    origins = targets - np.arange(1, LEADS + 1)[:, None]
    made = origins >= first_origin
    leads = np.arange(LEADS)[:, None]
    prices = issued[:, leads, np.where(made, origins - first_origin, 0), slots.hours]
    if seconds == QUARTER:
        shapes = quarter_shapes(history, grid, panel.types)
        prices += shapes[origins, panel.types[targets], slots.hours, slots.parts]
    prices[:, ~made] = np.nan
    low, middle, high = prices
    return Backtest(series=series, starts=slots.starts, low=low, middle=middle, high=high)
