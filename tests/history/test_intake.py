"""A file of any size comes in: checked as a whole, written in parts, and nobody waits for long."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
import random
import sqlite3
import threading
import tracemalloc
from unittest.mock import Mock

import pytest

from custom_components.chocolate_factory.history import csv_file, intake, staging
from custom_components.chocolate_factory.history.csv_file import CsvSheet
from custom_components.chocolate_factory.history.errors import StoreError
from custom_components.chocolate_factory.history.intake import Found, Intake
from custom_components.chocolate_factory.history.rows import COLUMNS, Kind, Row
from custom_components.chocolate_factory.history.staging import Staging
from custom_components.chocolate_factory.history.store import Store

from .stored import FIRST, HOUR, QUARTER, batch, opened, rows
from .test_transfer import FACTORY, contents, take_in


def hours(count: int) -> Iterator[Row]:
    """Yield hours of a price, of which every other one is cut by quarters."""
    for number in range(count):
        start = FIRST + HOUR * number
        cut = number % 2
        yield Row(
            kind=Kind.SLOT,
            series="pvpc",
            source="redata",
            start=start,
            seconds=HOUR - QUARTER * cut,
            value=number / 1000,
        )
        if cut:
            yield Row(
                kind=Kind.SLOT,
                series="pvpc",
                source="redata",
                start=start + HOUR - QUARTER,
                seconds=QUARTER,
                value=number / 500,
            )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file of some thousand rows."""
    return written(tmp_path / "history.csv", 4000)


def written(path: Path, count: int) -> Path:
    sheet = CsvSheet()
    path.write_bytes(sheet.rows(list(hours(count))) + sheet.end())
    return path


