"""The time in the simulated world."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


def utc_now() -> datetime:
    """Return the time in the real world."""
    return datetime.now(UTC)


def instant(text: object) -> datetime:
    """Return the instant that a text tells, or refuse one that is not the same everywhere."""
    found = datetime.fromisoformat(str(text))
    if found.tzinfo is None:
        raise ValueError("an instant needs an offset from UTC")
    return found


@dataclass
class Clock:
    """A clock that can be put forward and back while it goes on ticking."""

    source: Callable[[], datetime] = utc_now
    ahead: timedelta = field(default=timedelta(), init=False)

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return self.source().astimezone(UTC) + self.ahead

    def set(self, now: datetime) -> None:
        """Go on from the instant."""
        self.ahead += now - self.now()
