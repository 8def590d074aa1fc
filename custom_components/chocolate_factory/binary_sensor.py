"""A binary sensor that tells when tomorrow's prices are here."""

from typing import override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import FactoryConfigEntry
from .entity import FactoryEntity
from .price_coordinator import PriceCoordinator

PARALLEL_UPDATES = 0

TOMORROW = BinarySensorEntityDescription(key="tomorrow_prices")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: FactoryConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensor of a factory."""
    async_add_entities([TomorrowSensor(entry.runtime_data.prices, TOMORROW)])


class TomorrowSensor(FactoryEntity[PriceCoordinator], BinarySensorEntity):
    """On from the publication of tomorrow's prices to midnight."""

    @property
    @override
    def is_on(self) -> bool:
        """Tell whether all of tomorrow's prices are published and here."""
        return self.coordinator.data.is_tomorrow_known(dt_util.utcnow())
