"""What should be there, what is missing of it, and why: arrays in, gaps out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ..factory.series import Series, Source
from ..factory.tariff import MARKET_TIME_ZONE
from ..factory.weather import HOUR
from .memory import Attempt
from .slots import SlotTable

type Stretches = NDArray[np.int64]
"""Shape (n, 2): where stretches of time start and end, in Unix seconds; disjoint, oldest first."""

DAY: Final = timedelta(days=1)
# Since then the market sets a price every quarter of an hour.
QUARTERS_SINCE: Final = datetime(2025, 9, 30, 22, tzinfo=UTC)

_HOUR: Final = 3600
_QUARTER: Final = 900
_ESTIMATED: Final = frozenset(source for source in Source if source.is_estimated)
_NEVER: Final = np.iinfo(np.int64).max


class Reason(StrEnum):
    """Whether a gap can be filled, and why not; the first one that holds for any source counts."""

    FILLABLE = "fillable"
    HELD_BACK = "held_back"
    """Whoever has it must not be asked before a time."""
    SOURCE_LAG = "source_lag"
    """Whoever will have it does not have it yet."""
    TRIED_IN_VAIN = "tried_in_vain"
    """All who should have it were asked and have not; they are asked again at a time."""
    NO_SOURCE = "no_source"
    """Nobody who may be asked has it."""


_REASONS: Final = tuple(Reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A run of missing slots that all have the same reason."""

    start: datetime
    end: datetime
    slots: int
    reason: Reason
    until: datetime | None = None
    """When the first of it may be had, if that is known and not now."""
    estimated: bool = False
    """Whether an estimate stands in for it."""

    @property
    def duration(self) -> timedelta:
        """Return how long the gap is."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How complete a series is between two instants."""

    series: str
    """The name of a price, or of a measure of the weather."""
    start: datetime
    end: datetime
    gaps: tuple[Gap, ...]
    """Oldest first."""

    @property
    def missing(self) -> timedelta:
        """Return how much time is missing, estimates included."""
        return sum((gap.duration for gap in self.gaps), timedelta())

    @property
    def slots(self) -> int:
        """Return how many slots are missing."""
        return sum(gap.slots for gap in self.gaps)

    @property
    def completeness(self) -> float:
        """Return the share of time that is there, 0 to 100."""
        expected = self.end - self.start
        return 100.0 * (1 - self.missing / expected) if expected > timedelta() else 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What may be expected of one source."""

    step: timedelta = HOUR
    """It tells whole hours, or whole days of UTC."""
    delay: timedelta = timedelta()
    """How long after the beginning of such a block it knows it."""
    reach: timedelta | None = None
    """How far back it remembers, unless it does for ever."""
    held_until: datetime | None = None
    """When it may be asked again, if it must not be now."""
    vain: Mapping[date, Attempt] = field(default_factory=dict)
    """The days that it was asked for in vain."""

    def knows_until(self, now: datetime) -> datetime:
        """Return the instant up to which it knows everything."""
        return _floor(now - self.delay, self.step) + self.step

    def knows_since(self, now: datetime) -> datetime | None:
        """Return the instant from which on it knows everything, if it does not for ever."""
        return None if self.reach is None else self.knows_until(now) - self.reach


def holes(
    tables: Sequence[SlotTable], start: datetime, end: datetime, *, measured: bool = False
) -> Stretches:
    """Return the time between two instants for which no table has a slot, or no measured one."""
    first, last = int(start.timestamp()), int(end.timestamp())
    if first >= last:
        return np.empty((0, 2), dtype=np.int64)
    kept = [_slots(table, measured=measured) for table in tables if len(table)]
    starts = np.concatenate([np.array([last]), *(starts for starts, _ in kept)])
    ends = np.concatenate([np.array([last]), *(ends for _, ends in kept)])
    # Runs that are in order already, which is what this sort is good at.
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], np.maximum.accumulate(np.append(first, ends[order]))
    return _of_any_length(np.stack([ends[:-1], np.minimum(starts, last)], axis=1))


def split(stretches: Stretches, cuts: NDArray[np.int64]) -> Stretches:
    """Return the same stretches, cut at some instants."""
    at = np.searchsorted(stretches[:, 0], cuts, side="right") - 1
    inside = cuts[(at >= 0) & (cuts > stretches[at, 0]) & (cuts < stretches[at, 1])]
    if not len(inside):
        return stretches
    return np.stack(
        [np.sort(np.append(stretches[:, side], np.unique(inside))) for side in (0, 1)], axis=1
    )


def within(parts: Stretches, start: datetime, end: datetime) -> Stretches:
    """Return the parts of stretches that lie between two instants."""
    return _of_any_length(np.clip(parts, int(start.timestamp()), int(end.timestamp())))


def common(some: Stretches, others: Stretches) -> Stretches:
    """Return the time that is in both."""
    if not (len(some) and len(others)):
        return np.empty((0, 2), dtype=np.int64)
    pieces = split(some, others.ravel())
    at = np.searchsorted(others[:, 0], pieces[:, 0], side="right") - 1
    inside: Stretches = pieces[(at >= 0) & (pieces[:, 0] < others[at, 1])]
    return inside


def union(parts: Iterable[Stretches]) -> Stretches:
    """Return the time that is in any of the parts."""
    every = np.concatenate([np.empty((0, 2), dtype=np.int64), *parts])
    every = every[np.argsort(every[:, 0], kind="stable")]
    ends = np.maximum.accumulate(every[:, 1])
    begins = np.append(True, every[1:, 0] > ends[:-1])[: len(every)]
    lasts = np.append(begins[1:], True)[: len(every)]
    return np.stack([every[begins, 0], ends[lasts]], axis=1)


def not_longer(gaps: Sequence[Gap], longest: timedelta | None) -> list[Gap]:
    """Return the gaps that are part of no longer stretch of missing time."""
    if longest is None:
        return list(gaps)
    runs: list[list[Gap]] = []
    for gap in gaps:
        if runs and runs[-1][-1].end == gap.start:
            runs[-1].append(gap)
        else:
            runs.append([gap])
    return [gap for run in runs if run[-1].end - run[0].start <= longest for gap in run]


def stretches(gaps: Iterable[Gap]) -> Stretches:
    """Return when the gaps are."""
    edges = [(int(gap.start.timestamp()), int(gap.end.timestamp())) for gap in gaps]
    return np.array(edges, dtype=np.int64).reshape(-1, 2)


def slots_in(series: str, stretches: Stretches) -> NDArray[np.int64]:
    """Return how many slots each stretch holds: hours, or quarters of an hour."""
    length: NDArray[np.int64] = stretches[:, 1] - stretches[:, 0]
    quarters = np.zeros_like(length)
    if series == Series.SPOT:
        since = np.maximum(stretches[:, 0], int(QUARTERS_SINCE.timestamp()))
        quarters = np.clip(stretches[:, 1] - since, 0, None)
    slots: NDArray[np.int64] = (length - quarters) // _HOUR + quarters // _QUARTER
    return slots


def price_coverage(
    series: Series,
    table: SlotTable,
    start: datetime,
    end: datetime,
    prospects: Sequence[Prospect],
    now: datetime,
) -> Coverage:
    """Return how complete a price is; only what was measured counts."""
    missing = holes([table], start, end, measured=True)
    without = holes([table], start, end)
    gaps = _gaps(series, missing, without, prospects, MARKET_TIME_ZONE, now)
    return Coverage(series=series, start=start, end=max(start, end), gaps=gaps)


def weather_coverage(
    measure: str,
    tables: Sequence[SlotTable],
    start: datetime,
    end: datetime,
    prospects: Sequence[Prospect],
    now: datetime,
) -> Coverage:
    """Return how complete a measure is; an hour is there when any source tells it."""
    missing = holes(tables, start, end)
    gaps = _gaps(measure, missing, missing, prospects, ZoneInfo("UTC"), now)
    return Coverage(series=measure, start=start, end=max(start, end), gaps=gaps)


def _of_any_length(stretches: Stretches) -> Stretches:
    there: Stretches = stretches[stretches[:, 0] < stretches[:, 1]]
    return there


def _slots(table: SlotTable, *, measured: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the slots of a table start and end."""
    starts, ends = table.starts, table.starts + table.seconds
    if not measured or _ESTIMATED.isdisjoint(table.sources):
        return starts, ends
    estimated = np.fromiter(
        map(_ESTIMATED.__contains__, table.sources), dtype=np.bool_, count=len(table)
    )
    return starts[~estimated], ends[~estimated]


