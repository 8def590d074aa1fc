"""Prices of a market by the local day and the hour on the wall, as the forecast sees them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ..factory.clock import local_hours
from ..factory.tariff import MARKET_TIME_ZONE

HOUR: Final = 3600
DAY_HOURS: Final = 24
LEAST_DAYS: Final = 14
# A day with fewer published hours is not over yet.
_LEAST_HOURS: Final = 23


class TooLittleHistoryError(ValueError):
    """There are too few days of prices to forecast any."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PriceHistory:
    """Published prices of one market series, oldest first; there may be holes."""

    starts: NDArray[np.int64]
    """Unix seconds."""
    seconds: NDArray[np.int64]
    """How long each price holds: an hour, or a quarter of one."""
    prices: NDArray[np.float64]
    """€/kWh."""

    def last(self, days: int) -> PriceHistory:
        """Return what begins not more than some days before the last slot."""
        earliest = self.starts[-1:] - days * DAY_HOURS * HOUR
        first = int(np.searchsorted(self.starts, earliest).sum())
        return PriceHistory(
            starts=self.starts[first:], seconds=self.seconds[first:], prices=self.prices[first:]
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PriceGrid:
    """The hourly means of whole local days; an hour that comes twice in a day counts once.

    Days are numbered from 1970-01-01 on.
    """

    first: int
    """The number of the first day."""
    known: NDArray[np.bool_]
    """Where a price was published, (days, 24)."""
    prices: NDArray[np.float64]
    """€/kWh, (days, 24); what was not published is taken from the hours or the week before."""

    def __len__(self) -> int:
        """Return the number of days."""
        return len(self.prices)

    @property
    def days(self) -> NDArray[np.int64]:
        """Return the numbers of the days."""
        return self.first + np.arange(len(self))

    @classmethod
    def of(cls, history: PriceHistory) -> Self:
        """Lay a history out, up to its last day if that is over; there has to be one."""
        told = np.isfinite(history.prices)
        starts, seconds = history.starts[told], history.seconds[told]
        first_hour = int(starts[0]) // HOUR
        hours = starts // HOUR - first_hour
        cells = wall_hours(first_hour * HOUR, int(hours[-1]) + 1)[hours]
        first = int(cells[0]) // DAY_HOURS
        size = (int(cells[-1]) // DAY_HOURS - first + 1) * DAY_HOURS
        cells -= first * DAY_HOURS
        weights = np.bincount(cells, weights=seconds, minlength=size)
        sums = np.bincount(cells, weights=seconds * history.prices[told], minlength=size)
        known = (weights > 0).reshape(-1, DAY_HOURS)
        with np.errstate(invalid="ignore"):
            means = (sums / weights).reshape(-1, DAY_HOURS)
        is_over = int(known[-1].sum()) >= _LEAST_HOURS
        end = len(known) if is_over else len(known) - 1
        return cls(first=first, known=known[:end], prices=_fill(means[:end]))


def laid_out(history: PriceHistory) -> PriceGrid:
    """Return the days of a history; raises TooLittleHistoryError when they are too few."""
    days = 0
    if np.isfinite(history.prices).any():
        grid = PriceGrid.of(history)
        days = int(np.count_nonzero(grid.known.sum(axis=1)))
    if days < LEAST_DAYS:
        raise TooLittleHistoryError(f"{days} days of prices, {LEAST_DAYS} are needed")
    return grid


def wall_hours(start: int, count: int) -> NDArray[np.int64]:
    """Return the local times of consecutive hours from Unix seconds on, as `local_hours` does."""
    return local_hours(datetime.fromtimestamp(start, UTC), count, MARKET_TIME_ZONE)


def _fill(prices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return prices without holes: short ones are bridged, others repeat the week before."""
    filled = prices.copy()
    flat = filled.reshape(-1)
    known = np.flatnonzero(np.isfinite(flat))
    missing = np.flatnonzero(np.isnan(flat))
    bridged = np.interp(missing, known, flat[known])
    after = np.searchsorted(known, missing)
    gaps = known[np.minimum(after, len(known) - 1)] - known[np.maximum(after - 1, 0)]
    week = 7 * DAY_HOURS
    for position, value, gap in zip(missing.tolist(), bridged.tolist(), gaps.tolist(), strict=True):
        is_short = gap <= 6 or position < week
        flat[position] = value if is_short else flat[position - week]
    return filled
