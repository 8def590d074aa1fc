"""Bring years of weather into the store: from AEMET, from Open-Meteo, or from files of the user."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from ..clients.datosclima import Problem, read_station
from ..clients.errors import HeldBackError, NoDataError, SourceError
from ..factory.series import Source
from ..factory.spread import spread
from ..factory.tariff import MARKET_TIME_ZONE
from ..factory.weather import KEPT, Measure, Place, WeatherHours, weather_series
from .gaps import DAY
from .lanes import PERSISTENCE
from .memory import Attempt
from .past_weather import Aemet, Offer, OpenMeteo, archive, climatology
from .slots import SlotTable
from .store import Store
from .weather import write_weather

type Progress = Callable[[int, int], None]
"""Told how many days are done, and how many there are in all."""

# Days that a source does not have are not asked for again so soon.
_WAIT: Final = timedelta(days=7)
_A_MINUTE: Final = 60.0
_DAY: Final = 86_400


class UnreadableFilesError(Exception):
    """Some of the files could not be read, and so nothing was imported."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Remember what could not be read."""
        super().__init__(f"{len(problems)} things could not be read")
        self.problems = tuple(problems)


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What came in, or would."""

    source: Source
    station: str | None
    """As the source calls it."""
    first: date | None
    last: date | None
    """The days that the source told of, or those that would be asked for."""
    days: int
    """How many days that are."""
    new_days: int
    """How many of them were not stored."""
    measures: tuple[Measure, ...]
    changed: int = 0
    """Slots that are new, or have another value now."""
    dropped: int = 0
    """Values that the source told and that could not be true."""
    requests: int = 0
    unknown_days: int = 0
    """Days that the source does not have."""
    problems: tuple[Problem, ...] = ()
    """What could not be read, and was passed over."""
    error: str | None = None
    """Why the import ended before its time; what is left can be asked for again."""
    dry_run: bool = False


@dataclass(kw_only=True)
class ClimateImport:
    """Imports the weather of a place; what is stored of a source already is not asked for again."""

    store: Store
    place: Place
    clock: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def from_aemet(
        self,
        client: Aemet,
        station: str,
        first: date,
        last: date,
        *,
        dry_run: bool = False,
        on_progress: Progress | None = None,
    ) -> ImportReport:
        """Import the extremes of AEMET's days, spread over their hours."""
        offer = climatology(client, station)
        return await _Windows(self, offer, station).run(
            first, last, dry_run=dry_run, on_progress=on_progress
        )

    async def from_open_meteo(
        self,
        client: OpenMeteo,
        first: date,
        last: date,
        *,
        dry_run: bool = False,
        on_progress: Progress | None = None,
    ) -> ImportReport:
        """Import the hours of Open-Meteo's reanalysis."""
        return await _Windows(self, archive(client), None).run(
            first, last, dry_run=dry_run, on_progress=on_progress
        )

    async def from_files(
        self, path: Path, station: str, *, dry_run: bool = False, skip_unreadable: bool = False
    ) -> ImportReport:
        """Import a file or a folder of datosclima.es, all in one write.

        Raises FileError, UnknownStationError, and UnreadableFilesError if anything cannot be read,
        unless that is to be passed over; a dry run tells of all problems instead.
        """
        found = await asyncio.to_thread(read_station, path, station)
        if found.problems and not (skip_unreadable or dry_run):
            raise UnreadableFilesError(found.problems)
        days = sorted(found.days)
        stored = await self.stored_days(Source.DATOSCLIMA, days[0], days[-1]) if days else set()
        changed = 0
        if days and not dry_run:
            hours = await asyncio.to_thread(
                spread, found.days.values(), MARKET_TIME_ZONE, Source.DATOSCLIMA
            )
            changed = await write_weather(self.store, self.place, hours)
        return ImportReport(
            source=Source.DATOSCLIMA,
            station=found.station.full,
            first=min(days, default=None),
            last=max(days, default=None),
            days=len(days),
            new_days=len(set(days) - stored),
            measures=(Measure.TEMPERATURE,) if days else (),
            changed=changed,
            problems=tuple(found.problems),
            dry_run=dry_run,
        )

    async def stored_days(self, source: Source, first: date, last: date) -> set[date]:
        """Return the days in UTC of which a source has told anything, most of their hours."""
        start, end = _midnight(first), _midnight(last + DAY)
        days: set[date] = set()
        for measure in KEPT:
            table = await self.store.read(weather_series(measure, self.place, source), start, end)
            # Decades of hours are counted for longer than others should have to wait.
            days |= await asyncio.to_thread(_days_of, table)
        return days


