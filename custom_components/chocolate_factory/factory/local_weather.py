"""The weather at one factory, lately, now and in the coming week; what it means for chocolate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from .atmosphere import dew_point, humidity_at
from .comfort import ComfortLimits, chocolate_production_index, heat_stress_factor, indoors
from .hybrid import Reading, SourceHours, now as hybrid_now
from .joined_forecast import JoinedForecast, join
from .series import Source
from .weather import HOUR, Measure, WeatherHours

WEEK = 7 * 24
"""Hours ahead that are forecast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comfort:
    """The air that chocolate is made in, and what it means for it."""

    temperature: float
    """°C."""
    humidity: float
    """Relative, %."""
    pressure: float | None
    """hPa in the room, if a sensor of its own says so."""
    is_measured: bool
    """Whether the room's own thermometer says so; otherwise it is reckoned from outside."""
    dew_point: float
    """°C."""
    index: float
    """The chocolate production index, 0 to 100."""
    heat_stress: float
    """The heat stress factor, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomReading:
    """What the room's own sensors say; None where there is none or it is silent."""

    temperature: float | None = None
    humidity: float | None = None
    pressure: float | None = None
    """hPa, at the height of the room."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LocalWeather:
    """Whatever is known of the weather at a factory."""

    observed: Mapping[Source, WeatherHours]
    """The last days, by source."""
    forecasts: Mapping[Source, WeatherHours]
    """The newest of each source."""
    hours: SourceHours
    zone: ZoneInfo
    limits: ComfortLimits
    # Reckoned once for each hour: everything that shows weather asks for the same.
    _readings: dict[datetime, Reading] = field(default_factory=dict, init=False, repr=False)
    _joined: dict[datetime, JoinedForecast] = field(default_factory=dict, init=False, repr=False)

    def now(self, at: datetime) -> Reading:
        """Return what the preferred sources say in the hour that an instant is in."""
        hour = _hour(at)
        if hour not in self._readings:
            self._readings[hour] = hybrid_now(self.observed, hour, self.hours, self.zone)
        return self._readings[hour]

    def forecast(self, at: datetime) -> JoinedForecast:
        """Return the forecast of the week from the hour on that an instant is in."""
        hour = _hour(at)
        if hour not in self._joined:
            self._joined[hour] = join(self.forecasts, hour, WEEK)
        return self._joined[hour]

    def preference(self, at: datetime) -> tuple[datetime, Source | None]:
        """Return since when the present source counts, as far as is known, and which did before.

        Before is None where nobody is known to have said anything.
        """
        hour = _hour(at)
        present = self.now(at).source
        earliest = min((hours.start for hours in self.observed.values()), default=hour)
        while hour - HOUR >= earliest:
            before = self.now(hour - HOUR).source
            if before is not present:
                return hour, before
            hour -= HOUR
        return hour, None

    def comfort(self, at: datetime, room: RoomReading) -> Comfort | None:
        """Return what the air means for chocolate; nothing when there is not enough known of it."""
        outside = self.now(at)
        warm, damp = outside.value(Measure.TEMPERATURE), outside.value(Measure.HUMIDITY)
        if room.temperature is not None:
            temperature, stressed_by = room.temperature, room.temperature
        elif warm is not None:
            # Dry air is as warm as damp air.
            temperature, stressed_by = float(indoors(warm, 50.0, self.limits)[0]), warm
        else:
            return None
        if room.humidity is not None:
            humidity = room.humidity
        elif warm is not None and damp is not None:
            # The moisture comes in as it is.
            humidity = float(humidity_at(temperature, dew_point(warm, damp)))
        else:
            return None
        is_measured = room.temperature is not None
        return Comfort(
            temperature=temperature,
            humidity=humidity,
            pressure=room.pressure,
            is_measured=is_measured,
            dew_point=float(dew_point(temperature, humidity)),
            index=float(chocolate_production_index(temperature, humidity, self.limits)),
            heat_stress=float(heat_stress_factor(stressed_by, self.limits, indoors=is_measured)),
        )


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
