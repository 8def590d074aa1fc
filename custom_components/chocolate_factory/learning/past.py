"""The past by the hour: what was known, what had been expected, and how it turned out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..factory.classes import UNKNOWN, classes
from ..factory.comfort import ComfortLimits, chocolate_production_index, indoors
from ..factory.features import Air
from ..factory.outcome import Outcome, OutcomeKind
from ..factory.score import LAST_WORD, costs, scores
from ..factory.tariff import TariffCalendar
from .foreseen import Foreseen

HOUR: Final = 3600
DAY: Final = 86_400
LEADS: Final = 8
"""Days since the last one with published prices: 0, on which they are, to 7."""

# Where nobody has kept what was forecast of the air, half way from its habits to what came is taken
# for it: in Madrid 1.4 °C off after a day and 2.1 °C after a week, root mean square.
# With habits alone models would learn to distrust the weather, with what came to trust it blindly.
FORESIGHT: Final = 0.5

# What the maker saw counts as much as so many hours that were only reckoned.
_OUTCOME_WEIGHT: Final = 20.0
# What an outcome says of the air, as a chocolate production index: the price has its say as well.
_AIR_OF: Final = {
    OutcomeKind.GOOD: 100.0,
    OutcomeKind.ACCEPTABLE: 60.0,
    OutcomeKind.SPOILED: 0.0,
    OutcomeKind.STOPPED: 0.0,
}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Past:
    """Consecutive hours, n of them, oldest first; NaN where something is not known."""

    starts: NDArray[np.int64]
    """Unix seconds."""
    price: NDArray[np.float64]
    """All-in, as published, €/kWh."""
    forecasts: NDArray[np.float64]
    """The same as it would have been forecast at each lead of 1 to 7 days, (7, n)."""
    air: Air
    """As measured outdoors."""
    foreseen: Foreseen = field(default_factory=Foreseen.nothing)
    """What was forecast of the air, as far as it was kept."""
    foresight: float = FORESIGHT
    """How far the rest was foreseen: 0 is by its habits alone, 1 as it then came."""
    calendar: TariffCalendar
    limits: ComfortLimits
    outcomes: Sequence[Outcome] = field(default=())

    def __len__(self) -> int:
        """Return the number of hours."""
        return len(self.starts)

    @property
    def seconds(self) -> NDArray[np.int64]:
        """Return how long each lasts."""
        return np.full(len(self), HOUR)

    def price_at(self, lead: int) -> NDArray[np.float64]:
        """Return the prices as known or expected at a lead of 0 to 7 days."""
        return self.forecasts[lead - 1] if lead else self.price


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Labels:
    """How n hours turned out."""

    score: NDArray[np.float64]
    """The energy score, 0 to 100; NaN where the days around are not known yet."""
    classes: NDArray[np.int8]
    """Positions in `Recommendation`; -1 where nobody can tell."""
    weight: NDArray[np.float64]
    """How much the class of each counts."""

    @property
    def is_known(self) -> NDArray[np.bool_]:
        """Tell of which hours both are known."""
        is_known: NDArray[np.bool_] = ~np.isnan(self.score) & (self.classes != UNKNOWN)
        return is_known

    @property
    def is_told(self) -> NDArray[np.bool_]:
        """Tell of which hours the maker told the outcome."""
        return self.weight > 1


def labels(past: Past) -> Labels:
    """Return how hours turned out: by what was paid, the air that was met, and what was told.

    An outcome outranks what the air should have done to chocolate: it was good for it, or fair, or
    unbearable. It counts as much in an hour as it has of it. Where several share an hour, the one
    that has most of it speaks for it, but a later one outranks those that it overlaps.
    """
    score = scores(
        past.starts,
        past.seconds,
        costs(past.price, past.air.temperature, past.limits),
        enough=LAST_WORD,
    )
    room = indoors(past.air.temperature, past.air.humidity, past.limits)
    index = chocolate_production_index(*room, past.limits)
    weight = np.ones(len(past))
    since, until = np.full(len(past), np.inf), np.full(len(past), -np.inf)
    for outcome in past.outcomes:
        start, end = outcome.start.timestamp(), outcome.end.timestamp()
        touched = np.flatnonzero((past.starts + HOUR > start) & (past.starts < end))
        starts = past.starts[touched]
        share = (np.minimum(starts + HOUR, end) - np.maximum(starts, start)) / HOUR
        counts = 1 + (_OUTCOME_WEIGHT - 1) * share
        outranks = (counts >= weight[touched]) | ((start < until[touched]) & (since[touched] < end))
        hours = touched[outranks]
        index[hours] = _AIR_OF[outcome.kind]
        weight[hours] = counts[outranks]
        since[hours], until[hours] = start, end
    found = classes(score, index)
    # What is known only in part teaches nothing.
    found[np.isnan(score) | np.isnan(index)] = UNKNOWN
    return Labels(score=score, classes=found, weight=weight)