@dataclass
class _Windows:
    """Asks one source for window after window, the newest first."""

    to: ClimateImport
    offer: Offer
    station: str | None
    requests: int = 0
    changed: int = 0
    dropped: int = 0
    measures: set[Measure] = field(default_factory=set)
    told: set[date] = field(default_factory=set)
    vain: dict[date, Attempt] = field(default_factory=dict)

    async def run(
        self, first: date, last: date, *, dry_run: bool, on_progress: Progress | None
    ) -> ImportReport:
        """Ask for the days that are not stored, unless they were asked for in vain lately."""
        now = self.to.clock()
        last = min(last, self.offer.prospect.knows_until(now).date() - DAY)
        asked = {first + number * DAY for number in range((last - first).days + 1)}
        stored = await self.to.stored_days(self.offer.source, first, last) if asked else set()
        self.vain = await self.to.store.load_attempts_of(self._name)
        tried = {day for day, attempt in self.vain.items() if now < attempt.retry_at <= now + _WAIT}
        wanted = asked - stored - tried
        left = set() if dry_run else set(wanted)
        error = None
        failures = 0
        while left:
            newest = max(left)
            window = {day for day in left if day > newest - self.offer.days * DAY}
            try:
                await self._ask(min(window), newest, window)
            except HeldBackError as held:
                await self.to.sleep(held.retry_after or _A_MINUTE)
                continue
            except SourceError as failed:
                failures += 1
                # Passing trouble is over by the time that the host may be asked again.
                if failures == PERSISTENCE:
                    error = str(failed)
                    break
                continue
            failures = 0
            left -= window
            if on_progress:
                on_progress(len(wanted) - len(left), len(wanted))
        known = wanted if dry_run else self.told
        return ImportReport(
            source=self.offer.source,
            station=self.station,
            first=min(known, default=None),
            last=max(known, default=None),
            days=len(known),
            new_days=len(known - stored),
            measures=tuple(one for one in KEPT if one in self.measures),
            changed=self.changed,
            dropped=self.dropped,
            requests=self.requests,
            unknown_days=0 if dry_run else len(wanted - left - self.told),
            error=error,
            dry_run=dry_run,
        )

    @property
    def _name(self) -> str:
        return f"import@{self.to.place.name}/{self.offer.source}/{self.station or ''}"

    async def _ask(self, first: date, last: date, window: set[date]) -> None:
        """Ask for one window, keep what is told, and note what is not."""
        try:
            answers = await self.offer.ask(first, last)
        except HeldBackError:
            raise
        except NoDataError:
            answers = []
        except SourceError:
            self.requests += 1
            raise
        self.requests += 1
        self.dropped += sum(answer.dropped for answer in answers)
        self.changed += await write_weather(self.to.store, self.to.place, *answers)
        told = {day for answer in answers for day in self._days(answer)} & window
        self.told |= told
        again = self.to.clock() + _WAIT
        if unknown := window - told:
            await self.to.store.save_attempts(
                {(self._name, day): Attempt(1, again) for day in unknown}
            )

    def _days(self, answer: WeatherHours) -> set[date]:
        """Return the days of which an answer tells anything, and note its measures."""
        starts = int(answer.start.timestamp()) + 3600 * np.arange(len(answer), dtype=np.int64)
        days: set[date] = set()
        for measure in KEPT:
            if measure in answer.values:
                there = np.isfinite(answer.values[measure])
                if np.any(there):
                    self.measures.add(measure)
                    days |= {_date(number) for number in np.unique(starts[there] // _DAY).tolist()}
        return days


def _days_of(table: SlotTable) -> set[date]:
    """Return the days of UTC of which most hours are there."""
    numbers, hours = np.unique(table.starts // _DAY, return_counts=True)
    # The hours of a local day lie in two days of UTC; a few of them make no day.
    return {_date(number) for number in numbers[hours > 12].tolist()}


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _date(number: int) -> date:
    return date(1970, 1, 1) + number * DAY
