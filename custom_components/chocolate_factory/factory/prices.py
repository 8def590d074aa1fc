"""Prices over time, and the questions that a chocolate maker asks of them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Final, Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from .series import Source
from .tariff import local_day

# Percentiles at which the next level begins.
_BOUNDS: Final = (10, 30, 70, 90)


@dataclass(frozen=True, slots=True)
class PriceSlot:
    """A half-open interval of time with one price in €/kWh."""

    start: datetime
    end: datetime
    price: float
    source: Source

    def __post_init__(self) -> None:
        """Refuse a slot that could not be compared with another one."""
        if self.start.tzinfo is not UTC or self.end.tzinfo is not UTC:
            raise ValueError("a price slot starts and ends in UTC")
        if self.start >= self.end:
            raise ValueError("a price slot ends after it starts")

    @property
    def duration(self) -> timedelta:
        """Return how long the price is in force."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Window:
    """Time to run something in, in one piece or in several, and its mean price in €/kWh."""

    parts: tuple[PriceSlot, ...]

    @property
    def start(self) -> datetime:
        """Return when the first part begins."""
        return self.parts[0].start

    @property
    def end(self) -> datetime:
        """Return when the last part ends."""
        return self.parts[-1].end

    @property
    def price(self) -> float:
        """Return the mean price, weighted by time."""
        return _mean(self.parts)


