"""Sensors of the weather at a factory, and of what it means for chocolate."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import UnitOfPressure, UnitOfRatio, UnitOfTemperature
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .entity import FactoryEntity
from .factory.local_weather import Comfort
from .factory.weather import Measure
from .history.weather_ingest import OBSERVING
from .weather_coordinator import WeatherCoordinator


@dataclass(frozen=True, kw_only=True)
class WeatherSensorDescription(SensorEntityDescription):
    """A sensor whose value is read off the weather at an instant."""

    value_fn: Callable[[WeatherCoordinator, datetime], StateType]
    attributes_fn: Callable[[WeatherCoordinator, datetime], dict[str, Any]]


def _measured(key: Measure, device_class: SensorDeviceClass, unit: str) -> WeatherSensorDescription:
    """Return the sensor of a measure, which comes from whoever counts now."""

    def value(weather: WeatherCoordinator, now: datetime) -> StateType:
        return _rounded(weather.data.now(now).value(key), 1)

    def origin(weather: WeatherCoordinator, now: datetime) -> dict[str, Any]:
        said = weather.data.now(now).observations.get(key)
        if said is None:
            return {}
        return {"source": said.source, "stale": said.stale, "hour": said.hour.isoformat()}

    return WeatherSensorDescription(
        key=key,
        device_class=device_class,
        native_unit_of_measurement=unit,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0 if key is Measure.HUMIDITY else 1,
        value_fn=value,
        attributes_fn=origin,
    )


def _preference(weather: WeatherCoordinator, now: datetime) -> dict[str, Any]:
    """Return since when the source counts, and what each measure comes from."""
    since, before = weather.data.preference(now)
    observations = weather.data.now(now).observations
    return {
        "since": since.isoformat(),
        "before": before,
        "stale": any(said.stale for said in observations.values()),
        **{f"{measure}_source": said.source for measure, said in observations.items()},
        "dropped_values": weather.ingest.dropped,
    }


def _air(weather: WeatherCoordinator, _now: datetime) -> dict[str, Any]:
    """Return the air that a comfort value is about."""
    comfort = weather.comfort()
    if comfort is None:
        return {}
    pressure = {} if comfort.pressure is None else {"air_pressure": round(comfort.pressure, 1)}
    return {
        "air_temperature": round(comfort.temperature, 1),
        "air_humidity": round(comfort.humidity),
        **pressure,
        "room_sensor": comfort.is_measured,
    }


def _comfort(
    key: str,
    read: Callable[[Comfort], float],
    *,
    digits: int,
    device_class: SensorDeviceClass | None = None,
    unit: str | None = None,
) -> WeatherSensorDescription:
    """Return the sensor of what the air in the factory means for chocolate."""

    def value(weather: WeatherCoordinator, _now: datetime) -> StateType:
        comfort = weather.comfort()
        return None if comfort is None else round(read(comfort), max(digits, 1))

    return WeatherSensorDescription(
        key=key,
        device_class=device_class,
        native_unit_of_measurement=unit,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=digits,
        value_fn=value,
        attributes_fn=_air,
    )


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


SENSORS: tuple[WeatherSensorDescription, ...] = (
    _measured(Measure.TEMPERATURE, SensorDeviceClass.TEMPERATURE, UnitOfTemperature.CELSIUS),
    _measured(Measure.HUMIDITY, SensorDeviceClass.HUMIDITY, UnitOfRatio.PERCENTAGE),
    _measured(Measure.PRESSURE, SensorDeviceClass.ATMOSPHERIC_PRESSURE, UnitOfPressure.HPA),
    _comfort(
        "dew_point",
        lambda comfort: comfort.dew_point,
        digits=1,
        device_class=SensorDeviceClass.TEMPERATURE,
        unit=UnitOfTemperature.CELSIUS,
    ),
    _comfort("chocolate_production_index", lambda comfort: comfort.index, digits=0),
    _comfort("heat_stress_factor", lambda comfort: comfort.heat_stress, digits=2),
    WeatherSensorDescription(
        key="weather_source",
        device_class=SensorDeviceClass.ENUM,
        options=list(OBSERVING),
        value_fn=lambda weather, now: weather.data.now(now).source,
        attributes_fn=_preference,
    ),
)


class WeatherSensor(FactoryEntity[WeatherCoordinator], SensorEntity):
    """A sensor that follows the weather and the clock."""

    entity_description: WeatherSensorDescription

    @property
    @override
    def available(self) -> bool:
        """Tell whether anybody has said anything lately."""
        return self.native_value is not None

    @property
    @override
    def native_value(self) -> StateType:
        """Return the value at this instant."""
        return self.entity_description.value_fn(self.coordinator, dt_util.utcnow())

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return what explains the value."""
        return self.entity_description.attributes_fn(self.coordinator, dt_util.utcnow())
