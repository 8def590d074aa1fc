"""Actions: asking for prices, the best time and the jobs, and fetching what is missing."""

from collections.abc import Mapping
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
from homeassistant.helpers import config_validation as cv, service
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType
import probatio

from .calls import (
    ATTR_END,
    ATTR_START,
    FACTORY,
    LONGEST_RANGE,
    factory,
    instant,
    invalid,
    store_failed,
)
from .const import DOMAIN, EUR_PER_KWH
from .coordinator import FactoryData
from .dashboard_services import async_setup_dashboard_services
from .data_json import job_json
from .data_services import async_setup_data_services
from .export_services import async_setup_export_services
from .factory.contract_prices import ContractPrices
from .factory.prices import PriceCurve, PriceSlot, Window
from .factory.series import Series
from .factory.tariff import local_day
from .history.errors import StoreError
from .history.prices import read_prices
from .influx_services import async_setup_influx_services
from .outcome_services import async_setup_outcome_services
from .outlook_services import async_setup_outlook_services
from .shared import async_get_shared

ATTR_KIND: Final = "kind"
ATTR_DURATION: Final = "duration"
ATTR_EARLIEST: Final = "earliest"
ATTR_LATEST: Final = "latest"
ATTR_CONTIGUOUS: Final = "contiguous"

KIND_CONTRACT: Final = "contract"
KIND_RAW: Final = "raw"

