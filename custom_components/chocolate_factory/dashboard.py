"""Tells those who look at a factory whenever there is something new to see."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
import logging
from math import inf
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from .const import CONF_ACCESS_TARIFF, CONF_CONTRACT
from .dashboard_json import View, dashboard_json
from .data_coordinator import DataCoordinator
from .health_coordinator import HealthCoordinator
from .history.errors import StoreError
from .models import Models
from .outlook_coordinator import OutlookCoordinator
from .price_coordinator import PriceCoordinator
from .shared import Shared
from .weather_coordinator import WeatherCoordinator

_LOGGER = logging.getLogger(__name__)

# Seconds: prices, weather and outlook change together, and that is one piece of news.
_PAUSE: Final = 0.5
# Seconds between looks: a sensor in the workroom may have news every second.
_REST: Final = 5
# Yesterday began no earlier, whatever was done to the clock.
_BACK: Final = timedelta(days=3)

type Viewer = Callable[[JsonObjectType], None]


@dataclass(eq=False, kw_only=True)
class Dashboard:
    """What one factory shows: put together once for all viewers, and only while there are any."""

    hass: HomeAssistant
    entry: ConfigEntry
    shared: Shared
    prices: PriceCoordinator
    weather: WeatherCoordinator
    data: DataCoordinator
    health: HealthCoordinator
    models: Models
    outlook: OutlookCoordinator
    _viewers: list[Viewer] = field(default_factory=list, init=False)
    _leave: list[CALLBACK_TYPE] = field(default_factory=list, init=False)
    _has_news: bool = field(default=False, init=False)
    _newcomer: asyncio.Future[None] = field(init=False)
    _looked: float = field(default=-inf, init=False)
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Wait for the first viewer."""
        self._newcomer = self.hass.loop.create_future()

    @callback
    def async_watch(self, viewer: Viewer) -> CALLBACK_TYPE:
        """Show somebody what there is, and again whenever it changes, until told otherwise."""
        if not self._viewers:
            sources = (
                *(self.prices, self.weather, self.outlook, self.data, self.health),
                *(self.models, self.shared.jobs),
            )
            self._leave = [source.async_add_listener(self.async_tell) for source in sources]
        self._viewers.append(viewer)
        if not self._newcomer.done():
            self._newcomer.set_result(None)
        self._async_begin()

        @callback
        def leave() -> None:
            self._viewers.remove(viewer)
            if not self._viewers:
                while self._leave:
                    self._leave.pop()()

        return leave

    async def async_look(self) -> JsonObjectType | None:
        """Return all there is to see; None before the first outlook. Raises StoreError."""
        entry = self.entry
        panorama = await self.outlook.async_panorama()
        if panorama is None:
            return None
        now = dt_util.utcnow()
        view = View(
            now=now,
            entry_id=entry.entry_id,
            title=entry.title,
            contract=entry.data[CONF_CONTRACT],
            tariff=entry.data[CONF_ACCESS_TARIFF],
            panorama=panorama,
            past=await self.shared.store.read_recommendations(entry.entry_id, now - _BACK, now),
            prices=self.prices.data,
            errors=self.outlook.errors,
            reading=self.weather.data.now(now),
            limits=self.weather.limits,
            comfort=self.weather.comfort(),
            models=self.models.status,
            health=self.health.data,
            hosts=self.shared.transport.gatekeeper.hosts,
            coverages=self.data.data,
            is_filling=self.data.is_filling,
            jobs=tuple(self.shared.jobs.all.values()),
        )
        return await self.hass.async_add_executor_job(dashboard_json, view)

    @callback
    def async_tell(self) -> None:
        """Look again soon, once for all that is new by then."""
        self._has_news = True
        self._async_begin()

    @callback
    def _async_begin(self) -> None:
        if self._task is None or self._task.done():
            self._task = self.entry.async_create_background_task(
                self.hass, self._async_follow(), f"{self.entry.title} dashboard"
            )

    async def _async_follow(self) -> None:
        """Look as long as there is news; who has only just come waits for nothing."""
        loop = self.hass.loop
        while True:
            rest = self._looked + _REST - loop.time()
            await asyncio.wait((self._newcomer,), timeout=max(rest, _PAUSE))
            self._has_news = False
            if self._viewers:
                await self._async_show()
            self._newcomer = loop.create_future()
            self._looked = loop.time()
            if not self._has_news:
                return

    async def _async_show(self) -> None:
        try:
            shown = await self.async_look()
        except StoreError as error:
            # Whoever looks sees by its time that what is shown is old.
            _LOGGER.debug("Nothing new can be shown: %s", error)
            return
        if shown is not None:
            for viewer in tuple(self._viewers):
                viewer(shown)
