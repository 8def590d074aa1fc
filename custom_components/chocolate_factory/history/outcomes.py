"""What the makers have told really happened; what cannot be understood is passed over."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
import sqlite3
from typing import Final

from ..factory.outcome import Outcome, OutcomeKind
from .sequence import next_number

_NONSENSE: Final = (TypeError, ValueError, OverflowError, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedOutcome:
    """An outcome, and when it was told; a later one outranks those that it overlaps."""

    id: int
    recorded: datetime
    outcome: Outcome


def record_outcome(
    connection: sqlite3.Connection, factory: str, outcome: Outcome, now: datetime
) -> int:
    """Keep an outcome instead of what was told of exactly the same time; return its number.

    What is told twice keeps its number. The caller holds the transaction.
    """
    start, end = int(outcome.start.timestamp()), int(outcome.end.timestamp())
    key = (factory, start, end)
    row = connection.execute(
        "SELECT seq, kind, note FROM outcome WHERE factory = ? AND start = ? AND finish = ?", key
    ).fetchone()
    if row and row[1:] == (outcome.kind, outcome.note):
        return int(row[0])
    seq = next_number(connection)
    connection.execute(
        "INSERT OR REPLACE INTO outcome (seq, factory, start, finish, kind, note, recorded)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (seq, *key, outcome.kind, outcome.note, int(now.timestamp())),
    )
    return int(seq)


def restore_outcome(
    connection: sqlite3.Connection, factory: str, outcome: Outcome, recorded: datetime
) -> bool:
    """Keep an outcome that was told elsewhere, unless as much is known; return whether it is news.

    What was told later of exactly the same time stays.
    """
    row = connection.execute(
        "SELECT recorded FROM outcome WHERE factory = ? AND start = ? AND finish = ?",
        (factory, int(outcome.start.timestamp()), int(outcome.end.timestamp())),
    ).fetchone()
    if row and row[0] >= int(recorded.timestamp()):
        return False
    record_outcome(connection, factory, outcome, recorded)
    return True


def read_outcomes(
    connection: sqlite3.Connection, factory: str, start: datetime, end: datetime
) -> list[RecordedOutcome]:
    """Return what was told of a factory and overlaps [start, end), in the order of telling."""
    outcomes = []
    for seq, first, last, kind, note, recorded in connection.execute(
        "SELECT seq, start, finish, kind, note, recorded FROM outcome"
        " WHERE factory = ? AND start < ? AND finish > ? ORDER BY recorded, seq",
        (factory, int(end.timestamp()), int(start.timestamp())),
    ):
        with suppress(*_NONSENSE):
            outcomes.append(
                RecordedOutcome(
                    id=seq,
                    recorded=datetime.fromtimestamp(recorded, UTC),
                    outcome=Outcome(
                        start=datetime.fromtimestamp(first, UTC),
                        end=datetime.fromtimestamp(last, UTC),
                        kind=OutcomeKind(kind),
                        note=note,
                    ),
                )
            )
    return outcomes


def forget_outcome(connection: sqlite3.Connection, factory: str, number: int) -> bool:
    """Forget an outcome of a factory; return whether there was one of that number."""
    cursor = connection.execute(
        "DELETE FROM outcome WHERE factory = ? AND seq = ?", (factory, number)
    )
    return cursor.rowcount > 0


def forget_factory(connection: sqlite3.Connection, factory: str) -> None:
    """Forget all that was told of a factory."""
    connection.execute("DELETE FROM outcome WHERE factory = ?", (factory,))
