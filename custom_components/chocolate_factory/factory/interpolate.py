"""Weather that is told every few hours, for the hours in between."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .weather import Measure, WeatherHours

type _Column = NDArray[np.float64]

LONGEST: Final = 3
"""Hours from one known value to the next that are bridged; further apart, anything may happen."""


def interpolate(hours: WeatherHours) -> WeatherHours:
    """Return the same hours with values in the holes between known ones up to 3 h apart.

    Temperature, humidity, pressure and the speed of the wind go straight from one to the next, its
    bearing the short way round. A condition and a probability hold until the next one. What lies
    before the first value or after the last one stays unknown, and so does precipitation: how the
    rain of several hours is shared among them knows only who knows which hours a sum covers.
    """
    values = {measure: _filled(measure, column) for measure, column in hours.values.items()}
    return replace(hours, values=values)


def _filled(measure: Measure, column: _Column) -> _Column:
    bridge = _BRIDGES.get(measure)
    known = np.flatnonzero(np.isfinite(column))
    if bridge is None or len(known) < 2:
        return column
    at = np.arange(len(column))
    # The known value before each hour and the one after it; before the first, wherever it is.
    after = np.clip(np.searchsorted(known, at), 1, len(known) - 1)
    before, behind = known[after - 1], known[after]
    hole = np.isnan(column) & (before < at) & (at < behind) & (behind - before <= LONGEST)
    filled = column.copy()
    filled[hole] = bridge(at[hole], known, column[known])
    return filled


def _straight(at: NDArray[np.intp], known: NDArray[np.intp], values: _Column) -> _Column:
    return np.interp(at, known, values)


def _short_way_round(at: NDArray[np.intp], known: NDArray[np.intp], values: _Column) -> _Column:
    turned: _Column = np.interp(at, known, np.unwrap(values, period=360)) % 360
    return turned


def _held(at: NDArray[np.intp], known: NDArray[np.intp], values: _Column) -> _Column:
    held: _Column = values[np.searchsorted(known, at) - 1]
    return held


_BRIDGES: Final[dict[Measure, Callable[[NDArray[np.intp], NDArray[np.intp], _Column], _Column]]] = {
    Measure.TEMPERATURE: _straight,
    Measure.HUMIDITY: _straight,
    Measure.PRESSURE: _straight,
    Measure.WIND_SPEED: _straight,
    Measure.WIND_BEARING: _short_way_round,
    Measure.PRECIPITATION_PROBABILITY: _held,
    Measure.CONDITION: _held,
}
