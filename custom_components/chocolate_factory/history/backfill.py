"""Fill the gaps of a factory's series from whoever still knows, the newest first."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from ..clients.gatekeeper import Gatekeeper
from ..factory.series import Series
from ..factory.weather import HOUR, KEPT
from .gaps import (
    DAY,
    Coverage,
    Gap,
    Reason,
    Stretches,
    common,
    not_longer,
    slots_in,
    stretches,
    union,
)
from .ingest import PriceIngest
from .lanes import Lane, PriceLane, Tally, WeatherLane
from .ledger import WEATHER, Ledger
from .past_weather import PastWeather
from .store import Store
from .wishes import Wish

# What is looked after without being asked to.
LOOK_BACK: Final = 30 * DAY
# Of what somebody asks for, longer gaps are left alone unless they say so.
LONGEST_GAP: Final = timedelta(hours=6)
# A source that wants to be left alone for longer is left to the next run.
PATIENCE: Final = timedelta(hours=2)

_TO_ASK: Final = (Reason.FILLABLE, Reason.HELD_BACK)
_SHORTEST_WAIT: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesReport:
    """What came of one series."""

    filled: int
    """Slots."""
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillReport:
    """What came of a run."""

    series: Mapping[str, SeriesReport]
    """By the name of the price or of the measure."""
    asked: Mapping[str, SeriesReport]
    """The part of it that somebody has asked for; empty if nobody has."""
    errors: Mapping[str, int]
    """What went wrong, and how often."""
    dropped: int = 0
    """Values that sources told and that could not be true."""
    to_come: int = 0
    """Slots that somebody has asked for and that may still be had within the hour."""
    is_wanted: bool = False
    """Whether somebody still wants some of them."""
    retry_after: timedelta | None = None
    """When to go on, if the run ended because sources want to be left alone for longer."""

    @property
    def besides(self) -> Mapping[str, SeriesReport]:
        """Return what came of the slots that nobody has asked for."""
        nothing = SeriesReport(filled=0, left=0)
        return {
            name: SeriesReport(filled=one.filled - asked.filled, left=one.left - asked.left)
            for name, one in self.series.items()
            for asked in [self.asked.get(name, nothing)]
        }

    @property
    def filled(self) -> int:
        """Return how many slots were filled."""
        return sum(one.filled for one in self.series.values())

    @property
    def left(self) -> int:
        """Return how many slots are still missing."""
        return sum(one.left for one in self.series.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """A stretch to fill of one series."""

    series: str
    start: datetime
    end: datetime | None = None
    longest: timedelta | None = None
    wish: Wish | None = None
    """Who wants it, unless it is looked after anyway."""


type _Looked = Sequence[tuple[_Task, Coverage]]
"""What is missing of every task, series by series."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What became of the gaps that one task had in one series."""

    series: str
    wish: Wish | None
    missed: Stretches
    left: Stretches
    to_come: Stretches
    """What is left and may soon be there."""


