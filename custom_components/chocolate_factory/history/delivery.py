"""Brings the history to a time series database, and finds the points that it will not have."""

import asyncio
from collections import Counter
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

# When so many points of one kind were refused one by one, others are thought to be refused too
# where those before and after them are.
_ENOUGH: Final = 20

type Refused = tuple[str, str]
"""A point, and what was said to it."""


class AllRejectedError(SourceError):
    """Every point is refused, even one that nobody can dislike."""

    def __init__(self, error: RejectedError) -> None:
        """Keep what was said."""
        super().__init__(f"every point is refused: {error}")
        self.reason = error.reason


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
    target: str
    scope: Scope
    labels: Labels
    clock: Callable[[], datetime]
    on_progress: Callable[[], object] = lambda: None
    """Called whenever a batch has arrived."""
    most: int = field(default=BATCH, init=False)
    """Points that the database takes at a time."""

    async def run(self) -> Delivered:
        """Deliver until nothing is left; raises SourceError and StoreError."""
        points = refusals = 0
        await self.store.open_sink(self.sink, self.target)
        while changes := await self.store.next_changes(self.sink, self.scope, BATCH):
            said = await asyncio.to_thread(lines, changes, self.labels)
            refused = await self._write(said)
            await self.store.confirm(self.sink, changes, refused)
            points += len(said) - len(refused)
            refusals += len(refused)
            self.on_progress()
        return Delivered(points, refusals)

    async def sign(self) -> None:
        """Write a point that says nothing but who writes; raises SourceError."""
        await self._probe(self.scope.factory)

    async def _probe(self, factory: str | None = None) -> None:
        now = int(self.clock().timestamp())
        await self.database.write(probe(self.labels, now, factory))

    async def _write(self, points: list[bytes]) -> list[Refused]:
        """Write points, and return those that are refused for what they say."""
        refused: list[Refused] = []
        refusals: Counter[tuple[bytes, bytes]] = Counter()
        parts = [points] if points else []
        is_doubtful = False
        while parts:
            part = parts.pop()
            if len(part) > self.most:
                parts += _slices(part, self.most)
                continue
            try:
                await self.database.write(await asyncio.to_thread(b"\n".join, part))
            except TooLargeError as error:
                self.most = min(self.most, max(len(part) // 2, 1))
                if len(part) == 1:
                    refused.append((part[0].decode(), str(error)))
                else:
                    parts += _halves(part)
            except RejectedError as error:
                if not is_doubtful:
                    await self._doubt(error)
                    is_doubtful = True
                first, *others = set(map(_kind, part))
                if others:
                    parts += _by_kind(part)
                elif len(part) > 1 and (
                    refusals[first] < _ENOUGH or not await self._refuses(part[0], part[-1])
                ):
                    parts += _halves(part)
                else:
                    refused += ((point.decode(), error.reason) for point in part)
                    refusals[first] += len(part)
        return refused

    async def _refuses(self, *points: bytes) -> bool:
        """Tell whether every one of some points is refused by itself."""
        for point in points:
            try:
                await self.database.write(point)
            except RejectedError:
                continue
            return False
        return True

    async def _doubt(self, error: RejectedError) -> None:
        """Raise AllRejectedError if the database refuses even what nobody can dislike."""
        try:
            await self._probe()
        except RejectedError:
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
