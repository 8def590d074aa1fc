"""Brings the history to a time series database, and finds the points that it will not have."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Final

from ..clients.errors import SourceError
from ..clients.influx import InfluxDatabase, TooLargeError
from ..clients.influx_refusals import RejectedError
from .outbox import Scope
from .points import Labels, lines, probe
from .store import Store

BATCH: Final = 5000
"""Points at a time: what the makers of InfluxDB recommend."""

# So often a batch may be refused, in whole or in part. If nobody is found to blame by then, small
# batches are searched one by one, each to its end, so that what is found out is kept.
_PATIENCE: Final = 40
_SMALL: Final = 100
# When so many requests of a run were refused, the rest waits for the next one.
_ENOUGH: Final = 500

type Refused = tuple[str, str]
"""A point, and what was said to it."""


def target(where: str, labels: Labels, scope: Scope) -> str:
    """Return what a sink leads to: a database, all tags, and whatever is the sink's business.

    What is not its business leaves the backlog for good; when it becomes so, all begins anew.
    """
    return " ".join((where, labels.site, labels.zone, scope.place, *sorted(scope.prices)))


class AllRejectedError(SourceError):
    """Every point is refused, even one that nobody can dislike."""

    def __init__(self, error: RejectedError | TooLargeError) -> None:
        """Keep what was said."""
        super().__init__(f"every point is refused: {error}")
        self.reason = error.reason if isinstance(error, RejectedError) else str(error)


class _TangledError(Exception):
    """Who is to blame is not found out in a large batch."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of a delivery."""

    points: int
    refused: int


@dataclass(kw_only=True)
class Delivery:
    """Delivers what a sink has yet to be told; what was begun is done again after a crash."""

    store: Store
    database: InfluxDatabase
    sink: str
    where: str
    """Which database it is."""
    scope: Scope
    labels: Labels
    clock: Callable[[], datetime]
    on_progress: Callable[[], object] = lambda: None
    """Called whenever a batch has arrived."""
    most: int = field(default=BATCH, init=False)
    """Points that the database takes at a time."""
    _refusals: int = field(default=0, init=False)
    """Requests of this run that were refused for what is in them."""

    @property
    def target(self) -> str:
        """Return what is delivered, and where; of another one nothing is there yet."""
        return target(self.where, self.labels, self.scope)

    async def run(self) -> Delivered:
        """Deliver until nothing is left or enough is refused; raises SourceError, StoreError."""
        points = refusals = self._refusals = 0
        most = BATCH
        await self.store.open_sink(self.sink, self.target)
        while changes := await self.store.next_changes(self.sink, self.scope, most):
            said = await asyncio.to_thread(lines, changes, self.labels)
            try:
                refused = await self._write(said, _PATIENCE if most > _SMALL else None)
            except _TangledError:
                most = _SMALL
                continue
            await self.store.confirm(self.sink, changes, refused)
            points += len(said) - len(refused)
            refusals += len(refused)
            self.on_progress()
            if self._refusals >= _ENOUGH:
                break
            if not refused:
                most = min(2 * most, BATCH)
        return Delivered(points, refusals)

    async def sign(self) -> None:
        """Write a point that says nothing but who writes; raises SourceError."""
        await self._probe(self.scope.factory)

    async def _probe(self, factory: str | None = None) -> None:
        now = int(self.clock().timestamp())
        await self.database.write(probe(self.labels, now, factory))

    async def _write(self, points: list[bytes], patience: int | None) -> list[Refused]:
        """Write points, and return those that are refused for what they say, and only those."""
        refused: list[Refused] = []
        parts = [points] if points else []
        most, refusals = self.most, 0
        while parts:
            part = parts.pop()
            if len(part) > self.most:
                parts += _slices(part, self.most)
                continue
            try:
                await self.database.write(await asyncio.to_thread(b"\n".join, part))
            except TooLargeError as error:
                if len(part) > 1:
                    self.most = (len(part) + 1) // 2
                    parts += _halves(part)
                    continue
                # This one is to blame, if not the database, and not how many there were.
                self.most = most
                await self._doubt(error)
                self._refusals += 1
                refused.append((part[0].decode(), str(error)))
            except RejectedError as error:
                if not refusals:
                    await self._doubt(error)
                refusals += 1
                self._refusals += 1
                if len(part) in (1, error.dropped):
                    refused += ((point.decode(), error.reason) for point in part)
                elif patience and refusals >= patience:
                    raise _TangledError from error
                else:
                    kinds = list(_by_kind(part))
                    parts += kinds if len(kinds) > 1 else _halves(part)
        return refused

    async def _doubt(self, error: RejectedError | TooLargeError) -> None:
        """Raise AllRejectedError if the database refuses even what nobody can dislike."""
        try:
            await self._probe()
        except RejectedError, TooLargeError:
            raise AllRejectedError(error) from None


def _slices(points: list[bytes], most: int) -> Iterator[list[bytes]]:
    for first in range(0, len(points), most):
        yield points[first : first + most]


def _halves(points: list[bytes]) -> Iterator[list[bytes]]:
    return _slices(points, (len(points) + 1) // 2)


def _kind(point: bytes) -> tuple[bytes, bytes]:
    """Return the measurement of a point and the name of its first field."""
    head, _, rest = point.replace(rb"\ ", b"").partition(b" ")
    return head.partition(b",")[0], rest.partition(b"=")[0]


def _by_kind(points: list[bytes]) -> Iterator[list[bytes]]:
    for _, group in groupby(sorted(points, key=_kind), key=_kind):
        yield list(group)
