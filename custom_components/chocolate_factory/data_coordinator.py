"""Looks after the history of one factory: how complete it is, and how its gaps are filled."""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import logging
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
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
from .notices import DataEvent, Matter, Notices
from .shared import Shared
from .sites import Site, WeatherClients

_LOGGER = logging.getLogger(__name__)

GAPS: Final = "gaps"
"""The name of the job."""

# Whoever asked for something does not wait two hours because a source failed ...
_SOON: Final = timedelta(minutes=15)
# ... and is told when it is no use: a source may ask to be left alone for a day.
_NO_USE: Final = timedelta(days=2)


@dataclass
class _Round:
    """What came of all runs since there was something to fill."""

    since: datetime
    """When it began, or something was filled."""
    is_asked: bool = False
    """Whether somebody asked for it, and is told how it goes."""
    filled: Counter[str] = field(default_factory=Counter)
    """Slots by series."""
    errors: Counter[str] = field(default_factory=Counter)
    trouble: set[str] = field(default_factory=set)
    """What went wrong since something was filled."""

    def add(self, report: BackfillReport, now: datetime) -> None:
        """Add what came of another run."""
        if report.filled:
            self.since = now
            self.trouble.clear()
        self.filled.update({name: one.filled for name, one in report.series.items()})
        self.errors.update(report.errors)
        self.trouble |= report.errors.keys()


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
        self._round = _Round(dt_util.utcnow())
        self._asked = 0
        """How often somebody has asked for something."""
        self.import_task: asyncio.Task[ImportReport] | None = None
        self.site = site
        self.clients = clients
        self.notices = Notices(hass=hass, entry=entry)
        # Without any source of weather none is missed.
        has_weather = clients.aemet or clients.openweathermap or clients.open_meteo
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
            weather=weather if has_weather else None,
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

    async def async_look(self) -> None:
        """Look at what is there again."""
        await self.async_refresh()

    async def async_ask(
        self,
        start: datetime,
        end: datetime,
        series: list[str] | None,
        longest: timedelta | None,
    ) -> None:
        """Have a stretch of history filled, as soon as those who know allow."""
        await self.backfill.wish(start, end, series=series, longest=longest)
        self._asked += 1
        self._round.is_asked = True
        self._round.since = dt_util.utcnow()
        self.notices.async_notify(Matter.BACKFILL, "started")
        self._jobs.want(GAPS)

    async def async_fill(self) -> Report:
        """Fill what may be had now; what may be had later is asked for again then."""
        asked = self._asked
        report = await self.backfill.run(patience=timedelta())
        await self.async_refresh()
        past, now = self._round, dt_util.utcnow()
        past.add(report, now)
        # What somebody has asked for meanwhile is a matter of the next run.
        is_wanted = report.is_wanted or self._asked != asked
        is_failure = is_wanted and bool(past.trouble) and now - past.since >= _NO_USE
        if is_failure:
            await self.backfill.give_up()
        self._async_tell(report, is_wanted=is_wanted, is_failure=is_failure)
        again = report.retry_after
        if again is None and is_wanted and report.errors:
            again = _SOON
        filled = f"{report.filled} filled, {report.left} left" if report.filled else ""
        detail = "; ".join(filter(None, (filled, *sorted(report.errors))))
        if report.errors:
            return Report(JobOutcome.PARTIAL, detail, again=again)
        return Report(JobOutcome.OK if filled else JobOutcome.NOTHING, detail, again=again)

    @callback
    def _async_tell(self, report: BackfillReport, *, is_wanted: bool, is_failure: bool) -> None:
        """Tell how far it is, and at the end how it went."""
        past = self._round
        # It may be from before a restart.
        past.is_asked |= is_wanted
        if is_wanted and not is_failure:
            self._async_tell_progress(report)
            return
        if not past.is_asked and report.retry_after is not None and report.filled:
            return
        self._round = _Round(dt_util.utcnow())
        if past.is_asked:
            self._async_tell_end(past, report, is_failure=is_failure)
        elif past.filled.total():
            self.notices.async_fire(DataEvent.GAPS_FILLED, _told(past, report))

    @callback
    def _async_tell_progress(self, report: BackfillReport) -> None:
        filled = self._round.filled.total()
        total = filled + report.to_come
        trouble = self._round.trouble
        self.notices.async_notify(
            Matter.BACKFILL,
            "waiting" if trouble and not report.filled else "progress",
            # It is not at its end while somebody waits for it.
            percent=min(100 * filled // total, 99) if total else 99,
            filled=filled,
            left=report.to_come,
            errors="; ".join(sorted(trouble)),
        )

    @callback
    def _async_tell_end(self, past: _Round, report: BackfillReport, *, is_failure: bool) -> None:
        self.notices.async_fire(
            DataEvent.BACKFILL_FAILED if is_failure else DataEvent.BACKFILL_FINISHED,
            _told(past, report) | {"errors": dict(past.errors)},
        )
        self.notices.async_notify(
            Matter.BACKFILL,
            "failed" if is_failure else "finished",
            filled=past.filled.total(),
            left=report.left,
            errors="; ".join(sorted(past.trouble)),
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


def _told(past: _Round, report: BackfillReport) -> dict[str, Any]:
    """Return what an event says."""
    return {
        "filled": past.filled.total(),
        "left": report.left,
        "series": {
            name: {"filled": past.filled[name], "left": one.left}
            for name, one in report.series.items()
        },
    }
