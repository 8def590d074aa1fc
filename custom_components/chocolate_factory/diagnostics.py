"""Diagnostics of a factory, for bug reports."""

from dataclasses import asdict
from typing import Any, Final

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .const import CONF_LOSSES, CONF_MARGIN
from .coordinator import FactoryConfigEntry
from .factory.tariff import Period
from .history.errors import StoreError

# What a maker pays is between the maker and the retailer.
_REDACTED: Final = {CONF_NAME, CONF_LOSSES, CONF_MARGIN, *Period}


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
    except StoreError as error:
        missing = {}
        store = {"error": str(error)}
    gatekeeper = data.shared.transport.gatekeeper
    offset = data.shared.transport.clock_offset
    return {
        "entry": async_redact_data(dict(entry.data), _REDACTED),
        "options": dict(entry.options),
        "prices": {
            "updated": coordinator.data.updated,
            "slots": len(coordinator.data.curve),
            "today_known": coordinator.data.is_today_known(now),
            "tomorrow_known": coordinator.data.is_tomorrow_known(now),
            "missing": {day.isoformat(): sorted(series) for day, series in missing.items()},
        },
        "store": store,
        "hosts": {host: asdict(state) for host, state in gatekeeper.states.items()},
        "clock_offset_seconds": None if offset is None else round(offset.total_seconds()),
    }
