"""What all actions do with a call: which factory, which time, and what to say when it cannot be."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.util import dt as dt_util
import probatio

from .const import DOMAIN
from .coordinator import FactoryConfigEntry, FactoryData
from .factory.reach import BEGINNING, END, FIRST_YEAR, LAST_YEAR
from .history.errors import StoreError

ATTR_START: Final = "start"
ATTR_END: Final = "end"

# A longer answer would only choke whoever asked for it.
LONGEST_RANGE: Final = timedelta(days=400)

_ONE_DAY: Final = timedelta(days=1)

FACTORY: Final = {probatio.Optional(ATTR_CONFIG_ENTRY_ID): cv.string}


def factory(call: ServiceCall) -> FactoryData:
    """Return the factory that a call is about; the only one need not be named."""
    entry: FactoryConfigEntry = service.async_get_config_entry(
        call.hass, DOMAIN, call.data.get(ATTR_CONFIG_ENTRY_ID)
    )
    return entry.runtime_data


def instant(call: ServiceCall, key: str) -> datetime | None:
    """Return a time from a call in UTC; without an offset it is Home Assistant's local time."""
    value: datetime | None = call.data.get(key)
    if value is None:
        return None
    try:
        return within_reach(value)
    except ValueError as error:
        raise invalid("out_of_reach", first=FIRST_YEAR, last=LAST_YEAR) from error


def within_reach(at: datetime) -> datetime:
    """Return a time in UTC; raises ValueError if nothing can be known of such years."""
    at = at if at.tzinfo else at.replace(tzinfo=dt_util.get_default_time_zone())
    # Sums with the ends of time overflow; comparisons do not. Somewhere the year is another one.
    if not BEGINNING - _ONE_DAY <= at < END + _ONE_DAY:
        raise ValueError(f"a time is from {FIRST_YEAR} to {LAST_YEAR}")
    return dt_util.as_utc(at)


def invalid(key: str, **placeholders: object) -> ServiceValidationError:
    """Return what to say to a call that makes no sense."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={name: str(value) for name, value in placeholders.items()},
    )


async def allowed_path(hass: HomeAssistant, text: str) -> Path:
    """Return the file or folder that a call names, if Home Assistant may use it."""
    path = Path(text)
    if not await hass.async_add_executor_job(_is_allowed, hass, path):
        raise invalid("path_not_allowed", path=path)
    return path


async def finished[T](task: asyncio.Task[T], stopped: str) -> T:
    """Return what comes of a task; it goes on if nobody waits for it any longer.

    If it is cut short, that is said.
    """
    await asyncio.wait((task,))
    if task.cancelled():
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key=stopped)
    return task.result()


def store_failed(error: StoreError) -> HomeAssistantError:
    """Return what to say when the store cannot be read or written."""
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="store_failed",
        translation_placeholders={"error": str(error)},
    )


def _is_allowed(hass: HomeAssistant, path: Path) -> bool:
    """Tell whether Home Assistant may use a file; blocks."""
    try:
        return hass.config.is_allowed_path(str(path))
    except OSError, ValueError:
        # No name of a file at all.
        return False
