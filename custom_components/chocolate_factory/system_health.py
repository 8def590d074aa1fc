"""System health: can the hosts be reached, and how large is the store."""

from typing import Any, Final

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from .clients.errors import HeldBackError, SourceError
from .clients.transport import Transport
from .history.errors import StoreError
from .history.store import Store
from .shared import async_get_shared

# What a host is called where only letters and lines are allowed.
_KEYS: Final = str.maketrans(".-", "__")

HOSTS: Final = (
    "apidatos.ree.es",
    "api.esios.ree.es",
    "www.omie.es",
    "opendata.aemet.es",
    "api.openweathermap.org",
    "api.open-meteo.com",
    "archive-api.open-meteo.com",
)


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register the callback."""
    register.async_register_info(async_system_health_info)


async def async_system_health_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return the reachability of each host and the size of the store."""
    shared = await async_get_shared(hass)
    return {
        "store_size": _async_size(shared.store),
        **{host.translate(_KEYS): _async_reach(shared.transport, host) for host in HOSTS},
    }


async def _async_size(store: Store) -> str | dict[str, str]:
    """Return how much the store takes on disk."""
    try:
        return f"{await store.size() / 1e6:.1f} MB"
    except StoreError as error:
        return {"type": "failed", "error": str(error)}


async def _async_reach(transport: Transport, host: str) -> str | dict[str, str]:
    """Ask a host for nothing in particular, within its budget like everybody."""
    try:
        await transport.reach(host)
    except HeldBackError:
        return {"type": "failed", "error": "held back"}
    except SourceError:
        return {"type": "failed", "error": "unreachable"}
    return "ok"