def _gaps(
    series: str,
    missing: Stretches,
    without: Stretches,
    prospects: Sequence[Prospect],
    zone: ZoneInfo,
    now: datetime,
) -> tuple[Gap, ...]:
    """Return what is missing as gaps, those for which there is not even an estimate apart."""
    if not len(missing):
        return ()
    days, midnights = _midnights(missing, zone)
    known = [
        int(edge.timestamp())
        for one in prospects
        for edge in (one.knows_since(now), one.knows_until(now))
        if edge
    ]
    cuts = np.concatenate([midnights, without.ravel(), np.array(known, dtype=np.int64)])
    pieces = split(missing, np.unique(cuts))
    at = np.searchsorted(without[:, 0], pieces[:, 0], side="right") - 1
    estimated = (at < 0) | (pieces[:, 0] >= without[at, 1]) if len(without) else at < 0
    day_of = np.searchsorted(midnights, pieces[:, 0], side="right") - 1
    reasons, untils = _judge(pieces, days, day_of, prospects, now)

    news = np.flatnonzero(
        np.concatenate(
            [
                [True],
                (pieces[1:, 0] != pieces[:-1, 1])
                | (reasons[1:] != reasons[:-1])
                | (estimated[1:] != estimated[:-1]),
            ]
        )
    )
    lasts = np.append(news[1:], len(pieces)) - 1
    counts = np.add.reduceat(slots_in(series, pieces), news)
    earliest = np.minimum.reduceat(untils, news)
    return tuple(
        Gap(
            start=datetime.fromtimestamp(start, UTC),
            end=datetime.fromtimestamp(end, UTC),
            slots=count,
            reason=_REASONS[reason],
            until=None if until == _NEVER else datetime.fromtimestamp(until, UTC),
            estimated=is_estimated,
        )
        for start, end, count, reason, until, is_estimated in zip(
            pieces[news, 0].tolist(),
            pieces[lasts, 1].tolist(),
            counts.tolist(),
            reasons[news].tolist(),
            earliest.tolist(),
            estimated[news].tolist(),
            strict=True,
        )
    )


