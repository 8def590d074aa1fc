"""Diagnostics of a factory, for bug reports."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import (
    CONF_LATITUDE,
    CONF_LONGITUDE,
    CONF_NAME,
    CONF_PASSWORD,
    CONF_TOKEN,
    CONF_USERNAME,
)
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .clients.influx_refusals import kind
from .const import (
    CONF_AEMET_KEY,
    CONF_AEMET_SECOND_KEY,
    CONF_LOSSES,
    CONF_MARGIN,
    CONF_OPEN_METEO_KEY,
    CONF_OPENWEATHERMAP_KEY,
    CONF_ORGANIZATION,
    CONF_SITE,
)
from .coordinator import FactoryConfigEntry
from .factory.tariff import Period
from .history.errors import StoreError
from .influx_coordinator import InfluxCoordinator
from .sites import home_place, site_from

# What a maker pays is between the maker and the retailer; whoever has a key can spend its quota.
# InfluxDB Cloud calls an organization by its owner's address of mail.
_REDACTED: Final = {
    *(CONF_NAME, CONF_LOSSES, CONF_MARGIN, *Period),
    *(CONF_AEMET_KEY, CONF_AEMET_SECOND_KEY, CONF_OPENWEATHERMAP_KEY, CONF_OPEN_METEO_KEY),
    *(CONF_TOKEN, CONF_USERNAME, CONF_PASSWORD, CONF_ORGANIZATION, CONF_SITE),
}

# The latest of what jobs did.
_RUNS: Final = 100


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: FactoryConfigEntry
) -> dict[str, Any]:
    """Return how the factory is set up, what is missing, and how the hosts behave."""
    data = entry.runtime_data
    now = dt_util.utcnow()
    coordinator = data.prices
    try:
        missing = await data.shared.ingest.missing(coordinator.series, now)
        store: dict[str, Any] = {"bytes": await data.shared.store.size()}
        runs = await data.shared.store.read_runs(_RUNS)
    except StoreError as error:
        missing, runs = {}, []
        store = {"error": str(error)}
    gatekeeper = data.shared.transport.gatekeeper
    offset = data.shared.transport.clock_offset
    return {
        "entry": async_redact_data(_blurred(entry.data), _REDACTED),
        "aemet_keys_expire": [
            key.expires for key in site_from(entry.data, home_place(hass)).aemet_keys
        ],
        "options": async_redact_data(entry.options, _REDACTED),
        "prices": {
            "updated": coordinator.data.updated,
            "slots": len(coordinator.data.curve),
            "today_known": coordinator.data.is_today_known(now),
            "tomorrow_known": coordinator.data.is_tomorrow_known(now),
            "missing": {day.isoformat(): sorted(series) for day, series in missing.items()},
        },
        "store": store,
        "influxdb": _influxdb(data.influx) if data.influx else None,
        "health": data.health.data.reasons if data.health.data else None,
        "jobs": {
            name: asdict(job.state) for name, job in data.shared.jobs.all.items() if job.state
        },
        "runs": [{"job": name, **asdict(run)} for name, run in runs],
        "hosts": {host: asdict(state) for host, state in gatekeeper.states.items()},
        "clock_offset_seconds": None if offset is None else round(offset.total_seconds()),
    }


def _influxdb(influx: InfluxCoordinator) -> dict[str, Any]:
    state = influx.data
    # The point names the site, and what the server says to it may quote anything.
    point, reason = state.example or ("", "")
    return {
        "backlog": state.backlog,
        "delivered": state.delivered,
        "refused": state.refused,
        "measurement": point.partition(",")[0] or None,
        "reason": kind(reason),
    }


def _blurred(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the words of an entry with every place moved by some kilometres.

    That is near enough to ask the same sources, and too far to find the factory.
    """
    blurred: dict[str, Any] = {}
    for name, value in data.items():
        if name in {CONF_LATITUDE, CONF_LONGITUDE}:
            blurred[name] = round(value, 1)
        else:
            blurred[name] = _blurred(value) if isinstance(value, Mapping) else value
    return blurred
