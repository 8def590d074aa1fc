"""The weather as it was and is, of each hour from the source that the clock prefers.

It follows from what the sources said, and is reckoned whenever somebody asks: so another
preference needs no other history.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from .blend import Blend
from .clock import local_hours
from .series import Source
from .weather import HOUR, KEPT, Measure, WeatherHours

# Who observes, who knows from models, and who is spread from days. The clock swaps the first two.
RANKING: Final = (
    Source.AEMET,
    Source.OPENWEATHERMAP,
    Source.OPEN_METEO_ARCHIVE,
    Source.OPEN_METEO,
    Source.AEMET_CLIMATOLOGY,
    Source.DATOSCLIMA,
)
# Observations come after their hour: that of the last one still holds.
_FRESH: Final = HOUR
_STALE: Final = 3 * HOUR


@dataclass(frozen=True, slots=True)
class SourceHours:
    """The hours on the wall, [first, last), in which AEMET is preferred; else OpenWeatherMap is.

    They may go over midnight; from an hour to itself there are none.
    """

    first: int = 0
    last: int = 8

    def __post_init__(self) -> None:
        """Refuse what no clock shows."""
        if not (0 <= self.first <= 24 and 0 <= self.last <= 24):
            raise ValueError("an hour is from 0 to 24")

    def __contains__(self, hour: int) -> bool:
        """Tell whether AEMET is preferred in an hour of the day."""
        if self.first <= self.last:
            return self.first <= hour < self.last
        return hour >= self.first or hour < self.last

    def preferred(self, at: datetime, zone: ZoneInfo) -> Source:
        """Return who is preferred at an instant."""
        return RANKING[at.astimezone(zone).hour not in self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What holds of one measure."""

    value: float
    source: Source
    hour: datetime
    """The hour that it was observed in."""
    stale: bool
    """Whether it is older than it should be."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What holds at an instant."""

    observations: Mapping[Measure, Observation]

    def value(self, measure: Measure) -> float | None:
        """Return the value of a measure, if there is one."""
        observation = self.observations.get(measure)
        return observation.value if observation else None

    @property
    def source(self) -> Source | None:
        """Return where the temperature is from."""
        temperature = self.observations.get(Measure.TEMPERATURE)
        return temperature.source if temperature else None


def hybrid(
    weather: Mapping[Source, WeatherHours],
    hours: SourceHours,
    zone: ZoneInfo,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Blend:
    """Return the measures that are kept, in [start, end) or in all hours that any source knows.

    Each value is from whom the clock prefers, else from the other, else from the next in the
    ranking. Raises ValueError when there is neither weather nor a time.
    """
    start = start or min(one.start for one in weather.values())
    end = end or max(one.end for one in weather.values())
    count = max(-((start - end) // HOUR), 0)
    of_day = local_hours(start, count, zone) % 24
    return Blend.of(
        weather,
        start,
        count,
        ranking=RANKING,
        measures=KEPT,
        swapped=~np.array([hour in hours for hour in range(24)])[of_day],
    )


def now(
    weather: Mapping[Source, WeatherHours], at: datetime, hours: SourceHours, zone: ZoneInfo
) -> Reading:
    """Return what holds at an instant, of each measure that a source speaks of.

    That is the newest value of whom the clock prefers if it is of this hour or the last, else that
    of the next in the ranking; and when nobody is as fresh, the newest one of at most three hours
    before, which is stale.
    """
    preferred = hours.preferred(at, zone)
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    ranked = sorted(
        (source for source in RANKING if source in weather),
        key=lambda source: source is not preferred,
    )
    observations = {}
    for measure in Measure:
        found = [_newest(weather[source], measure, hour) for source in ranked]
        # Of equals min takes the first.
        best = min(
            (one for one in found if one),
            key=lambda one: hour - one.hour if one.stale else timedelta(),
            default=None,
        )
        if best:
            observations[measure] = best
    return Reading(observations)


def _newest(hours: WeatherHours, measure: Measure, hour: datetime) -> Observation | None:
    """Return the last that a source said of a measure until the end of an hour, unless too old."""
    said = hours.values.get(measure, np.empty(0))
    latest = (hour - hours.start) // HOUR
    for index in range(min(latest, len(said) - 1), max(latest - _STALE // HOUR, 0) - 1, -1):
        if np.isfinite(said[index]):
            at = hours.start + index * HOUR
            return Observation(
                value=float(said[index]), source=hours.source, hour=at, stale=hour - at > _FRESH
            )
    return None
