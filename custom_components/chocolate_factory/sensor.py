"""Sensors of prices, tariff periods and health, and where all others are added."""

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
from homeassistant.const import EntityCategory, UnitOfRatio
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .const import EUR_PER_KWH
from .coordinator import FactoryConfigEntry
from .data_coordinator import DataCoordinator
from .data_json import share
from .entity import FactoryEntity
from .factory.contract_prices import ContractPrices
from .factory.prices import PriceLevel, PriceSlot
from .factory.series import PRICE_SOURCES
from .factory.tariff import Period
from .health import Status
from .health_coordinator import HealthCoordinator
from .influx_sensor import SENSORS as INFLUX_SENSORS, InfluxSensor, async_remove_sensors
from .model_sensor import FORECAST_ERROR, SENSORS as MODEL_SENSORS
from .outlook_sensor import SENSORS as OUTLOOK_SENSORS, OutlookSensor
from .price_coordinator import PriceCoordinator
from .weather_coordinator import WeatherCoordinator
from .weather_sensor import SENSORS as WEATHER_SENSORS, WeatherSensor

PARALLEL_UPDATES = 0

# €/kWh, as fine as REE publishes €/MWh.
_DIGITS = 5


@dataclass(frozen=True, kw_only=True)
class FactorySensorDescription(SensorEntityDescription):
    """A sensor whose value is read off the contract's prices at an instant."""

    value_fn: Callable[[ContractPrices, datetime], StateType | datetime]
    attributes_fn: Callable[[ContractPrices, datetime], dict[str, Any]] | None = None
    needs_price: bool = True
    """Whether the sensor has nothing to say without prices."""


def _price(slot: PriceSlot | None) -> float | None:
    return _rounded(None if slot is None else slot.price)


def _rounded(price: float | None) -> float | None:
    return None if price is None else round(price, _DIGITS)


def _start(slot: PriceSlot | None) -> dict[str, Any]:
    return {} if slot is None else {"start": slot.start.isoformat()}


def _parts(prices: ContractPrices, now: datetime) -> dict[str, Any]:
    """Return what the price in force consists of."""
    breakdown = prices.breakdown(now)
    if breakdown is None:
        return {}
    return {
        "energy": round(breakdown.energy, _DIGITS),
        "electricity_tax": round(breakdown.electricity_tax, _DIGITS),
        "vat": round(breakdown.vat, _DIGITS),
    }


SENSORS: tuple[FactorySensorDescription, ...] = (
    FactorySensorDescription(
        key="price",
        native_unit_of_measurement=EUR_PER_KWH,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=4,
        value_fn=lambda prices, now: _price(prices.now(now)),
        attributes_fn=_parts,
    ),
    FactorySensorDescription(
        key="next_price",
        native_unit_of_measurement=EUR_PER_KWH,
        suggested_display_precision=4,
        value_fn=lambda prices, now: _price(prices.next(now)),
        attributes_fn=lambda prices, now: _start(prices.next(now)),
    ),
    FactorySensorDescription(
        key="lowest_price_today",
        native_unit_of_measurement=EUR_PER_KWH,
        suggested_display_precision=4,
        value_fn=lambda prices, now: _price(prices.today(now).lowest),
        attributes_fn=lambda prices, now: _start(prices.today(now).lowest),
    ),
    FactorySensorDescription(
        key="highest_price_today",
        native_unit_of_measurement=EUR_PER_KWH,
        suggested_display_precision=4,
        value_fn=lambda prices, now: _price(prices.today(now).highest),
        attributes_fn=lambda prices, now: _start(prices.today(now).highest),
    ),
    FactorySensorDescription(
        key="average_price_today",
        native_unit_of_measurement=EUR_PER_KWH,
        suggested_display_precision=4,
        value_fn=lambda prices, now: _rounded(prices.today(now).mean),
    ),
    FactorySensorDescription(
        key="price_level",
        device_class=SensorDeviceClass.ENUM,
        options=list(PriceLevel),
        value_fn=lambda prices, now: prices.level(now),
    ),
    FactorySensorDescription(
        key="price_rank_today",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda prices, now: prices.rank_today(now),
        attributes_fn=lambda prices, now: {"of": len(prices.today(now))},
    ),
    FactorySensorDescription(
        key="cheapest_hour_ahead",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda prices, now: prices.cheapest_hour_ahead(now),
    ),
    FactorySensorDescription(
        key="tariff_period",
        device_class=SensorDeviceClass.ENUM,
        options=list(Period),
        needs_price=False,
        value_fn=lambda prices, now: prices.contract.calendar.period(now),
    ),
    FactorySensorDescription(
        key="next_tariff_period",
        device_class=SensorDeviceClass.TIMESTAMP,
        needs_price=False,
        value_fn=lambda prices, now: prices.contract.calendar.next_change(now),
    ),
    FactorySensorDescription(
        key="price_source",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=list(PRICE_SOURCES),
        value_fn=lambda prices, now: slot.source if (slot := prices.now(now)) else None,
    ),
    FactorySensorDescription(
        key="last_price_update",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        needs_price=False,
        value_fn=lambda prices, _now: prices.updated,
    ),
)

