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
from homeassistant.const import EntityCategory

from .entity import FactoryEntity
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
