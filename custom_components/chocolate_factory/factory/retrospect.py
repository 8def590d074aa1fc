"""What the hours of the past were like, as far as it is known by now."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from .comfort import ComfortLimits, chocolate_production_index, indoors
from .conditions import Conditions
from .score import LAST_WORD, costs, scores

_HOUR = 3600


class Figure(StrEnum):
    """What is told of every hour, named like the sensor that shows it now."""

    PRICE = "price"
    ENERGY_SCORE = "energy_score"
    TEMPERATURE = "temperature"
    HUMIDITY = "humidity"
    PRESSURE = "pressure"
    INDEX = "chocolate_production_index"
    COMPLETENESS = "data_completeness"

    @property
    def digits(self) -> int:
        """Return how many digits behind the point are more than noise."""
        return 6 if self is Figure.PRICE else 2


@dataclass(frozen=True, slots=True, eq=False)
class Hours:
    """A figure in some hours, oldest first: arrays of one length n."""

    starts: NDArray[np.int64]
    """Unix seconds."""
    values: NDArray[np.float64]
    """The mean, the lowest and the highest of each hour, (n, 3)."""

    def __len__(self) -> int:
        """Return the number of hours."""
        return len(self.starts)


def by_hours(
    starts: NDArray[np.int64],
    seconds: NDArray[np.int64],
    values: NDArray[np.float64],
    digits: int,
) -> Hours:
    """Sum up slots, oldest first and none longer than an hour, leaving out what is not known."""
    known = ~np.isnan(values)
    hours, first, at = np.unique(starts[known] // _HOUR, return_index=True, return_inverse=True)
    if not len(hours):
        return Hours(hours, np.empty((0, 3)))
    values, weights = values[known], seconds[known]
    means = np.bincount(at, weights * values) / np.bincount(at, weights)
    columns = (means, np.minimum.reduceat(values, first), np.maximum.reduceat(values, first))
    # Not even a negative zero is different from zero.
    return Hours(_HOUR * hours, np.round(np.column_stack(columns), digits) + 0.0)


def retrospect(
    known: Conditions, limits: ComfortLimits, start: int, end: int
) -> dict[Figure, Hours]:
    """Return the figures of the hours in [start, end), Unix seconds, but their completeness.

    The energy score is the one that hindsight gives, as the models learn it: of hours whose week
    is not known yet there is none. What is known should reach half a week over both ends.
    """
    rows = np.flatnonzero((known.starts >= start) & (known.starts < end))
    starts, seconds, air = known.starts[rows], known.seconds[rows], known.air
    temperature, humidity = air.temperature[rows], air.humidity[rows]
    cost = costs(known.price, air.temperature, limits)
    slots = {
        Figure.PRICE: known.price[rows],
        Figure.ENERGY_SCORE: scores(known.starts, known.seconds, cost, rows=rows, enough=LAST_WORD),
        Figure.TEMPERATURE: temperature,
        Figure.HUMIDITY: humidity,
        Figure.PRESSURE: air.pressure[rows],
        Figure.INDEX: chocolate_production_index(*indoors(temperature, humidity, limits), limits),
    }
    return {
        figure: by_hours(starts, seconds, values, figure.digits) for figure, values in slots.items()
    }
