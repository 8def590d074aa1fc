"""Actions that let the history leave the house, and bring it back in."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.helpers import config_validation as cv, service
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType
import probatio

from .calls import (
    ATTR_END,
    ATTR_START,
    FACTORY,
    allowed_path,
    finished,
    instant,
    invalid,
    store_failed,
)
from .const import DOMAIN
from .coordinator import FactoryConfigEntry
from .exports import LINK_LASTS, Export, Format, Part
from .factory.reach import BEGINNING
from .history.errors import StoreError
from .history.intake import Found, Intake

ATTR_SERIES: Final = "series"
ATTR_FORMAT: Final = "format"
ATTR_PATH: Final = "path"
ATTR_DRY_RUN: Final = "dry_run"

# Forecasts are more than all else together.
_USUAL: Final = [part for part in Part if part is not Part.FORECASTS]
# Nothing is known of what comes later.
_AHEAD: Final = timedelta(days=30)
_BAD_TOLD: Final = 3

_EXPORT_HISTORY: Final = probatio.Schema(
    {
        **FACTORY,
        probatio.Optional(ATTR_START): cv.datetime,
        probatio.Optional(ATTR_END): cv.datetime,
        probatio.Optional(ATTR_SERIES, default=_USUAL): probatio.All(
            cv.ensure_list, probatio.Length(min=1), [probatio.Coerce(Part)]
        ),
        probatio.Optional(ATTR_FORMAT, default=Format.CSV): probatio.Coerce(Format),
        probatio.Optional(ATTR_PATH): cv.string,
    }
)
_IMPORT_HISTORY: Final = probatio.Schema(
    {
        **FACTORY,
        probatio.Required(ATTR_PATH): cv.string,
        probatio.Optional(ATTR_DRY_RUN, default=False): cv.boolean,
    }
)


@callback
def async_setup_export_services(hass: HomeAssistant) -> None:
    """Register the actions; everyone may read, and only admins write."""
    hass.services.async_register(
        DOMAIN, "export_history", _async_export, _EXPORT_HISTORY, SupportsResponse.OPTIONAL
    )
    service.async_register_admin_service(
        hass, DOMAIN, "import_history", _async_import, _IMPORT_HISTORY, SupportsResponse.OPTIONAL
    )


async def _async_export(call: ServiceCall) -> ServiceResponse:
    """Write a file, or answer where one can be fetched."""
    now = dt_util.utcnow()
    export = Export(
        hass=call.hass,
        entry=_entry(call),
        parts=set(call.data[ATTR_SERIES]),
        start=instant(call, ATTR_START) or BEGINNING,
        end=instant(call, ATTR_END) or now + _AHEAD,
        format=call.data[ATTR_FORMAT],
    )
    if export.start >= export.end:
        raise invalid("start_after_end")
    if not await export.is_possible():
        raise invalid("no_parquet")
    if not call.data.get(ATTR_PATH):
        return {"url": export.link, "expires": (now + LINK_LASTS).isoformat()}
    await _async_check_admin(call)
    # A slip of the pen shall not cost a photograph.
    if Path(call.data[ATTR_PATH]).suffix != f".{export.format}":
        raise invalid("wrong_ending", ending=f".{export.format}")
    path = await allowed_path(call.hass, call.data[ATTR_PATH])
    try:
        return {"path": str(path), "rows": await export.write(path)}
    except StoreError as error:
        raise store_failed(error) from error
    except OSError as error:
        raise _failed("file_not_written", error=error.strerror or error) from error


async def _async_import(call: ServiceCall) -> ServiceResponse:
    """Bring in a file that was exported."""
    entry = _entry(call)
    path = await allowed_path(call.hass, call.data[ATTR_PATH])
    work = _async_bring_in(entry, path, dry_run=call.data[ATTR_DRY_RUN])
    task = entry.runtime_data.data.async_create_task(work, "history import")
    return await finished(task, "import_stopped")


async def _async_bring_in(
    entry: FactoryConfigEntry, path: Path, *, dry_run: bool
) -> ServiceResponse:
    """Look at all of a file, and write it if nothing is wrong with it."""
    shared = entry.runtime_data.shared
    async with Intake(path) as intake:
        try:
            found = await intake.look(keep=not dry_run)
        except OSError as error:
            raise invalid("file_not_read", error=error.strerror or error) from error
        except ValueError as error:
            raise invalid("file_not_read", error=error) from error
        except StoreError as error:
            raise store_failed(error) from error
        if dry_run:
            return _told(found)
        if found.bad:
            raise invalid(
                "bad_rows",
                count=len(found.bad),
                rows="; ".join(f"{one.line}: {one.reason}" for one in found.bad[:_BAD_TOLD]),
            )
        try:
            news = await intake.write(shared.store, entry.entry_id)
        except StoreError as error:
            raise _failed(
                "import_unfinished", rows=intake.written, total=found.rows, error=error
            ) from error
        finally:
            shared.async_use_history()
    return {**_told(found), "changed": {str(kind): count for kind, count in news.items()}}


def _told(found: Found) -> JsonObjectType:
    return {
        "rows": found.rows,
        "bad_rows": [{"line": one.line, "reason": one.reason} for one in found.bad],
    }


def _entry(call: ServiceCall) -> FactoryConfigEntry:
    entry: FactoryConfigEntry = service.async_get_config_entry(
        call.hass, DOMAIN, call.data.get(ATTR_CONFIG_ENTRY_ID)
    )
    return entry


async def _async_check_admin(call: ServiceCall) -> None:
    """Refuse whoever may not change anything."""
    if call.context.user_id is None:
        return
    user = await call.hass.auth.async_get_user(call.context.user_id)
    if user is None or not user.is_admin:
        raise Unauthorized(context=call.context)


def _failed(key: str, **placeholders: object) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={name: str(value) for name, value in placeholders.items()},
    )
