"""What was to be expected of the air when nobody had forecast it: its habits of the last days."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ..factory.atmosphere import dew_point, humidity_at
from ..factory.features import Air

_DAY: Final = 24
# Half of what is usual at an hour of the day comes from the last two days: at all leads about the
# best in four years in Madrid (2.8 °C off after a day, 4.2 °C after a week, root mean square).
_FADING: Final = 0.5 ** (1 / 2)
# Hours after which a departure from the usual has faded to a third; the best in the same years.
_MEMORY: Final = 18.0


@dataclass(frozen=True, slots=True, eq=False)
class Habits:
    """The temperature, dew point and pressure of consecutive hours, (3, n)."""

    measured: NDArray[np.float64]
    """NaN where unknown."""
    usual: NDArray[np.float64]
    """The fading means of each hour and the same hours of the days before."""

    @classmethod
    def of(cls, air: Air) -> Self:
        """Learn the habits of air as it was measured."""
        dew = dew_point(air.temperature, air.humidity)
        measured = np.stack([air.temperature, dew, air.pressure])
        return cls(measured, _usual(measured))

    def expected(self, ahead: NDArray[np.int64]) -> Air:
        """Return the air of each hour as it was to be expected some hours ahead, (n,).

        Only from what had been measured by then: as usual at that hour of the day, and what the air
        departed from the usual in the end, fading. Nothing ahead, it is the air as measured. NaN
        where nothing was known.
        """
        hours = np.arange(len(ahead))
        moments = hours - ahead
        departure = _at(self.measured, moments) - _at(self.usual, moments - _DAY)
        fading = np.nan_to_num(departure) * np.exp(-ahead / _MEMORY)
        # The same hour of the last day on which it had been by then.
        guess = _at(self.usual, hours - -(-ahead // _DAY) * _DAY) + fading
        temperature, dew, pressure = np.where(ahead > 0, guess, self.measured)
        humidity = humidity_at(temperature, np.minimum(dew, temperature))
        return Air(temperature=temperature, humidity=humidity, pressure=pressure)


def _at(values: NDArray[np.float64], hours: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return values (3, n) at some hours, NaN before the first."""
    return np.where(hours >= 0, values[:, np.maximum(hours, 0)], np.nan)


def _usual(measured: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the fading mean over days at each hour of measured values, (3, n)."""
    kinds, hours = measured.shape
    days = -(-hours // _DAY)
    table = np.full((kinds, days * _DAY), np.nan)
    table[:, :hours] = measured
    table = table.reshape(kinds, days, _DAY)
    is_known = ~np.isnan(table)
    values = np.where(is_known, table, 0)
    means = np.empty_like(table)
    total, weight = np.zeros((kinds, _DAY)), np.zeros((kinds, _DAY))
    with np.errstate(invalid="ignore", divide="ignore"):
        for day in range(days):
            total = total * _FADING + values[:, day]
            weight = weight * _FADING + is_known[:, day]
            means[:, day] = total / weight
    return means.reshape(kinds, -1)[:, :hours]
