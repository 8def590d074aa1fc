"""Keeps the weather at one factory up to date."""

from collections.abc import Sequence
from datetime import datetime, timedelta
import logging
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event, async_track_utc_time_change
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from .clients.errors import AuthenticationError
from .contracts import contract_from
from .credentials import Credentials
from .factory.local_weather import Comfort, LocalWeather
from .factory.series import Source
from .factory.weather import HOUR
from .failures import store_failed
from .history.errors import StoreError
from .history.ingest import Outcome
from .history.jobs import JobOutcome
from .history.weather import read_forecasts, read_weather
from .history.weather_ingest import OBSERVING, Product, WeatherFetch, WeatherIngest, WeatherSources
from .jobs import Report
from .room import room_entities, room_reading
from .shared import Shared
from .sites import Service, Site, aemet_hours, comfort_limits

_LOGGER = logging.getLogger(__name__)

SERVICES: Final = {
    Product.AEMET_OBSERVATIONS: Service.AEMET,
    Product.AEMET_HOURLY: Service.AEMET,
    Product.AEMET_DAILY: Service.AEMET,
    Product.OPENWEATHERMAP_CURRENT: Service.OPENWEATHERMAP,
    Product.OPENWEATHERMAP_FORECAST: Service.OPENWEATHERMAP,
    Product.OPEN_METEO: Service.OPEN_METEO,
}
# A day and a bit: who counts now, since when, and who did before.
_BACK: Final = timedelta(hours=30)


class WeatherCoordinator(DataUpdateCoordinator[LocalWeather]):
    """Fetches what is due when its job says so, and shows what the store knows."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        shared: Shared,
        site: Site,
        credentials: Credentials,
    ) -> None:
        """Know where the factory is, and whom it may ask."""
        clients = credentials.clients
        super().__init__(
            hass, _LOGGER, config_entry=entry, name=f"{entry.title} weather", always_update=False
        )
        self._entry = entry
        self._store = shared.store
        self.credentials = credentials
        self.has_asked = False
        """Whether anybody was asked since the start."""
        self._source: Source | None = None
        self.sources = WeatherSources(
            place=site.place,
            zone=contract_from(entry.data, entry.options).calendar.zone.time_zone,
            hours=aemet_hours(entry.options),
            aemet=clients.aemet,
            station=site.station.code if site.station else None,
            municipality=site.municipality.code if site.municipality else None,
            openweathermap=clients.openweathermap,
            open_meteo=clients.open_meteo,
        )
        self.limits = comfort_limits(entry.options)
        self.ingest = WeatherIngest(store=shared.store, sources=self.sources, clock=dt_util.utcnow)

    async def async_start(self) -> None:
        """Show what is stored at once, and follow the clock and the room's own sensors."""
        self.async_set_updated_data(await self._async_read())
        self._source = self.data.now(dt_util.utcnow()).source

        @callback
        def hour_changed(_now: datetime) -> None:
            self._async_note_source()
            self.async_update_listeners()

        @callback
        def room_changed(_event: Event[EventStateChangedData]) -> None:
            self.async_update_listeners()

        # At the full hour another source may count, before anybody was asked.
        self._entry.async_on_unload(
            async_track_utc_time_change(self.hass, hour_changed, minute=0, second=0)
        )
        if entities := room_entities(self._entry.options):
            self._entry.async_on_unload(
                async_track_state_change_event(self.hass, entities, room_changed)
            )

    def comfort(self) -> Comfort | None:
        """Return what the air in the factory means for chocolate now."""
        room = room_reading(self.hass, self._entry.options)
        return self.data.comfort(dt_util.utcnow(), room)

    async def async_keep_up(self) -> Report | str | None:
        """Fetch what is due, and show it; sources that fail are no failure."""
        fetches = await self.ingest.run()
        await self.async_refresh()
        if not self.has_asked and self._source is None:
            # The first word that is ever heard is no switch.
            self._source = self.data.now(dt_util.utcnow()).source
        self.has_asked = True
        self._async_note_source()
        for service in {SERVICES[fetch.product] for fetch in fetches if fetch.rejected}:
            self.credentials.async_heed(service, AuthenticationError())
        self.credentials.async_update_issues()
        return _report(fetches)

    @callback
    def _async_note_source(self) -> None:
        """Say who counts now, if that is somebody else than before."""
        source = self.data.now(dt_util.utcnow()).source
        if source is not self._source:
            _LOGGER.info(
                "The weather of %s is from %s now, before from %s",
                self._entry.title,
                source or "nobody",
                self._source or "nobody",
            )
            self._source = source

    @override
    async def _async_update_data(self) -> LocalWeather:
        """Return what there is."""
        try:
            return await self._async_read()
        except StoreError as error:
            raise store_failed(error) from error

    async def _async_read(self) -> LocalWeather:
        """Return the weather of the last day and the newest forecasts."""
        hour = dt_util.utcnow().replace(minute=0, second=0, microsecond=0)
        place = self.sources.place
        return LocalWeather(
            observed=await read_weather(self._store, place, hour - _BACK, hour + HOUR, OBSERVING),
            forecasts=await read_forecasts(self._store, place),
            hours=self.sources.hours,
            zone=self.sources.zone,
            limits=self.limits,
        )


def _report(fetches: Sequence[WeatherFetch]) -> Report | str | None:
    """Return how it went to fetch weather, in a few words."""
    changed = sum(fetch.changed for fetch in fetches)
    failed = sorted({fetch.product for fetch in fetches if fetch.outcome is Outcome.FAILED})
    if failed:
        return Report(JobOutcome.PARTIAL, f"{changed} new values; no {', '.join(failed)}")
    return f"{changed} new values" if changed else None