class PriceLevel(StrEnum):
    """How a price compares with the prices around it."""

    VERY_CHEAP = "very_cheap"
    CHEAP = "cheap"
    NORMAL = "normal"
    EXPENSIVE = "expensive"
    VERY_EXPENSIVE = "very_expensive"

    @classmethod
    def of(cls, percentile: float) -> Self:
        """Return the level of a percentile: the outer tenths, the next fifths, the middle."""
        return list(cls)[bisect_right(_BOUNDS, percentile)]

    @staticmethod
    def positions(percentiles: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return the positions in here of the levels of percentiles."""
        return np.searchsorted(_BOUNDS, percentiles, side="right")


@dataclass(frozen=True)
class PriceCurve:
    """Price slots of any length, oldest first; there may be holes, but no overlaps."""

    slots: tuple[PriceSlot, ...] = ()

    def __post_init__(self) -> None:
        """Refuse slots that claim the same time: every sum over them would be wrong."""
        if any(a.end > b.start for a, b in pairwise(self.slots)):
            raise ValueError("price slots overlap or are out of order")

    def __iter__(self) -> Iterator[PriceSlot]:
        """Yield the slots, oldest first."""
        return iter(self.slots)

    def __len__(self) -> int:
        """Return the number of slots."""
        return len(self.slots)

    @cached_property
    def _starts(self) -> list[datetime]:
        return [slot.start for slot in self.slots]

    def at(self, instant: datetime) -> PriceSlot | None:
        """Return the slot in force at an instant."""
        index = bisect_right(self._starts, instant) - 1
        if index >= 0 and instant < self.slots[index].end:
            return self.slots[index]
        return None

    def next_change(self, instant: datetime) -> PriceSlot | None:
        """Return the first slot that starts after an instant."""
        index = bisect_right(self._starts, instant)
        return self.slots[index] if index < len(self.slots) else None

    def between(self, start: datetime, end: datetime) -> PriceCurve:
        """Return what lies between two instants; slots that reach over them are cut."""
        if start >= end:
            return PriceCurve()
        first = max(bisect_right(self._starts, start) - 1, 0)
        last = bisect_right(self._starts, end)
        return PriceCurve(
            tuple(
                _cut(slot, start, end)
                for slot in self.slots[first:last]
                if slot.end > start and slot.start < end
            )
        )

    def after(self, start: datetime) -> PriceCurve:
        """Return what lies after an instant; a slot that reaches over it is cut."""
        return self.between(start, self.slots[-1].end) if self.slots else self

    def day(self, day: date, zone: ZoneInfo) -> PriceCurve:
        """Return a local day, which has 23, 24 or 25 hours."""
        return self.between(*local_day(day, zone))

    def covers(self, start: datetime, end: datetime) -> bool:
        """Tell whether every instant between two others has a price."""
        part = self.between(start, end)
        # In UTC: between two local times Python counts what the clock on the wall shows.
        elapsed = end.astimezone(UTC) - start.astimezone(UTC)
        return sum((slot.duration for slot in part), timedelta()) >= elapsed

    @property
    def lowest(self) -> PriceSlot | None:
        """Return the cheapest slot, the earliest of equals."""
        return min(self.slots, key=lambda slot: slot.price, default=None)

    @property
    def highest(self) -> PriceSlot | None:
        """Return the dearest slot, the earliest of equals."""
        return max(self.slots, key=lambda slot: slot.price, default=None)

    @property
    def mean(self) -> float | None:
        """Return the mean price, weighted by time."""
        return _mean(self.slots) if self.slots else None

    def rank(self, price: float) -> int:
        """Return the place of a price among the slots, from 1 for the cheapest; equals share it."""
        return 1 + sum(slot.price < price for slot in self.slots)

    def percentile(self, price: float) -> float | None:
        """Return the share of slots that are cheaper, 0 to 100; equals count half."""
        if not self.slots:
            return None
        cheaper = sum(slot.price < price for slot in self.slots)
        equal = sum(slot.price == price for slot in self.slots)
        return 100 * (cheaper + equal / 2) / len(self.slots)

    def cheapest(self, duration: timedelta, *, contiguous: bool = True) -> Window | None:
        """Return the cheapest time that adds up to the duration, the earliest of equals.

        A contiguous window never spans a hole. None if there is not enough time with a price.
        """
        return self._best(duration, contiguous=contiguous, sign=1)

    def dearest(self, duration: timedelta, *, contiguous: bool = True) -> Window | None:
        """Return the dearest time that adds up to the duration, the earliest of equals."""
        return self._best(duration, contiguous=contiguous, sign=-1)

    def _best(self, duration: timedelta, *, contiguous: bool, sign: int) -> Window | None:
        if duration <= timedelta():
            raise ValueError("a window lasts longer than nothing")
        return self._best_run(duration, sign) if contiguous else self._best_parts(duration, sign)

    def _best_run(self, duration: timedelta, sign: int) -> Window | None:
        """Slide a window over every stretch without holes.

        Cost is piecewise linear in the window's start, so the best window starts or ends with a
        slot; the few candidates are priced by differences of the running cost.
        """
        best: tuple[float, float] | None = None
        length = duration.total_seconds()
        for edges, prices in self._stretches():
            costs = np.concatenate([[0.0], np.cumsum(np.diff(edges) * prices)])
            starts = np.unique(np.concatenate([edges, edges - length]))
            starts = starts[(starts >= edges[0]) & (starts + length <= edges[-1])]
            if not len(starts):
                continue
            spent = np.interp(starts + length, edges, costs) - np.interp(starts, edges, costs)
            # Rounding of the running cost must not prefer a later window that is no cheaper.
            index = int(np.argmin(np.round(sign * spent, 6)))
            candidate = (round(sign * float(spent[index]), 6), float(starts[index]))
            best = min(best or candidate, candidate)
        if best is None:
            return None
        start = datetime.fromtimestamp(best[1], UTC)
        return Window(self.between(start, start + duration).slots)

    def _best_parts(self, duration: timedelta, sign: int) -> Window | None:
        """Take the best slots until the duration is filled, the last one only in part."""
        parts = []
        missing = duration
        for slot in sorted(self.slots, key=lambda slot: (sign * slot.price, slot.start)):
            parts.append(_cut(slot, slot.start, slot.start + missing))
            missing -= parts[-1].duration
            if not missing:
                return Window(tuple(sorted(parts, key=lambda slot: slot.start)))
        return None

    def _stretches(self) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Yield the edges (n + 1 Unix times) and prices (n) of every stretch without holes."""
        starts = np.array([slot.start.timestamp() for slot in self.slots])
        ends = np.array([slot.end.timestamp() for slot in self.slots])
        prices = np.array([slot.price for slot in self.slots])
        holes = np.flatnonzero(starts[1:] != ends[:-1]) + 1
        for index in np.split(np.arange(len(starts)), holes):
            if len(index):
                yield np.append(starts[index], ends[index[-1]]), prices[index]


def _cut(slot: PriceSlot, start: datetime, end: datetime) -> PriceSlot:
    """Return the part of a slot that lies between two instants."""
    if slot.start >= start and slot.end <= end:
        return slot
    return replace(
        slot,
        start=max(slot.start, start).astimezone(UTC),
        end=min(slot.end, end).astimezone(UTC),
    )


def _mean(slots: Iterable[PriceSlot]) -> float:
    """Return the mean price of slots, weighted by time."""
    cost = seconds = 0.0
    for slot in slots:
        cost += slot.price * slot.duration.total_seconds()
        seconds += slot.duration.total_seconds()
    return cost / seconds
