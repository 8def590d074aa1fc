"""How wrong forecasts of prices were, beside what last week would have said of the same slots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from .clock import wall_seconds
from .price_issue import PriceIssue
from .tariff import MARKET_TIME_ZONE

LEADS: Final = 7
_DAY: Final = 86_400
_WEEK: Final = 7 * _DAY
# A price that is older than a month says nothing.
_WEEKS: Final = 4


class Prices(Protocol):
    """Prices of one series in €/kWh, oldest first; holes and NaN where they are not known."""

    @property
    def starts(self) -> NDArray[np.int64]:
        """Return the Unix seconds of the slots."""

    @property
    def seconds(self) -> NDArray[np.int64]:
        """Return how long they last."""

    @property
    def prices(self) -> NDArray[np.float64]:
        """Return what was paid."""


@dataclass(frozen=True, slots=True)
class MeanError:
    """Mean absolute errors over the same slots, in €/kWh; NaN where there is none."""

    forecast: float
    naive: float
    """Of the price a week before, at the same time by the clock, or of more weeks before."""
    hours: float
    """How much was compared; an hour that was forecast twice counts twice."""


@dataclass(frozen=True, slots=True)
class ForecastErrors:
    """How wrong forecasts were, all in all and by how far they looked ahead."""

    overall: MeanError
    by_lead: tuple[MeanError, ...]
    """The first is that of the local day after the last one whose prices were known."""


def forecast_errors(
    issues: Sequence[PriceIssue], real: Prices, start: datetime, end: datetime
) -> ForecastErrors:
    """Compare what was forecast of the slots that begin in [start, end) with what came.

    A naive price is the nearest of whole weeks before that was known when the forecast was issued;
    so the real prices should reach back some weeks. A slot counts where both can be told.
    """
    if not issues:
        return _errors(*(np.empty(0) for _ in range(4)))
    starts = np.concatenate([issue.starts for issue in issues])
    lengths = [len(issue) for issue in issues]
    seconds = np.repeat([issue.seconds for issue in issues], lengths)
    known_until = np.repeat([int(issue.known_until.timestamp()) for issue in issues], lengths)
    said = np.concatenate([issue.middle for issue in issues])
    counts = (starts >= start.timestamp()) & (starts < end.timestamp()) & (starts >= known_until)
    starts, seconds, known_until, said = (
        column[counts] for column in (starts, seconds, known_until, said)
    )
    table = _Means.of(real)
    came = table.between(starts, starts + seconds)
    naive = np.full(len(starts), np.nan)
    wall = wall_seconds(starts, MARKET_TIME_ZONE)
    for weeks in range(1, _WEEKS + 1):
        before = starts - weeks * _WEEK
        # Clocks may have been changed in between: the same time is what they show.
        before += wall - weeks * _WEEK - wall_seconds(before, MARKET_TIME_ZONE)
        ends = before + seconds
        price = np.where(ends <= known_until, table.between(before, ends), np.nan)
        naive = np.where(np.isnan(naive), price, naive)
    # A forecast begins where a local day does.
    days = wall // _DAY - wall_seconds(known_until - 1, MARKET_TIME_ZONE) // _DAY
    return _errors(days, seconds / 3600, np.abs(said - came), np.abs(naive - came))


@dataclass(frozen=True, slots=True)
class _Means:
    """Mean prices of any stretch of time."""

    edges: NDArray[np.int64]
    """Unix seconds, rising."""
    known: NDArray[np.float64]
    """The seconds with a price until each edge."""
    spent: NDArray[np.float64]
    """What one kW would have cost until each edge, by the second."""

    @classmethod
    def of(cls, real: Prices) -> _Means:
        """Return the means of the prices that are known."""
        there = np.isfinite(real.prices)
        if not there.any():
            return cls(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))
        starts, ends = real.starts[there], (real.starts + real.seconds)[there]
        edges = np.stack((starts, ends), axis=1).ravel()
        time = np.stack((np.zeros(len(starts)), ends - starts), axis=1).ravel()
        cost = time * np.repeat(real.prices[there], 2)
        # Where one slot follows another, both edges are one.
        is_new = np.diff(edges, prepend=edges[:1] - 1) > 0
        last = np.append(np.flatnonzero(is_new)[1:], len(edges)) - 1
        return cls(edges[is_new], np.cumsum(time)[last], np.cumsum(cost)[last])

    def between(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the mean of each stretch, NaN where a part of it has no price."""
        if not len(self.edges):
            return np.full(len(starts), np.nan)
        known, spent = (
            np.interp(ends, self.edges, column) - np.interp(starts, self.edges, column)
            for column in (self.known, self.spent)
        )
        length = ends - starts
        means: NDArray[np.float64] = np.where(known > length - 1e-3, spent / length, np.nan)
        return means


def _errors(
    days: NDArray[np.float64] | NDArray[np.int64],
    hours: NDArray[np.float64],
    forecast: NDArray[np.float64],
    naive: NDArray[np.float64],
) -> ForecastErrors:
    """Return the means of what can be told of both."""
    told = np.isfinite(forecast) & np.isfinite(naive)

    def mean(these: NDArray[np.bool_]) -> MeanError:
        weight = float(hours[these].sum())
        if not weight:
            return MeanError(np.nan, np.nan, 0.0)
        wrong, behind = (float(hours[these] @ errors[these]) for errors in (forecast, naive))
        return MeanError(wrong / weight, behind / weight, weight)

    return ForecastErrors(
        mean(told), tuple(mean(told & (days == lead)) for lead in range(1, LEADS + 1))
    )
