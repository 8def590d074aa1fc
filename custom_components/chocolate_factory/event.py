"""Event entities: what happens to the history, and what is recommended from now on."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import FactoryConfigEntry
from .data_coordinator import DataCoordinator
from .entity import FactoryEntity
from .factory.outlook import OutlookSlot
from .factory.recommendation import Recommendation
from .notices import DataEvent
from .outlook_coordinator import OutlookCoordinator
from .outlook_json import reason_keys, rounded

PARALLEL_UPDATES = 0

DATA = EventEntityDescription(key="data", event_types=list(DataEvent))
RECOMMENDATION = EventEntityDescription(key="recommendation", event_types=list(Recommendation))


async def async_setup_entry(
    hass: HomeAssistant,
    entry: FactoryConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event entities of a factory."""
    data = entry.runtime_data
    async_add_entities(
        [DataEventEntity(data.data, DATA), RecommendationEvent(data.outlook, RECOMMENDATION)]
    )


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


class RecommendationEvent(FactoryEntity[OutlookCoordinator], EventEntity):
    """Something else is recommended than was last recommended."""

    _before: Recommendation | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Know what is recommended already: that is no change."""
        await super().async_added_to_hass()
        slot = self._slot()
        self._before = slot.recommendation if slot else None

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Tell of a change; while nothing is recommended, nothing changes."""
        slot = self._slot()
        if slot is None or slot.recommendation is None:
            return
        before, self._before = self._before, slot.recommendation
        if before in {None, slot.recommendation}:
            return
        self._trigger_event(
            slot.recommendation,
            {
                "from": before,
                "to": slot.recommendation,
                "score": rounded(slot.score, 1),
                "price": rounded(slot.price, 5),
                "reasons": reason_keys(slot.reasons),
            },
        )
        self.async_write_ha_state()

    def _slot(self) -> OutlookSlot | None:
        outlook = self.coordinator.data
        return outlook.at(dt_util.utcnow()) if outlook else None