async def test_memory_does_not_grow_with_the_file(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What would be the same for files ten times as large is measured at a tenth of the size.
    monkeypatch.setattr(intake, "_PART", 50)
    monkeypatch.setattr(staging, "_MOST_ROWS", 100)
    await take_in(store, written(tmp_path / "first.csv", 100))
    peaks = []
    for count in (1000, 8000):
        file = written(tmp_path / f"{count}.csv", count)
        tracemalloc.start()
        await take_in(store, file)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # What is freed only now and then counts as well.
    assert peaks[1] < 3 * peaks[0]


async def test_nothing_is_written_before_all_of_it_was_looked_at(
    store: Store, file: Path, path: Path
) -> None:
    with file.open("a") as more:
        more.write("slot,pvpc,oracle,2026-08-05T10:00:00Z,3600,1,,,\n")
    async with Intake(file) as one:
        found = await one.look(keep=True)
        assert found.rows == 6000
        assert [bad.line for bad in found.bad] == [6002]
        assert one.written == 0
    assert rows(path, "SELECT count(*) FROM slot") == [(0,)]


async def test_looking_alone_keeps_nothing(
    store: Store, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Intake(file) as one:
        assert await one.look(keep=False) == Found(rows=6000, bad=())
        assert await one.write(store, FACTORY) == {}


async def test_nobody_hears_of_more_than_a_hundred_bad_rows(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    file.write_text("\n".join([",".join(COLUMNS), *["x"] * 1000]), "utf-8")
    async with Intake(file) as one:
        assert len((await one.look(keep=True)).bad) == 100


async def test_others_write_while_a_file_comes_in(
    store: Store, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "_MOST_ROWS", 100)
    order: list[str] = []
    begun = asyncio.Event()
    write_rows = store.write_rows

    async def write(factory: str, rows: Sequence[Row]) -> Mapping[Kind, int]:
        begun.set()
        news = await write_rows(factory, rows)
        order.append("part")
        return news

    async def another() -> None:
        await begun.wait()
        await store.write([batch([0.1])])
        order.append("another")

    monkeypatch.setattr(store, "write_rows", write)
    await asyncio.gather(take_in(store, file), another())
    assert order.index("another") < 5 < len(order)


async def test_the_event_loop_reads_nothing(
    store: Store, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = set[str]()
    check = csv_file.check

    def checked(row: Row) -> None:
        readers.add(threading.current_thread().name)
        check(row)

    monkeypatch.setattr(csv_file, "check", checked)
    await take_in(store, file)
    (reader,) = readers
    assert reader.startswith("chocolate_factory_intake")


async def test_what_is_called_off_leaves_nothing_behind(
    store: Store, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_PART", 100)
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()
    first = intake._first

    def look(read: Iterator[Row | csv_file.BadRow]) -> list[Row | csv_file.BadRow]:
        loop.call_soon_threadsafe(begun.set)
        return first(read)

    monkeypatch.setattr(intake, "_first", look)
    task = asyncio.create_task(take_in(store, file))
    await begun.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert task.cancelled()
    assert not [one for one in threading.enumerate() if "intake" in one.name]


async def test_a_full_disk_is_an_error_of_the_store(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def small(name: str) -> sqlite3.Connection:
        connection = connect(name)
        connection.execute("PRAGMA max_page_count = 20")
        return connection

    monkeypatch.setattr(sqlite3, "connect", small)
    async with Intake(file) as one:
        with pytest.raises(StoreError, match="full"):
            await one.look(keep=True)


# The other threads are those of numpy, which wait for work that never comes.
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
async def test_a_killed_import_is_completed_by_the_next_one(
    file: Path, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "_MOST_ROWS", 50)
    async with opened(tmp_path / "whole.db") as whole:
        await take_in(whole, file)
    expected = contents(tmp_path / "whole.db")

    counts = [0]
    for _ in range(4):
        take_in_and_kill(path, file, random.randint(2, 100))  # noqa: S311
        async with opened(path) as store:
            assert store.take_damaged() is None
        assert rows(path, "PRAGMA integrity_check") == [("ok",)]
        counts.append(len(contents(path)["slots"]))
    assert 0 < counts[1] < len(expected["slots"]), "caught in the middle"
    assert counts == sorted(counts), "nothing is lost again"

    async with opened(path) as store:
        await take_in(store, file)
        assert contents(path) == expected
        assert not any((await take_in(store, file)).values())


def take_in_and_kill(path: Path, file: Path, parts: int) -> None:
    """Let a process take a file in, and kill it while it takes one of the parts in."""
    context = get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_take_in, args=(path, file, theirs), daemon=True)
    process.start()
    theirs.close()
    with ours:
        for _ in range(parts):
            ours.recv()
            # However slow we are, it does not go on to the next but one.
            ours.send(None)
        process.kill()
    process.join()


def _take_in(path: Path, file: Path, parent: Connection) -> None:
    asyncio.run(_async_take_in(path, file, parent))


async def _async_take_in(path: Path, file: Path, parent: Connection) -> None:
    async with opened(path) as store:
        write_rows = store.write_rows

        async def write(factory: str, rows: Sequence[Row]) -> Mapping[Kind, int]:
            parent.send(len(rows))
            parent.recv()
            return await write_rows(factory, rows)

        store.write_rows = write  # type: ignore[method-assign]
        await take_in(store, file)


@pytest.mark.parametrize(
    "row",
    [
        Row(kind=Kind.RECOMMENDATION, start=FIRST, seconds=10**21),
        Row(kind=Kind.SLOT, start=FIRST + 1, seconds=7),
        Row(kind=Kind.OUTCOME, text="\ud800"),
    ],
    ids=["too large a number", "an odd length", "no text"],
)
def test_a_row_that_nobody_has_checked_cannot_be_kept(row: Row) -> None:
    with pytest.raises(StoreError):
        Staging().add([row])


def test_where_nothing_can_be_kept_it_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = Mock()
    connection.execute.side_effect = sqlite3.OperationalError("disk is full")
    monkeypatch.setattr(staging.sqlite3, "connect", lambda _: connection)
    with pytest.raises(StoreError, match="disk is full"):
        Staging()
