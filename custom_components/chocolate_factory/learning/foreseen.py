"""What was forecast of the air, evening by evening, as it was issued."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ..factory.blend import Blend
from ..factory.features import Air
from ..factory.weather import KEPT

EVENING: Final = 20
"""In this hour of the day, on the wall, the prices of the next day are out."""
REACH: Final = 9 * 24
"""Hours from an evening to the end of the seventh day after those with published prices."""

_HOUR: Final = 3600
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True, eq=False)
class Foreseen:
    """What was known on some evenings of the hours that were to come."""

    evenings: NDArray[np.int64]
    """Unix seconds, rising, (k,)."""
    said: NDArray[np.float64]
    """Temperature, humidity and pressure of the hours from each on, NaN where nobody spoke of them,
    (k, 3, `REACH`)."""

    @classmethod
    def of(cls, forecasts: Sequence[Blend]) -> Self:
        """Return what forecasts of `REACH` hours said, each made when its first hour began."""
        made = [int(forecast.start.timestamp()) for forecast in forecasts]
        said = [[forecast.values[measure] for measure in KEPT] for forecast in forecasts]
        return cls(
            np.array(made, dtype=np.int64),
            np.array(said, dtype=np.float64).reshape(len(made), len(KEPT), REACH),
        )

    @classmethod
    def nothing(cls) -> Self:
        """Return that nothing was kept."""
        return cls.of(())

    def at(self, starts: NDArray[np.int64], ahead: NDArray[np.int64]) -> Air:
        """Return the air of hours as it was forecast when they were so many hours ahead, (n,).

        By the last evening before that. NaN where that was more than a day ago, where nothing was
        forecast of an hour, and where it had begun.
        """
        air = np.full((len(KEPT), len(starts)), np.nan)
        moments = starts - _HOUR * ahead
        evening = np.searchsorted(self.evenings, moments, side="right") - 1
        known = np.flatnonzero((evening >= 0) & (ahead > 0))
        evening = evening[known]
        since = self.evenings[evening]
        hour = (starts[known] - since) // _HOUR
        is_said = (moments[known] - since < _DAY) & (hour < REACH)
        air[:, known[is_said]] = self.said[evening[is_said], :, hour[is_said]].T
        temperature, humidity, pressure = air
        return Air(temperature=temperature, humidity=humidity, pressure=pressure)


def evenings(first: datetime, last: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return when the prices of the next day were out, on all local days between two instants."""
    day = first.astimezone(zone).date()
    days = (last.astimezone(zone).date() - day).days + 1
    every = [
        datetime.combine(day + timedelta(days=number), time(EVENING), zone).astimezone(UTC)
        for number in range(days)
    ]
    return [evening for evening in every if first <= evening <= last]
