"""Fetches the weather that drives the price of electricity, where the user allows it."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.util import dt as dt_util

from .clients.open_meteo import OpenMeteoClient
from .const import CONF_PRICE_DRIVERS
from .factory.contract import Contract
from .history.drivers import DriverIngest
from .history.ingest import Outcome
from .history.jobs import JobOutcome
from .jobs import Report
from .shared import Shared


class PriceDrivers:
    """The share that one factory has in the weather of Spain."""

    def __init__(
        self,
        entry: ConfigEntry,
        shared: Shared,
        contract: Contract,
        client: OpenMeteoClient | None,
    ) -> None:
        """Ask nobody where the price does not depend on it, or the user does not want that."""
        is_wanted = contract.market and entry.options.get(CONF_PRICE_DRIVERS, True)
        self._ingest = DriverIngest(
            store=shared.store, client=client if is_wanted else None, clock=dt_util.utcnow
        )

    async def async_keep_up(self) -> Report | str | None:
        """Fetch what is due; raises StoreError."""
        fetches = await self._ingest.run()
        changed = sum(fetch.changed for fetch in fetches)
        failed = [fetch for fetch in fetches if fetch.outcome is Outcome.FAILED]
        if failed:
            reasons = ", ".join(dict.fromkeys(str(fetch.reason) for fetch in failed))
            return Report(JobOutcome.PARTIAL, f"{changed} new days; {reasons}")
        return f"{changed} new days" if changed else None
