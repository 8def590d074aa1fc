"""The weather that drives the price, as the forecast sees it: a few numbers a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from .price_grid import DAY_HOURS, wall_hours

# The parts of a day: night, the hours of the sun, and the evening, when prices are highest.
_PARTS: Final = (slice(0, 8), slice(8, 17), slice(17, 24))
# The share of the hours that says enough about a part of a day.
_LEAST_KNOWN: Final = 0.5
_LEAST_YEAR: Final = 360 * DAY_HOURS
_LEAST_SHARE: Final = 0.9
_WEEK: Final = 7
_MONTH: Final = 28


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Drivers:
    """Hourly weather that drives the price in Spain: observed in the past, forecast beyond."""

    start: int
    """Unix seconds of the first hour."""
    values: Mapping[str, NDArray[np.float64]]
    """Of each name the hours from there on, (hours,); NaN where unknown."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DriverDays:
    """Drivers by the local day, from the first day of some prices to the last one forecast."""

    parts: NDArray[np.float64]
    """The means of the parts of days, (days, drivers, parts); what is unknown is as lately."""
    week: NDArray[np.float64]
    """Their means of the week until each day."""
    month: NDArray[np.float64]
    """Their means of four weeks."""
    known: NDArray[np.bool_]
    """Where every driver is known, (days,)."""

    @classmethod
    def of(cls, drivers: Drivers, names: Sequence[str], first: int, days: int) -> Self:
        """Sum up drivers by day, from a day number on; one that is not there is unknown."""
        parts = np.full((days, len(names), len(_PARTS)), np.nan)
        hours = max((len(values) for values in drivers.values.values()), default=0)
        cells = wall_hours(drivers.start, hours) - first * DAY_HOURS
        inside = (cells >= 0) & (cells < days * DAY_HOURS)
        for column, name in enumerate(names):
            values = drivers.values.get(name, np.empty(0))
            here = inside[: len(values)]
            grid = np.full(days * DAY_HOURS, np.nan)
            grid[cells[: len(values)][here]] = values[here]
            parts[:, column] = _means(grid.reshape(days, DAY_HOURS))
        known = np.isfinite(parts).all(axis=(1, 2))
        week, month = _running(parts, _WEEK), _running(parts, _MONTH)
        return cls(
            parts=np.where(np.isnan(parts), week, parts), week=week, month=month, known=known
        )

    def inputs(self, origins: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what the weather of days to come says about their prices, (leads, n, inputs).

        Origins (n,) are the last days with prices, targets (leads, n) those that are forecast.
        """
        then = self.parts[targets]
        changes = then - self.week[origins]
        day, change = then.mean(axis=3), changes.mean(axis=3)
        trend = (self.week - self.month)[origins].mean(axis=2)
        blocks = (
            changes.reshape(*targets.shape, -1),
            change,
            day,
            # Warmer is dearer in summer and cheaper in winter.
            day * change,
            np.broadcast_to(trend, change.shape),
        )
        return np.concatenate(blocks, axis=2)


def useful_drivers(drivers: Drivers | None) -> tuple[str, ...]:
    """Return the names of the drivers that are known for a year, and since then nearly always."""
    names = []
    for name, values in (drivers.values if drivers else {}).items():
        known = np.flatnonzero(np.isfinite(values))
        if len(known) >= _LEAST_YEAR and len(known) >= _LEAST_SHARE * (known[-1] - known[0] + 1):
            names.append(name)
    return tuple(sorted(names))


def _means(grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the means of the parts of days, (days, parts); NaN where little is known."""
    means = np.empty((len(grid), len(_PARTS)))
    for column, part in enumerate(_PARTS):
        known = np.isfinite(grid[:, part])
        count = known.sum(axis=1)
        sums = np.where(known, grid[:, part], 0).sum(axis=1)
        means[:, column] = np.where(
            count >= _LEAST_KNOWN * known.shape[1], sums / np.maximum(count, 1), np.nan
        )
    return means


def _running(parts: NDArray[np.float64], days: int) -> NDArray[np.float64]:
    """Return the means of the days until each one, of those that are known; 0 without any."""
    known = np.isfinite(parts)
    sums, counts = (
        np.concatenate([np.zeros((days, *parts.shape[1:])), np.cumsum(values, axis=0)])
        for values in (np.where(known, parts, 0), known)
    )
    running: NDArray[np.float64] = (sums[days:] - sums[:-days]) / np.maximum(
        counts[days:] - counts[:-days], 1
    )
    return running
