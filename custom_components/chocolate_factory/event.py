"""An event entity that tells what happens to the history."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import FactoryConfigEntry
from .data_coordinator import DataCoordinator
from .entity import FactoryEntity
from .notices import DataEvent

PARALLEL_UPDATES = 0

DATA = EventEntityDescription(key="data", event_types=list(DataEvent))


async def async_setup_entry(
    hass: HomeAssistant,
    entry: FactoryConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event entity of a factory."""
    async_add_entities([DataEventEntity(entry.runtime_data.data, DATA)])


class DataEventEntity(FactoryEntity[DataCoordinator], EventEntity):
    """Gaps were filled, a backfill or an import came to its end."""

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to what happens."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.notices.async_listen(self._happened))

    @callback
    def _happened(self, event: DataEvent, data: Mapping[str, Any]) -> None:
        self._trigger_event(event, dict(data))
        self.async_write_ha_state()
