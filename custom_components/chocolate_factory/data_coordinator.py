"""Looks after the history of one factory: how complete it is, and how its gaps are filled."""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import logging
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .factory.series import Series
from .history.backfill import LOOK_BACK, Backfill, BackfillReport
from .history.climate_import import ClimateImport, ImportReport
from .history.errors import StoreError
from .history.gaps import Coverage
from .history.jobs import JobOutcome
from .history.past_weather import PastWeather
from .jobs import Jobs, Report
from .notices import DataEvent, Notices
from .shared import Shared
from .sites import Site, WeatherClients

_LOGGER = logging.getLogger(__name__)

GAPS: Final = "gaps"
"""The name of the job."""


@dataclass
class _Request:
    """What somebody asked for, and what came of it so far."""

    filled: int = 0
    errors: Counter[str] = field(default_factory=Counter)


class DataCoordinator(DataUpdateCoordinator[Mapping[str, Coverage]]):
    """Knows how complete the last days are, and fills what is missing when its job says so."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        shared: Shared,
        series: frozenset[Series],
        site: Site,
        clients: WeatherClients,
    ) -> None:
        """Know what the factory should have, and who may be asked for it."""
        super().__init__(
            hass, _LOGGER, config_entry=entry, name=f"{entry.title} data", always_update=False
        )
        self._entry = entry
        self._store = shared.store
        self._jobs: Jobs = shared.jobs
        self._request: _Request | None = None
        self.import_task: asyncio.Task[ImportReport] | None = None
        self.site = site
        self.clients = clients
        self.notices = Notices(hass=hass, entry=entry)
        weather = PastWeather(
            place=site.place,
            clock=dt_util.utcnow,
            aemet=clients.aemet,
            station=site.station.code if site.station else None,
            climate_station=site.climate_station.code if site.climate_station else None,
            open_meteo=clients.open_meteo,
        )
        self.backfill = Backfill(
            factory=entry.entry_id,
            store=shared.store,
            ingest=shared.ingest,
            gatekeeper=shared.transport.gatekeeper,
            clock=dt_util.utcnow,
            prices=series,
            weather=weather,
        )
        self.climate = ClimateImport(store=shared.store, place=site.place, clock=dt_util.utcnow)

    @property
    def completeness(self) -> float:
        """Return the share of the last days that is there, over all series, in percent."""
        shares = [coverage.completeness for coverage in self.data.values()]
        return sum(shares) / len(shares) if shares else 100.0

    def async_create_task[T](self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        """Do something in the background as long as the factory is loaded."""
        return self._entry.async_create_background_task(
            self.hass, work, f"{DOMAIN} {name} {self._entry.entry_id}"
        )

    async def async_start(self) -> bool:
        """Look at what is there; return whether something that was asked for is still to come."""
        self.async_set_updated_data(await self._async_look())
        return bool(await self._store.load_wishes(self._entry.entry_id))

    async def async_look(self) -> str | None:
        """Look at what is there again, and say how much it is."""
        before = self.completeness
        await self.async_refresh()
        if self.completeness == before:
            return None
        return f"{self.completeness:.1f} % complete"

    async def async_ask(
        self,
        start: datetime,
        end: datetime,
        series: list[str] | None,
        longest: timedelta | None,
    ) -> None:
        """Have a stretch of history filled, as soon as those who know allow."""
        await self.backfill.wish(start, end, series=series, longest=longest)
        self._request = _Request()
        await self.notices.async_notify("backfill_started")
        self._jobs.want(GAPS)

    async def async_fill(self) -> Report | str | None:
        """Fill what may be had now; what may be had later is asked for again then."""
        report = await self.backfill.run(patience=timedelta())
        await self.async_refresh()
        await self._async_tell(report)
        filled = f"{report.filled} filled, {report.left} left" if report.filled else ""
        if report.errors and not report.filled:
            return Report(JobOutcome.PARTIAL, "; ".join(report.errors), again=report.retry_after)
        return Report(
            JobOutcome.OK if filled else JobOutcome.NOTHING, filled, again=report.retry_after
        )

    async def _async_tell(self, report: BackfillReport) -> None:
        """Tell how far it is, and at the end how it went."""
        wishes = await self._store.load_wishes(self._entry.entry_id)
        if wishes and self._request is None:
            # From before a restart.
            self._request = _Request()
        request = self._request
        if request is None:
            if report.filled:
                self.notices.async_fire(DataEvent.GAPS_FILLED, _told(report.filled, report))
            return
        request.filled += report.filled
        request.errors.update(report.errors)
        if wishes:
            total = request.filled + report.left
            await self.notices.async_notify(
                "backfill_progress",
                percent=round(100 * request.filled / total) if total else 100,
                filled=request.filled,
                left=report.left,
            )
            return
        self._request = None
        is_failure = bool(report.left and request.errors and not request.filled)
        self.notices.async_fire(
            DataEvent.BACKFILL_FAILED if is_failure else DataEvent.BACKFILL_FINISHED,
            _told(request.filled, report) | {"errors": dict(request.errors)},
        )
        await self.notices.async_notify(
            "backfill_failed" if is_failure else "backfill_finished",
            filled=request.filled,
            left=report.left,
            errors="; ".join(request.errors),
        )

    @override
    async def _async_update_data(self) -> Mapping[str, Coverage]:
        """Return how complete the last days are."""
        try:
            return await self._async_look()
        except StoreError as error:
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="store_failed",
                translation_placeholders={"error": str(error)},
            ) from error

    async def _async_look(self) -> Mapping[str, Coverage]:
        return await self.backfill.ledger.coverage(dt_util.utcnow() - LOOK_BACK)


def _told(filled: int, report: BackfillReport) -> dict[str, Any]:
    """Return what an event says."""
    return {
        "filled": filled,
        "left": report.left,
        "series": {
            name: {"filled": one.filled, "left": one.left} for name, one in report.series.items()
        },
    }
