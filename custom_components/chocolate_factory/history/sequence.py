"""The number of the last change in the store: it rises with every one, and never goes back."""

import sqlite3


def last_number(connection: sqlite3.Connection) -> int:
    """Return the number of the last change."""
    (number,) = connection.execute("SELECT last FROM sequence").fetchone()
    return int(number)


def next_number(connection: sqlite3.Connection) -> int:
    """Return a number for another change; the caller holds the transaction."""
    statement = "UPDATE sequence SET last = last + 1 RETURNING last"
    (number,) = connection.execute(statement).fetchone()
    return int(number)
