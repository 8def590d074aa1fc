"""Keeps the outlook of one factory up to date."""

from datetime import datetime
from functools import partial
import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event, async_track_utc_time_change
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from .factory.conditions import HourlyAir
from .factory.forecast_error import ForecastErrors
from .factory.hybrid import RANKING, hybrid
from .factory.outlook import Outlook, WhatIf
from .factory.panorama import Panorama
from .factory.weather import HOUR
from .failures import store_failed
from .history.errors import StoreError
from .history.prices import market_prices
from .history.recommendations import PastRecommendation
from .history.weather import read_weather
from .learning.advisor import Advisor
from .models import Models
from .outlooks import Knowledge, Week, span
from .price_coordinator import PriceCoordinator
from .room import room_entities
from .shared import Shared
from .weather_coordinator import WeatherCoordinator

_LOGGER = logging.getLogger(__name__)


class OutlookCoordinator(DataUpdateCoordinator[Outlook | None]):
    """Puts together what is known of the coming week when there is news, and follows the clock."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        shared: Shared,
        prices: PriceCoordinator,
        weather: WeatherCoordinator,
        models: Models,
    ) -> None:
        """Know nothing before the first look."""
        super().__init__(
            hass, _LOGGER, config_entry=entry, name=f"{entry.title} outlook", always_update=False
        )
        self._entry = entry
        self._shared = shared
        self._prices = prices
        self._weather = weather
        self._week: Week | None = None
        self._advisor = Advisor()
        self._seen: tuple[object, ...] = ()
        self.models = models
        self.errors: ForecastErrors | None = None
        """How far the price forecasts of the last days were off; None if there are none."""

    async def async_start(self) -> None:
        """Show what follows from what is stored, and follow the clock; raises StoreError."""
        self.async_set_updated_data(await self._async_look())

        @callback
        def slot_changed(_now: datetime) -> None:
            self.async_update_listeners()
            self._entry.async_create_background_task(
                self.hass, self._async_note(), f"{self.name} note"
            )

        @callback
        def models_changed() -> None:
            self.async_update_listeners()
            if self._advisor.models is not self.models.decisions:
                self._entry.async_create_background_task(
                    self.hass, self.async_refresh(), f"{self.name} refresh"
                )

        # Another slot is in force when the clock says so, not when we look ahead again.
        self._entry.async_on_unload(
            async_track_utc_time_change(self.hass, slot_changed, minute="/15", second=0)
        )
        self._entry.async_on_unload(self.models.async_add_listener(models_changed))
        if entities := room_entities(self._entry.options):
            self._entry.async_on_unload(
                async_track_state_change_event(self.hass, entities, self._room_changed)
            )

    async def async_keep_up(self) -> str | None:
        """Forecast the prices if there is news, and look ahead; tell what was new."""
        forecasts, series = self._shared.price_forecasts, self._prices.contract.market
        before = issue = None
        if series is not None:
            before = await forecasts.latest(series)
            issue = await forecasts.renew(series)
        is_news = await self._async_signs() != self._seen
        if series is not None and (is_news or self.errors is None):
            self.errors = await forecasts.errors(series)
            self.async_update_listeners()
        if is_news:
            await self.async_refresh()
            if not self.last_update_success and self.last_exception:
                raise self.last_exception
        if issue is None or (before and before.issued == issue.issued):
            return None
        return f"{len(issue)} prices forecast"

    async def async_what_if(
        self,
        *,
        price: float,
        temperature: float,
        humidity: float,
        pressure: float | None,
        at: datetime,
    ) -> WhatIf:
        """Return what would be said of a slot with another price, all-in, and other air outdoors.

        Raises ValueError for a time that is not in the outlook, or of which too little is known.
        """
        if self._week is None:
            raise ValueError("nothing is known yet")
        return await self.hass.async_add_executor_job(
            partial(
                self._week.what_if,
                at,
                price=price,
                temperature=temperature,
                humidity=humidity,
                pressure=pressure,
            )
        )

    async def async_panorama(self) -> Panorama | None:
        """Return the outlook beside what was; None before anything is known."""
        if self._week is None:
            return None
        return await self.hass.async_add_executor_job(self._week.panorama)

    @callback
    def _room_changed(self, _event: Event[EventStateChangedData]) -> None:
        # Sensors may speak every second; a debouncer makes one look of it.
        self._entry.async_create_background_task(
            self.hass, self.async_request_refresh(), f"{self.name} refresh"
        )

    @override
    async def _async_update_data(self) -> Outlook | None:
        """Look ahead."""
        try:
            return await self._async_look()
        except StoreError as error:
            raise store_failed(error) from error

    async def _async_signs(self) -> tuple[object, ...]:
        """Return what changes whenever another outlook is to be expected."""
        half_hour = int(dt_util.utcnow().timestamp()) // 1800
        return half_hour, await self._shared.store.last_number(), self.models.decisions

    async def _async_look(self) -> Outlook:
        """Return what follows from what is known now; raises StoreError."""
        now = dt_util.utcnow()
        self._seen = await self._async_signs()
        contract, store = self._prices.contract, self._shared.store
        sources = self._weather.sources
        start, end = span(now, contract)
        market = issue = None
        if series := contract.market:
            # From an hour earlier, because in the Canaries a price holds an hour later.
            table = await store.read(series, start - HOUR, end)
            market = market_prices(table)
            issue = await self._shared.price_forecasts.latest(series)
        hour = now.replace(minute=0, second=0, microsecond=0)
        observed = await read_weather(store, sources.place, start, hour + HOUR, RANKING)
        forecast = self._weather.data.forecast(now)
        room = self._weather.comfort()
        if self._advisor.models is not self.models.decisions:
            self._advisor = Advisor(self.models.decisions)

        def look() -> Week:
            measured = hybrid(observed, sources.hours, sources.zone, start=start, end=hour + HOUR)
            return Week.of(
                Knowledge(
                    now=now,
                    contract=contract,
                    limits=self._weather.limits,
                    market=market,
                    issue=issue,
                    air=HourlyAir.of(measured, forecast),
                    room=room if room and room.is_measured else None,
                    advisor=self._advisor,
                )
            )

        self._week = await self.hass.async_add_executor_job(look)
        return self._week.outlook

    async def _async_note(self) -> None:
        """Keep what is said of the slot in force."""
        slot = self.data.at(dt_util.utcnow()) if self.data else None
        if slot is None or slot.recommendation is None or self.data is None:
            return
        said = PastRecommendation(
            start=slot.start,
            seconds=int((slot.end - slot.start).total_seconds()),
            recommendation=slot.recommendation,
            score=slot.score,
            engine=self.data.engine,
        )
        try:
            await self._shared.store.write_recommendation(self._entry.entry_id, said)
        except StoreError as error:
            _LOGGER.debug("What was recommended cannot be kept: %s", error)
