"""A file that was exported comes in: looked at as a whole first, then written part by part."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, Self

from .csv_file import BadRow, read_csv
from .rows import Kind, Row
from .staging import Staging
from .store import Store

# Whoever hears of as many knows enough.
_MOST_BAD: Final = 100
# With as few Python does not go through all of Home Assistant for garbage.
_PART: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is in a file."""

    rows: int
    bad: tuple[BadRow, ...]
    """The first of those that are wrong; there are no others if it is empty."""


class Intake:
    """Brings a file in, behind a thread of its own; memory does not grow with the file."""

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is touched yet."""
        self.written = 0
        """Rows that a store has taken."""
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="chocolate_factory_intake")
        self._staging: Staging | None = None

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Forget what was read; what is written stays."""
        self._thread.submit(self._forget)
        await asyncio.to_thread(self._thread.shutdown)

    async def look(self, *, keep: bool) -> Found:
        """Look at every row, and keep them all for writing if that is wanted, and none is wrong.

        Raises OSError, ValueError if it is no such file, and StoreError if it cannot be kept.
        """
        read = read_csv(self._path)
        good, bad = 0, list[BadRow]()
        while part := await self._in_thread(partial(_first, read)):
            bad += [one for one in part if isinstance(one, BadRow)]
            rows = [one for one in part if isinstance(one, Row)]
            good += len(rows)
            if len(bad) >= _MOST_BAD:
                break
            if keep and not bad:
                await self._in_thread(partial(self._keep, rows))
        return Found(rows=good, bad=tuple(bad[:_MOST_BAD]))

    async def write(self, store: Store, factory: str) -> Mapping[Kind, int]:
        """Have a store take what was kept, in parts between which others may write.

        Return how many are news, by kind; raises StoreError.
        """
        news = Counter[Kind]()
        while rows := await self._in_thread(self._take):
            news.update(await store.write_rows(factory, rows))
            self.written += len(rows)
        return news

    async def _in_thread[T](self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _keep(self, rows: list[Row]) -> None:
        self._staging = self._staging or Staging()
        self._staging.add(rows)

    def _take(self) -> list[Row]:
        return self._staging.take() if self._staging else []

    def _forget(self) -> None:
        if self._staging:
            self._staging.close()


def _first(read: Iterator[Row | BadRow]) -> list[Row | BadRow]:
    return list(islice(read, _PART))
