"""The weather at a factory, for Home Assistant's own weather cards."""

import math
from typing import override

from homeassistant.components.weather import (
    Forecast,
    SingleCoordinatorWeatherEntity,
    WeatherEntityDescription,
    WeatherEntityFeature,
)
from homeassistant.const import (
    UnitOfPrecipitationDepth,
    UnitOfPressure,
    UnitOfSpeed,
    UnitOfTemperature,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import FactoryConfigEntry
from .entity import FactoryEntity
from .factory.joined_forecast import DayAhead, JoinedForecast
from .factory.series import Source
from .factory.weather import HOUR, Condition, Measure
from .weather_coordinator import WeatherCoordinator

PARALLEL_UPDATES = 0

WEATHER = WeatherEntityDescription(key="weather")

# Hours in which the weather is taken to be as it is now, if nobody says what it is.
_SOON = 3

# The licences of their data want the sources to be named.
_CREDITS = {
    Source.AEMET: "© AEMET",
    Source.AEMET_HOURLY: "© AEMET",
    Source.AEMET_DAILY: "© AEMET",
    Source.OPENWEATHERMAP: "OpenWeatherMap",
    Source.OPEN_METEO: "Open-Meteo.com (CC BY 4.0)",
}


async def async_setup_entry(
    hass: HomeAssistant,
    entry: FactoryConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the weather of a factory."""
    async_add_entities([FactoryWeather(entry.runtime_data.weather, WEATHER)])


class FactoryWeather(
    FactoryEntity[WeatherCoordinator], SingleCoordinatorWeatherEntity[WeatherCoordinator]
):
    """What the weather is, from whoever counts now, and what it will be, from all together."""

    _attr_native_temperature_unit = UnitOfTemperature.CELSIUS
    _attr_native_pressure_unit = UnitOfPressure.HPA
    _attr_native_wind_speed_unit = UnitOfSpeed.METERS_PER_SECOND
    _attr_native_precipitation_unit = UnitOfPrecipitationDepth.MILLIMETERS
    _attr_supported_features = (
        WeatherEntityFeature.FORECAST_HOURLY | WeatherEntityFeature.FORECAST_DAILY
    )

    @property
    @override
    def available(self) -> bool:
        """Tell whether anything is known of the present."""
        return self.native_temperature is not None or self.condition is not None

    @property
    @override
    def attribution(self) -> str:
        """Name who the weather is from."""
        sources = (*self.coordinator.data.observed, *self.coordinator.data.forecasts)
        credits_ = dict.fromkeys(_CREDITS[source] for source in sources if source in _CREDITS)
        return ", ".join(sorted(credits_))

    @property
    @override
    def condition(self) -> str | None:
        """Return the sky of now as it was forecast last: stations do not look at it."""
        return Condition.of(self._forecast(Measure.CONDITION))

    @property
    @override
    def native_temperature(self) -> float | None:
        """Return the temperature now."""
        return self._now(Measure.TEMPERATURE)

    @property
    @override
    def humidity(self) -> float | None:
        """Return the humidity now."""
        return self._now(Measure.HUMIDITY)

    @property
    @override
    def native_pressure(self) -> float | None:
        """Return the pressure now, reduced to sea level."""
        return self._now(Measure.PRESSURE)

    @property
    @override
    def native_wind_speed(self) -> float | None:
        """Return the wind of now as it was forecast last."""
        return _number(self._forecast(Measure.WIND_SPEED))

    @property
    @override
    def wind_bearing(self) -> float | None:
        """Return where the wind of now comes from."""
        return _number(self._forecast(Measure.WIND_BEARING))

    def _now(self, measure: Measure) -> float | None:
        return self.coordinator.data.now(dt_util.utcnow()).value(measure)

    def _forecast(self, measure: Measure) -> float:
        forecast = self.coordinator.data.forecast(dt_util.utcnow())
        # OpenWeatherMap begins with the next hour that can be divided by three.
        soon = forecast.values[measure][:_SOON].tolist()
        return next((value for value in soon if not math.isnan(value)), math.nan)

    @callback
    @override
    def _async_forecast_hourly(self) -> list[Forecast] | None:
        """Return the week by the hour."""
        forecast = self.coordinator.data.forecast(dt_util.utcnow())
        return [
            _hour(forecast, number)
            for number, temperature in enumerate(forecast.values[Measure.TEMPERATURE].tolist())
            if not math.isnan(temperature)
        ]

    @callback
    @override
    def _async_forecast_daily(self) -> list[Forecast] | None:
        """Return the week by the day."""
        weather = self.coordinator.data
        return [_day(day) for day in weather.forecast(dt_util.utcnow()).days(weather.zone)]


def _hour(forecast: JoinedForecast, number: int) -> Forecast:
    """Return an hour in Home Assistant's words."""

    def said(measure: Measure, digits: int = 1) -> float | None:
        return _number(float(forecast.values[measure][number]), digits)

    chance = said(Measure.PRECIPITATION_PROBABILITY, 0)
    return Forecast(
        datetime=(forecast.start + number * HOUR).isoformat(),
        condition=Condition.of(float(forecast.values[Measure.CONDITION][number])),
        native_temperature=said(Measure.TEMPERATURE),
        humidity=said(Measure.HUMIDITY, 0),
        native_pressure=said(Measure.PRESSURE),
        native_wind_speed=said(Measure.WIND_SPEED),
        wind_bearing=said(Measure.WIND_BEARING, 0),
        native_precipitation=said(Measure.PRECIPITATION, 2),
        precipitation_probability=None if chance is None else int(chance),
    )


def _day(day: DayAhead) -> Forecast:
    """Return a day in Home Assistant's words."""
    chance = day.precipitation_probability
    return Forecast(
        datetime=day.start.isoformat(),
        condition=day.condition,
        native_temperature=round(day.highest, 1),
        native_templow=round(day.lowest, 1),
        humidity=_number(day.humidity, 0),
        native_pressure=_number(day.pressure),
        native_wind_speed=_number(day.wind_speed),
        wind_bearing=_number(day.wind_bearing, 0),
        native_precipitation=_number(day.precipitation, 2),
        precipitation_probability=None if chance is None else int(chance),
    )


def _number(value: float | None, digits: int = 1) -> float | None:
    """Return a value as people write it, or nothing for what is not known."""
    return None if value is None or math.isnan(value) else round(value, digits)
