"""Keep one factory's prices up to date, and look after its health."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_utc_time_change
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from .contracts import contract_from
from .credentials import Credentials
from .data_coordinator import DataCoordinator
from .factory.contract import pvpc_series
from .factory.contract_prices import ContractPrices
from .factory.prices import PriceCurve
from .factory.series import Series
from .factory.tariff import local_day
from .failures import store_failed
from .health import CHECKS, Check, Health, Vitals, examine, free_space
from .history.errors import StoreError
from .history.ingest import DAYS_BACK, Fetch, Outcome
from .history.jobs import JobOutcome
from .history.prices import read_prices
from .jobs import Report
from .repairs import async_is_damage_unread, async_say_damaged, async_update_issues
from .shared import Shared
from .weather_coordinator import WeatherCoordinator

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class FactoryData:
    """Everything that lives as long as the config entry is loaded."""

    shared: Shared
    prices: PriceCoordinator
    weather: WeatherCoordinator
    data: DataCoordinator
    health: HealthCoordinator
    credentials: Credentials


type FactoryConfigEntry = ConfigEntry[FactoryData]


class PriceCoordinator(DataUpdateCoordinator[ContractPrices]):
    """Shows what the store knows of the prices, and fetches what is missing there."""

    config_entry: FactoryConfigEntry

    def __init__(self, hass: HomeAssistant, entry: FactoryConfigEntry, shared: Shared) -> None:
        """Read the contract from the entry."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=entry.title, always_update=False)
        self._shared = shared
        self.contract = contract_from(entry.data, entry.options)
        # Both whatever the contract: each explains the other.
        self.series = frozenset({pvpc_series(self.contract.calendar.zone), Series.SPOT})

    async def async_start(self) -> None:
        """Show what is stored at once, and follow the clock; raises StoreError."""
        self.async_set_updated_data(await self._async_read_week())

        @callback
        def slot_changed(_now: datetime) -> None:
            self.async_update_listeners()

        # A price changes when the clock says so, not when we fetch it.
        self.config_entry.async_on_unload(
            async_track_utc_time_change(self.hass, slot_changed, minute="/15", second=0)
        )

    async def async_keep_up(self) -> Report | str | None:
        """Fetch what is missing and may be asked for; sources that fail are no failure."""
        return _report(await self._async_ingest(insist=False))

    async def async_ingest(self) -> list[Fetch]:
        """Fetch what is missing now, whatever was tried in vain before; raises StoreError."""
        return await self._async_ingest(insist=True)

    async def _async_ingest(self, *, insist: bool) -> list[Fetch]:
        """Fetch what is missing, and show each day as it comes."""
        try:
            fetches = await self._shared.ingest.run(
                self.series, insist=insist, on_change=self.async_refresh
            )
        except StoreError as error:
            self.async_set_update_error(store_failed(error))
            raise
        # Even if nothing came: a new day has begun, or another factory has fetched it.
        await self.async_refresh()
        return fetches

    async def async_read(self, start: datetime, end: datetime) -> ContractPrices:
        """Return the contract's prices between two instants, from the store."""
        store = self._shared.store
        market = self.contract.market
        # From an hour earlier, because in the Canaries a price holds an hour later.
        prices = (
            await read_prices(store, market, start - timedelta(hours=1), end)
            if market
            else PriceCurve()
        )
        # A thousand quarters of an hour take longer than the event loop may be held up.
        return await self.hass.async_add_executor_job(
            ContractPrices.of,
            self.contract,
            prices,
            start,
            end,
            await store.last_update(market) if market else None,
        )

    @override
    async def _async_update_data(self) -> ContractPrices:
        """Return what the store knows."""
        try:
            return await self._async_read_week()
        except StoreError as error:
            raise store_failed(error) from error

    async def _async_read_week(self) -> ContractPrices:
        """Return the prices from a week ago to the end of the day after tomorrow.

        A fixed contract knows any day; at midnight tomorrow must be there before the next tick.
        """
        zone = self.contract.calendar.zone.time_zone
        today = dt_util.utcnow().astimezone(zone).date()
        start, _ = local_day(today - timedelta(days=DAYS_BACK), zone)
        _, end = local_day(today + timedelta(days=2), zone)
        return await self.async_read(start, end)


class HealthCoordinator(DataUpdateCoordinator[Health | None]):
    """Looks after one factory, and tells the user what the user can put right."""

    config_entry: FactoryConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: FactoryConfigEntry,
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


def _report(fetches: Sequence[Fetch]) -> Report | str | None:
    """Return how it went to fetch prices, in a few words."""
    changed = sum(fetch.changed for fetch in fetches)
    failed = sorted({fetch.source for fetch in fetches if fetch.outcome is Outcome.FAILED})
    if failed:
        return Report(
            JobOutcome.PARTIAL, f"{changed} new prices; no answer from {', '.join(failed)}"
        )
    return f"{changed} new prices" if changed else None
