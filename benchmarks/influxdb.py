"""Three years into a real InfluxDB on this machine, while the event loop is watched."""

import asyncio
from asyncio import events
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
import gc
from pathlib import Path
import shutil
import sys
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from benchmarks.figures import Figure, ratio, timed
from custom_components.chocolate_factory.clients.influx import Api, InfluxDatabase, InfluxSettings
from custom_components.chocolate_factory.history.points import lines
from custom_components.chocolate_factory.history.store import Store
from tests.databases import PASSWORD, USER, Server, influxdb
from tests.history.deliverer import LABELS, SCOPE, SINK, YEARS, connected, delivery, history

NOW = datetime(2026, 8, 5, tzinfo=UTC)
MEGABYTE = 1_000_000
BATCH = 5000


def figures() -> Iterator[Figure]:
    """Take the figures of a delivery."""
    if not shutil.which("influxd"):
        print("There is no influxd: scripts/databases would install it.", file=sys.stderr)
        return
    with TemporaryDirectory() as name:
        folder = Path(name)
        server = influxdb(folder)
        try:
            yield from asyncio.run(_figures(folder, server))
        finally:
            server.stop()


async def _figures(folder: Path, server: Server) -> list[Figure]:
    settings = InfluxSettings(
        api=Api.V1, url=server.url, database="history", username=USER, password=PASSWORD
    )
    store = Store(folder / "store.db", lambda: NOW)
    await store.open()
    await store.write(history())
    async with connected(settings) as database:
        prepared = await _prepared(store)
        bare, calm = await _bare(database, prepared)
        del prepared
        gc.collect()
        memory: list[float] = []
        work = delivery(store, database, settings)
        work.on_progress = lambda: memory.append(_resident())
        with _watched() as longest:
            begin = perf_counter()
            found = await work.run()
            took = perf_counter() - begin
        news, drained = await _news(store, database, settings)
    await store.close()
    half = len(memory) // 2
    growth = max(memory[half:]) - max(memory[:half])
    return [
        Figure(
            "influxdb.rate",
            round(found.points / took),
            "points/s",
            ratio(found.points / took, found.points / bare),
        ),
        timed("influxdb.delivery", took, bare),
        timed("influxdb.loop", longest.seconds, calm),
        Figure("influxdb.memory", round(growth / MEGABYTE, 1), "MB", ratio(max(memory), memory[0])),
        timed("influxdb.news", news, drained),
    ]


async def _prepared(store: Store) -> list[bytes]:
    """Return all points as requests, made beforehand."""
    await store.open_sink(SINK, "nowhere")
    found = []
    while changes := await store.next_changes(SINK, SCOPE, BATCH):
        found.append(b"\n".join(lines(changes, LABELS)))
        await store.confirm(SINK, changes, ())
    await store.close_sink(SINK)
    return found


async def _bare(database: InfluxDatabase, requests: list[bytes]) -> tuple[float, float]:
    """Return how long the requests alone take, and the longest callback meanwhile."""
    with _watched() as longest:
        begin = perf_counter()
        for request in requests:
            await database.write(request)
        return perf_counter() - begin, longest.seconds


async def _news(
    store: Store, database: InfluxDatabase, settings: InfluxSettings
) -> tuple[float, float]:
    """Return when a new price has arrived that came in the midst of a backlog, and when all has."""
    work = delivery(store, database, settings)
    work.where = "once more"
    await store.open_sink(SINK, work.target)
    begin = perf_counter()
    task = asyncio.create_task(work.run())
    await asyncio.sleep(0.2)
    news = next(batch for batch in history(YEARS + 1) if batch.series == "pvpc")
    await store.write([news])
    number, written = await store.last_number(), perf_counter()
    # The newest numbers leave the backlog first.
    while not task.done():
        changes = await store.next_changes(SINK, SCOPE, 1)
        if changes is None or changes.high < number:
            break
        await asyncio.sleep(0.01)
    took = perf_counter() - written
    await task
    return took, perf_counter() - begin


@dataclass
class _Longest:
    seconds: float = 0.0


@contextmanager
def _watched() -> Iterator[_Longest]:
    """Note how long the longest callback of the event loop takes."""
    longest = _Longest()
    handle: Any = events.Handle
    run: Callable[[events.Handle], None] = handle._run

    def timed_run(one: events.Handle) -> None:
        begin = perf_counter()
        run(one)
        longest.seconds = max(longest.seconds, perf_counter() - begin)

    handle._run = timed_run
    try:
        yield longest
    finally:
        handle._run = run


def _resident() -> float:
    """Return the bytes that this process takes now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096
