"""Fetch the weather that drives the price: years of the archive, the last days, the next week."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ..clients.errors import AuthenticationError, HeldBackError, NoDataError, SourceError
from ..clients.gatekeeper import Urgency
from ..factory.drivers import ASKED, DRIVERS, REGIONS, Region
from ..factory.series import Source
from ..factory.weather import HOUR, Measure, Place, WeatherHours
from .driver_days import DriverDay
from .gaps import DAY
from .ingest import Outcome
from .memory import Attempt
from .store import Store

LOOK_BACK: Final = 3 * 365 * DAY
# The weather models are renewed four times a day.
RENEWED: Final = timedelta(hours=6)
_A_WHILE: Final = timedelta(hours=1)
# Until the archive has a day for good, the models' own past stands in for it.
_ARCHIVE_DELAY: Final = 6 * DAY
_PAST_DAYS: Final = 7
_LONGEST: Final = 365 * DAY
# Less than a week of the archive is not worth a request of its own.
_WORTH_IT: Final = 7
# A day is there if the archive knows so many hours of everything.
_ENOUGH: Final = 20
_FIRST_WAIT: Final = timedelta(days=1)
_LONGEST_WAIT: Final = timedelta(days=30)
_IN_VAIN: Final = "drivers"
_END_OF_TIME: Final = datetime(9999, 1, 1, tzinfo=UTC)
_HOURS: Final = 24


class OpenMeteo(Protocol):
    """What Open-Meteo's client can tell of several places at once."""

    async def forecasts(
        self,
        places: Sequence[Place],
        measures: Collection[Measure],
        past_days: int,
        *,
        urgency: Urgency = Urgency.USUAL,
    ) -> list[tuple[WeatherHours, WeatherHours]]:
        """Return the hours of some days up to the current one, and what will be."""

    async def archives(
        self,
        places: Sequence[Place],
        measures: Collection[Measure],
        first: date,
        last: date,
        *,
        urgency: Urgency = Urgency.USUAL,
    ) -> list[WeatherHours]:
        """Return the hours of days in UTC, at most a year of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverFetch:
    """What came of one request."""

    source: Source
    outcome: Outcome
    changed: int = 0
    """Days that are new or have other values now."""
    reason: str | None = None


@dataclass(kw_only=True)
class DriverIngest:
    """Knows what is missing of the drivers, and asks for it if anybody may be asked."""

    store: Store
    client: OpenMeteo | None
    clock: Callable[[], datetime]
    look_back: timedelta = LOOK_BACK
    """How much of the archive is wanted."""
    dropped: int = field(default=0, init=False)
    """Values that could not be true, since the start."""
    _asked: datetime | None = field(default=None, init=False)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def run(self) -> list[DriverFetch]:
        """Ask for what is due: the forecast, then the archive, the newest year first."""
        if not (client := self.client):
            return []
        async with self._lock:
            fetches: list[DriverFetch] = []
            if await self._is_due():
                fetches.append(await self._forecast(client))
            while days := await self._lacking():
                fetches.append(await self._archive(client, days))
                if fetches[-1].outcome is not Outcome.STORED:
                    break
            return fetches

    async def read(
        self, start: datetime, end: datetime, *, until: datetime | None = None
    ) -> Mapping[str, NDArray[np.float64]]:
        """Return the hours from a full one up to another by the name of the driver, NaN unknown.

        They are from the archive, then as the models told them of the last days, then forecast; at
        an instant of the past, if one is given, as was forecast then. Empty if nothing is known.
        """
        first, last = start.astimezone(UTC).date(), end.astimezone(UTC).date()
        days = await self.store.read_drivers(first, last, DRIVERS)
        skipped = (start - _midnight(first)) // HOUR
        count = -((start - end) // HOUR)
        hours = {name: column[skipped : skipped + count] for name, column in days.items()}
        if until is not None:
            for column in hours.values():
                column[max((until - start) // HOUR + 1, 0) :] = np.nan
        for region in REGIONS:
            issues = await self.store.read_forecasts(_name(region), until or _END_OF_TIME)
            if issue := issues.get(Source.OPEN_METEO):
                for measure in region.measures:
                    _fill(hours[region.driver(measure)], issue, measure, start)
        return hours if any(np.isfinite(column).any() for column in hours.values()) else {}

    async def _is_due(self) -> bool:
        """Tell whether the forecast may have been renewed."""
        now = self.clock()
        if self._asked and now - _A_WHILE < self._asked <= now:
            return False
        for region in REGIONS:
            issues = await self.store.read_forecasts(_name(region), _END_OF_TIME)
            issue = issues.get(Source.OPEN_METEO)
            # One of the future is from before the clock was put back.
            if not issue or not issue.issued or not now - RENEWED < issue.issued <= now:
                return True
        return False

    async def _forecast(self, client: OpenMeteo) -> DriverFetch:
        """Ask for the last days and the next ones, and keep them."""
        source = Source.OPEN_METEO
        try:
            every = await client.forecasts([region.place for region in REGIONS], ASKED, _PAST_DAYS)
        except SourceError as error:
            outcome = _outcome(error)
            if outcome is not Outcome.HELD_BACK:
                self._asked = self.clock()
            return DriverFetch(source=source, outcome=outcome, reason=str(error))
        self._asked = self.clock()
        self.dropped += sum(was.dropped for was, _ in every)
        days = await asyncio.to_thread(lambda: list(_by_day(source, [was for was, _ in every])))
        changed = await self.store.write_driver_days(days)
        for region, (_, will_be) in zip(REGIONS, every, strict=True):
            values = {measure: will_be.values[measure] for measure in region.measures}
            await self.store.write_forecast(_name(region), replace(will_be, values=values))
        return DriverFetch(source=source, outcome=Outcome.STORED, changed=changed)

    async def _lacking(self) -> list[date]:
        """Return the days of at most a year that the archive is to be asked for, if any."""
        now = self.clock()
        last = (now - _ARCHIVE_DELAY).astimezone(UTC).date()
        wanted = self.look_back // DAY
        first = last - (wanted - 1) * DAY
        there = await self.store.driver_days(first, last, Source.OPEN_METEO_ARCHIVE)
        if len(there) > wanted - _WORTH_IT:
            return []
        vain = await self.store.load_attempts_of(_IN_VAIN)
        waiting = {day for day, attempt in vain.items() if _waits(attempt, now)}
        lacking = [
            day
            for day in (last - number * DAY for number in range(wanted))
            if day not in there and day not in waiting
        ]
        if len(lacking) < _WORTH_IT:
            return []
        return [day for day in lacking if day > lacking[0] - _LONGEST]

    async def _archive(self, client: OpenMeteo, days: Sequence[date]) -> DriverFetch:
        """Ask the archive for days, the newest of which comes first, and keep what it has."""
        source = Source.OPEN_METEO_ARCHIVE
        first, last = days[-1], days[0]
        try:
            # A day more: how the sun shines in an hour is told at its end.
            every = await client.archives(
                [region.place for region in REGIONS],
                ASKED,
                first,
                last + DAY,
                urgency=Urgency.BACKGROUND,
            )
        except SourceError as error:
            outcome = _outcome(error)
            # The host works, but has nothing for us, or not for our key.
            if isinstance(error, NoDataError | AuthenticationError):
                await self._note(days)
            return DriverFetch(source=source, outcome=outcome, reason=str(error))
        self.dropped += sum(hours.dropped for hours in every)
        told = await asyncio.to_thread(
            lambda: [day for day in _by_day(source, every) if first <= day.day <= last]
        )
        known = [day for day in told if _is_known(day)]
        changed = await self.store.write_driver_days(known)
        there = {day.day for day in known}
        await self._note([day for day in days if day not in there])
        await self.store.forget_attempts([(_IN_VAIN, day) for day in there])
        return DriverFetch(source=source, outcome=Outcome.STORED, changed=changed)

    async def _note(self, days: Sequence[date]) -> None:
        """Remember what was asked for in vain: it is asked for ever more rarely."""
        now = self.clock()
        before = await self.store.load_attempts_of(_IN_VAIN)
        tries = {day: before[day].tries + 1 if day in before else 1 for day in days}
        await self.store.save_attempts(
            {
                (_IN_VAIN, day): Attempt(
                    tried, now + min(_FIRST_WAIT * 2 ** min(tried - 1, 8), _LONGEST_WAIT)
                )
                for day, tried in tries.items()
            }
        )


def _name(region: Region) -> str:
    """Return under what the forecasts of a region are kept: no place is called so."""
    return f"driver@{region.name}"


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _waits(attempt: Attempt, now: datetime) -> bool:
    """Tell whether it is too early to try again; no try is put off for longer than the longest."""
    return now < attempt.retry_at <= now + _LONGEST_WAIT


def _outcome(error: SourceError) -> Outcome:
    match error:
        case HeldBackError():
            return Outcome.HELD_BACK
        case NoDataError():
            return Outcome.NO_DATA
        case _:
            return Outcome.FAILED


def _is_known(day: DriverDay) -> bool:
    """Tell whether little enough of a day is missing."""
    return all(np.isfinite(hours).sum() >= _ENOUGH for hours in day.values.values())


def _by_day(source: Source, every: Sequence[WeatherHours]) -> Iterator[DriverDay]:
    """Yield the drivers of all regions day by day; all hours are the same ones."""
    start, count = every[0].start, len(every[0])
    before = (start - _midnight(start.date())) // HOUR
    after = -(before + count) % _HOURS
    columns = {
        region.driver(measure): np.pad(
            hours.values[measure], (before, after), constant_values=np.nan
        ).reshape(-1, _HOURS)
        for region, hours in zip(REGIONS, every, strict=True)
        for measure in region.measures
    }
    for number in range((before + count + after) // _HOURS):
        yield DriverDay(
            day=start.date() + number * DAY,
            source=source,
            values={name: column[number] for name, column in columns.items()},
        )


def _fill(
    column: NDArray[np.float64], issue: WeatherHours, measure: Measure, start: datetime
) -> None:
    """Fill what is not known of consecutive hours from a forecast."""
    values = issue.values.get(measure, np.empty(0))
    at = (issue.start - start) // HOUR
    here = column[max(at, 0) : max(at + len(values), 0)]
    there = values[max(-at, 0) :][: len(here)]
    np.copyto(here, there, where=np.isnan(here))
