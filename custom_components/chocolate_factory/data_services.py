"""Actions about the history: what is missing, filling it, and bringing in years of climate."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv, service
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType
import probatio

from .calls import (
    ATTR_END,
    ATTR_START,
    FACTORY,
    allowed_path,
    factory,
    instant,
    invalid,
    store_failed,
)
from .const import DOMAIN
from .coordinator import FactoryData
from .factory.series import Series
from .history.backfill import LONGEST_GAP
from .history.errors import StoreError
from .history.gaps import Coverage, Gap
from .history.ledger import WEATHER
from .imports import ImportRequest, ImportSource, async_import, async_preview

ATTR_DAYS_BACK: Final = "days_back"
ATTR_SERIES: Final = "series"
ATTR_MAXIMUM_GAP_HOURS: Final = "maximum_gap_hours"
ATTR_INCLUDE_LARGER: Final = "include_larger"
ATTR_SOURCE: Final = "source"
ATTR_STATION: Final = "station"
ATTR_PATH: Final = "path"
ATTR_DRY_RUN: Final = "dry_run"
ATTR_SKIP_UNREADABLE: Final = "skip_unreadable"

# PVPC of the present kind begins in June 2021; the weather archive in 1940.
MOST_DAYS_BACK: Final = 3660
_FIRST_YEAR: Final = 1940
_DEFAULT_DAYS_BACK: Final = 30
_CLIMATE_DAYS_BACK: Final = 3 * 365


class Wanted(StrEnum):
    """What can be backfilled."""

    PVPC = "pvpc"
    SPOT = "spot"
    WEATHER = "weather"


_DAYS_BACK: Final = probatio.All(probatio.Coerce(int), probatio.Range(min=1, max=MOST_DAYS_BACK))
_SERIES: Final = probatio.All(cv.ensure_list, [probatio.Coerce(Wanted)])

_GET_GAPS: Final = probatio.Schema(
    {**FACTORY, probatio.Optional(ATTR_DAYS_BACK, default=_DEFAULT_DAYS_BACK): _DAYS_BACK}
)
_BACKFILL: Final = probatio.Schema(
    {
        **FACTORY,
        probatio.Optional(ATTR_DAYS_BACK): _DAYS_BACK,
        probatio.Optional(ATTR_START): cv.datetime,
        probatio.Optional(ATTR_END): cv.datetime,
        probatio.Optional(ATTR_SERIES): _SERIES,
    }
)
_BACKFILL_GAPS: Final = probatio.Schema(
    {
        **FACTORY,
        probatio.Optional(ATTR_DAYS_BACK, default=_DEFAULT_DAYS_BACK): _DAYS_BACK,
        probatio.Optional(
            ATTR_MAXIMUM_GAP_HOURS, default=LONGEST_GAP / timedelta(hours=1)
        ): probatio.All(probatio.Coerce(float), probatio.Range(min=0.25, max=24 * MOST_DAYS_BACK)),
        probatio.Optional(ATTR_INCLUDE_LARGER, default=False): cv.boolean,
        probatio.Optional(ATTR_SERIES): _SERIES,
    }
)
_IMPORT_CLIMATE: Final = probatio.Schema(
    {
        **FACTORY,
        probatio.Required(ATTR_SOURCE): probatio.Coerce(ImportSource),
        probatio.Optional(ATTR_START): cv.date,
        probatio.Optional(ATTR_END): cv.date,
        probatio.Optional(ATTR_PATH): cv.string,
        probatio.Optional(ATTR_STATION): cv.string,
        probatio.Optional(ATTR_DRY_RUN, default=False): cv.boolean,
        probatio.Optional(ATTR_SKIP_UNREADABLE, default=False): cv.boolean,
    }
)


@callback
def async_setup_data_services(hass: HomeAssistant) -> None:
    """Register the actions; those that change something are for admins."""
    hass.services.async_register(
        DOMAIN, "get_gaps", _async_get_gaps, _GET_GAPS, SupportsResponse.ONLY
    )
    for name, handler, schema in (
        ("backfill", _async_backfill, _BACKFILL),
        ("backfill_gaps", _async_backfill_gaps, _BACKFILL_GAPS),
        ("import_climate", _async_import_climate, _IMPORT_CLIMATE),
    ):
        service.async_register_admin_service(
            hass, DOMAIN, name, handler, schema, SupportsResponse.OPTIONAL
        )


async def _async_get_gaps(call: ServiceCall) -> ServiceResponse:
    """Answer what is missing, and why it cannot be filled yet."""
    data = factory(call)
    start = dt_util.utcnow() - timedelta(days=call.data[ATTR_DAYS_BACK])
    return await _async_gaps(call, data, start, None, None)


async def _async_backfill(call: ServiceCall) -> ServiceResponse:
    """Have a stretch of history filled, however long its gaps are."""
    data = factory(call)
    now = dt_util.utcnow()
    start = instant(call, ATTR_START)
    end = instant(call, ATTR_END) or now
    if start is None:
        days = call.data.get(ATTR_DAYS_BACK, _DEFAULT_DAYS_BACK)
        start = end - timedelta(days=days)
    elif ATTR_DAYS_BACK in call.data:
        raise invalid("days_back_or_start")
    if not start < end or end - start > timedelta(days=MOST_DAYS_BACK) or start.year < _FIRST_YEAR:
        raise invalid("invalid_range", days=MOST_DAYS_BACK)
    if start >= now:
        raise invalid("not_in_the_past")
    return await _async_ask(call, data, start, end, None)


async def _async_backfill_gaps(call: ServiceCall) -> ServiceResponse:
    """Have the gaps of the last days filled, if they are not too long."""
    now = dt_util.utcnow()
    longest = timedelta(minutes=round(60 * call.data[ATTR_MAXIMUM_GAP_HOURS]))
    return await _async_ask(
        call,
        factory(call),
        now - timedelta(days=call.data[ATTR_DAYS_BACK]),
        now,
        None if call.data[ATTR_INCLUDE_LARGER] else longest,
    )


async def _async_import_climate(call: ServiceCall) -> ServiceResponse:
    """Bring in years of weather, or tell what would come in."""
    data = factory(call)
    yesterday = dt_util.utcnow().date() - timedelta(days=1)
    last = call.data.get(ATTR_END, yesterday)
    if last.year < _FIRST_YEAR or last > yesterday:
        raise invalid("invalid_days")
    first = call.data.get(ATTR_START, last - timedelta(days=_CLIMATE_DAYS_BACK - 1))
    if first > last or first.year < _FIRST_YEAR:
        raise invalid("invalid_days")
    text = call.data.get(ATTR_PATH)
    path = await allowed_path(call.hass, text) if text else None
    request = ImportRequest(
        source=call.data[ATTR_SOURCE],
        first=first,
        last=last,
        path=path,
        # A form that was left empty sends an empty text.
        station=call.data.get(ATTR_STATION) or None,
        skip_unreadable=call.data[ATTR_SKIP_UNREADABLE],
    )
    if call.data[ATTR_DRY_RUN]:
        return await async_preview(data.data, request)
    return await async_import(data.data, request, wait=call.return_response)


async def _async_ask(
    call: ServiceCall,
    data: FactoryData,
    start: datetime,
    end: datetime,
    longest: timedelta | None,
) -> ServiceResponse:
    """Have something filled, and answer whoever wants to know what is missing of it before."""
    series = _names(call, data)
    before = await _async_gaps(call, data, start, end, series) if call.return_response else None
    try:
        await data.data.async_ask(start, end, series, longest)
    except StoreError as error:
        raise store_failed(error) from error
    return before


def _names(call: ServiceCall, data: FactoryData) -> list[str]:
    """Return the names of the series that a call is about; which PVPC it is follows from where."""
    # Of a list that was left empty nothing could come.
    wanted: set[Wanted] = set(call.data.get(ATTR_SERIES, ())) or set(Wanted)
    names = [str(one) for one in data.prices.series if _kind(one) in wanted]
    has_weather = data.data.backfill.weather is not None
    return [*names, *([WEATHER] if has_weather and Wanted.WEATHER in wanted else [])]


def _kind(series: Series) -> Wanted:
    return Wanted.SPOT if series is Series.SPOT else Wanted.PVPC


async def _async_gaps(
    call: ServiceCall,
    data: FactoryData,
    start: datetime,
    end: datetime | None,
    series: list[str] | None,
) -> ServiceResponse:
    ledger = data.data.backfill.ledger
    coverages: dict[str, Coverage] = {}
    try:
        if series is None:
            coverages = await ledger.coverage(start, end)
        for name in series or ():
            coverages |= await ledger.coverage(start, end, name)
    except StoreError as error:
        raise store_failed(error) from error
    return await call.hass.async_add_executor_job(_gaps_answer, coverages)


def _gaps_answer(coverages: Mapping[str, Coverage]) -> JsonObjectType:
    return {
        "series": {
            name: {
                "start": coverage.start.isoformat(),
                "end": coverage.end.isoformat(),
                "completeness": round(coverage.completeness, 2),
                "missing_slots": coverage.slots,
                "gaps": [_gap(gap) for gap in reversed(coverage.gaps)],
            }
            for name, coverage in coverages.items()
        }
    }


def _gap(gap: Gap) -> JsonObjectType:
    return {
        "start": gap.start.isoformat(),
        "end": gap.end.isoformat(),
        "slots": gap.slots,
        "estimated": gap.estimated,
        "reason": str(gap.reason),
        "until": gap.until.isoformat() if gap.until else None,
    }
