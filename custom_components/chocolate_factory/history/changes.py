"""What has changed since a number: of each change the hours that it is about."""

from collections.abc import Collection
import sqlite3

import numpy as np
from numpy.typing import NDArray

_HOUR = 3600


def changed_hours(
    connection: sqlite3.Connection, series: Collection[str], since: int
) -> NDArray[np.int64]:
    """Return the hours in which a slot of some series has changed since a sequence number.

    In Unix seconds, rising; slots are thought to end in the hour that they begin in.
    """
    rows = connection.execute(
        # Few numbers are new: without their index all slots of the series would be read.
        f"""
        SELECT DISTINCT start / {_HOUR} FROM slot INDEXED BY slot_seq
        WHERE seq > ? AND series IN (SELECT id FROM series WHERE name IN ({_marks(series)}))
        ORDER BY 1
        """,  # noqa: S608 - nothing but question marks
        (since, *series),
    )
    return _HOUR * np.fromiter((hour for (hour,) in rows), dtype=np.int64)


def first_hour(connection: sqlite3.Connection, series: Collection[str]) -> int | None:
    """Return the hour in which the first slot of some series begins, in Unix seconds."""
    # One step down the key for each series; a minimum over all would read them.
    (start,) = connection.execute(
        f"""
        SELECT min((SELECT start FROM slot WHERE series = id ORDER BY start LIMIT 1))
        FROM series WHERE name IN ({_marks(series)})
        """,  # noqa: S608 - nothing but question marks
        tuple(series),
    ).fetchone()
    return None if start is None else start // _HOUR * _HOUR


def _marks(series: Collection[str]) -> str:
    return ", ".join("?" * len(series))
