"""What all entities of a factory have in common."""

from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity, DataUpdateCoordinator

from .const import DOMAIN


class FactoryEntity[C: DataUpdateCoordinator[Any]](CoordinatorEntity[C]):
    """An entity of a factory's one device."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: C, description: EntityDescription) -> None:
        """Belong to the factory."""
        super().__init__(coordinator)
        entry = coordinator.config_entry
        if entry is None:
            raise ValueError(f"{coordinator.name} belongs to no factory")
        self.entity_description = description
        self._attr_translation_key = description.key
        self._attr_unique_id = unique_id(entry, description)
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, entry.entry_id)},
            name=entry.title,
            entry_type=DeviceEntryType.SERVICE,
        )

    @property
    @override
    def available(self) -> bool:
        """Stay available when a fetch fails: prices that are stored stay true."""
        return True


def unique_id(entry: ConfigEntry, description: EntityDescription) -> str:
    """Return what tells an entity from all others, of this factory and of others."""
    return f"{entry.entry_id}_{description.key}"
