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
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .factory.series import Series
from .failures import store_failed
from .history.backfill import LOOK_BACK, Backfill, BackfillReport, SeriesReport
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
    filled: Counter[str] = field(default_factory=Counter)
    """Slots by series."""
    left: dict[str, int] = field(default_factory=dict)
    """Slots by series that the last run left."""
    errors: Counter[str] = field(default_factory=Counter)
    dropped: int = 0
    trouble: set[str] = field(default_factory=set)
    """What went wrong since something was filled."""
    is_filling: bool = False
    """Whether the last run filled something."""

    def add(self, series: Mapping[str, SeriesReport], now: datetime) -> None:
        """Add what came of some slots in another run."""
        filled = {name: one.filled for name, one in series.items()}
        self.is_filling = any(filled.values())
        if self.is_filling:
            self.since = now
            self.trouble.clear()
        self.filled.update(filled)
        self.left |= {name: one.left for name, one in series.items()}

    def blame(self, report: BackfillReport) -> None:
        """Add what was wrong in another run."""
        self.errors.update(report.errors)
        self.dropped += report.dropped
        self.trouble |= report.errors.keys()

    def told(self) -> dict[str, Any]:
        """Return what an event says."""
        return {
            "filled": self.filled.total(),
            "left": sum(self.left.values()),
            "dropped": self.dropped,
            "series": {
                name: {"filled": self.filled[name], "left": left}
                for name, left in self.left.items()
            },
        }


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
        self._found = _Round(dt_util.utcnow())
        """What was filled without anybody asking for it."""
        self._wanted: _Round | None = None
        """What somebody asked for, and is told of."""
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

    @property
    def is_filling(self) -> bool:
        """Tell whether somebody has asked for history that is still to come."""
        return self._wanted is not None

    def async_create_task[T](self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        """Do something in the background as long as the factory is loaded."""
        return self._entry.async_create_background_task(
            self.hass, work, f"{DOMAIN} {name} {self._entry.entry_id}"
        )

    async def async_start(self) -> bool:
        """Look at what is there; return whether something that was asked for is still to come."""
        self.async_set_updated_data(await self._async_look())
        return bool(await self._store.load_wishes(self._entry.entry_id))

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
        now = dt_util.utcnow()
        self._wanted = self._wanted or _Round(now)
        self._wanted.since = now
        self.notices.async_notify(Matter.BACKFILL, "started")
        self._jobs.want(GAPS)

    async def async_fill(self) -> Report:
        """Fill what may be had now; what may be had later is asked for again then."""
        asked = self._asked
        report = await self.backfill.run(patience=timedelta())
        await self.async_refresh()
        now = dt_util.utcnow()
        # What somebody has asked for meanwhile is a matter of the next run.
        is_wanted = report.is_wanted or self._asked != asked
        self._found.add(report.besides, now)
        if is_wanted or report.asked:
            # It may be from before a restart.
            self._wanted = self._wanted or _Round(now)
        if self._wanted:
            self._wanted.add(report.asked, now)
        (self._wanted or self._found).blame(report)
        await self._async_tell(report, is_wanted=is_wanted)
        again = report.retry_after
        if again is None and is_wanted and report.errors:
            again = _SOON
        filled = f"{report.filled} filled, {report.left} left" if report.filled else ""
        detail = "; ".join(filter(None, (filled, *sorted(report.errors))))
        if report.errors:
            return Report(JobOutcome.PARTIAL, detail, again=again)
        return Report(JobOutcome.OK if filled else JobOutcome.NOTHING, detail, again=again)

    async def _async_tell(self, report: BackfillReport, *, is_wanted: bool) -> None:
        """Tell how far it is, and at the end how it went."""
        found, wanted, now = self._found, self._wanted, dt_util.utcnow()
        # A run that came too soon for the pace of the sources is not the end of it.
        goes_on = report.retry_after and (found.is_filling or report.retry_after <= _SOON)
        if not goes_on:
            self._found = _Round(now)
            if found.filled.total():
                self.notices.async_fire(DataEvent.GAPS_FILLED, found.told())
        if wanted is None:
            return
        is_failure = is_wanted and bool(wanted.trouble) and now - wanted.since >= _NO_USE
        if is_failure:
            await self.backfill.give_up()
        if is_wanted and not is_failure:
            self._async_tell_progress(wanted, report.to_come)
        else:
            self._wanted = None
            self._async_tell_end(wanted, is_failure=is_failure)

    @callback
    def _async_tell_progress(self, wanted: _Round, to_come: int) -> None:
        filled = wanted.filled.total()
        total = filled + to_come
        self.notices.async_notify(
            Matter.BACKFILL,
            "waiting" if wanted.trouble and not wanted.is_filling else "progress",
            # It is not at its end while somebody waits for it.
            percent=min(100 * filled // total, 99) if total else 99,
            filled=filled,
            left=to_come,
            errors="; ".join(sorted(wanted.trouble)),
        )

    @callback
    def _async_tell_end(self, wanted: _Round, *, is_failure: bool) -> None:
        told = wanted.told()
        self.notices.async_fire(
            DataEvent.BACKFILL_FAILED if is_failure else DataEvent.BACKFILL_FINISHED,
            told | {"errors": dict(wanted.errors)},
        )
        self.notices.async_notify(
            Matter.BACKFILL,
            "failed" if is_failure else "finished",
            filled=told["filled"],
            left=told["left"],
            errors="; ".join(sorted(wanted.trouble)),
        )

    @override
    async def _async_update_data(self) -> Mapping[str, Coverage]:
        """Return how complete the last days are."""
        try:
            return await self._async_look()
        except StoreError as error:
            raise store_failed(error) from error

    async def _async_look(self) -> Mapping[str, Coverage]:
        return await self.backfill.ledger.coverage(dt_util.utcnow() - LOOK_BACK)
