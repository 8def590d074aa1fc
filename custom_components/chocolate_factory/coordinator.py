"""Keeps one factory's prices up to date."""

from dataclasses import dataclass
from datetime import datetime, timedelta
import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_utc_time_change
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from .clients.gatekeeper import TICK
from .const import DOMAIN
from .contracts import contract_from
from .factory.contract import pvpc_series
from .factory.contract_prices import ContractPrices
from .factory.prices import PriceCurve
from .factory.series import Series
from .factory.tariff import local_day
from .history.errors import StoreError
from .history.ingest import DAYS_BACK, Fetch
from .history.prices import read_prices
from .repairs import async_update_issues
from .shared import Shared

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class FactoryData:
    """Everything that lives as long as the config entry is loaded."""

    shared: Shared
    prices: PriceCoordinator


type FactoryConfigEntry = ConfigEntry[FactoryData]


class PriceCoordinator(DataUpdateCoordinator[ContractPrices]):
    """Fetches what is missing at every tick, and shows what the store knows."""

    config_entry: FactoryConfigEntry

    def __init__(self, hass: HomeAssistant, entry: FactoryConfigEntry, shared: Shared) -> None:
        """Read the contract from the entry."""
        super().__init__(
            hass,
            _LOGGER,
            config_entry=entry,
            name=entry.title,
            update_interval=TICK,
            always_update=False,
        )
        self._shared = shared
        self.contract = contract_from(entry.data, entry.options)
        # Both whatever the contract: each explains the other.
        self.series = frozenset({pvpc_series(self.contract.calendar.zone), Series.SPOT})

    async def async_start(self) -> None:
        """Show what is stored at once, then fetch what is missing, and follow the clock."""
        self.async_set_updated_data(await self._async_read_week())
        entry = self.config_entry
        entry.async_create_background_task(
            self.hass, self.async_refresh(), f"{DOMAIN} first refresh {entry.entry_id}"
        )

        @callback
        def slot_changed(_now: datetime) -> None:
            self.async_update_listeners()

        # A price changes when the clock says so, not when we fetch it.
        entry.async_on_unload(
            async_track_utc_time_change(self.hass, slot_changed, minute="/15", second=0)
        )

    async def async_ingest(self) -> list[Fetch]:
        """Fetch what is missing now, whatever was tried in vain before."""
        fetches = await self._shared.ingest.run(self.series, insist=True)
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
        """Fetch what is missing and return what there is; sources that fail are no failure."""

        async def show() -> None:
            self.async_set_updated_data(await self._async_read_week())

        try:
            await self._shared.ingest.run(self.series, on_change=show)
            prices = await self._async_read_week()
        except StoreError as error:
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="store_failed",
                translation_placeholders={"error": str(error)},
            ) from error
        async_update_issues(self.hass, self.config_entry, self._shared, prices)
        return prices

    async def _async_read_week(self) -> ContractPrices:
        """Return the prices from a week ago to the end of the day after tomorrow.

        A fixed contract knows any day; at midnight tomorrow must be there before the next tick.
        """
        zone = self.contract.calendar.zone.time_zone
        today = dt_util.utcnow().astimezone(zone).date()
        start, _ = local_day(today - timedelta(days=DAYS_BACK), zone)
        _, end = local_day(today + timedelta(days=2), zone)
        return await self.async_read(start, end)