@dataclass(kw_only=True)
class Backfill:
    """Fills what is missing, as long as anybody may be asked for it; one run at a time."""

    factory: str
    """Whose wishes these are."""
    store: Store
    ingest: PriceIngest
    gatekeeper: Gatekeeper
    clock: Callable[[], datetime]
    prices: frozenset[Series] = frozenset()
    weather: PastWeather | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    @property
    def ledger(self) -> Ledger:
        """Return the ledger of what is missing."""
        return Ledger(
            store=self.store,
            ingest=self.ingest,
            gatekeeper=self.gatekeeper,
            clock=self.clock,
            prices=self.prices,
            weather=self.weather,
        )

    async def wish(
        self,
        start: datetime,
        end: datetime,
        *,
        series: Sequence[str] | None = None,
        longest: timedelta | None = LONGEST_GAP,
    ) -> None:
        """Keep a stretch of history in mind until it is filled, or nobody has more of it.

        All series unless some are named: prices, or WEATHER. Raises ValueError for no time at all.
        """
        names = self._names() if series is None else series
        wishes = [Wish(series=one, start=start, end=end, longest=longest) for one in names]
        await self.store.save_wishes(self.factory, wishes)

    async def give_up(self) -> None:
        """Forget all wishes, filled or not."""
        await self.store.forget_factory(self.factory)

    async def run(
        self, *, back: timedelta = LOOK_BACK, patience: timedelta = PATIENCE
    ) -> BackfillReport:
        """Fill the last days, and all wishes; if nothing is missing, nobody is asked."""
        async with self._lock:
            start = self.clock()
            names = self._names()
            known = await self.store.load_wishes(self.factory)
            wishes = [wish for wish in known if wish.series in names]
            # The factory has moved to where there is another price.
            await self.store.forget_wishes(
                self.factory, [wish for wish in known if wish.series not in names]
            )
            tasks = [
                *(_Task(series=one, start=start - back) for one in names),
                *(
                    _Task(
                        series=wish.series,
                        start=wish.start,
                        end=wish.end,
                        longest=wish.longest,
                        wish=wish,
                    )
                    for wish in wishes
                ),
            ]
            before = await self._look(tasks, start)
            tally = Tally()
            wait = await self._work(await self._lanes(before, tally), patience)
            after = await self._look(tasks, start) if tally.requests else before
            parts = await asyncio.to_thread(_parts, before, after, self.clock() + HOUR)
            asked = [part for part in parts if part.wish]
            wanted = {part.wish for part in asked if len(part.to_come)}
            await self.store.forget_wishes(
                self.factory, [wish for wish in wishes if wish not in wanted]
            )
            return BackfillReport(
                series=_compared(parts),
                asked=_compared(asked),
                errors=dict(tally.errors),
                dropped=tally.dropped,
                to_come=sum(_slots((part.series, part.to_come) for part in asked).values()),
                is_wanted=bool(await self.store.load_wishes(self.factory)),
                retry_after=None if wait is None else timedelta(seconds=wait),
            )

    def _names(self) -> list[str]:
        """Return what may be wished for."""
        return [*sorted(self.prices), *([WEATHER] if self.weather else [])]

    async def _look(self, tasks: Sequence[_Task], due: datetime) -> _Looked:
        """Return what is missing of every task, measure by measure, that was due at an instant."""
        ledger = self.ledger
        found: list[tuple[_Task, Coverage]] = []
        for task in tasks:
            coverages = await ledger.coverage(task.start, task.end, task.series, due=due)
            found += [(task, coverage) for coverage in coverages.values()]
        return found

    async def _lanes(self, looked: _Looked, tally: Tally) -> list[Lane]:
        """Return what is to be asked for."""
        missing = await asyncio.to_thread(_to_ask, looked)
        # Years are gone through for longer than others should have to wait.
        lanes: list[Lane] = [
            await asyncio.to_thread(
                PriceLane,
                ingest=self.ingest,
                missing={series: missing[series] for series in self.prices},
                tally=tally,
            )
        ]
        if self.weather:
            offers = self.weather.offers()
            vain = {
                offer.source: await self.store.load_attempts_of(self.weather.vain_name(offer))
                for offer in offers
            }
            lanes.append(
                await asyncio.to_thread(
                    WeatherLane,
                    store=self.store,
                    weather=self.weather,
                    clock=self.clock,
                    missing={measure: missing[measure] for measure in KEPT},
                    vain=vain,
                    tally=tally,
                )
            )
        return lanes

    async def _work(self, lanes: Sequence[Lane], patience: timedelta) -> float | None:
        """Let the lanes take turns; return the shortest wait that was too long, if one was."""
        waits = [0.0] * len(lanes)
        while True:
            busy = [number for number, lane in enumerate(lanes) if lane.has_more]
            patient = [one for one in busy if waits[one] <= patience.total_seconds()]
            if not patient:
                return min((waits[one] for one in busy), default=None)
            # Whoever may go on does; if nobody may, time has to pass.
            pause = min(waits[one] for one in patient)
            if pause:
                await self.sleep(pause)
                waits = [max(wait - pause, 0.0) for wait in waits]
            for number in patient:
                if not waits[number] and (wait := await lanes[number].step()):
                    waits[number] = max(wait, _SHORTEST_WAIT)


def _to_ask(looked: _Looked) -> dict[str, Stretches]:
    """Return when each series lacks something that somebody may be asked for."""
    wanted: dict[str, list[Stretches]] = {}
    for task, coverage in looked:
        gaps = [
            gap
            for gap in not_longer(coverage.gaps, task.longest)
            # Another source may have what the first ones had not: the lane knows.
            if gap.reason in _TO_ASK
        ]
        wanted.setdefault(coverage.series, []).append(stretches(gaps))
    return {series: union(parts) for series, parts in wanted.items()}


def _parts(before: _Looked, after: _Looked, soon: datetime) -> list[_Part]:
    """Return what became of each task's own gaps, which are those that were not too long."""
    parts = []
    for (task, was), (_, now) in zip(before, after, strict=True):
        missed = stretches(not_longer(was.gaps, task.longest))
        to_come = [gap for gap in now.gaps if not _is_hopeless(gap, soon)]
        parts.append(
            _Part(
                series=was.series,
                wish=task.wish,
                missed=missed,
                left=common(stretches(now.gaps), missed),
                to_come=common(stretches(to_come), missed),
            )
        )
    return parts


def _compared(parts: Sequence[_Part]) -> dict[str, SeriesReport]:
    """Return what became of the slots that were missing."""
    missed = _slots((part.series, part.missed) for part in parts)
    left = _slots((part.series, part.left) for part in parts)
    return {
        series: SeriesReport(filled=missed[series] - left[series], left=left[series])
        for series in missed
    }


def _slots(parts: Iterable[tuple[str, Stretches]]) -> dict[str, int]:
    """Return how many slots there are of each series; what is in several parts counts once."""
    every: dict[str, list[Stretches]] = {}
    for series, part in parts:
        every.setdefault(series, []).append(part)
    return {series: int(slots_in(series, union(each)).sum()) for series, each in every.items()}


def _is_hopeless(gap: Gap, soon: datetime) -> bool:
    """Tell whether a gap will not be filled soon, if ever.

    What sources do not have yet comes by itself, and is no matter of a backfill.
    """
    if gap.reason in (Reason.TRIED_IN_VAIN, Reason.SOURCE_LAG):
        # What only failed is tried again within minutes.
        return gap.until is None or gap.until > soon
    return gap.reason is Reason.NO_SOURCE
