"""Binary sensors: whether tomorrow's prices are here, and whether to produce now."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import FactoryConfigEntry
from .entity import FactoryEntity
from .factory.recommendation import Recommendation
from .outlook_coordinator import OutlookCoordinator
from .price_coordinator import PriceCoordinator

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class RecommendedSensorDescription(BinarySensorEntityDescription):
    """A binary sensor that is on at some of the recommendations."""

    on: frozenset[Recommendation]


TOMORROW = BinarySensorEntityDescription(key="tomorrow_prices")
RECOMMENDED: tuple[RecommendedSensorDescription, ...] = (
    RecommendedSensorDescription(
        key="production_recommended",
        on=frozenset({Recommendation.OPTIMAL, Recommendation.MODERATE}),
    ),
    RecommendedSensorDescription(
        key="production_halt",
        device_class=BinarySensorDeviceClass.PROBLEM,
        on=frozenset({Recommendation.HALT}),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: FactoryConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of a factory."""
    data = entry.runtime_data
    async_add_entities([TomorrowSensor(data.prices, TOMORROW)])
    async_add_entities(RecommendedSensor(data.outlook, description) for description in RECOMMENDED)


class TomorrowSensor(FactoryEntity[PriceCoordinator], BinarySensorEntity):
    """On from the publication of tomorrow's prices to midnight."""

    @property
    @override
    def is_on(self) -> bool:
        """Tell whether all of tomorrow's prices are published and here."""
        return self.coordinator.data.is_tomorrow_known(dt_util.utcnow())


class RecommendedSensor(FactoryEntity[OutlookCoordinator], BinarySensorEntity):
    """On while something is recommended; unknown while nothing can be."""

    entity_description: RecommendedSensorDescription

    @property
    @override
    def is_on(self) -> bool | None:
        """Tell whether what is recommended now is what this is about."""
        outlook = self.coordinator.data
        slot = outlook.at(dt_util.utcnow()) if outlook else None
        if slot is None or slot.recommendation is None:
            return None
        return slot.recommendation in self.entity_description.on
