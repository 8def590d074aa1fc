"""Fetch the prices that are missing, from the first source that has them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
import random
from typing import ClassVar, Final, Protocol

from ..clients.errors import HeldBackError, NoDataError, NotPublishedError, SourceError
from ..clients.gatekeeper import PACE_WINDOW, TICK, Urgency
from ..clients.parsing import market_day
from ..factory.estimate import estimate_pvpc
from ..factory.prices import PriceCurve
from ..factory.series import Series, Source
from ..factory.tariff import MARKET_TIME_ZONE, AccessTariff, TariffCalendar, Zone
from .memory import Attempt
from .prices import read_prices, write_prices
from .store import Store

# A week back: what the price level and the estimates look at.
DAYS_BACK: Final = 7
# From when on tomorrow's prices may be asked for, in the time of the market ...
DUE: Final[Mapping[Series, time]] = {
    Series.PVPC: time(20, 15),
    Series.PVPC_CEUTA_MELILLA: time(20, 15),
    Series.SPOT: time(14, 30),
}
# ... and from when on their absence is a failure that wants an estimate.
OVERDUE: Final = time(21, 30)

_LONGEST_WAIT_FOR_PUBLICATION: Final = timedelta(minutes=15)
_LONGEST_WAIT_FOR_THE_PAST: Final = timedelta(hours=6)
# What nobody has after more than a week, nobody may ever have.
_WAIT_FOR_LONG_AGO: Final = timedelta(hours=6)
_LONGEST_WAIT_FOR_LONG_AGO: Final = timedelta(days=7)

# Only the calendar of 2.0TD matters here: PVPC exists under no other tariff.
_CALENDARS: Final = {
    Series.PVPC: TariffCalendar(AccessTariff.T2_0TD, Zone.PENINSULA),
    Series.PVPC_CEUTA_MELILLA: TariffCalendar(AccessTariff.T2_0TD, Zone.CEUTA),
}


class PriceClient(Protocol):
    """A source of prices by the market day."""

    host: ClassVar[str]
    source: ClassVar[Source]
    offers: ClassVar[frozenset[Series]]

    async def prices(
        self, day: date, *, future: bool = False, urgency: Urgency = Urgency.USUAL
    ) -> Mapping[Series, PriceCurve]:
        """Return the series that are published for a day."""


class Outcome(StrEnum):
    """How it went to ask a source for a day."""

    STORED = "stored"
    NOT_PUBLISHED = "not_published"
    NO_DATA = "no_data"
    HELD_BACK = "held_back"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """What one source had for one day."""

    day: date
    source: Source
    outcome: Outcome
    changed: int = 0
    """Slots that are new or have another value now."""
    reason: str | None = None
    retry_after: float | None = field(default=None, compare=False)
    """Seconds after which a source that was not asked may be."""

    @property
    def is_answered(self) -> bool:
        """Tell whether a source was asked, whatever came of it."""
        return self.outcome is not Outcome.HELD_BACK and self.source is not Source.ESTIMATE

    @property
    def is_soon(self) -> bool:
        """Tell whether a source was not asked, but may be within a minute."""
        return (
            self.outcome is Outcome.HELD_BACK
            and self.retry_after is not None
            and self.retry_after <= PACE_WINDOW.total_seconds()
        )


type Gaps = Mapping[date, frozenset[Series]]


@dataclass(kw_only=True)
class PriceIngest:
    """Knows which days are missing, whom to ask for them, and when to ask again."""

    store: Store
    clients: Sequence[PriceClient]
    """The cascade: whoever comes first is asked first."""
    clock: Callable[[], datetime]
    _attempts: dict[tuple[Series, date], Attempt] = field(default_factory=dict, init=False)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def load(self) -> None:
        """Remember what was tried before the restart."""
        self._attempts = await self.store.load_attempts()

    async def run(
        self,
        series: frozenset[Series],
        *,
        insist: bool = False,
        days_back: int = DAYS_BACK,
        on_change: Callable[[], Awaitable[None]] | None = None,
    ) -> list[Fetch]:
        """Fetch what is missing of some series, and tell who was asked for what.

        A day that was tried in vain is left alone for a while, unless the caller insists. After
        each day that brought something `on_change` is called.
        """
        # Two factories want the same prices: the second one finds them in the store.
        async with self._lock:
            now = self.clock()
            fetches: list[Fetch] = []
            missing = await self.missing(series, now, days_back=days_back)
            # Days that were tried less often come first: one that makes a host fail again and again
            # must not keep the others waiting.
            for day, wanted in sorted(missing.items(), key=self._tries):
                # All series of a day together: some come in one answer.
                if insist or any(self._may_try(one, day, now) for one in wanted):
                    # To insist is to ask once more: who fails now is left alone for the other days.
                    failed = {fetch.source for fetch in fetches if fetch.outcome is Outcome.FAILED}
                    insisted = frozenset(Source) - failed if insist else frozenset()
                    done = await self._complete(day, wanted, now, insisted)
                    fetches += done
                    if on_change and any(fetch.changed for fetch in done):
                        await on_change()
            return fetches

    async def fill(self, day: date, series: frozenset[Series]) -> list[Fetch]:
        """Fetch what is missing of a day of the past, at leisure, and tell who was asked.

        Whoever comes first and may be asked again within a minute is not passed over: then the
        last fetch is held back, and the day is to be tried again.
        """
        # For one day only, so that a tick of what is urgent never waits for long.
        async with self._lock:
            wanted = await self.lacking(day, series)
            if not wanted:
                return []
            return await self._complete(day, wanted, self.clock(), at_leisure=True)

    async def lacking(self, day: date, series: frozenset[Series]) -> frozenset[Series]:
        """Return the series that still lack real prices on a day."""
        start, end = market_day(day)
        return frozenset(
            [
                one
                for one in series
                if not _real(await read_prices(self.store, one, start, end)).covers(start, end)
            ]
        )

    def vain(self, series: Series) -> Mapping[date, Attempt]:
        """Return the days for which a series was asked for in vain."""
        return {day: attempt for (one, day), attempt in self._attempts.items() if one == series}

    async def has_today(self, series: Series) -> bool:
        """Tell whether today's prices can be had, fetching them if they are not stored."""
        now = self.clock()
        today = now.astimezone(MARKET_TIME_ZONE).date()
        async with self._lock:
            if wanted := await self.lacking(today, frozenset({series})):
                await self._complete(today, wanted, now, frozenset(Source))
        prices = await read_prices(self.store, series, *market_day(today))
        return prices.at(now) is not None

    async def missing(
        self, series: frozenset[Series], now: datetime, *, days_back: int = DAYS_BACK
    ) -> Gaps:
        """Return the market days without real prices that should have them, the nearest first."""
        local = now.astimezone(MARKET_TIME_ZONE)
        today = local.date()
        days = [today, today + timedelta(days=1)]
        days += [today - timedelta(days=back) for back in range(1, days_back + 1)]
        first, last = market_day(min(days))[0], market_day(max(days))[1]
        real = {one: _real(await read_prices(self.store, one, first, last)) for one in series}
        gaps = {
            day: frozenset(
                one
                for one, curve in real.items()
                if (day <= today or local.time() >= DUE[one]) and not curve.covers(*market_day(day))
            )
            for day in days
        }
        return {day: wanted for day, wanted in gaps.items() if wanted}

    async def _complete(
        self,
        day: date,
        wanted: frozenset[Series],
        now: datetime,
        insisted: frozenset[Source] = frozenset(),
        *,
        at_leisure: bool = False,
    ) -> list[Fetch]:
        """Go down the cascade until the day is complete, whatever the mood of those insisted on."""
        usual = Urgency.BACKGROUND if at_leisure else Urgency.USUAL
        today = now.astimezone(MARKET_TIME_ZONE).date()
        fetches: list[Fetch] = []
        left = wanted
        for client in self.clients:
            if client.offers & left:
                fetch = await self._fetch(
                    client,
                    day,
                    left,
                    future=day > today,
                    urgency=Urgency.INSISTENT if client.source in insisted else usual,
                )
                fetches.append(fetch)
                if at_leisure and fetch.is_soon:
                    return fetches
                if fetch.changed:
                    left = await self.lacking(day, left)
        await self._note(day, wanted, left, fetches, now)
        if left - {Series.SPOT} and self._is_overdue(day, now):
            fetches += await self._estimate(day, left - {Series.SPOT})
        return fetches

    async def _fetch(
        self,
        client: PriceClient,
        day: date,
        wanted: frozenset[Series],
        *,
        future: bool,
        urgency: Urgency,
    ) -> Fetch:
        """Ask one source for one day and keep what it has."""

        def result(outcome: Outcome, changed: int = 0, reason: str | None = None) -> Fetch:
            return Fetch(
                day=day, source=client.source, outcome=outcome, changed=changed, reason=reason
            )

        try:
            curves = await client.prices(day, future=future, urgency=urgency)
        except NotPublishedError as error:
            return result(Outcome.NOT_PUBLISHED, reason=str(error))
        except NoDataError as error:
            return result(Outcome.NO_DATA, reason=str(error))
        except HeldBackError as error:
            return replace(
                result(Outcome.HELD_BACK, reason=str(error)), retry_after=error.retry_after
            )
        except SourceError as error:
            return result(Outcome.FAILED, reason=str(error))
        kept = {series: curve for series, curve in curves.items() if series in wanted}
        return result(Outcome.STORED, await write_prices(self.store, kept))

    async def _estimate(self, day: date, series: Iterable[Series]) -> list[Fetch]:
        """Reckon the regulated price of a day from its spot price, where that is known."""
        start, end = market_day(day)
        week = timedelta(days=DAYS_BACK)
        spot = await read_prices(self.store, Series.SPOT, start - week, end)
        fetches = []
        for one in series:
            known = _real(await read_prices(self.store, one, start - week, start))
            estimate = await asyncio.to_thread(
                estimate_pvpc,
                spot.between(start, end),
                spot.between(start - week, start),
                known,
                _CALENDARS[one],
            )
            if changed := await write_prices(self.store, {one: estimate}):
                fetches.append(
                    Fetch(day=day, source=Source.ESTIMATE, outcome=Outcome.STORED, changed=changed)
                )
        return fetches

    def _tries(self, gap: tuple[date, frozenset[Series]]) -> int:
        """Return how often a day was tried in vain."""
        day, wanted = gap
        tried = [self._attempts[one, day].tries for one in wanted if (one, day) in self._attempts]
        return max(tried, default=0)

    def _may_try(self, series: Series, day: date, now: datetime) -> bool:
        """Tell whether enough time has passed since a day was tried in vain."""
        attempt = self._attempts.get((series, day))
        if attempt is None or now >= attempt.retry_at:
            return True
        # No try is put off for longer: the clock was put back since.
        return attempt.retry_at - now > _waits(day, now)[1]

    async def _note(
        self,
        day: date,
        wanted: frozenset[Series],
        left: frozenset[Series],
        fetches: Sequence[Fetch],
        now: datetime,
    ) -> None:
        """Remember what was tried in vain, and forget what is complete."""
        done = [(one, day) for one in wanted - left if (one, day) in self._attempts]
        for key in done:
            del self._attempts[key]
        if done:
            await self.store.forget_attempts(done)
        outcomes = {fetch.outcome for fetch in fetches}
        if outcomes <= {Outcome.HELD_BACK}:
            return
        tried = {(one, day): self._next_attempt(one, day, outcomes, now) for one in left}
        self._attempts |= tried
        if tried:
            await self.store.save_attempts(tried)

    def _next_attempt(
        self, series: Series, day: date, outcomes: set[Outcome], now: datetime
    ) -> Attempt:
        """Return when to try a day again.

        At the next tick after a failure, since the gatekeeper sees to it that nobody is asked too
        often. What nobody has is asked for ever more rarely, the less so the nearer the day.
        """
        before = self._attempts.get((series, day))
        tries = before.tries + 1 if before else 1
        today = now.astimezone(MARKET_TIME_ZONE).date()
        if day == today or outcomes & {Outcome.FAILED, Outcome.HELD_BACK}:
            shortest = longest = TICK
        else:
            shortest, longest = _waits(day, now)
        pause = min(shortest * 2 ** min(tries - 1, 16), longest)
        # Jitter only shortens the pause: a tick that comes just in time must not be missed.
        return Attempt(tries, now + pause * random.uniform(0.8, 0.95))  # noqa: S311 - no secret

    def _is_overdue(self, day: date, now: datetime) -> bool:
        local = now.astimezone(MARKET_TIME_ZONE)
        return day <= local.date() or local.time() >= OVERDUE


def _waits(day: date, now: datetime) -> tuple[timedelta, timedelta]:
    """Return the first and the longest wait for what nobody has of a day."""
    today = now.astimezone(MARKET_TIME_ZONE).date()
    if day >= today:
        return TICK, _LONGEST_WAIT_FOR_PUBLICATION
    if day >= today - timedelta(days=DAYS_BACK):
        return TICK, _LONGEST_WAIT_FOR_THE_PAST
    return _WAIT_FOR_LONG_AGO, _LONGEST_WAIT_FOR_LONG_AGO


def _real(curve: PriceCurve) -> PriceCurve:
    """Return a curve without the slots that wait to be replaced."""
    return PriceCurve(tuple(slot for slot in curve if not slot.source.is_estimated))
