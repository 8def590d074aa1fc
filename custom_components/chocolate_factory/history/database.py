"""One connection to the store's SQLite file: opening, mending, cleaning, copying.

Everything here blocks; `store` moves it to threads.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
import logging
from pathlib import Path
import sqlite3
from typing import Final

from .errors import StoreError
from .schema import migrate, version

_LOGGER = logging.getLogger(__name__)

# Beside the file itself there are its write-ahead log and the log's index.
_SUFFIXES: Final = ("", "-wal", "-shm")
_DAMAGE: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def open_or_begin(path: Path) -> tuple[sqlite3.Connection, Path | None]:
    """Return a connection for writing; a damaged file is set aside and a new one begun.

    The second value is where the damaged file went. Raises StoreError when there can be no file at
    all, and NewerSchemaError when a newer release wrote it.
    """
    try:
        try:
            return _open(path), None
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if not is_damage(error):
                raise
            aside = set_aside(path)
            return _open(path), aside
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"the store cannot be opened: {error}") from error


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=10, isolation_level=None)
    try:
        # First of all: what follows writes to the file.
        version(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        # A commit is on disk before it counts: not even a power cut takes back what was delivered.
        connection.execute("PRAGMA synchronous = FULL")
        _check(connection)
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection) -> None:
    """Raise what SQLite itself raises on a damaged page, before anybody runs into one."""
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise damage(verdict)


def damage(what: str) -> sqlite3.DatabaseError:
    """Return the error that SQLite itself raises when it comes upon damage."""
    error = sqlite3.DatabaseError(what)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def is_damage(error: Exception) -> bool:
    """Tell a damaged file from a passing trouble, like a full disk."""
    # Where SQLite's message quotes from the damage, Python may not be able to read it.
    if isinstance(error, UnicodeDecodeError):
        return True
    # Extended error codes keep the plain one in their lowest byte.
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _DAMAGE


def set_aside(path: Path) -> Path:
    """Rename a damaged file, keeping it for whoever wants to rescue something."""
    aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    for suffix in _SUFFIXES:
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").rename(f"{aside}{suffix}")
    _LOGGER.debug("Set the damaged store aside as %s", aside)
    return aside


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Do all or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        # The error may have ended the transaction already, a full disk does.
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def copy(connection: sqlite3.Connection, target: Path) -> None:
    """Write a consistent copy of the store, while others go on reading and writing."""
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(partial)) as destination:
            connection.backup(destination)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def size(path: Path) -> int:
    """Return the bytes that a file and what belongs to it take."""
    extra = [Path(f"{path}{suffix}") for suffix in _SUFFIXES if suffix]
    return path.stat().st_size + sum(file.stat().st_size for file in extra if file.exists())


def shrink(connection: sqlite3.Connection) -> None:
    """Give unused space back to the disk where it pays, and refresh SQLite's own statistics."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (unused,) = connection.execute("PRAGMA freelist_count").fetchone()
    if unused > pages / 4:
        connection.execute("VACUUM")
    connection.execute("PRAGMA optimize")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
