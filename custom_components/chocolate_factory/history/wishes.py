"""Stretches of history that somebody asked for, kept until they are filled."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import reduce
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

    def is_akin(self, other: Wish) -> bool:
        """Tell whether both can be one wish that is for no more than they are."""
        return (
            (self.series, self.longest) == (other.series, other.longest)
            and self.start <= other.end
            and other.start <= self.end
        )

    def joined(self, other: Wish) -> Wish:
        """Return one wish for what both are for, if they are akin."""
        return replace(self, start=min(self.start, other.start), end=max(self.end, other.end))


def load_wishes(connection: sqlite3.Connection, factory: str) -> list[Wish]:
    """Return what a factory still wants; what cannot be understood is passed over."""
    wishes = []
    for series, start, finish, longest in connection.execute(
        "SELECT series, start, finish, longest FROM wish WHERE factory = ? ORDER BY series, start",
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
    """Add to what a factory wants; a wish that touches another one of its kind makes it grow."""
    for wish in wishes:
        akin = [one for one in load_wishes(connection, factory) if one.is_akin(wish)]
        forget_wishes(connection, factory, akin)
        connection.execute(
            "INSERT INTO wish (factory, series, start, finish, longest) VALUES (?, ?, ?, ?, ?)",
            (factory, *_row(reduce(Wish.joined, akin, wish))),
        )


def forget_wishes(connection: sqlite3.Connection, factory: str, wishes: Iterable[Wish]) -> None:
    """Strike wishes off, unless they have grown since they were read."""
    connection.executemany(
        "DELETE FROM wish WHERE factory = ?"
        " AND series = ? AND start >= ? AND finish <= ? AND longest IS ?",
        ((factory, *_row(wish)) for wish in wishes),
    )


def forget_factory(connection: sqlite3.Connection, factory: str) -> None:
    """Forget all that a factory wanted."""
    connection.execute("DELETE FROM wish WHERE factory = ?", (factory,))


def _row(wish: Wish) -> tuple[str, int, int, int | None]:
    return (
        wish.series,
        int(wish.start.timestamp()),
        int(wish.end.timestamp()),
        None if wish.longest is None else int(wish.longest.total_seconds()),
    )
