"""Rows that wait on the disk: for all of them to be looked at, and for their turn."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from operator import attrgetter
import sqlite3
from typing import Final

from .errors import StoreError
from .rows import COLUMNS, Kind, Row

# One write of them is over before anybody who also wants to write would notice; and with as few
# Python does not go through all of Home Assistant for garbage, which would hold up everybody.
_MOST_ROWS: Final = 1000
_MOST_TEXT: Final = 500_000
_VALUES: Final = attrgetter(*COLUMNS, "length")


@contextmanager
def _translated() -> Iterator[None]:
    """Raise StoreError for a full disk, and for what no row can hold."""
    try:
        yield
    except (sqlite3.Error, ValueError, OverflowError) as error:
        raise StoreError(str(error)) from error


class Staging:
    """Takes rows in any order, and hands them out as a store takes them best.

    That is long slots before the short ones that take a part of them, and by series and time. To be
    used in one thread, and all of it raises StoreError, as when the disk is full.
    """

    def __init__(self) -> None:
        """Begin a file without a name, which goes with us, however we end."""
        self._connection = sqlite3.connect("")
        self._waiting: Iterator[Row] | None = None
        with _translated():
            # Nobody wants to have it back.
            self._connection.execute("PRAGMA journal_mode = OFF")
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.execute(
                "CREATE TABLE row"
                " (kind, series, source, start, seconds, value, word, text, at, length)"
            )

    def add(self, rows: Iterable[Row]) -> None:
        """Keep rows that have been checked."""
        with _translated():
            self._connection.executemany(
                "INSERT INTO row VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                map(_VALUES, rows),
            )

    def take(self) -> list[Row]:
        """Return the next rows; none if all have been taken."""
        if self._waiting is None:
            self._waiting = self._in_order()
        taken: list[Row] = []
        text = 0
        with _translated():
            for row in self._waiting:
                taken.append(row)
                text += len(row.text)
                if len(taken) == _MOST_ROWS or text > _MOST_TEXT:
                    break
        return taken

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()

    def _in_order(self) -> Iterator[Row]:
        for kind, series, source, start, seconds, value, word, text, at in self._connection.execute(
            "SELECT kind, series, source, start, seconds, value, word, text, at FROM row"
            " ORDER BY length DESC, series, source DESC, start, rowid"
        ):
            yield Row(
                kind=Kind(kind),
                series=series,
                source=source,
                start=start,
                seconds=seconds,
                value=value,
                word=word,
                text=text,
                at=at,
            )
