"""How far Home Assistant's statistics have been told of a factory.

That is kept in the file whose changes it counts: a copy of the file that somebody goes back to has
the count that belongs to it, and one that is begun anew has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
import json
import sqlite3
from typing import Final

from .sequence import Position, identity

_NONSENSE: Final = (AttributeError, LookupError, TypeError, ValueError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the statistics take into account."""

    position: Position
    """The last change."""
    first: int
    """Unix seconds of the first hour."""
    until: int
    """Where the last hour ends."""
    terms: Mapping[str, str]
    """What each figure follows from, beside the store."""
    there: frozenset[str]
    """The figures of which there is any hour."""


def read_told(connection: sqlite3.Connection, factory: str) -> Told | None:
    """Return how far the statistics of a factory have been told; None if nobody knows."""
    row = connection.execute(
        "SELECT number, first, until, content FROM told WHERE factory = ?", (factory,)
    ).fetchone()
    if row is None:
        return None
    number, first, until, content = row
    try:
        said = json.loads(content)
        return Told(
            position=Position(identity(connection), number),
            first=first,
            until=until,
            terms=dict(said["terms"]),
            there=frozenset(said["there"]),
        )
    except _NONSENSE:
        return None


def keep_told(connection: sqlite3.Connection, factory: str, now: Told) -> None:
    """Keep how far they have been told, unless that was of another file than this."""
    if now.position.store != identity(connection):
        return
    content = json.dumps({"terms": dict(now.terms), "there": sorted(now.there)})
    connection.execute(
        "INSERT OR REPLACE INTO told (factory, number, first, until, content)"
        " VALUES (?, ?, ?, ?, ?)",
        (factory, now.position.number, now.first, now.until, content),
    )


def forget_factory(connection: sqlite3.Connection, factory: str) -> None:
    """Forget how far the statistics of a factory have been told."""
    connection.execute("DELETE FROM told WHERE factory = ?", (factory,))
