"""Actions about the user's own InfluxDB: deliver once more, and rebuild the history from it."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType
import probatio

from .calls import (
    ATTR_END,
    ATTR_START,
    FACTORY,
    factory,
    finished,
    instant,
    invalid,
    store_failed,
)
from .clients.errors import SourceError
from .const import DOMAIN
from .coordinator import FactoryData
from .factory.reach import BEGINNING
from .history.errors import StoreError
from .history.restore import MonthReport, RestoreReport
from .influx_coordinator import InfluxCoordinator
from .notices import Matter, Notices

ATTR_DRY_RUN: Final = "dry_run"

# Prices of some days to come are known, too.
_REACH: Final = timedelta(days=10)

_RANGE: Final = {
    **FACTORY,
    probatio.Optional(ATTR_START): cv.datetime,
    probatio.Optional(ATTR_END): cv.datetime,
}
_RESYNC: Final = probatio.Schema(_RANGE)
_RESTORE: Final = probatio.Schema(
    {**_RANGE, probatio.Optional(ATTR_DRY_RUN, default=True): cv.boolean}
)


@callback
def async_setup_influx_services(hass: HomeAssistant) -> None:
    """Register the actions, which are for admins."""
    for name, handler, schema in (
        ("resync_influxdb", _async_resync, _RESYNC),
        ("restore_from_influxdb", _async_restore, _RESTORE),
    ):
        service.async_register_admin_service(
            hass, DOMAIN, name, handler, schema, SupportsResponse.OPTIONAL
        )


async def _async_resync(call: ServiceCall) -> ServiceResponse:
    """Have a stretch of history delivered again; answer how much that is."""
    influx = _influx(factory(call))
    start, end = _range(call)
    try:
        return {"rows": await influx.async_redeliver(start, end)}
    except StoreError as error:
        raise store_failed(error) from error


async def _async_restore(call: ServiceCall) -> ServiceResponse:
    """Rebuild prices and weather from the database, or tell what would come of it."""
    data = factory(call)
    influx, dry_run = _influx(data), call.data[ATTR_DRY_RUN]
    start, end = _range(call)
    work = _async_restored(data, influx, start, end, dry_run=dry_run)
    task = data.data.async_create_task(work, "restore")
    if not dry_run:
        task.add_done_callback(partial(_tell_end, data.data.notices))
    return _answer(await finished(task, "restore_stopped"))


async def _async_restored(
    data: FactoryData, influx: InfluxCoordinator, start: datetime, end: datetime, *, dry_run: bool
) -> RestoreReport:
    """Restore, tell how far it is, and look what is there now."""

    @callback
    def progress(done: int, total: int) -> None:
        if not dry_run:
            data.data.notices.async_notify(Matter.RESTORE, "progress", percent=100 * done // total)

    try:
        restore = await influx.async_restore()
        report = await restore.run(start, end, dry_run=dry_run, on_progress=progress)
    except StoreError as error:
        raise store_failed(error) from error
    except SourceError as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="influxdb_failed",
            translation_placeholders={"error": str(error)},
        ) from error
    finally:
        if not dry_run:
            data.shared.async_use_history()
    if not dry_run:
        await data.data.async_refresh()
    return report


@callback
def _tell_end(notices: Notices, task: asyncio.Task[RestoreReport]) -> None:
    """Tell how a restore went, whether or not anybody waits for it."""
    if notices.async_tell_failure(Matter.RESTORE, task) is None:
        report = task.result()
        differ = len({month.month for month in report.months if not month.is_verified})
        how = "differs" if differ else "finished"
        notices.async_notify(Matter.RESTORE, how, changed=report.changed, differ=differ)


def _influx(data: FactoryData) -> InfluxCoordinator:
    if data.influx is None:
        raise invalid("no_influxdb")
    return data.influx


def _range(call: ServiceCall) -> tuple[datetime, datetime]:
    """Return the time asked for, or all that there can be."""
    start = instant(call, ATTR_START) or BEGINNING
    end = instant(call, ATTR_END) or dt_util.utcnow() + _REACH
    if not start < end:
        raise invalid("start_after_end")
    return start, end


def _answer(report: RestoreReport) -> JsonObjectType:
    return {
        "dry_run": report.dry_run,
        "changed": report.changed,
        "dropped": report.dropped,
        "missing": sum(month.missing for month in report.months),
        "verified": all(month.is_verified for month in report.months),
        "months": [_month(month) for month in report.months],
    }


def _month(month: MonthReport) -> JsonObjectType:
    return {
        "series": month.series,
        "month": month.month,
        "in_database": month.there,
        "in_store": month.here,
        "missing": month.missing,
        "checksum_database": month.checksum_there,
        "checksum_store": month.checksum_here,
        "verified": month.is_verified,
    }
