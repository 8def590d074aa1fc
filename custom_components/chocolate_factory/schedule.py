"""When something that recurs is due."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final, Protocol, override

_UNITS: Final = (
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
    ("second", timedelta(seconds=1)),
)
_DAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)  # Python's own names are in the language of the machine.


class Schedule(Protocol):
    """When something that recurs is due; as text, in words."""

    @property
    def interval(self) -> timedelta:
        """Return the longest time from one run to the next."""

    def after(self, instant: datetime) -> datetime:
        """Return the first time after an instant, in UTC."""


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again, from whenever it was done last."""

    interval: timedelta

    def after(self, instant: datetime) -> datetime:
        """Return the first time after an instant, in UTC."""
        return instant + self.interval

    @override
    def __str__(self) -> str:
        """Return the interval in its largest whole unit, like "every 5 minutes"."""
        for unit, length in _UNITS:
            if not self.interval % length:
                count = self.interval // length
                return f"every {unit}" if count == 1 else f"every {count} {unit}s"
        return f"every {self.interval.total_seconds():g} seconds"


@dataclass(frozen=True, slots=True)
class Weekly:
    """Once a week, by the clock on the wall."""

    weekday: int
    """0 is Monday, as Python counts."""
    time: time
    zone: tzinfo

    @property
    def interval(self) -> timedelta:
        """Return the longest week, in which the clocks are put back."""
        return timedelta(weeks=1, hours=1)

    def after(self, instant: datetime) -> datetime:
        """Return the first time after an instant, in UTC.

        A time that the clocks skip is that long after the change; of one that they show twice, the
        first counts.
        """
        today = instant.astimezone(self.zone).date()
        day = today + timedelta(days=(self.weekday - today.weekday()) % 7)
        for date in (day, day + timedelta(weeks=1)):
            due = datetime.combine(date, self.time, self.zone).astimezone(UTC)
            if due > instant:
                break
        return due

    @override
    def __str__(self) -> str:
        """Return the day and the time, like "Sunday 02:00"."""
        return f"{_DAYS[self.weekday]} {self.time:%H:%M}"
