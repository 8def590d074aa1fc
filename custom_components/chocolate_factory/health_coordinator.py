"""Looks after the health of one factory."""

import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from .health import CHECKS, Check, Health, Vitals, examine, free_space
from .price_coordinator import PriceCoordinator
from .repairs import async_is_damage_unread, async_say_damaged, async_update_issues
from .shared import Shared
from .weather_coordinator import WeatherCoordinator

_LOGGER = logging.getLogger(__name__)


class HealthCoordinator(DataUpdateCoordinator[Health | None]):
    """Looks after one factory, and tells the user what the user can put right."""

    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        shared: Shared,
        prices: PriceCoordinator,
        weather: WeatherCoordinator,
    ) -> None:
        """Know nothing before the first look."""
        super().__init__(
            hass, _LOGGER, config_entry=entry, name=f"{entry.title} health", always_update=False
        )
        self._shared = shared
        self._prices = prices
        self._weather = weather
        self.checks: list[Check] = list(CHECKS)
        """What is looked at; whoever has more to look at adds it."""

    async def async_check(self) -> str | None:
        """Look at everything, and tell what has changed."""
        before = self.data or Health()
        await self.async_refresh()
        if not self.last_update_success and self.last_exception:
            raise self.last_exception
        now = self.data or Health()
        if (now.status, now.reasons) == (before.status, before.reasons):
            return None
        return ", ".join([now.status, *now.reasons])

    @override
    async def _async_update_data(self) -> Health:
        """Look at everything, and raise and clear the issues."""
        if damaged := self._shared.store.take_damaged():
            async_say_damaged(self.hass, damaged)
        vitals = Vitals(
            now=dt_util.utcnow(),
            shared=self._shared,
            prices=self._prices.data,
            weather=self._weather.data if self._weather.has_asked else None,
            free=await self.hass.async_add_executor_job(free_space, self._shared.store.path),
            is_damage_unread=async_is_damage_unread(self.hass),
        )
        health = examine(vitals, self.checks)
        async_update_issues(self.hass, self.config_entry, health)
        return health
