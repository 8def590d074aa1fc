"""What all actions do with a call: which factory, which time, and what to say when it cannot be."""

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
from .factory.reach import FIRST_YEAR, LAST_YEAR
from .history.errors import StoreError

ATTR_START: Final = "start"
ATTR_END: Final = "end"

# A longer answer would only choke whoever asked for it.
LONGEST_RANGE: Final = timedelta(days=400)

FACTORY: Final = {probatio.Optional(ATTR_CONFIG_ENTRY_ID): cv.string}


def factory(call: ServiceCall) -> FactoryData:
    """Return the factory that a call is about; the only one need not be named."""
    entry: FactoryConfigEntry = service.async_get_config_entry(
        call.hass, DOMAIN, call.data.get(ATTR_CONFIG_ENTRY_ID)
    )
    return entry.runtime_data


def instant(call: ServiceCall, key: str, days: int = LONGEST_RANGE.days) -> datetime | None:
    """Return a time from a call in UTC; without an offset it is Home Assistant's local time."""
    value: datetime | None = call.data.get(key)
    # Nothing is known of other ages, and sums with the ends of time overflow.
    if value and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise invalid("invalid_range", days=days)
    return dt_util.as_utc(value) if value else None


def invalid(key: str, **placeholders: object) -> ServiceValidationError:
    """Return what to say when a call cannot be meant so."""
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


def store_failed(error: StoreError) -> HomeAssistantError:
    """Return what to say when the store does not play along."""
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