def _judge(
    pieces: Stretches,
    days: Sequence[date],
    day_of: NDArray[np.int64],
    prospects: Sequence[Prospect],
    now: datetime,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the best reason that any prospect gives for each piece, and until when it holds."""
    reasons = np.full(len(pieces), _REASONS.index(Reason.NO_SOURCE))
    untils = np.full(len(pieces), _NEVER)
    for prospect in prospects:
        reason, until = _verdict(pieces, days, day_of, prospect, now)
        better = (reason < reasons) | ((reason == reasons) & (until < untils))
        reasons, untils = np.where(better, reason, reasons), np.where(better, until, untils)
    return reasons, untils


def _verdict(
    pieces: Stretches,
    days: Sequence[date],
    day_of: NDArray[np.int64],
    prospect: Prospect,
    now: datetime,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return what one prospect means for each piece."""
    held = prospect.held_until if prospect.held_until and prospect.held_until > now else None
    reasons = np.full(len(pieces), _REASONS.index(Reason.HELD_BACK if held else Reason.FILLABLE))
    untils = np.full(len(pieces), int(held.timestamp()) if held else _NEVER)

    if prospect.vain:
        tries = [prospect.vain.get(day) for day in days]
        again = np.array([int(one.retry_at.timestamp()) if one else 0 for one in tries])[day_of]
        vain = again > now.timestamp()
        reasons[vain], untils[vain] = _REASONS.index(Reason.TRIED_IN_VAIN), again[vain]

    late = pieces[:, 0] >= int(prospect.knows_until(now).timestamp())
    step, delay = (int(time.total_seconds()) for time in (prospect.step, prospect.delay))
    reasons[late] = _REASONS.index(Reason.SOURCE_LAG)
    untils[late] = (pieces[late, 0] // step * step) + delay

    if since := prospect.knows_since(now):
        lost = pieces[:, 0] < int(since.timestamp())
        reasons[lost], untils[lost] = _REASONS.index(Reason.NO_SOURCE), _NEVER
    return reasons, untils


def _midnights(missing: Stretches, zone: ZoneInfo) -> tuple[Sequence[date], NDArray[np.int64]]:
    """Return the local days that the stretches touch and all between, and where each begins."""
    first, last = (
        datetime.fromtimestamp(int(at), UTC).astimezone(zone).date()
        for at in (missing[0, 0], missing[-1, 1])
    )
    return _days(first, last, zone)


# The series of one look have their days in common.
@lru_cache(maxsize=8)
def _days(first: date, last: date, zone: ZoneInfo) -> tuple[Sequence[date], NDArray[np.int64]]:
    days = tuple(first + number * DAY for number in range((last - first).days + 1))
    begins = [datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() for day in days]
    midnights = np.array(begins, dtype=np.int64)
    midnights.flags.writeable = False
    return days, midnights


def _floor(at: datetime, step: timedelta) -> datetime:
    """Return the beginning of the hour or of the day of UTC that an instant is in."""
    seconds = int(step.total_seconds())
    return datetime.fromtimestamp(at.timestamp() // seconds * seconds, UTC)
