"""One forecast out of several: of each hour what the source says that is best for it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from .blend import Blend
from .clock import local_hours
from .series import Source
from .tariff import local_day
from .weather import Condition, Measure, WeatherHours

# The weather service knows the country; what is spread from days knows least of an hour.
RANKING: Final = (
    Source.AEMET_HOURLY,
    Source.OPENWEATHERMAP,
    Source.OPEN_METEO,
    Source.AEMET_DAILY,
)
# How old a forecast may be. Days change less than hours do.
LONGEST: Final[Mapping[Source, timedelta]] = {
    Source.AEMET_HOURLY: timedelta(hours=24),
    Source.OPENWEATHERMAP: timedelta(hours=24),
    Source.OPEN_METEO: timedelta(hours=24),
    Source.AEMET_DAILY: timedelta(hours=48),
}
# When people are up and about, in hours on the wall.
_DAYTIME: Final = range(8, 20)
# What one wants to know of a day even if it lasts only for an hour, the worst first.
_TELLING: Final = (
    Condition.EXCEPTIONAL,
    Condition.LIGHTNING_RAINY,
    Condition.LIGHTNING,
    Condition.HAIL,
    Condition.SNOWY,
    Condition.SNOWY_RAINY,
    Condition.POURING,
    Condition.RAINY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAhead:
    """A local day in short; None is what no source speaks of."""

    day: date
    start: datetime
    """Its midnight, in UTC."""
    highest: float
    """°C."""
    lowest: float
    """°C."""
    humidity: float | None
    """The mean, %."""
    pressure: float | None
    """The mean at sea level, hPa."""
    precipitation: float | None
    """The sum, mm."""
    precipitation_probability: float | None
    """That of the hour with the highest, %."""
    wind_speed: float | None
    """The strongest, m/s."""
    wind_bearing: float | None
    """Where the strongest wind comes from, degrees."""
    condition: Condition | None
    """What there is to tell of daytime: rain or worse, or else what is there most of the time."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class JoinedForecast(Blend):
    """The hours from now on, of all measures, each value from the best source that has one."""

    def days(self, zone: ZoneInfo) -> list[DayAhead]:
        """Return the rest of today and the complete days, as far as the temperature is known."""
        local = local_hours(self.start, len(self), zone)
        days = []
        for number in np.unique(local // 24).tolist():
            day = date(1970, 1, 1) + timedelta(days=number)
            start, end = local_day(day, zone)
            hours = local // 24 == number
            said = {measure: values[hours] for measure, values in self.values.items()}
            if end <= self.end and np.all(np.isfinite(said[Measure.TEMPERATURE])):
                days.append(_sum_up(day, start, said, local[hours] % 24))
        return days


def join(
    forecasts: Mapping[Source, WeatherHours],
    start: datetime,
    count: int = 168,
    *,
    longest: Mapping[Source, timedelta] = LONGEST,
) -> JoinedForecast:
    """Return the hours from a start on, which is a full hour in UTC.

    What was issued longer ago than `longest` says of its source is left out, and so is what was
    never issued.
    """
    recent = {
        source: forecast
        for source, forecast in forecasts.items()
        if source in longest and forecast.issued and start - forecast.issued <= longest[source]
    }
    return JoinedForecast.of(recent, start, count, ranking=RANKING, measures=tuple(Measure))


def _sum_up(
    day: date,
    start: datetime,
    said: Mapping[Measure, NDArray[np.float64]],
    of_day: NDArray[np.int64],
) -> DayAhead:
    """Return a day in short, from what is said of its hours."""

    def short(measure: Measure, how: Callable[[NDArray[np.float64]], np.float64]) -> float | None:
        known = said[measure][np.isfinite(said[measure])]
        return float(how(known)) if len(known) else None

    wind, bearing = said[Measure.WIND_SPEED], None
    if np.any(np.isfinite(wind)):
        at = said[Measure.WIND_BEARING][np.nanargmax(wind)]
        bearing = float(at) if np.isfinite(at) else None
    return DayAhead(
        day=day,
        start=start,
        highest=float(np.max(said[Measure.TEMPERATURE])),
        lowest=float(np.min(said[Measure.TEMPERATURE])),
        humidity=short(Measure.HUMIDITY, np.mean),
        pressure=short(Measure.PRESSURE, np.mean),
        precipitation=short(Measure.PRECIPITATION, np.sum),
        precipitation_probability=short(Measure.PRECIPITATION_PROBABILITY, np.max),
        wind_speed=short(Measure.WIND_SPEED, np.max),
        wind_bearing=bearing,
        condition=_tell(said[Measure.CONDITION], of_day),
    )


def _tell(codes: NDArray[np.float64], of_day: NDArray[np.int64]) -> Condition | None:
    """Return what there is to tell of the sky by day, or of the rest when the day is over."""
    is_day = (of_day >= _DAYTIME.start) & (of_day < _DAYTIME.stop)
    by_day = [condition for code in codes[is_day] if (condition := Condition.of(code))]
    # In winter the sun is late.
    by_day = [
        Condition.SUNNY if condition is Condition.CLEAR_NIGHT else condition for condition in by_day
    ]
    told = Counter(by_day or [one for code in codes if (one := Condition.of(code))])
    telling = [condition for condition in _TELLING if condition in told]
    usual = [condition for condition, _ in told.most_common(1)]
    return next(iter(telling + usual), None)
