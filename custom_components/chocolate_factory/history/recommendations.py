"""What was recommended for each slot when it began; what cannot be understood is passed over."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
import sqlite3
from typing import Final

from ..factory.recommendation import Engine, Recommendation
from .sequence import next_number

_NONSENSE: Final = (TypeError, ValueError, OverflowError, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRecommendation:
    """What a maker was told of a slot when it began."""

    start: datetime
    seconds: int
    recommendation: Recommendation
    score: float | None
    """0 to 100."""
    engine: Engine


def write_recommendation(
    connection: sqlite3.Connection, factory: str, said: PastRecommendation
) -> bool:
    """Keep what a factory is told of a slot when it begins; return whether that is news.

    What was said first stays. The caller holds the transaction.
    """
    start = int(said.start.timestamp())
    if connection.execute(
        "SELECT 1 FROM recommendation WHERE factory = ? AND start = ?", (factory, start)
    ).fetchone():
        return False
    connection.execute(
        "INSERT INTO recommendation"
        " (factory, start, seconds, recommendation, score, engine, seq)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            factory,
            start,
            said.seconds,
            said.recommendation,
            said.score,
            said.engine,
            next_number(connection),
        ),
    )
    return True


def read_recommendations(
    connection: sqlite3.Connection, factory: str, start: datetime, end: datetime
) -> list[PastRecommendation]:
    """Return what a factory was told of the slots that start in [start, end), oldest first."""
    found = []
    for first, seconds, recommendation, score, engine in connection.execute(
        "SELECT start, seconds, recommendation, score, engine FROM recommendation"
        " WHERE factory = ? AND start >= ? AND start < ? ORDER BY start",
        (factory, int(start.timestamp()), int(end.timestamp())),
    ):
        with suppress(*_NONSENSE):
            found.append(
                PastRecommendation(
                    start=datetime.fromtimestamp(first, UTC),
                    seconds=seconds,
                    recommendation=Recommendation(recommendation),
                    score=score,
                    engine=Engine(engine),
                )
            )
    return found


def forget_factory(connection: sqlite3.Connection, factory: str) -> None:
    """Forget all that a factory was told."""
    connection.execute("DELETE FROM recommendation WHERE factory = ?", (factory,))
