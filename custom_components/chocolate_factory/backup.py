"""Home Assistant's backups hold the store as it was at one instant, and nobody stops writing.

They copy its file and the log beside it one after the other. Meanwhile the file is held still.
"""

from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant
from homeassistant.helpers.event import async_call_later
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .history.errors import StoreError
from .shared import async_get_open_store

_LOGGER = logging.getLogger(__name__)

# Whoever made a backup and has not said that it is done will not say so any more.
LONGEST: Final = timedelta(hours=6)

_LIMIT: HassKey[CALLBACK_TYPE] = HassKey(f"{DOMAIN}_backup")


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Hold the store still; one that cannot be written is no reason to have no backup."""
    store = async_get_open_store(hass)
    if store is None:
        return
    try:
        await store.hold_still()
    except StoreError as error:
        _LOGGER.warning("The history may be damaged in this backup: %s", error)
        return

    async def give_up(_now: datetime) -> None:
        hass.data.pop(_LIMIT)
        await async_post_backup(hass)

    _async_forget_limit(hass)
    hass.data[_LIMIT] = async_call_later(hass, LONGEST, give_up)


async def async_post_backup(hass: HomeAssistant) -> None:
    """Let the store go."""
    _async_forget_limit(hass)
    store = async_get_open_store(hass)
    if store is None:
        return
    try:
        await store.let_go()
    except StoreError as error:
        _LOGGER.warning("The history cannot be released after the backup: %s", error)


def _async_forget_limit(hass: HomeAssistant) -> None:
    if stop := hass.data.pop(_LIMIT, None):
        stop()
