"""What a sink has yet to be told of the changes in the store.

Every change has a rising number. A sink's backlog is a few ranges of numbers; the highest are
delivered first, so that what is new does not wait for what is old. A number leaves the backlog
when its delivery is confirmed: what is delivered twice must have the same effect as once.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
import sqlite3
from typing import Any, Final

from .sequence import identity, last_number
from .snapshots import length, outlooks_after

# Numbers of one time that are further apart than this are not told in one go.
_FAR_APART: Final = 1000


type _Row = tuple[Any, ...]
"""A number, and the columns of a table."""
type _Counted = tuple[int, _Row]
"""Points, and the change that they are of."""


@dataclass(frozen=True, slots=True)
class _Table:
    """Where changes are kept: what is told of each, which are a sink's, and of what time."""

    name: str
    columns: str
    whose: str
    when: str
    points: Callable[[_Row], int] = lambda _row: 1
    """How much there is to tell of one."""


_TABLES: Final = (
    _Table("slot", "series, start, seconds, value, source", "series IN ({series})", "start"),
    _Table(
        "recommendation",
        "start, seconds, recommendation, score, engine",
        "factory = :factory",
        "start",
    ),
    _Table(
        "snapshot",
        "kind, at, content",
        "factory = :factory",
        "at",
        points=lambda row: length(kind=row[1], content=row[3]),
    ),
    # What tells sinks is no news for them, or there would be no end of it.
    _Table("run", "job, started, seconds, outcome, detail", "job <> :job", "started"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which changes are a sink's business."""

    factory: str
    prices: frozenset[str]
    """The names of series."""
    place: str
    """The name of the place whose weather it is."""
    job: str
    """The name of the job that delivers."""

    def has(self, series: str) -> bool:
        """Tell whether a series is the sink's business."""
        return series in self.prices or f"@{self.place}/" in series


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Changes:
    """Some changes, the newest first, and the numbers (low, high] that they account for."""

    store: str
    """The identity of the file that the numbers are of."""
    low: int
    high: int
    slots: Sequence[tuple[str, int, int, float, str]]
    """Of each the series, start, seconds, value and source."""
    recommendations: Sequence[tuple[int, int, str, float | None, str]]
    """Start, seconds, recommendation, score and engine."""
    snapshots: Sequence[tuple[str, int, bytes]]
    """Kind, instant and packed content."""
    newer_outlooks: Sequence[tuple[int, bytes]]
    """Told at another time; what they say anew is not to be told as those here say it."""
    runs: Sequence[tuple[str, float, float, str, str]]
    """Job, start, seconds, outcome and detail."""

    def __len__(self) -> int:
        """Return the number of changes."""
        return len(self.slots) + len(self.recommendations) + len(self.snapshots) + len(self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkState:
    """How a sink is doing."""

    backlog: int
    """Changes that it has yet to be told."""
    delivered: datetime | None
    """When something last arrived."""
    refused: int
    """Points that were set aside."""
    example: tuple[str, str] | None
    """The first of them, and what the sink said to it."""


def open_sink(connection: sqlite3.Connection, sink: str, target: str) -> None:
    """Begin to keep a backlog for a sink, of everything if it leads to somewhere new."""
    row = connection.execute("SELECT target FROM sink WHERE name = ?", (sink,)).fetchone()
    if row != (target,):
        close_sink(connection, sink)
        connection.execute("INSERT INTO sink (name, target, seen) VALUES (?, ?, 0)", (sink, target))


def close_sink(connection: sqlite3.Connection, sink: str) -> None:
    """Forget a sink."""
    connection.execute("DELETE FROM sink WHERE name = ?", (sink,))
    connection.execute("DELETE FROM backlog WHERE sink = ?", (sink,))


def next_changes(
    connection: sqlite3.Connection, sink: str, scope: Scope, most: int
) -> Changes | None:
    """Return the newest changes that a sink has yet to be told; None if there are none.

    They are at most so many points, unless one of them is more by itself.
    """
    _look(connection, sink)
    for low, high in reversed(_ranges(connection, sink)):
        changes = _read(connection, scope, low, high, most)
        if len(changes):
            return changes
        settle(connection, sink, low, high)
    return None


def settle(connection: sqlite3.Connection, sink: str, low: int, high: int) -> None:
    """Take numbers out of a sink's backlog."""
    left = []
    for first, last in _ranges(connection, sink):
        left += [(first, min(last, low)), (max(first, high), last)]
    _keep(connection, sink, left)


def confirm(
    connection: sqlite3.Connection,
    sink: str,
    changes: Changes,
    refused: Sequence[tuple[str, str]],
    now: datetime,
) -> None:
    """Take changes out of the backlog that have arrived, but for the points that were refused.

    Those of another file, which was set aside meanwhile, are none of this one's.
    """
    if changes.store != identity(connection):
        return
    settle(connection, sink, changes.low, changes.high)
    connection.execute("UPDATE sink SET delivered = ? WHERE name = ?", (int(now.timestamp()), sink))
    if refused:
        connection.execute(
            "UPDATE sink SET point = ?, reason = ? WHERE name = ? AND refused = 0",
            (*refused[0], sink),
        )
        connection.execute(
            "UPDATE sink SET refused = refused + ? WHERE name = ?", (len(refused), sink)
        )


def redeliver(
    connection: sqlite3.Connection, sink: str, scope: Scope, start: datetime, end: datetime
) -> int:
    """Put what is of the time [start, end) into the backlog again; return how much that is.

    What was refused is forgotten, and shows again if it still is.
    """
    _look(connection, sink)
    span = {"start": start.timestamp(), "end": end.timestamp()}
    numbers: list[int] = []
    for table, whose in _tables(connection, scope):
        numbers += (
            number
            for (number,) in connection.execute(
                f"SELECT seq FROM {table.name} WHERE {whose}"  # noqa: S608
                f" AND {table.when} >= :start AND {table.when} < :end",
                span | _names(scope),
            )
        )
    connection.execute(
        "UPDATE sink SET refused = 0, point = NULL, reason = NULL WHERE name = ?", (sink,)
    )
    _keep(connection, sink, [*_ranges(connection, sink), *_runs_of(sorted(numbers))])
    return len(numbers)


def state(connection: sqlite3.Connection, sink: str, scope: Scope) -> SinkState:
    """Return how a sink is doing."""
    _look(connection, sink)
    backlog = 0
    for low, high in _ranges(connection, sink):
        for table, whose in _tables(connection, scope):
            (count,) = connection.execute(
                f"SELECT count(*) FROM {table.name} INDEXED BY {table.name}_seq"  # noqa: S608
                f" WHERE seq > :low AND seq <= :high AND {whose}",
                {"low": low, "high": high} | _names(scope),
            ).fetchone()
            backlog += count
    row = connection.execute(
        "SELECT delivered, refused, point, reason FROM sink WHERE name = ?", (sink,)
    ).fetchone()
    delivered, refused, *example = row or (None, 0)
    return SinkState(
        backlog=backlog,
        delivered=datetime.fromtimestamp(delivered, UTC) if delivered else None,
        refused=refused,
        example=(example[0], example[1]) if refused else None,
    )


def forget_factory(connection: sqlite3.Connection, factory: str) -> None:
    """Forget the sinks of a factory."""
    for (name,) in connection.execute("SELECT name FROM sink").fetchall():
        if name.endswith(f" {factory}"):
            close_sink(connection, name)


def _look(connection: sqlite3.Connection, sink: str) -> None:
    """Add to a sink's backlog what has changed since it was last looked at."""
    row = connection.execute("SELECT seen FROM sink WHERE name = ?", (sink,)).fetchone()
    last = last_number(connection)
    if row and row[0] < last:
        _keep(connection, sink, [*_ranges(connection, sink), (row[0], last)])
        connection.execute("UPDATE sink SET seen = ? WHERE name = ?", (last, sink))


def _ranges(connection: sqlite3.Connection, sink: str) -> list[tuple[int, int]]:
    return connection.execute(
        "SELECT low, high FROM backlog WHERE sink = ? ORDER BY low", (sink,)
    ).fetchall()


def _keep(connection: sqlite3.Connection, sink: str, ranges: Iterable[tuple[int, int]]) -> None:
    """Let the backlog be these ranges; those that touch become one."""
    joined: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if low >= high:
            continue
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    connection.execute("DELETE FROM backlog WHERE sink = ?", (sink,))
    connection.executemany(
        "INSERT INTO backlog (sink, low, high) VALUES (?, ?, ?)", [(sink, *one) for one in joined]
    )


def _runs_of(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield ranges around numbers that are near each other."""
    first = 0
    for position in range(1, len(numbers) + 1):
        if position == len(numbers) or numbers[position] - numbers[position - 1] > _FAR_APART:
            yield numbers[first] - 1, numbers[position - 1]
            first = position


def _tables(connection: sqlite3.Connection, scope: Scope) -> Iterator[tuple[_Table, str]]:
    """Yield the tables with the conditions under which a row is the sink's business."""
    series = connection.execute("SELECT id, name FROM series")
    ids = ", ".join(str(id_) for id_, name in series if scope.has(name))
    for table in _TABLES:
        yield table, table.whose.format(series=ids)


def _names(scope: Scope) -> dict[str, str]:
    return {"factory": scope.factory, "job": scope.job}


def _read(connection: sqlite3.Connection, scope: Scope, low: int, high: int, most: int) -> Changes:
    """Return the newest changes of a range, of so many points."""
    names = {"low": low, "high": high, "most": most} | _names(scope)
    found = [
        _newest(
            connection.execute(
                # Of many rows few are wanted: the order of the numbers is the way to find them.
                f"SELECT seq, {table.columns} FROM {table.name} INDEXED BY {table.name}_seq"  # noqa: S608
                f" WHERE seq > :low AND seq <= :high AND {whose} ORDER BY seq DESC LIMIT :most",
                names,
            ),
            table,
            most,
        )
        for table, whose in _tables(connection, scope)
    ]
    # What is older than the newest of all is left for later.
    low = max(low, _end(found, most))
    slots, recommendations, snapshots, runs = (
        [row[1:] for _, row in rows if row[0] > low] for rows in found
    )
    series = dict(connection.execute("SELECT id, name FROM series"))
    sources = dict(connection.execute("SELECT id, name FROM source"))
    return Changes(
        store=identity(connection),
        low=low,
        high=high,
        slots=[(series[one[0]], *one[1:4], sources.get(one[4], "")) for one in slots],
        recommendations=recommendations,
        snapshots=snapshots,
        newer_outlooks=outlooks_after(connection, scope.factory, snapshots),
        runs=runs,
    )


def _newest(rows: Iterable[_Row], table: _Table, most: int) -> list[_Counted]:
    """Return rows with their points until these are enough; no more are fetched."""
    found: list[_Counted] = []
    points = 0
    for row in rows:
        found.append((table.points(row), row))
        points += found[-1][0]
        if points >= most:
            break
    return found


def _end(found: Iterable[Iterable[_Counted]], most: int) -> int:
    """Return after which number the changes are no more than so many points; 0 if all are."""
    newest_first: list[tuple[int, int]] = sorted(
        ((row[0], points) for rows in found for points, row in rows), reverse=True
    )
    total = 0
    for number, points in newest_first:
        before, total = total, total + points
        if before and total > most:
            return number
        if total >= most:
            return number - 1
    return 0
