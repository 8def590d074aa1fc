"""Chocolate Factory: an energy and production advisor for chocolate makers in Spain."""

from functools import partial
import logging

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError, ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util

from .cards import async_remove_panel, async_setup_cards, async_show_panel
from .const import DOMAIN, PLATFORMS
from .coordinator import FactoryConfigEntry, FactoryData
from .credentials import Credentials
from .dashboard import Dashboard
from .data_coordinator import GAPS as GAPS_JOB, DataCoordinator
from .exports import async_setup_exports
from .health_coordinator import HealthCoordinator
from .history.errors import NewerSchemaError, StoreError
from .influx import settings_from
from .influx_coordinator import INFLUXDB as INFLUXDB_JOB, InfluxCoordinator, sink_name
from .jobs import (
    CREDENTIALS,
    FIRST_GAPS,
    FIRST_TRAINING,
    GAPS,
    HEALTH,
    INFLUXDB,
    PREDICTIONS,
    PRICE_DRIVERS,
    PRICES,
    STATISTICS,
    TRAINING,
    WEATHER,
)
from .models import Models, async_forget_models
from .notices import async_dismiss_notices
from .outlook_coordinator import OutlookCoordinator
from .price_coordinator import PriceCoordinator
from .price_drivers import PriceDrivers
from .recording import Recording, async_forget_statistics
from .repairs import async_clear_issues, async_clear_terms, async_update_terms
from .services import async_setup_services
from .shared import Shared, async_get_shared
from .sites import clients_for, home_place, site_from
from .weather_coordinator import WeatherCoordinator
from .websocket import async_setup_websocket

_LOGGER = logging.getLogger(__name__)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register actions and cards, which are there whether or not a factory is loaded."""
    async_setup_services(hass)
    async_setup_websocket(hass)
    async_setup_exports(hass)
    await async_setup_cards(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: FactoryConfigEntry) -> bool:
    """Show what is stored, and begin to keep it up to date."""
    try:
        shared = await async_get_shared(hass)
        site = site_from(entry.data, home_place(hass))
        clients = clients_for(site, shared.transport, dt_util.utcnow)
        credentials = Credentials(hass=hass, entry=entry, clients=clients)
        prices = PriceCoordinator(hass, entry, shared)
        weather = WeatherCoordinator(hass, entry, shared, site, credentials)
        data = DataCoordinator(hass, entry, shared, prices.series, site, clients)
        models = Models(hass, entry, shared, prices, weather)
        outlook = OutlookCoordinator(hass, entry, shared, prices, weather, models)
        await prices.async_start()
        await weather.async_start()
        is_unfinished = await data.async_start()
        await models.async_load()
        await outlook.async_start()
        influx = await _async_influx(hass, entry, shared, prices, weather, outlook)
    except NewerSchemaError as error:
        raise ConfigEntryError(
            translation_domain=DOMAIN, translation_key="store_too_new"
        ) from error
    except StoreError as error:
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key="store_failed",
            translation_placeholders={"error": str(error)},
        ) from error
    health = HealthCoordinator(hass, entry, shared, prices, weather)
    entry.runtime_data = FactoryData(
        shared=shared,
        prices=prices,
        weather=weather,
        data=data,
        health=health,
        credentials=credentials,
        models=models,
        outlook=outlook,
        influx=influx,
        dashboard=Dashboard(
            hass=hass,
            entry=entry,
            shared=shared,
            prices=prices,
            weather=weather,
            data=data,
            health=health,
            models=models,
            outlook=outlook,
        ),
    )
    async_update_terms(hass, entry)
    # Undone in the reverse order: a job that still ran would raise what was cleared.
    entry.async_on_unload(partial(async_clear_issues, hass, entry))
    entry.async_on_unload(credentials.async_clear)
    jobs = shared.jobs
    for end in (
        jobs.register("prices", PRICES, prices.async_keep_up, first=True),
        jobs.register("weather", WEATHER, weather.async_keep_up, first=True),
        jobs.register(GAPS_JOB, GAPS, data.async_fill, first=is_unfinished, soon=FIRST_GAPS),
        jobs.register("credentials", CREDENTIALS, credentials.async_check, first=True),
        jobs.register(
            "health",
            HEALTH,
            partial(_async_look_after, data, credentials, health),
            after=("prices", "weather"),
        ),
        jobs.register(
            "predictions", PREDICTIONS, outlook.async_keep_up, after=("prices", "weather")
        ),
        jobs.register("training", TRAINING, models.async_keep_up, soon=FIRST_TRAINING),
        jobs.register(
            "price_drivers",
            PRICE_DRIVERS,
            PriceDrivers(entry, shared, prices.contract, clients.open_meteo).async_keep_up,
            soon=FIRST_GAPS,
        ),
        jobs.register(
            "statistics",
            STATISTICS,
            Recording(hass, entry, shared, prices, weather, data).async_keep_up,
            first=True,
            after=(GAPS_JOB,),
        ),
    ):
        entry.async_on_unload(end)
    if influx:
        health.checks.append(influx.check)
        entry.async_on_unload(
            jobs.register(
                INFLUXDB_JOB,
                INFLUXDB,
                influx.async_deliver,
                first=True,
                after=("prices", "weather", GAPS_JOB, "predictions", "training"),
            )
        )
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    await async_show_panel(hass)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: FactoryConfigEntry) -> bool:
    """Take the entities away; the store stays open for the other factories."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def _async_influx(
    hass: HomeAssistant,
    entry: FactoryConfigEntry,
    shared: Shared,
    prices: PriceCoordinator,
    weather: WeatherCoordinator,
    outlook: OutlookCoordinator,
) -> InfluxCoordinator | None:
    """Return who delivers to the user's own InfluxDB, if there is one; raises StoreError."""
    settings = settings_from(entry.options)
    if settings is None:
        await shared.store.close_sink(sink_name(entry))
        return None
    influx = InfluxCoordinator(hass, entry, shared, prices, weather, outlook, settings)
    await influx.async_start()
    return influx


async def _async_look_after(
    data: DataCoordinator, credentials: Credentials, health: HealthCoordinator
) -> str | None:
    """Look how complete the history is, and whether all is well; tell what has changed."""
    # First: nothing that goes wrong with the store keeps a key from expiring.
    credentials.async_update_issues()
    await data.async_refresh()
    return await health.async_check()


async def async_remove_entry(hass: HomeAssistant, entry: FactoryConfigEntry) -> None:
    """Forget what the factory wanted, told and learned; prices and weather stay."""
    async_dismiss_notices(hass, entry)
    async_clear_terms(hass, entry)
    await async_forget_models(hass, entry)
    async_forget_statistics(hass, entry)
    if not hass.config_entries.async_entries(DOMAIN):
        async_remove_panel(hass)
    try:
        shared = await async_get_shared(hass)
        await shared.store.remove_factory(entry.entry_id)
    except StoreError as error:
        _LOGGER.info("What %s wanted cannot be forgotten: %s", entry.title, error)
