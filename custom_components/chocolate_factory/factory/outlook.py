"""The coming week at one factory: of every slot what it costs, what the air is like, what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from .clock import wall_seconds
from .recommendation import Engine, Recommendation

HORIZON: Final = timedelta(hours=168)
# A day is called by what it offers for as long as a shift lasts.
SHIFT: Final = timedelta(hours=8)


class PriceOrigin(StrEnum):
    """How a price is known; arrays hold positions in here."""

    PUBLISHED = "published"
    ESTIMATED = "estimated"
    """Reckoned from another price, until the real one arrives."""
    FORECAST = "forecast"
    CONTRACT = "contract"
    """Agreed in a contract that follows no market."""

    @property
    def position(self) -> int:
        """Return what stands for it in arrays."""
        return _ORIGINS.index(self)


_ORIGINS = tuple(PriceOrigin)
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that moved the recommendation of a slot away from that of a usual one."""

    key: str
    """The feature that did; the name of a sentence in the translations, with `_good` or `_bad`."""
    effect: float
    """Points between a halt, 0, and optimal, 100; positive where it made the slot better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlookSlot:
    """One slot of the outlook; None where something is not known."""

    start: datetime
    end: datetime
    price: float | None
    """€/kWh, all-in."""
    price_low: float | None
    price_high: float | None
    """€/kWh: a price that is forecast stays between these four times out of five."""
    origin: PriceOrigin
    temperature: float | None
    """°C outdoors."""
    humidity: float | None
    """% outdoors."""
    index: float | None
    """Chocolate production index, 0 to 100."""
    heat_stress: float | None
    """Heat stress factor, 0 to 1."""
    score: float | None
    """0 to 100."""
    recommendation: Recommendation | None
    confidence: float | None
    """The probability of the recommendation, 0 to 1."""
    probabilities: tuple[float, ...]
    """Of each recommendation in turn; empty where there is none."""
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlookDay:
    """One local day of the outlook, or what is left of it."""

    date: date
    recommendation: Recommendation
    """The best that it offers for as long as a shift, or as long as it lasts."""
    hours: tuple[float, ...]
    """The hours with each recommendation in turn."""
    score: float | None
    """The mean of the hours."""
    price: float | None
    """The mean price in €/kWh."""
    best: OutlookWindow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlookWindow:
    """Slots in a row that are optimal."""

    start: datetime
    end: datetime
    score: float
    """The mean."""
    price: float
    """The mean, in €/kWh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What would be said of a slot with another price and other air."""

    score: float
    """0 to 100."""
    recommendation: Recommendation
    probabilities: tuple[float, ...]
    """Of each recommendation in turn."""
    reasons: tuple[Reason, ...]
    engine: Engine
    """Who gives the recommendation."""
    score_engine: Engine
    """Who gives the score."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Outlook:
    """The slots from now on, in one piece; all arrays have their number n as first dimension."""

    issued: datetime
    zone: ZoneInfo
    engine: Engine
    """Who gives the recommendations."""
    score_engine: Engine
    """Who gives the scores."""
    starts: NDArray[np.int64]
    """Unix seconds, rising."""
    seconds: NDArray[np.int64]
    price: NDArray[np.float64]
    """All-in, €/kWh; NaN where nobody knows, as in all that follows."""
    price_low: NDArray[np.float64]
    price_high: NDArray[np.float64]
    """The 10 % and the 90 % quantile; the price itself where it is no forecast."""
    origin: NDArray[np.int8]
    """Positions in `PriceOrigin`."""
    temperature: NDArray[np.float64]
    """°C outdoors."""
    humidity: NDArray[np.float64]
    """% outdoors."""
    features: NDArray[np.float64]
    """As `features.FEATURES` describes them, (n, 13)."""
    index: NDArray[np.float64]
    heat_stress: NDArray[np.float64]
    score: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    """Of each recommendation in turn, (n, 4); they add up to 1."""
    recommendation: NDArray[np.int8]
    """Positions in `Recommendation`; -1 where too little is known to recommend anything."""
    reasons: tuple[tuple[Reason, ...], ...]
    """Of each slot what moved its score most, at most three."""

    def __len__(self) -> int:
        """Return the number of slots."""
        return len(self.starts)

    def at(self, instant: datetime) -> OutlookSlot | None:
        """Return the slot that an instant is in."""
        seconds = instant.timestamp()
        index = int(np.searchsorted(self.starts, seconds, side="right")) - 1
        if index < 0 or seconds >= self.starts[index] + self.seconds[index]:
            return None
        return self._slot(index)

    def slots(self, hours: float = HORIZON / timedelta(hours=1)) -> Iterator[OutlookSlot]:
        """Yield the slots that begin within some hours."""
        if not len(self):
            return
        end = self.starts[0] + hours * 3600
        for index in range(int(np.searchsorted(self.starts, end))):
            yield self._slot(index)

    def until(self, instant: datetime) -> datetime:
        """Return when something else is recommended than at an instant, or the outlook ends.

        Before the outlook begins, it is as in its first slot.
        """
        first = max(int(np.searchsorted(self.starts, instant.timestamp(), side="right")) - 1, 0)
        changes = np.flatnonzero(self.recommendation[first:] != self.recommendation[first])
        last = first + int(changes[0]) - 1 if len(changes) else -1
        return _instant(self.starts[last] + self.seconds[last])

    def windows(self, instant: datetime) -> list[OutlookWindow]:
        """Return the runs of optimal slots that are not over yet, in order."""
        ahead = self._ahead(instant)
        return [window for window in self._windows(ahead) if window.end > instant]

    def next_window(self, instant: datetime) -> OutlookWindow | None:
        """Return the first run of optimal slots that is not over yet."""
        return next(iter(self.windows(instant)), None)

    def days(self, instant: datetime) -> list[OutlookDay]:
        """Return the local days from an instant on, as far as there is anything to recommend."""
        ahead = self._ahead(instant)
        if not len(ahead):
            return []
        days = wall_seconds(self.starts[ahead], self.zone) // 86_400
        return [
            self._day(_EPOCH + timedelta(days=int(days[first])), ahead[first : first + count])
            for first, count in zip(
                *np.unique(days, return_index=True, return_counts=True)[1:], strict=True
            )
        ]

    def _ahead(self, instant: datetime) -> NDArray[np.int64]:
        """Return the slots that are not over, and of which something is recommended."""
        ends = self.starts + self.seconds
        return np.flatnonzero((ends > instant.timestamp()) & (self.recommendation >= 0))

    def _day(self, day: date, slots: NDArray[np.int64]) -> OutlookDay:
        hours = self.seconds[slots] / 3600
        of_each = np.bincount(
            self.recommendation[slots], weights=hours, minlength=len(Recommendation)
        )
        wanted = min(SHIFT / timedelta(hours=1), float(hours.sum()))
        # A float's breadth short of a shift is a shift.
        reached = int(np.argmax(np.cumsum(of_each) >= wanted - 1e-6))
        return OutlookDay(
            date=day,
            recommendation=Recommendation.of(reached),
            hours=tuple(of_each.tolist()),
            score=_known(_mean(self.score[slots], hours)),
            price=_known(_mean(self.price[slots], hours)),
            best=max(self._windows(slots), key=lambda window: window.score, default=None),
        )

    def _windows(self, slots: NDArray[np.int64]) -> Iterator[OutlookWindow]:
        """Yield the runs of optimal slots among some, in order."""
        optimal = slots[self.recommendation[slots] == Recommendation.OPTIMAL.position]
        ends = self.starts[optimal] + self.seconds[optimal]
        for run in np.split(optimal, np.flatnonzero(self.starts[optimal][1:] != ends[:-1]) + 1):
            if not len(run):
                continue
            yield OutlookWindow(
                start=_instant(self.starts[run[0]]),
                end=_instant(self.starts[run[-1]] + self.seconds[run[-1]]),
                score=_mean(self.score[run], self.seconds[run]),
                price=_mean(self.price[run], self.seconds[run]),
            )

    def _slot(self, index: int) -> OutlookSlot:
        position = int(self.recommendation[index])
        is_known = position >= 0
        return OutlookSlot(
            start=_instant(self.starts[index]),
            end=_instant(self.starts[index] + self.seconds[index]),
            price=_known(self.price[index]),
            price_low=_known(self.price_low[index]),
            price_high=_known(self.price_high[index]),
            origin=_ORIGINS[int(self.origin[index])],
            temperature=_known(self.temperature[index]),
            humidity=_known(self.humidity[index]),
            index=_known(self.index[index]),
            heat_stress=_known(self.heat_stress[index]),
            score=_known(self.score[index]),
            recommendation=Recommendation.of(position) if is_known else None,
            confidence=float(self.probabilities[index, position]) if is_known else None,
            probabilities=tuple(self.probabilities[index].tolist()) if is_known else (),
            reasons=self.reasons[index],
        )


def _mean(values: NDArray[np.float64], weights: NDArray[np.float64] | NDArray[np.int64]) -> float:
    """Return the mean of what is known."""
    known = np.isfinite(values)
    total = weights[known].sum()
    return float(values[known] @ weights[known] / total) if total else np.nan


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
