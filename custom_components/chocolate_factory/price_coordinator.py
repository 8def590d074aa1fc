"""Keeps the prices of one factory up to date."""

from collections.abc import Sequence
from datetime import datetime, timedelta
import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_utc_time_change
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from .contracts import contract_from
from .factory.contract import pvpc_series
from .factory.contract_prices import ContractPrices
from .factory.prices import PriceCurve
from .factory.series import Series
from .factory.tariff import local_day
from .failures import store_failed
from .history.errors import StoreError
from .history.ingest import DAYS_BACK, Fetch, Outcome
from .history.jobs import JobOutcome
from .history.prices import read_prices
from .jobs import Report
from .shared import Shared

_LOGGER = logging.getLogger(__name__)


class PriceCoordinator(DataUpdateCoordinator[ContractPrices]):
    """Shows what the store knows of the prices, and fetches what is missing there."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, shared: Shared) -> None:
        """Read the contract from the entry."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=entry.title, always_update=False)
        self._entry = entry
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
        self._entry.async_on_unload(
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


def _report(fetches: Sequence[Fetch]) -> Report | str | None:
    """Return how it went to fetch prices, in a few words."""
    changed = sum(fetch.changed for fetch in fetches)
    failed = sorted({fetch.source for fetch in fetches if fetch.outcome is Outcome.FAILED})
    if failed:
        return Report(
            JobOutcome.PARTIAL, f"{changed} new prices; no answer from {', '.join(failed)}"
        )
    return f"{changed} new prices" if changed else None
