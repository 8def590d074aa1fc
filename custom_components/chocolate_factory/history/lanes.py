"""What a backfill still has to ask for, the newest first: prices by the day, weather by the window.

A lane asks for one thing at a step, so that several can take turns while each waits for its hosts.
Years of what is missing are gone through for longer than others should have to wait: a lane is made
in a thread, and goes through them in a thread.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
import random
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ..clients.errors import (
    AuthenticationError,
    HeldBackError,
    NoDataError,
    PlanError,
    SourceError,
)
from ..clients.parsing import market_day
from ..factory.series import Series, Source
from ..factory.tariff import MARKET_TIME_ZONE
from ..factory.weather import HOUR, KEPT, Measure, WeatherHours
from .gaps import DAY, Stretches, slots_in, within
from .ingest import Fetch, Outcome, PriceIngest
from .memory import Attempt
from .past_weather import Offer, PastWeather
from .store import Store
from .weather import write_weather

type Hours = NDArray[np.int64]
"""The beginnings of hours in Unix seconds, oldest first."""

# A host that fails so often in a row is left to the next run.
PERSISTENCE: Final = 3
# When a source does not say how long it wants to be left alone.
_A_MINUTE: Final = 60.0
# What a source does not have after its usual delay may come later, or never.
_FIRST_WAIT: Final = timedelta(hours=6)
_LONGEST_WAIT: Final = timedelta(days=7)
_HOUR: Final = 3600
_DAY: Final = 86_400


@dataclass(kw_only=True)
class Tally:
    """What came of it so far."""

    requests: int = 0
    """How often a source was asked for something."""
    dropped: int = 0
    """Values of the weather that could not be true."""
    errors: Counter[str] = field(default_factory=Counter)
    """What went wrong, and how often."""

    def blame(self, source: Source, error: str | Exception | None) -> None:
        """Note what went wrong with a source."""
        self.errors[f"{source}: {error}"] += 1


class Lane(Protocol):
    """Something to ask for step by step."""

    @property
    def has_more(self) -> bool:
        """Tell whether there is more to ask for."""

    async def step(self) -> float | None:
        """Ask once, or return in how many seconds that will be possible."""


@dataclass(kw_only=True)
class PriceLane:
    """Days of the market whose prices are missing."""

    ingest: PriceIngest
    missing: Mapping[Series, Stretches]
    tally: Tally
    _days: dict[date, frozenset[Series]] = field(default_factory=dict, init=False)
    """The prices that each day lacks."""
    _later: dict[date, float] = field(default_factory=dict, init=False)
    """Days that wait for a source to recover, and the seconds that it wants."""
    _tries: Counter[date] = field(default_factory=Counter, init=False)
    """How often sources failed on a day."""
    _failures: int = field(default=0, init=False)
    """How many days in a row nobody had anything but errors."""

    def __post_init__(self) -> None:
        """List the days that lack something."""
        for series, stretches in self.missing.items():
            for day in _market_days(stretches):
                if slots_in(series, within(stretches, *market_day(day))).any():
                    self._days[day] = self._days.get(day, frozenset()) | {series}

    @property
    def has_more(self) -> bool:
        """Tell whether there is more to ask for."""
        return bool(self._days)

    async def step(self) -> float | None:
        """Go down the cascade for the newest day."""
        if not (ready := self._days.keys() - self._later.keys()):
            # Only days are left that some source could not tell of before: once more.
            ready, wait = set(self._days), min(self._later.values(), default=0.0)
            self._later.clear()
            if wait:
                return wait
        day = max(ready)
        fetches = await self.ingest.fill(day, self._days[day])
        self._note(fetches)
        if fetches and fetches[-1].is_soon:
            return fetches[-1].retry_after
        held = [
            fetch.retry_after or _A_MINUTE
            for fetch in fetches
            if fetch.outcome is Outcome.HELD_BACK
        ]
        answered = [fetch for fetch in fetches if fetch.is_answered]
        if held and not answered:
            # Whoever must not be asked for this day must not be for any other.
            alike = {one for one in ready if self._days[one] <= self._days[day]}
            self._later |= dict.fromkeys(alike, min(held))
            return None
        left = await self.ingest.lacking(day, self._days[day])
        failed = [fetch for fetch in answered if fetch.outcome is Outcome.FAILED]
        self._tries[day] += bool(failed)
        if left and (held or failed) and self._tries[day] < PERSISTENCE:
            self._days[day] = left
            self._later[day] = min(held, default=0.0)
        else:
            del self._days[day]
        if answered:
            self._failures = self._failures + 1 if len(failed) == len(answered) else 0
        if self._failures == PERSISTENCE:
            self._days.clear()
        return None

    def _note(self, fetches: Sequence[Fetch]) -> None:
        """Add to the tally what came of a day."""
        for fetch in fetches:
            self.tally.requests += fetch.is_answered
            if fetch.outcome is Outcome.FAILED:
                self.tally.blame(fetch.source, fetch.reason)


@dataclass(frozen=True, kw_only=True)
class _Phase:
    """Hours that a source is the one to ask for, once it is its turn."""

    offer: Offer
    since: int
    until: int
    """Unix seconds."""


@dataclass(frozen=True, kw_only=True)
class _Turn:
    """Whose turn it is, and for what."""

    offer: Offer
    days: NDArray[np.int64]
    """Days of UTC since 1970, oldest first."""


@dataclass(kw_only=True)
class WeatherLane:
    """Hours for which some measure of the weather is missing."""

    store: Store
    weather: PastWeather
    clock: Callable[[], datetime]
    missing: Mapping[Measure, Stretches]
    vain: dict[Source, dict[date, Attempt]]
    """The days that each source was asked for in vain."""
    tally: Tally
    _lacking: dict[Measure, Hours] = field(default_factory=dict, init=False)
    _any: Hours = field(init=False)
    """The hours that lack any measure."""
    _offers: list[Offer] = field(default_factory=list, init=False)
    _asked: dict[Source, set[int]] = field(default_factory=dict, init=False)
    """The days of UTC since 1970 that each source was asked for in this run."""
    _failures: Counter[Source] = field(default_factory=Counter, init=False)
    _turn: _Turn | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """List the hours that are missing."""
        self._lacking = {measure: _hours(one) for measure, one in self.missing.items()}
        self._any = _union(self._lacking)
        self._offers = self.weather.offers()
        self._turn = self._next_turn()

    @property
    def has_more(self) -> bool:
        """Tell whether there is more to ask for."""
        return self._turn is not None

    async def step(self) -> float | None:
        """Ask the source whose turn it is for as much as it tells in one answer."""
        if self._turn is None:
            return None
        offer, days = self._turn.offer, self._turn.days
        try:
            answers = await offer.ask(_date(days[0]), _date(days[-1]))
        except HeldBackError as error:
            return error.retry_after or _A_MINUTE
        except NoDataError:
            answers = []
        except (AuthenticationError, PlanError) as error:
            await self._give_up(offer, error)
            return None
        except SourceError as error:
            self._failures[offer.source] += 1
            self.tally.requests += 1
            if self._failures[offer.source] == PERSISTENCE:
                await self._give_up(offer, error)
            return None
        self.tally.requests += 1
        self._failures[offer.source] = 0
        self._asked.setdefault(offer.source, set()).update(days.tolist())
        for answer in answers:
            self.tally.dropped += answer.dropped
            news = await asyncio.to_thread(self._strike_off, answer)
            await write_weather(self.store, self.weather.place, news)
        await self._remember(offer, days)
        self._turn = await asyncio.to_thread(self._next_turn)
        return None

    async def _give_up(self, offer: Offer, error: SourceError) -> None:
        """Leave a source to the next run, so that the others get their chance."""
        self.tally.blame(offer.source, error)
        self._offers = [one for one in self._offers if one.source is not offer.source]
        self._turn = await asyncio.to_thread(self._next_turn)

    def _next_turn(self) -> _Turn | None:
        """Return whom to ask next, for the newest of what is missing."""
        for phase in self._phases():
            if len(hours := self._eligible(phase)):
                days = np.unique(hours // _DAY)
                return _Turn(offer=phase.offer, days=days[days > days[-1] - phase.offer.days])
        return None

    def _phases(self) -> Iterator[_Phase]:
        """Yield whom to ask for which hours, the freshest ones first."""
        now = self.clock()
        month = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        nowcast = None
        for offer in self._offers:
            until = offer.prospect.knows_until(now)
            since = offer.prospect.knows_since(now)
            if offer.source is Source.OPEN_METEO:
                nowcast = offer
                # The reanalysis is better where there is one, but not worth many small requests.
                since = max(filter(None, (since, min(month, until - 7 * DAY))))
            yield _phase(offer, since, until)
        if nowcast:
            prospect = nowcast.prospect
            yield _phase(nowcast, prospect.knows_since(now), prospect.knows_until(now))

    def _eligible(self, phase: _Phase) -> Hours:
        """Return the hours of a phase that lack something, and were not asked for yet."""
        first, end = np.searchsorted(self._any, (phase.since, phase.until))
        hours = self._any[first:end]
        now = self.clock()
        blocked = self._asked.get(phase.offer.source, set()) | {
            _number(day)
            for day, attempt in self.vain.get(phase.offer.source, {}).items()
            if attempt.retry_at > now
        }
        if not blocked:
            return hours
        days = np.fromiter(blocked, dtype=np.int64)
        return hours[np.isin(hours // _DAY, days, invert=True)]

    def _strike_off(self, answer: WeatherHours) -> WeatherHours:
        """Return of an answer what is missing, and miss it no more."""
        news, told = _only(answer, self._lacking)
        for measure, hours in told.items():
            lacking = self._lacking[measure]
            self._lacking[measure] = np.setdiff1d(lacking, hours, assume_unique=True)
        self._any = _union(self._lacking)
        return news

    async def _remember(self, offer: Offer, days: NDArray[np.int64]) -> None:
        """Note the days that a source should know everything of, but does not."""
        if offer.reach and offer.reach < DAY:
            # What it does not know today, it will have forgotten tomorrow.
            return
        tried, done = await asyncio.to_thread(self._tried, offer, days)
        name = self.weather.vain_name(offer)
        if done:
            await self.store.forget_attempts([(name, day) for day in done])
        if tried:
            await self.store.save_attempts({(name, day): tried[day] for day in tried})

    def _tried(
        self, offer: Offer, days: NDArray[np.int64]
    ) -> tuple[dict[date, Attempt], list[date]]:
        """Return the days that a source was asked for in vain, and those that it was before."""
        now = self.clock()
        known = self.vain.setdefault(offer.source, {})
        tried = {}
        done = []
        lacks = np.isin(days, self._any // _DAY)
        for day, is_lacking in zip(map(_date, days.tolist()), lacks.tolist(), strict=True):
            before = known.get(day)
            if not is_lacking:
                if before:
                    done.append(day)
                continue
            tries = before.tries + 1 if before else 1
            pause = min(_FIRST_WAIT * 2 ** min(tries - 1, 16), _LONGEST_WAIT)
            # Jitter only shortens the pause: a run that comes just in time must not be missed.
            pause *= random.uniform(0.8, 0.95)  # noqa: S311 - no secret
            tried[day] = known[day] = Attempt(tries, now + pause)
        return tried, done


def _phase(offer: Offer, since: datetime | None, until: datetime) -> _Phase:
    first = int(since.timestamp()) if since else np.iinfo(np.int64).min
    return _Phase(offer=offer, since=first, until=int(until.timestamp()))


def _only(
    answer: WeatherHours, lacking: Mapping[Measure, Hours]
) -> tuple[WeatherHours, dict[Measure, Hours]]:
    """Return what an answer says of the hours that lack something, and of which ones it does."""
    first = int(answer.start.timestamp())
    values = {}
    told = {}
    for measure in KEPT:
        if measure not in answer.values or measure not in lacking:
            continue
        column = answer.values[measure]
        at = (lacking[measure] - first) // _HOUR
        at = at[(at >= 0) & (at < len(column))]
        at = at[np.isfinite(column[at])]
        values[measure] = np.full(len(column), np.nan)
        values[measure][at] = column[at]
        told[measure] = first + _HOUR * at
    return replace(answer, values=values), told


def _hours(stretches: Stretches) -> Hours:
    """Return the hours that make up some stretches."""
    runs = [np.arange(start, end, _HOUR) for start, end in stretches.tolist()]
    return np.concatenate([np.empty(0, dtype=np.int64), *runs])


def _union(lacking: Mapping[Measure, Hours]) -> Hours:
    return np.unique(np.concatenate([np.empty(0, dtype=np.int64), *lacking.values()]))


def _market_days(stretches: Stretches) -> set[date]:
    """Return the days of the market that stretches touch."""
    days = set()
    for edges in stretches.tolist():
        start, end = (datetime.fromtimestamp(edge, UTC) for edge in edges)
        first = start.astimezone(MARKET_TIME_ZONE).date()
        last = (end - HOUR / 60).astimezone(MARKET_TIME_ZONE).date()
        days |= {first + number * DAY for number in range((last - first).days + 1)}
    return days


def _date(number: int | np.int64) -> date:
    """Return a day by its number since 1970."""
    return date(1970, 1, 1) + int(number) * DAY


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days
