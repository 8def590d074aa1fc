"""What a forecast of prices has to beat."""

from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.forecast_measures import LEADS, Forecasts, Times
from custom_components.chocolate_factory.learning.price_calendar import day_types

type Grid = NDArray[np.float64]
"""Prices by the local day and the slot of the day on the wall, €/kWh, (days, slots)."""

MONTH = 28
# The forest looks back so many days, and learns from no fewer days than these.
LAGS = 7
LEAST = 3
# The forest learns from the last year, anew every four weeks: more takes minutes.
FOREST_DAYS = 365
FOREST_TREES = 40
FOREST_LEAF = 5
# A band out of the errors of so many days.
BAND_DAYS = 60


def weekly_naive(grid: Grid) -> Grid:
    """Repeat the week before, (7, days, slots)."""
    said = np.full((LEADS, *grid.shape), np.nan)
    said[:, 7:] = grid[:-7]
    return said


def mean_of_type(grid: Grid, first: int) -> Grid:
    """Take the mean of the days of the same type among the last 28, (7, days, slots)."""
    types = day_types(first + np.arange(len(grid)))
    said = np.full((LEADS, *grid.shape), np.nan)
    for lead in range(1, LEADS + 1):
        for day in range(lead, len(grid)):
            past = np.arange(max(day - lead - MONTH, -1) + 1, day - lead + 1)
            alike = past[types[past] == types[day]]
            said[lead - 1, day] = grid[alike if len(alike) else past].mean(axis=0)
    return said


class Forest:
    """A plain random forest for each lead, on lags of hours, the calendar and any weather."""

    def __init__(self, grid: Grid, first: int, weather: Grid | None) -> None:
        """Look at hourly prices (days, 24), and at weather by the hour (days, 24, drivers)."""
        self.grid, self.weather = grid, weather
        self.days = first + np.arange(len(grid))
        self.types = day_types(self.days)
        self.fits = self.predictions = 0
        self.fit_seconds = self.predict_seconds = 0.0

    def forecast(self, begin: int) -> Grid:
        """Forecast the days from a position on, (7, days, 24)."""
        # Only the benchmark knows scikit-learn.
        from sklearn.ensemble import RandomForestRegressor  # noqa: PLC0415  # it takes a second

        said = np.full((LEADS, *self.grid.shape), np.nan)
        for lead in range(1, LEADS + 1):
            inputs = self._inputs(lead)
            for day in range(max(begin, LAGS + 2 * lead + LEAST), len(self.grid), MONTH):
                past = np.arange(max(LAGS + lead, day - lead - FOREST_DAYS), day - lead + 1)
                forest = RandomForestRegressor(
                    FOREST_TREES,
                    min_samples_leaf=FOREST_LEAF,
                    max_features=1 / 3,
                    # No more for quarters of an hour than for hours.
                    max_samples=min(1.0, 24 / self.grid.shape[1]),
                    random_state=1,
                )
                start = perf_counter()
                forest.fit(inputs[past].reshape(-1, inputs.shape[2]), self.grid[past].reshape(-1))
                fitted = perf_counter()
                block = np.arange(day, min(day + MONTH, len(self.grid)))
                rows = inputs[block].reshape(-1, inputs.shape[2])
                said[lead - 1, block] = forest.predict(rows).reshape(-1, self.grid.shape[1])
                self.predict_seconds += perf_counter() - fitted
                self.fit_seconds += fitted - start
                self.fits += 1
                self.predictions += len(block)
        return said

    def times(self) -> Times:
        """Return what it took."""
        return Times(
            "random forest",
            LEADS * self.fit_seconds / max(self.fits, 1),
            LEADS * self.predict_seconds / max(self.predictions, 1),
        )

    def _inputs(self, lead: int) -> NDArray[np.float64]:
        """Return what the forest looks at for each hour of each day, (days, 24, inputs)."""
        shape = self.grid.shape
        days = np.arange(shape[0])

        def lag(count: int) -> Grid:
            lagged: Grid = self.grid[np.maximum(days - count, 0)]
            return lagged

        hours = [lag(count) for count in (*range(lead, lead + 3), 7, 14)]
        daily = [lag(lead).mean(axis=1), lag(lead).min(axis=1), lag(lead).max(axis=1)]
        daily += [
            np.mean([lag(lead + count).mean(axis=1) for count in range(span)], axis=0)
            for span in (7, 28)
        ]
        daily += [(self.days + 3) % 7, self.types, self.days % 365.2425]
        blocks = [*hours, *(np.broadcast_to(one[:, None], shape) for one in daily)]
        blocks.append(np.broadcast_to(np.arange(shape[1]), shape))
        if self.weather is not None:
            blocks += list(np.moveaxis(self.weather, 2, 0))
        inputs: NDArray[np.float64] = np.stack(blocks, axis=2)
        return inputs


def banded(name: str, said: Grid, real: Grid) -> Forecasts:
    """Give forecasts a band: the 10 and 90 % quantiles of the errors of the last 60 days.

    Everything is by the day; the result is (7, days, slots).
    """
    low, high = np.full((2, *said.shape), np.nan)
    for lead in range(LEADS):
        errors = real - said[lead]
        for day in range(lead + 1, len(real)):
            past = errors[max(day - lead - BAND_DAYS, 0) : day - lead]
            known = past[np.isfinite(past)]
            if len(known):
                low[lead, day], high[lead, day] = (
                    said[lead, day] + np.quantile(known, (0.1, 0.9))[:, None]
                )
    return Forecasts(name, low, said, high)
