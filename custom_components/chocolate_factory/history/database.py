"""One connection to the store's SQLite file: opening, mending, cleaning, holding it still.

Everything here blocks; `store` moves it to threads.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
import logging
from pathlib import Path
import sqlite3
from typing import Final

from .errors import StoreError
from .schema import migrate, version
from .sequence import next_number

_LOGGER = logging.getLogger(__name__)

# Beside the file itself there are its write-ahead log and the log's index.
_SUFFIXES: Final = ("", "-wal", "-shm")
# How long the log may become before it goes into the file: SQLite's own choice.
_LOG_PAGES: Final = 1000
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


def hold_still(connection: sqlite3.Connection) -> None:
    """Leave the file as it is from now on: what is written goes into the log beside it.

    So whoever copies the file and the log, in whatever order and while others write, has a store as
    it was at some instant between.
    """
    connection.setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, True)
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    # After a checkpoint the log is begun anew by the next who writes: now, before it is copied.
    with transaction(connection):
        next_number(connection)


def let_go(connection: sqlite3.Connection) -> None:
    """Let the file change again."""
    connection.setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, False)
    connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")


def size(path: Path) -> int:
    """Return the bytes that a file and what belongs to it take."""
    extra = [Path(f"{path}{suffix}") for suffix in _SUFFIXES if suffix]
    return path.stat().st_size + sum(file.stat().st_size for file in extra if file.exists())


def shrink(connection: sqlite3.Connection) -> None:
    """Give unused space back to the disk where it pays, and refresh SQLite's own statistics."""
    (log,) = connection.execute("PRAGMA wal_autocheckpoint").fetchone()
    if not log:
        # The file is held still. There is another Sunday.
        return
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (unused,) = connection.execute("PRAGMA freelist_count").fetchone()
    if unused > pages / 4:
        connection.execute("VACUUM")
    connection.execute("PRAGMA optimize")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
