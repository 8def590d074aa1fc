"""What a factory looked like at an instant, kept for those who show the history elsewhere."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
import json
import sqlite3
from typing import Any, Final
import zlib

from .sequence import next_number

NONSENSE: Final = (
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    RecursionError,
    zlib.error,
)
"""What may be raised when a newer release wrote a snapshot."""


_DAY: Final = 24 * 3600
# Of a slot, which lasts an hour at most, two outlooks so far apart do not speak with the same lead.
_APART: Final = _DAY + 3600


class Kind(StrEnum):
    """What there are snapshots of."""

    FEATURES = "features"
    """Of the slot that began then."""
    OUTLOOK = "outlook"
    """As it was issued then."""
    SCORES = "scores"
    """What the models are worth that were trained then."""


def write_snapshot(
    connection: sqlite3.Connection,
    factory: str,
    kind: Kind,
    at: datetime,
    content: Mapping[str, Any],
) -> bool:
    """Keep a snapshot unless there is one of that instant; return whether there was none.

    The caller holds the transaction.
    """
    key = (factory, kind, int(at.timestamp()))
    if connection.execute(
        "SELECT 1 FROM snapshot WHERE factory = ? AND kind = ? AND at = ?", key
    ).fetchone():
        return False
    packed = zlib.compress(json.dumps(content, separators=(",", ":"), allow_nan=False).encode())
    connection.execute(
        "INSERT INTO snapshot (factory, kind, at, content, seq) VALUES (?, ?, ?, ?, ?)",
        (*key, packed, next_number(connection)),
    )
    return True


def last_snapshot(
    connection: sqlite3.Connection, factory: str, kind: Kind, until: datetime
) -> datetime | None:
    """Return the instant of the last snapshot of a kind; those after a time do not count."""
    (at,) = connection.execute(
        "SELECT max(at) FROM snapshot WHERE factory = ? AND kind = ? AND at <= ?",
        (factory, kind, int(until.timestamp())),
    ).fetchone()
    return None if at is None else datetime.fromtimestamp(at, UTC)


def lead(start: int, issued: int) -> int:
    """Return how many whole days ahead of a slot an outlook was issued."""
    return max(start - issued, 0) // _DAY


def outlooks_after(
    connection: sqlite3.Connection, factory: str, snapshots: Iterable[tuple[str, int, bytes]]
) -> list[tuple[int, bytes]]:
    """Return instants and contents of the outlooks that may say anew what some outlooks say."""
    told = {at for kind, at, _ in snapshots if kind == Kind.OUTLOOK}
    if not told:
        return []
    found = connection.execute(
        "SELECT at, content FROM snapshot WHERE factory = ? AND kind = ? AND at > ? AND at <= ?",
        (factory, Kind.OUTLOOK, min(told), max(told) + _APART),
    )
    return [(at, content) for at, content in found if at not in told]


def unpack(content: bytes) -> dict[str, Any]:
    """Return what was kept; raises one of NONSENSE for anything else."""
    said = json.loads(zlib.decompress(content))
    if not isinstance(said, dict):
        raise TypeError("no object")
    return said


def length(kind: str, content: bytes) -> int:
    """Return of how many slots a snapshot speaks: of one, unless it is an outlook."""
    if kind == Kind.OUTLOOK:
        with suppress(*NONSENSE):
            return max(len(unpack(content)["start"]), 1)
    return 1


def clean_up(connection: sqlite3.Connection, before: datetime) -> None:
    """Forget snapshots from before an instant."""
    connection.execute("DELETE FROM snapshot WHERE at < ?", (int(before.timestamp()),))


def forget_factory(connection: sqlite3.Connection, factory: str) -> None:
    """Forget what a factory looked like."""
    connection.execute("DELETE FROM snapshot WHERE factory = ?", (factory,))
