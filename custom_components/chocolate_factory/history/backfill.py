"""Fill the gaps of a factory's series from whoever still knows, the newest first."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from ..clients.gatekeeper import Gatekeeper
from ..factory.series import Series, Source
from ..factory.weather import HOUR, KEPT
from .gaps import DAY, Coverage, Gap, Reason, Stretches, not_longer, slots_in, stretches, union
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

type Progress = Callable[[int, int], None]
"""Told how many slots were asked for, and how many there are to ask for in all."""

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
    by_source: Mapping[Source, int]
    """Slots that each source filled."""
    requests: int
    """How often a source was asked for something; an answer may take more than one request."""
    duration: timedelta
    errors: Mapping[str, int]
    """What went wrong, and how often."""
    to_come: int = 0
    """Slots that were looked for and may still be had within the hour."""
    is_wanted: bool = False
    """Whether somebody still wants some of them."""
    retry_after: timedelta | None = None
    """When to go on, if the run ended because sources want to be left alone for longer."""

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
    end: datetime | None
    longest: timedelta | None


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

    @property
    def is_running(self) -> bool:
        """Tell whether a run is under way."""
        return self._lock.locked()

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
        self,
        *,
        back: timedelta = LOOK_BACK,
        patience: timedelta = PATIENCE,
        on_progress: Progress | None = None,
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
                *(_Task(series=one, start=start - back, end=None, longest=None) for one in names),
                *(
                    _Task(series=wish.series, start=wish.start, end=wish.end, longest=wish.longest)
                    for wish in wishes
                ),
            ]
            before = await self._look(tasks, start)
            tally = Tally()
            wait = await self._work(await self._lanes(before, tally), patience, on_progress)
            after = await self._look(tasks, start) if tally.requests else before
            await self._settle(wishes)
            return BackfillReport(
                series=_compared(before, after),
                by_source={one: count for one, count in tally.by_source.items() if count},
                requests=tally.requests,
                duration=self.clock() - start,
                errors=dict(tally.errors),
                to_come=_to_come(after, self.clock() + HOUR),
                is_wanted=bool(await self.store.load_wishes(self.factory)),
                retry_after=None if wait is None else timedelta(seconds=wait),
            )

    def _names(self) -> list[str]:
        """Return what may be wished for."""
        return [*sorted(self.prices), *([WEATHER] if self.weather else [])]

    async def _look(self, tasks: Sequence[_Task], due: datetime) -> list[tuple[_Task, Coverage]]:
        """Return what is missing of every task, measure by measure, that was due at an instant."""
        ledger = self.ledger
        found = []
        for task in tasks:
            coverages = await ledger.coverage(task.start, task.end, task.series, due=due)
            found += [(task, coverage) for coverage in coverages.values()]
        return found

    async def _lanes(self, looked: Sequence[tuple[_Task, Coverage]], tally: Tally) -> list[Lane]:
        """Return what is to be asked for."""
        wanted: dict[str, list[Stretches]] = {}
        for task, coverage in looked:
            gaps = [
                gap
                for gap in not_longer(coverage.gaps, task.longest)
                # Another source may have what the first ones had not: the lane knows.
                if gap.reason in _TO_ASK
            ]
            wanted.setdefault(coverage.series, []).append(stretches(gaps))
        missing = {series: union(parts) for series, parts in wanted.items()}
        # Years of days are counted for longer than others should have to wait.
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
            lanes.append(
                WeatherLane(
                    store=self.store,
                    weather=self.weather,
                    clock=self.clock,
                    missing={measure: missing[measure] for measure in KEPT},
                    vain={
                        offer.source: await self.store.load_attempts_of(
                            self.weather.vain_name(offer)
                        )
                        for offer in offers
                    },
                    tally=tally,
                )
            )
        return lanes

    async def _work(
        self, lanes: Sequence[Lane], patience: timedelta, on_progress: Progress | None
    ) -> float | None:
        """Let the lanes take turns; return the shortest wait that was too long, if one was."""
        waits = [0.0] * len(lanes)
        total = sum(lane.todo() for lane in lanes)
        while True:
            busy = [number for number, lane in enumerate(lanes) if lane.todo()]
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
            if on_progress:
                on_progress(total - sum(lane.todo() for lane in lanes), total)

    async def _settle(self, wishes: Sequence[Wish]) -> None:
        """Strike off the wishes of which nothing is left that might soon be filled."""
        granted = []
        soon = self.clock() + HOUR
        for wish in wishes:
            coverages = await self.ledger.coverage(wish.start, wish.end, wish.series)
            left = [
                gap
                for coverage in coverages.values()
                for gap in not_longer(coverage.gaps, wish.longest)
            ]
            if all(_is_hopeless(gap, soon) for gap in left):
                granted.append(wish)
        await self.store.forget_wishes(self.factory, granted)


def _compared(
    before: Sequence[tuple[_Task, Coverage]], after: Sequence[tuple[_Task, Coverage]]
) -> dict[str, SeriesReport]:
    """Return what became of the slots that were missing."""
    was, left = (
        _slots((coverage.series, coverage.gaps) for _, coverage in looked)
        for looked in (before, after)
    )
    return {
        series: SeriesReport(filled=max(was[series] - left[series], 0), left=left[series])
        for series in was
    }


def _to_come(looked: Sequence[tuple[_Task, Coverage]], soon: datetime) -> int:
    """Return how many of the slots that are missing may soon be there."""
    slots = _slots(
        (
            coverage.series,
            [gap for gap in not_longer(coverage.gaps, task.longest) if not _is_hopeless(gap, soon)],
        )
        for task, coverage in looked
    )
    return sum(slots.values())


def _slots(missing: Iterable[tuple[str, Iterable[Gap]]]) -> dict[str, int]:
    """Return how many slots there are of each series; what is in several gaps counts once."""
    parts: dict[str, list[Stretches]] = {}
    for series, gaps in missing:
        parts.setdefault(series, []).append(stretches(gaps))
    return {series: int(slots_in(series, union(each)).sum()) for series, each in parts.items()}


def _is_hopeless(gap: Gap, soon: datetime) -> bool:
    """Tell whether a gap will not be filled soon, if ever.

    What sources do not have yet comes by itself, and is no matter of a backfill.
    """
    if gap.reason in (Reason.TRIED_IN_VAIN, Reason.SOURCE_LAG):
        # What only failed is tried again within minutes.
        return gap.until is None or gap.until > soon
    return gap.reason is Reason.NO_SOURCE
