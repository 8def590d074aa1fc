"""Weather as all sources tell it: hour by hour, in one set of units, and nothing absurd."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from .series import Source

HOUR = timedelta(hours=1)


class Measure(StrEnum):
    """What can be said of the weather at an instant."""

    TEMPERATURE = "temperature"
    """Of the air, °C."""
    HUMIDITY = "humidity"
    """Relative, %."""
    PRESSURE = "pressure"
    """Of the air, reduced to sea level, hPa: the only one that sources at other heights share."""
    WIND_SPEED = "wind_speed"
    """m/s."""
    WIND_BEARING = "wind_bearing"
    """Where the wind comes from, degrees from north by east."""
    PRECIPITATION = "precipitation"
    """Of the hour, mm."""
    PRECIPITATION_PROBABILITY = "precipitation_probability"
    """%."""
    CONDITION = "condition"
    """The position of the sky's condition in `Condition`."""
    RADIATION = "radiation"
    """From the sun and the sky on level ground, the mean of the hour, W/m²."""


class Condition(StrEnum):
    """The conditions of the sky that Home Assistant has names for; stored by their position."""

    CLEAR_NIGHT = "clear-night"
    CLOUDY = "cloudy"
    EXCEPTIONAL = "exceptional"
    FOG = "fog"
    HAIL = "hail"
    LIGHTNING = "lightning"
    LIGHTNING_RAINY = "lightning-rainy"
    PARTLY_CLOUDY = "partlycloudy"
    POURING = "pouring"
    RAINY = "rainy"
    SNOWY = "snowy"
    SNOWY_RAINY = "snowy-rainy"
    SUNNY = "sunny"
    WINDY = "windy"
    WINDY_VARIANT = "windy-variant"

    @property
    def code(self) -> float:
        """Return the number that stands for the condition in arrays."""
        return float(_CONDITIONS.index(self))

    @classmethod
    def of(cls, code: float) -> Condition | None:
        """Return what a number from an array stands for; nothing for NaN or an unknown one."""
        return _CONDITIONS[int(code)] if 0 <= code < len(_CONDITIONS) else None


_CONDITIONS = tuple(Condition)

# The measures that are kept as series, and should be complete.
KEPT = (Measure.TEMPERATURE, Measure.HUMIDITY, Measure.PRESSURE)

# A request for a year and a bit; more is a broken clock on the other side.
_LONGEST = 24 * 400

# Both ends included.
PLAUSIBLE: Mapping[Measure, tuple[float, float]] = {
    Measure.TEMPERATURE: (-30, 55),
    Measure.HUMIDITY: (0, 100),
    Measure.PRESSURE: (850, 1085),
    Measure.WIND_SPEED: (0, 100),
    Measure.WIND_BEARING: (0, 360),
    Measure.PRECIPITATION: (0, 500),
    Measure.PRECIPITATION_PROBABILITY: (0, 100),
    Measure.CONDITION: (0, len(_CONDITIONS) - 1),
    # Outside of the air it is 1361.
    Measure.RADIATION: (0, 1400),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere on Earth, in degrees; weather is kept by place."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        """Refuse what is nowhere."""
        if not (abs(self.latitude) <= 90 and abs(self.longitude) <= 180):
            raise ValueError("no place on Earth")

    @property
    def name(self) -> str:
        """Return the name under which the store keeps the weather here, exact to 100 m."""
        return f"{self.latitude:.3f},{self.longitude:.3f}"


def weather_series(measure: Measure, place: Place, source: Source) -> str:
    """Return the name of the series that keeps what one source says of one measure at a place."""
    return f"{measure}@{place.name}/{source}"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class WeatherHours:
    """Consecutive hours of weather from one source, values at the beginning of each hour.

    What a source says of an instant within an hour counts for the beginning of that hour.
    """

    source: Source
    start: datetime
    """The first hour; full, in UTC."""
    values: Mapping[Measure, NDArray[np.float64]]
    """Arrays of one length n, NaN where the source is silent."""
    issued: datetime | None = None
    """When a forecast was issued, if it is one."""
    dropped: int = 0
    """Values that could not be true."""

    def __post_init__(self) -> None:
        """Refuse what does not fit together."""
        if self.start.utcoffset() != timedelta(0) or self.start.timestamp() % 3600:
            raise ValueError("weather begins at a full hour in UTC")
        shapes = {values.shape for values in self.values.values()}
        if len(shapes) > 1 or any(len(shape) != 1 for shape in shapes):
            raise ValueError("as many values of each measure")

    def __len__(self) -> int:
        """Return the number of hours."""
        return len(next(iter(self.values.values()), ()))

    @property
    def end(self) -> datetime:
        """Return where the last hour ends."""
        return self.start + len(self) * HOUR

    @classmethod
    def checked(
        cls,
        source: Source,
        hours: Mapping[datetime, Mapping[Measure, float | None]],
        *,
        issued: datetime | None = None,
    ) -> WeatherHours:
        """Return hours from what a source says of instants, without what cannot be true.

        The instants are aware; of several in one hour the last one counts. Raises ValueError when
        nothing is left.
        """
        dropped = 0
        kept: dict[datetime, dict[Measure, float]] = {}
        for at in sorted(hours):
            hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
            for measure, value in hours[at].items():
                if value is None or np.isnan(value):
                    continue
                lowest, highest = PLAUSIBLE[measure]
                if lowest <= value <= highest:
                    kept.setdefault(hour, {})[measure] = value
                else:
                    dropped += 1
        if not kept:
            raise ValueError("no plausible value")
        start = min(kept)
        count = (max(kept) - start) // HOUR + 1
        if count > _LONGEST:
            raise ValueError("hours that are ages apart")
        values: dict[Measure, NDArray[np.float64]] = {}
        for hour, said in kept.items():
            for measure, value in said.items():
                column = values.setdefault(measure, np.full(count, np.nan))
                column[(hour - start) // HOUR] = value
        return cls(source=source, start=start, values=values, issued=issued, dropped=dropped)
