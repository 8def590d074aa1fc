"""All that the members of the forecast look at: prices, what is usual, calendar and weather."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from .price_calendar import calendar_inputs, day_types
from .price_drivers import DriverDays, Drivers
from .price_grid import PriceGrid
from .price_profile import Profiles
from .price_ridge import Inputs

LEADS: Final = 7
# A day has a past to look at when so many days are before it.
LOOKBACK: Final = 14
_WEEK: Final = 7
_MONTH: Final = 28


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Panel:
    """Days of prices, and the week after them; days are positions in the grid."""

    grid: PriceGrid
    usual: Profiles
    """What was usual in the last weeks."""
    lasting: Profiles
    """What was usual in the last months."""
    types: NDArray[np.int64]
    """Types of days, with the week to come, (days + 7,)."""
    drivers: DriverDays | None

    @classmethod
    def of(cls, grid: PriceGrid, drivers: Drivers | None, names: Sequence[str]) -> Self:
        """Look at prices, and at the drivers that have some names."""
        ahead = len(grid) + LEADS
        types = day_types(grid.first + np.arange(ahead))
        told = drivers or Drivers(start=grid.first, values={})
        return cls(
            grid=grid,
            usual=Profiles.of(grid, types, _WEEK),
            lasting=Profiles.of(grid, types, _MONTH),
            types=types,
            drivers=DriverDays.of(told, names, grid.first, ahead) if names else None,
        )

    def inputs(self, origins: NDArray[np.int64], *blocks: NDArray[np.float64]) -> Inputs:
        """Join what is known of days, (n, …) or (leads, n, …), with calendar and weather."""
        shape = (LEADS, len(origins))
        ahead = targets(origins)
        calendar = calendar_inputs(self.grid.first + ahead, self.types[ahead])
        plain = np.concatenate(
            [np.broadcast_to(block, (*shape, block.shape[-1])) for block in (*blocks, calendar)],
            axis=2,
        )
        if self.drivers is None:
            return Inputs(
                plain=plain, weather=np.empty((*shape, 0)), informed=np.zeros(shape, dtype=np.bool_)
            )
        return Inputs(
            plain=plain,
            weather=self.drivers.inputs(origins, ahead),
            informed=self.drivers.known[ahead] & self.drivers.known[origins],
        )


def targets(origins: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the days that are forecast from each origin, (leads, n)."""
    return origins + np.arange(1, LEADS + 1)[:, None]


def running_mean(values: NDArray[np.float64], days: int) -> NDArray[np.float64]:
    """Return the means of the days until each one, of as many as there are."""
    sums = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
    last = np.arange(1, len(values) + 1)
    first = np.maximum(last - days, 0)
    count = (last - first).reshape(-1, *(1,) * (values.ndim - 1))
    means: NDArray[np.float64] = (sums[last] - sums[first]) / count
    return means