HEALTH = SensorEntityDescription(
    key="health",
    device_class=SensorDeviceClass.ENUM,
    entity_category=EntityCategory.DIAGNOSTIC,
    options=list(Status),
)

COMPLETENESS = SensorEntityDescription(
    key="data_completeness",
    native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
    state_class=SensorStateClass.MEASUREMENT,
    entity_category=EntityCategory.DIAGNOSTIC,
    suggested_display_precision=1,
)
KEY_EXPIRES = SensorEntityDescription(
    key="aemet_key_expires",
    device_class=SensorDeviceClass.TIMESTAMP,
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: FactoryConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of a factory."""
    data = entry.runtime_data
    async_add_entities(FactorySensor(data.prices, description) for description in SENSORS)
    async_add_entities(WeatherSensor(data.weather, description) for description in WEATHER_SENSORS)
    advice = (
        *OUTLOOK_SENSORS,
        *MODEL_SENSORS,
        *((FORECAST_ERROR,) if data.prices.contract.market else ()),
    )
    async_add_entities(OutlookSensor(data.outlook, description) for description in advice)
    async_add_entities(
        [
            HealthSensor(data.health, HEALTH),
            CompletenessSensor(data.data, COMPLETENESS),
            *([KeySensor(data.weather, KEY_EXPIRES)] if data.credentials.clients.aemet else []),
        ]
    )
    if data.influx:
        async_add_entities(InfluxSensor(data.influx, description) for description in INFLUX_SENSORS)
    else:
        async_remove_sensors(hass, entry)


class FactorySensor(FactoryEntity[PriceCoordinator], SensorEntity):
    """A sensor that follows the prices and the clock."""

    entity_description: FactorySensorDescription

    @property
    @override
    def available(self) -> bool:
        """Tell whether the stored prices have an answer, or at least a price for now."""
        return (
            not self.entity_description.needs_price
            or self.native_value is not None
            or self.coordinator.data.now(dt_util.utcnow()) is not None
        )

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return the value at this instant."""
        return self.entity_description.value_fn(self.coordinator.data, dt_util.utcnow())

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return what explains the value."""
        if self.entity_description.attributes_fn is None:
            return None
        return self.entity_description.attributes_fn(self.coordinator.data, dt_util.utcnow())


class HealthSensor(FactoryEntity[HealthCoordinator], SensorEntity):
    """A sensor that tells whether all is well, and if not, why."""

    @property
    @override
    def available(self) -> bool:
        """Tell whether the last look could be taken."""
        return self.coordinator.last_update_success

    @property
    @override
    def native_value(self) -> Status | None:
        """Return how the factory is; unknown before the first look."""
        return self.coordinator.data.status if self.coordinator.data else None

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return what is not well, the worst first."""
        health = self.coordinator.data
        return {"reasons": health.reasons if health else []}


class CompletenessSensor(FactoryEntity[DataCoordinator], SensorEntity):
    """How much of the last days is there."""

    @property
    @override
    def native_value(self) -> float:
        """Return the share over all series, in percent."""
        return share(self.coordinator.completeness)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return the share of each series."""
        return {
            name: share(coverage.completeness) for name, coverage in self.coordinator.data.items()
        }


class KeySensor(FactoryEntity[WeatherCoordinator], SensorEntity):
    """Until when AEMET's key is good."""

    @property
    @override
    def native_value(self) -> datetime | None:
        """Return when the key in use expires."""
        return self.coordinator.credentials.aemet_key_expires
