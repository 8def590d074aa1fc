"""The number of the last change in the store: it rises with every one, and never goes back.

Numbers are those of one file. In one that was begun anew they mean something else.
"""

from dataclasses import dataclass
import sqlite3


@dataclass(frozen=True, slots=True)
class Position:
    """A number, and the identity of the file that it is of."""

    store: str
    number: int


def identity(connection: sqlite3.Connection) -> str:
    """Return what tells this file from every other; its copies are taken for it."""
    (name,) = connection.execute("SELECT id FROM identity").fetchone()
    return str(name)


def position(connection: sqlite3.Connection) -> Position:
    """Return where the changes are now."""
    return Position(identity(connection), last_number(connection))


def last_number(connection: sqlite3.Connection) -> int:
    """Return the number of the last change."""
    (number,) = connection.execute("SELECT last FROM sequence").fetchone()
    return int(number)


def next_number(connection: sqlite3.Connection) -> int:
    """Return a number for another change; the caller holds the transaction."""
    statement = "UPDATE sequence SET last = last + 1 RETURNING last"
    (number,) = connection.execute(statement).fetchone()
    return int(number)
