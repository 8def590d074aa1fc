"""Days of which only the extremes are known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from .weather import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Extremes:
    """The lowest and the highest value of a day, and when they were, if that is known."""

    lowest: float
    highest: float
    lowest_at: time | None = None
    highest_at: time | None = None
    points: tuple[tuple[time, float], ...] = ()
    """What else is known of the day: values at times."""

    def __post_init__(self) -> None:
        """Refuse extremes that are none."""
        if not self.lowest <= self.highest:
            raise ValueError("the lowest value is above the highest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day at a place: extremes of some of the measures that are kept (sea-level pressure)."""

    day: date
    extremes: Mapping[Measure, Extremes]