_GET_PRICES: Final = probatio.Schema(
    {
        **FACTORY,
        probatio.Optional(ATTR_START): cv.datetime,
        probatio.Optional(ATTR_END): cv.datetime,
        probatio.Optional(ATTR_KIND, default=KIND_CONTRACT): probatio.In([KIND_CONTRACT, KIND_RAW]),
    }
)
_GET_CHEAPEST_WINDOW: Final = probatio.Schema(
    {
        **FACTORY,
        probatio.Required(ATTR_DURATION): cv.positive_time_period,
        probatio.Optional(ATTR_EARLIEST): cv.datetime,
        probatio.Optional(ATTR_LATEST): cv.datetime,
        probatio.Optional(ATTR_CONTIGUOUS, default=True): cv.boolean,
    }
)
_GET_JOBS: Final = probatio.Schema({})
_INGEST_NOW: Final = probatio.Schema(FACTORY)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions; those that change something are for admins."""
    hass.services.async_register(
        DOMAIN, "get_prices", _async_get_prices, _GET_PRICES, SupportsResponse.ONLY
    )
    hass.services.async_register(
        DOMAIN,
        "get_cheapest_window",
        _async_get_cheapest_window,
        _GET_CHEAPEST_WINDOW,
        SupportsResponse.ONLY,
    )
    hass.services.async_register(
        DOMAIN, "get_jobs", _async_get_jobs, _GET_JOBS, SupportsResponse.ONLY
    )
    service.async_register_admin_service(
        hass, DOMAIN, "ingest_now", _async_ingest_now, _INGEST_NOW, SupportsResponse.OPTIONAL
    )
    async_setup_dashboard_services(hass)
    async_setup_data_services(hass)
    async_setup_export_services(hass)
    async_setup_influx_services(hass)
    async_setup_outlook_services(hass)
    async_setup_outcome_services(hass)


async def _async_get_prices(call: ServiceCall) -> ServiceResponse:
    """Answer what a kilowatt-hour costs over time."""
    data = factory(call)
    start, end = _range(call, data)
    # A year of quarters of an hour is more than the event loop may be held up for.
    if call.data[ATTR_KIND] == KIND_CONTRACT:
        prices = await _read(data, start, end)
        return await call.hass.async_add_executor_job(_contract_answer, prices)
    try:
        raw = {
            series: await read_prices(data.shared.store, series, start, end)
            for series in sorted(data.prices.series)
        }
    except StoreError as error:
        raise store_failed(error) from error
    return await call.hass.async_add_executor_job(_raw_answer, raw)


async def _async_get_cheapest_window(call: ServiceCall) -> ServiceResponse:
    """Answer when it is cheapest to run something that takes a while."""
    data = factory(call)
    now = dt_util.utcnow()
    earliest = instant(call, ATTR_EARLIEST) or now
    latest = instant(call, ATTR_LATEST) or _end_of_tomorrow(data, now)
    if earliest >= latest or latest - earliest > LONGEST_RANGE:
        raise invalid("invalid_range", days=LONGEST_RANGE.days)
    duration: timedelta = call.data[ATTR_DURATION]
    if not duration:
        raise invalid("no_duration")
    prices = await _read(data, earliest, latest)
    window = await call.hass.async_add_executor_job(
        partial(prices.curve.cheapest, duration, contiguous=call.data[ATTR_CONTIGUOUS])
    )
    if window is None:
        raise invalid("no_window", hours=f"{duration / timedelta(hours=1):g}")
    return await call.hass.async_add_executor_job(_window_answer, window)


async def _async_get_jobs(call: ServiceCall) -> ServiceResponse:
    """Answer what is done by itself, how it went last, and when it is done next."""
    try:
        shared = await async_get_shared(call.hass)
    except StoreError as error:
        raise store_failed(error) from error
    return {"jobs": [job_json(job) for job in shared.jobs.all.values()]}


async def _async_ingest_now(call: ServiceCall) -> ServiceResponse:
    """Fetch what is missing now, and answer what came from whom."""
    data = factory(call)
    try:
        fetches = await data.prices.async_ingest()
        missing = await data.shared.ingest.missing(data.prices.series, dt_util.utcnow())
    except StoreError as error:
        raise store_failed(error) from error
    await data.shared.jobs.run_now("health")
    return {
        "fetched": [
            {
                "day": fetch.day.isoformat(),
                "source": str(fetch.source),
                "outcome": str(fetch.outcome),
                "changed": fetch.changed,
                "reason": fetch.reason,
            }
            for fetch in fetches
        ],
        "missing": [
            {"day": day.isoformat(), "series": str(series)}
            for day, gaps in missing.items()
            for series in sorted(gaps)
        ],
    }


def _range(call: ServiceCall, data: FactoryData) -> tuple[datetime, datetime]:
    """Return the time asked for, or all of today and tomorrow."""
    now = dt_util.utcnow()
    zone = data.prices.contract.calendar.zone.time_zone
    start = instant(call, ATTR_START) or local_day(now.astimezone(zone).date(), zone)[0]
    end = instant(call, ATTR_END) or _end_of_tomorrow(data, max(start, now))
    if start >= end or end - start > LONGEST_RANGE:
        raise invalid("invalid_range", days=LONGEST_RANGE.days)
    return start, end


def _end_of_tomorrow(data: FactoryData, now: datetime) -> datetime:
    zone = data.prices.contract.calendar.zone.time_zone
    return local_day(now.astimezone(zone).date() + timedelta(days=1), zone)[1]


async def _read(data: FactoryData, start: datetime, end: datetime) -> ContractPrices:
    try:
        return await data.prices.async_read(start, end)
    except StoreError as error:
        raise store_failed(error) from error


def _contract_answer(prices: ContractPrices) -> JsonObjectType:
    return {
        "unit": EUR_PER_KWH,
        "prices": [_contract_slot(prices, slot) for slot in prices.curve],
    }


def _window_answer(window: Window) -> JsonObjectType:
    return {
        "unit": EUR_PER_KWH,
        "start": window.start.isoformat(),
        "end": window.end.isoformat(),
        "price": round(window.price, 6),
        "parts": [_slot(slot) for slot in window.parts],
    }


def _raw_answer(raw: Mapping[Series, PriceCurve]) -> JsonObjectType:
    return {
        "unit": EUR_PER_KWH,
        "series": {str(series): [_slot(slot) for slot in curve] for series, curve in raw.items()},
    }


def _slot(slot: PriceSlot) -> JsonObjectType:
    return {
        "start": slot.start.isoformat(),
        "end": slot.end.isoformat(),
        "price": round(slot.price, 6),
        "source": str(slot.source),
        "estimated": slot.source.is_estimated,
    }


def _contract_slot(prices: ContractPrices, slot: PriceSlot) -> JsonObjectType:
    """Return a slot of a contract, with its period and what its price consists of."""
    breakdown = prices.breakdown(slot.start)
    parts = (
        {
            "energy": round(breakdown.energy, 6),
            "electricity_tax": round(breakdown.electricity_tax, 6),
            "vat": round(breakdown.vat, 6),
        }
        if breakdown
        else {}
    )
    return {
        **_slot(slot),
        **parts,
        "period": str(prices.contract.calendar.period(slot.start)),
    }
