"""What the maker tells us really happened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

LONGEST: Final = timedelta(days=7)
LONGEST_NOTE: Final = 500


class OutcomeKind(StrEnum):
    """How production went."""

    GOOD = "good"
    ACCEPTABLE = "acceptable"
    SPOILED = "spoiled"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How production went from one instant to another."""

    start: datetime
    end: datetime
    kind: OutcomeKind
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse what nobody can learn from."""
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise ValueError("an outcome begins and ends at instants")
        if not timedelta(0) < self.end - self.start <= LONGEST:
            raise ValueError("an outcome is about some time, at most a week")
        if len(self.note) > LONGEST_NOTE:
            raise ValueError(f"a note has at most {LONGEST_NOTE} characters")
