"""Sensors of how far the history has got to the user's own InfluxDB."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .const import DOMAIN
from .entity import FactoryEntity, unique_id
from .history.outbox import SinkState
from .influx_coordinator import InfluxCoordinator


@dataclass(frozen=True, kw_only=True)
class InfluxSensorDescription(SensorEntityDescription):
    """A sensor whose value is read off the state of the sink."""

    value_fn: Callable[[SinkState], int | datetime | None]


SENSORS: tuple[InfluxSensorDescription, ...] = (
    InfluxSensorDescription(
        key="influxdb_backlog",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.backlog,
    ),
    InfluxSensorDescription(
        key="influxdb_last_delivery",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.delivered,
    ),
)


class InfluxSensor(FactoryEntity[InfluxCoordinator], SensorEntity):
    """A sensor that follows the deliveries."""

    entity_description: InfluxSensorDescription

    @property
    @override
    def native_value(self) -> int | datetime | None:
        """Return the value after the last delivery."""
        return self.entity_description.value_fn(self.coordinator.data)


@callback
def async_remove_sensors(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take away the sensors of a factory that delivers no more.

    Home Assistant remembers what the user made of them, should they come back.
    """
    registry = er.async_get(hass)
    for description in SENSORS:
        if entity_id := registry.async_get_entity_id(
            Platform.SENSOR, DOMAIN, unique_id(entry, description)
        ):
            registry.async_remove(entity_id)
