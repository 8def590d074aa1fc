"""What all factories of one Home Assistant share: the store, and the way to the outside."""

from dataclasses import dataclass
from functools import partial
import logging
import os
from pathlib import Path
from typing import Final

from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.singleton import singleton
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey
from yarl import URL

from .clients.esios import EsiosClient
from .clients.gatekeeper import Gatekeeper
from .clients.omie import OmieClient
from .clients.redata import RedataClient
from .clients.transport import Transport
from .const import DOMAIN
from .history.drivers import DriverIngest
from .history.errors import StoreError
from .history.ingest import PriceIngest
from .history.store import Store
from .jobs import CLEAN_UP, Jobs
from .price_forecasts import PriceForecasts
from .workshop import Workshop

_LOGGER = logging.getLogger(__name__)

# Sends every remote request to a stand-in for all services; for demonstrations and tests.
UPSTREAM_VARIABLE: Final = "CHOCOLATE_FACTORY_UPSTREAM"


@dataclass(frozen=True, kw_only=True)
class Shared:
    """Open from the first factory on until Home Assistant stops."""

    store: Store
    transport: Transport
    ingest: PriceIngest
    jobs: Jobs
    workshop: Workshop
    price_forecasts: PriceForecasts

    @callback
    def async_use_history(self) -> None:
        """Have all that follows from the history look at what has come into it."""
        for name in ("prices", "weather", "statistics"):
            # Whoever goes away looks when they are back.
            if name in self.jobs.all:
                self.jobs.want(name)


_SHARED: HassKey[Shared] = HassKey(DOMAIN)


@singleton(_SHARED, async_=True)
async def async_get_shared(hass: HomeAssistant) -> Shared:
    """Return what all factories share; opens the store when it is asked for first."""
    store = Store(Path(hass.config.path(f"{DOMAIN}.db")), dt_util.utcnow)
    await store.open()
    gatekeeper = Gatekeeper(ledger=store, clock=dt_util.utcnow)
    transport = Transport(
        session=async_get_clientsession(hass),
        gatekeeper=gatekeeper,
        clock=dt_util.utcnow,
        upstream=_upstream(),
    )
    ingest = PriceIngest(
        store=store,
        clients=[client(transport=transport) for client in (RedataClient, EsiosClient, OmieClient)],
        clock=dt_util.utcnow,
    )
    jobs = Jobs(hass, store, dt_util.utcnow)
    try:
        await gatekeeper.load()
        await ingest.load()
        await jobs.async_start()
    except StoreError:
        await store.close()
        raise
    zone = dt_util.get_default_time_zone()
    jobs.register("clean_up", CLEAN_UP(zone=zone), partial(_clean_up, store))

    # Forecasts of prices do not wait for a training.
    workshop, forecasting = Workshop(), Workshop()
    # Only reads: each factory asks for itself, if it may.
    drivers = DriverIngest(store=store, client=None, clock=dt_util.utcnow)

    async def close(_event: Event) -> None:
        jobs.async_stop()
        await workshop.close()
        await forecasting.close()
        await store.close()

    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, close)
    return Shared(
        store=store,
        transport=transport,
        ingest=ingest,
        jobs=jobs,
        workshop=workshop,
        price_forecasts=PriceForecasts(store, forecasting, drivers, dt_util.utcnow),
    )


@callback
def async_get_open_store(hass: HomeAssistant) -> Store | None:
    """Return the store, unless nobody has asked for it yet."""
    shared = hass.data.get(_SHARED)
    return shared.store if isinstance(shared, Shared) else None


async def _clean_up(store: Store) -> str:
    """Let the store forget what nobody needs any more, and say what that brought."""
    before = await store.size()
    await store.clean_up()
    return f"{before / 1e6:.1f} MB before, {await store.size() / 1e6:.1f} MB after"


@callback
def _upstream() -> URL | None:
    """Return where all remote requests go instead, and say so once."""
    address = os.environ.get(UPSTREAM_VARIABLE)
    if not address:
        return None
    _LOGGER.info("All remote requests go to %s", address)
    return URL(address)
