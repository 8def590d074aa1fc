"""What must not be forgotten over a restart: how hosts treated us, and what was tried in vain.

What cannot be understood, as from a newer release or after damage, is forgotten all the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
import sqlite3
from typing import Final

from ..clients.gatekeeper import HostState
from ..factory.series import Series

_NONSENSE: Final = (TypeError, ValueError, OverflowError, OSError)


@dataclass(frozen=True, slots=True)
class Attempt:
    """How often a day of a series was asked for in vain, and when to ask again."""

    tries: int
    retry_at: datetime


def load_hosts(
    connection: sqlite3.Connection, since: datetime
) -> tuple[Mapping[str, HostState], Mapping[str, list[datetime]]]:
    """Return the states of all hosts, and when each was asked since an instant."""
    states = {}
    for name, failures, refusals, retry_at in connection.execute(
        "SELECT name, failures, refusals, retry_at FROM host"
    ):
        with suppress(*_NONSENSE):
            states[name] = HostState(
                failures=failures,
                refusals=refusals,
                retry_at=None if retry_at is None else datetime.fromtimestamp(retry_at, UTC),
            )
    requests: defaultdict[str, list[datetime]] = defaultdict(list)
    for host, at in connection.execute(
        "SELECT host, at FROM request WHERE at >= ? ORDER BY at", (since.timestamp(),)
    ):
        with suppress(*_NONSENSE):
            requests[host].append(datetime.fromtimestamp(at, UTC))
    return states, requests


def save_host(connection: sqlite3.Connection, host: str, state: HostState) -> None:
    """Keep the state of a host."""
    connection.execute(
        "INSERT OR REPLACE INTO host (name, failures, refusals, retry_at) VALUES (?, ?, ?, ?)",
        (
            host,
            state.failures,
            state.refusals,
            state.retry_at.timestamp() if state.retry_at else None,
        ),
    )


def save_request(connection: sqlite3.Connection, host: str, at: datetime) -> None:
    """Keep that a host was asked."""
    connection.execute("INSERT INTO request (host, at) VALUES (?, ?)", (host, at.timestamp()))


def load_attempts(connection: sqlite3.Connection) -> dict[tuple[Series, date], Attempt]:
    """Return the days that were asked for in vain."""
    attempts = {}
    for series, day, tries, retry_at in connection.execute(
        "SELECT series, day, tries, retry_at FROM attempt"
    ):
        with suppress(*_NONSENSE):
            attempts[Series(series), date.fromisoformat(day)] = Attempt(
                tries, datetime.fromtimestamp(retry_at, UTC)
            )
    return attempts


def load_attempts_of(connection: sqlite3.Connection, series: str) -> dict[date, Attempt]:
    """Return the days that were asked for in vain, of anything that has a name."""
    attempts = {}
    for day, tries, retry_at in connection.execute(
        "SELECT day, tries, retry_at FROM attempt WHERE series = ?", (series,)
    ):
        with suppress(*_NONSENSE):
            attempts[date.fromisoformat(day)] = Attempt(
                tries, datetime.fromtimestamp(retry_at, UTC)
            )
    return attempts


def save_attempts[Name: str](
    connection: sqlite3.Connection, attempts: Mapping[tuple[Name, date], Attempt]
) -> None:
    """Keep what was asked for in vain."""
    connection.executemany(
        "INSERT OR REPLACE INTO attempt (series, day, tries, retry_at) VALUES (?, ?, ?, ?)",
        (
            (series, day.isoformat(), attempt.tries, attempt.retry_at.timestamp())
            for (series, day), attempt in attempts.items()
        ),
    )


def forget_attempts(connection: sqlite3.Connection, days: Iterable[tuple[str, date]]) -> None:
    """Forget the tries for days that are complete now."""
    connection.executemany(
        "DELETE FROM attempt WHERE series = ? AND day = ?",
        ((series, day.isoformat()) for series, day in days),
    )


def clean_up(connection: sqlite3.Connection, before: datetime) -> None:
    """Forget requests and tries from before an instant."""
    connection.execute("DELETE FROM request WHERE at < ?", (before.timestamp(),))
    connection.execute("DELETE FROM attempt WHERE retry_at < ?", (before.timestamp(),))
