"""Chocolate Factory: an energy and production advisor for chocolate makers in Spain."""

from functools import partial

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError, ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from .const import DOMAIN, PLATFORMS
from .coordinator import FactoryConfigEntry, FactoryData, PriceCoordinator
from .history.errors import NewerSchemaError, StoreError
from .repairs import async_clear_issues
from .services import async_setup_services
from .shared import async_get_shared

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions, which are there whether or not a factory is loaded."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: FactoryConfigEntry) -> bool:
    """Show what is stored, and begin to keep it up to date."""
    try:
        shared = await async_get_shared(hass)
        prices = PriceCoordinator(hass, entry, shared)
        await prices.async_start()
    except NewerSchemaError as error:
        raise ConfigEntryError(
            translation_domain=DOMAIN, translation_key="store_too_new"
        ) from error
    except StoreError as error:
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key="store_failed",
            translation_placeholders={"error": str(error)},
        ) from error
    entry.runtime_data = FactoryData(shared=shared, prices=prices)
    entry.async_on_unload(partial(async_clear_issues, hass, entry))
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: FactoryConfigEntry) -> bool:
    """Take the entities away; the store stays open for the other factories."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
