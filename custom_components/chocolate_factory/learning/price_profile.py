"""What the hours of a day usually cost, by the type of the day and weighted by how recent it is."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from .price_calendar import DayType
from .price_grid import DAY_HOURS, PriceGrid

_SPREAD_HALF_LIFE: Final = 30
# A price farther from the usual one, in spreads, counts as if it were no farther: one spike must
# not move the profile, and a new level of prices still arrives within days.
_FARTHEST: Final = 6
# €/kWh: prices that do not move at all are still not divided by nothing.
_LEAST_SPREAD: Final = 1e-4
_EARLY_DAYS: Final = 14
# Of a normal distribution the standard deviation, in median distances from the median.
_NORMAL: Final = 1.4826


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Profiles:
    """What was usual after each day of a history."""

    profiles: NDArray[np.float64]
    """€/kWh, (days, types, 24)."""
    spreads: NDArray[np.float64]
    """How far prices were from the profile of the day before, €/kWh, (days,)."""
    tame: NDArray[np.float64]
    """The prices, without what was too far from the profile, (days, 24)."""
    types: NDArray[np.int64]
    """Types of days, with some days to come."""

    @classmethod
    def of(cls, grid: PriceGrid, types: NDArray[np.int64], half_life: float) -> Self:
        """Follow a history day by day; days of which nothing is known change nothing.

        A day counts half when it is as many days old as the half-life says.
        """
        early = grid.prices[:_EARLY_DAYS]
        usual = np.tile(np.median(early, axis=0), (len(DayType), 1))
        weights = [0.0] * len(DayType)
        square = (_NORMAL * float(np.median(np.abs(early - usual[0])))) ** 2
        days = 1.0
        fade, spread_fade = 0.5 ** (1 / half_life), 0.5 ** (1 / _SPREAD_HALF_LIFE)
        profiles = np.empty((len(grid), *usual.shape))
        spreads = np.empty(len(grid))
        tame = grid.prices.copy()
        known = np.logical_or.reduce(grid.known, axis=1).tolist()
        spread = max(square**0.5, _LEAST_SPREAD)
        for day, kind in enumerate(types[: len(grid)].tolist()):
            if known[day]:
                off = tame[day] - usual[kind]
                off = np.minimum(np.maximum(off, -_FARTHEST * spread), _FARTHEST * spread)
                tame[day] = usual[kind] + off
                weights = [weight * fade for weight in weights]
                weights[kind] += 1
                usual[kind] += off / weights[kind]
                square = square * spread_fade + float(off @ off) / DAY_HOURS
                days = days * spread_fade + 1
                spread = max((square / days) ** 0.5, _LEAST_SPREAD)
            profiles[day] = usual
            spreads[day] = spread
        return cls(profiles=profiles, spreads=spreads, tame=tame, types=types)

    def expected(self, origins: NDArray[np.int64], days: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what was usual at some days for others, in €/kWh, (…, 24)."""
        expected: NDArray[np.float64] = self.profiles[origins, self.types[days]]
        return expected

    def deviations(
        self, origins: NDArray[np.int64], days: NDArray[np.int64], prices: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return how prices (days, 24) differ from what was usual at the origins, in spreads."""
        off = prices[days] - self.expected(origins, days)
        deviations: NDArray[np.float64] = off / self.spreads[origins, None]
        return deviations
