"""Stretches of history that somebody asked for, kept until they are filled."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
import sqlite3
from typing import Final

_NONSENSE: Final = (TypeError, ValueError, OverflowError, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a factory wants to have of a series."""

    series: str
    start: datetime
    end: datetime
    longest: timedelta | None = None
    """Gaps that are longer are left alone."""

    def __post_init__(self) -> None:
        """Refuse a wish for nothing."""
        if self.start >= self.end:
            raise ValueError("a wish is for some time")

    def joined(self, other: Wish) -> Wish:
        """Return one wish for what both are for, and all that lies between."""
        limits = (self.longest, other.longest)
        return replace(
            self,
            start=min(self.start, other.start),
            end=max(self.end, other.end),
            longest=None if None in limits else max(filter(None, limits), default=None),
        )


def load_wishes(connection: sqlite3.Connection, factory: str) -> list[Wish]:
    """Return what a factory still wants; what cannot be understood is passed over."""
    wishes = []
    for series, start, finish, longest in connection.execute(
        "SELECT series, start, finish, longest FROM wish WHERE factory = ? ORDER BY series",
        (factory,),
    ):
        with suppress(*_NONSENSE):
            wishes.append(
                Wish(
                    series=series,
                    start=datetime.fromtimestamp(start, UTC),
                    end=datetime.fromtimestamp(finish, UTC),
                    longest=None if longest is None else timedelta(seconds=longest),
                )
            )
    return wishes


def save_wishes(connection: sqlite3.Connection, factory: str, wishes: Iterable[Wish]) -> None:
    """Add to what a factory wants; there is one wish a series, which only grows."""
    known = {wish.series: wish for wish in load_wishes(connection, factory)}
    for wish in wishes:
        joined = wish.joined(known[wish.series]) if wish.series in known else wish
        known[wish.series] = joined
        connection.execute(
            "INSERT OR REPLACE INTO wish (factory, series, start, finish, longest) "
            "VALUES (?, ?, ?, ?, ?)",
            (
                factory,
                joined.series,
                int(joined.start.timestamp()),
                int(joined.end.timestamp()),
                None if joined.longest is None else int(joined.longest.total_seconds()),
            ),
        )


def forget_wishes(connection: sqlite3.Connection, factory: str, wishes: Iterable[Wish]) -> None:
    """Strike wishes off, unless they have grown since they were read."""
    connection.executemany(
        "DELETE FROM wish WHERE factory = ? AND series = ? AND start >= ? AND finish <= ?",
        (
            (factory, wish.series, int(wish.start.timestamp()), int(wish.end.timestamp()))
            for wish in wishes
        ),
    )


def forget_factory(connection: sqlite3.Connection, factory: str) -> None:
    """Forget all that a factory wanted."""
    connection.execute("DELETE FROM wish WHERE factory = ?", (factory,))
