"""Which entities of a target are ours to watch."""

from typing import Final

from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.automation import DomainSpec

from .const import DOMAIN

# The state itself of sensors is what counts.
SENSORS: Final = {SENSOR_DOMAIN: DomainSpec()}


def sensors(hass: HomeAssistant, key: str, entities: set[str]) -> set[str]:
    """Return those entities that are a factory's sensor of this key, whatever they are called."""
    registry = er.async_get(hass)
    return {
        entity_id
        for entity_id in entities
        if (entry := registry.async_get(entity_id))
        and (entry.domain, entry.platform, entry.translation_key) == (SENSOR_DOMAIN, DOMAIN, key)
    }
