"""A damaged file is set aside and a new one begun; nobody is told but whoever asks."""

import asyncio
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import date, timedelta
from pathlib import Path
import shutil
import sqlite3

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.chocolate_factory.clients.gatekeeper import HostState
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.history import database
from custom_components.chocolate_factory.history.errors import StoreError
from custom_components.chocolate_factory.history.memory import Attempt
from custom_components.chocolate_factory.history.store import Store

from .stored import FIRST, NOON, Clock, batch, everything, many, opened, rows, values

PAGE = 4096
# The schema, and the names of series and sources.
HEAD = 6 * PAGE


def set_aside(path: Path) -> list[Path]:
    """Return what was set aside, except for the logs that came along."""
    return [
        file
        for file in sorted(path.parent.glob(f"{path.name}.damaged-*"))
        if not file.name.endswith(("-wal", "-shm"))
    ]


async def fill(path: Path, count: int = 10_000) -> None:
    """Leave a file of a hundred pages, in which no table is empty."""
    async with opened(path) as store:
        await store.write(
            [many(count), batch([1, 2]), batch([3], source=Source.ESTIMATE, first=FIRST + 7200)]
        )
        await store.save_request("www.omie.es", NOON)
        await store.save_host("www.omie.es", HostState(failures=2, retry_at=NOON))
        await store.save_attempts({(Series.PVPC, date(2026, 8, 5)): Attempt(3, NOON)})


@pytest.fixture
async def filled(tmp_path: Path) -> bytes:
    """Return the content of a file of a hundred pages."""
    path = tmp_path / "filled.db"
    await fill(path)
    return path.read_bytes()


def garbage(size: int) -> bytes:
    return bytes(range(7, 207)) * (size // 200 + 1)


def overwritten(body: bytes, start: int, size: int) -> bytes:
    return body[:start] + garbage(size)[:size] + body[start + size :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "a text": lambda _: b"Chocolate is made from cocoa beans.\n" * 200,
    "garbage of the same size": lambda body: garbage(len(body))[: len(body)],
    "zeros of the same size": lambda body: bytes(len(body)),
    "half a header": lambda body: body[:50],
    "one page": lambda body: body[:PAGE],
    "a page and a half": lambda body: body[: PAGE * 3 // 2],
    "half a file": lambda body: body[: len(body) // 2],
    "all but the last page": lambda body: body[:-PAGE],
    "another magic": lambda body: overwritten(body, 0, 16),
    "a spoilt schema": lambda body: overwritten(body, 100, PAGE - 100),
    "a spoilt page in the middle": lambda body: overwritten(
        body, len(body) // PAGE // 2 * PAGE, PAGE
    ),
    "a spoilt head of a page": lambda body: overwritten(body, len(body) // PAGE // 2 * PAGE, 8),
    "zeros in the middle": lambda body: body[: 40 * PAGE] + bytes(PAGE) + body[41 * PAGE :],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
async def test_a_damaged_file_is_set_aside_as_it_is_and_a_new_one_begun(
    path: Path, filled: bytes, damage: Callable[[bytes], bytes]
) -> None:
    body = damage(filled)
    path.write_bytes(body)

    async with opened(path) as store:
        aside = store.take_damaged()

        assert aside is not None
        assert [aside] == set_aside(path)
        assert aside.read_bytes() == body
        assert await values(store) == []
        assert await store.write([batch([5])]) == 1

    async with opened(path) as store:
        assert await values(store) == [5]
        assert store.take_damaged() is None


async def test_where_damage_went_is_told_once(path: Path) -> None:
    path.write_text("no database", "utf-8")

    async with opened(path) as store:
        assert [store.take_damaged(), store.take_damaged()] == [*set_aside(path), None]


async def test_an_empty_file_is_a_new_store_and_no_damage(path: Path) -> None:
    path.touch()

    async with opened(path) as store:
        assert await store.write([batch([5])]) == 1
        assert store.take_damaged() is None
    assert set_aside(path) == []


async def test_two_damages_in_a_row_are_kept_apart(path: Path) -> None:
    for text in ("first", "second"):
        path.write_text(f"the {text} text that is no database", "utf-8")
        async with opened(path):
            pass

    assert [file.read_text("utf-8").split()[1] for file in set_aside(path)] == ["first", "second"]


async def test_the_log_of_a_damaged_file_says_nothing_in_the_new_one(
    path: Path, tmp_path: Path
) -> None:
    # As a crash leaves it: what was written last is in the log only.
    other = tmp_path / "other.db"
    await fill(other)
    async with opened(other) as store:
        await store.write([batch([4])])
        path.write_bytes(overwritten(other.read_bytes(), 0, 40 * PAGE))
        shutil.copy(f"{other}-wal", f"{path}-wal")

    async with opened(path) as store:
        assert await values(store) == []
        assert await store.write([batch([5])]) == 1
        assert [store.take_damaged()] == set_aside(path)
    async with opened(path) as store:
        assert await values(store) == [5]


def test_a_file_is_set_aside_with_its_logs(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").write_text(f"content{suffix}", "utf-8")

    aside = database.set_aside(path)

    assert sorted(file.name for file in path.parent.iterdir()) == [
        aside.name, f"{aside.name}-shm", f"{aside.name}-wal",
    ]  # fmt: skip
    for suffix in ("", "-wal", "-shm"):
        assert Path(f"{aside}{suffix}").read_text("utf-8") == f"content{suffix}"


async def test_a_log_that_holds_every_page_heals_a_damaged_file(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    async with opened(other) as store:
        await store.write([batch([4])])
        path.write_bytes(garbage(other.stat().st_size))
        shutil.copy(f"{other}-wal", f"{path}-wal")

    async with opened(path) as store:
        assert await values(store) == [4]
        assert store.take_damaged() is None


@pytest.mark.parametrize("place", [0, HEAD], ids=["from the start", "from the first slot on"])
async def test_a_write_that_comes_upon_damage_is_kept(path: Path, place: int) -> None:
    await fill(path)
    async with opened(path) as store:
        await spoil(store, place)

        assert await store.write([many(5000), batch([8, 9])]) == 5002

        assert [store.take_damaged()] == set_aside(path)
        assert await values(store) == [8, 9]
        assert await values(store, Series.SPOT) == many(5000).values.tolist()
    async with opened(path) as store:
        assert await values(store) == [8, 9]
        assert store.take_damaged() is None


async def test_a_read_that_comes_upon_damage_finds_nothing(path: Path) -> None:
    await fill(path)
    async with opened(path) as store:
        await spoil(store)

        assert await values(store, Series.SPOT) == []

        assert [store.take_damaged()] == set_aside(path)
        assert await store.write([batch([8])]) == 1
        assert await values(store) == [8]


async def test_a_clean_up_that_comes_upon_damage_is_done_in_the_new_file(path: Path) -> None:
    await fill(path)
    async with opened(path, Clock(NOON + timedelta(days=60))) as store:
        await spoil(store)

        await store.clean_up()
        assert await values(store) == []
        assert await values(store, Series.SPOT) == []

        assert [store.take_damaged()] == set_aside(path)


async def spoil(store: Store, place: int = 0) -> None:
    """Overwrite the file under the nose of whoever has it open."""
    size = store.path.stat().st_size - place
    with store.path.open("r+b") as file:
        file.seek(place)
        file.write(garbage(size)[:size])
    # What was read before, SQLite remembers until it needs the room.
    await store._guarded(lambda connection: connection.execute("PRAGMA shrink_memory"))


# A strict table takes no text for a number; a damaged page asks nobody.
TEXT = """
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, ', STRICT', '') WHERE name = 'slot';
PRAGMA writable_schema = RESET;
UPDATE slot SET value = 'two' WHERE value = 2;
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = sql || ', STRICT' WHERE name = 'slot';
PRAGMA writable_schema = RESET;
"""


@pytest.mark.parametrize(
    "nonsense",
    [
        "UPDATE slot SET seconds = 7200",
        "UPDATE slot SET source = 99",
        "UPDATE slot SET value = 9e999 WHERE value = 2",
        TEXT,
    ],
    ids=["overlaps", "nobody said it", "infinite", "no number"],
)
async def test_slots_that_cannot_be_are_damage(path: Path, nonsense: str) -> None:
    async with opened(path) as store:
        await store.write([batch([1, 2, 3])])
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(nonsense)

        assert await values(store) == []

        assert [store.take_damaged()] == set_aside(path)
        assert await store.write([batch([4])]) == 1
        assert await values(store) == [4]


async def test_damage_that_cannot_be_set_aside_is_an_error_of_the_store(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(path)
    async with opened(path) as store:
        await spoil(store)
        with monkeypatch.context() as patched:
            patched.setattr(Path, "rename", refuse)
            for _ in range(2):
                with pytest.raises(StoreError, match="read-only"):
                    await values(store, Series.SPOT)
            with pytest.raises(StoreError, match="read-only"):
                await Store(path, Clock(NOON)).open()

        assert await values(store, Series.SPOT) == []
        assert [store.take_damaged()] == set_aside(path)


def refuse(*_: object) -> None:
    raise PermissionError("the folder is read-only")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of a few pages."""
    path = tmp_path_factory.mktemp("small") / "store.db"
    asyncio.run(fill(path, 200))
    return path


def head_of(path: Path) -> set[int]:
    """Return the pages that hold the schema, and the names of series and sources."""
    found = rows(path, "SELECT name, pageno - 1 FROM dbstat")
    return {
        page
        for name, page in found
        if name in {"sqlite_schema", "sequence"} or name.endswith(("series", "source", "_1"))
    }


async def use(path: Path) -> bool:
    """Do everything that a store can do, and tell whether it could write.

    What it cannot do is an error of the store, and nothing else.
    """
    store = Store(path, Clock(NOON + timedelta(days=60)))
    try:
        await store.open()
    except StoreError:
        return False
    written = True
    with suppress(StoreError):
        for series in Series:
            await everything(store, series)
            await store.last_update(series)
    with suppress(StoreError):
        await store.position()
        await store.read_told("obrador")
    with suppress(StoreError):
        await store.load_hosts(NOON - timedelta(days=1))
    with suppress(StoreError):
        await store.load_attempts()
    with suppress(StoreError):
        await store.hold_still()
    with suppress(StoreError):
        await store.let_go()
    with suppress(StoreError):
        await store.clean_up()
    try:
        await store.save_request("www.omie.es", NOON)
        await store.save_host("www.omie.es", HostState())
        await store.save_attempts({(Series.PVPC, date(2026, 8, 5)): Attempt(4, NOON)})
        await store.write([batch([1, 2, 3, 4], series=series) for series in Series])
    except StoreError as error:
        # A number in the wrong place is nothing that SQLite would call damage.
        written = isinstance(error.__cause__, sqlite3.IntegrityError)
    await store.close()
    return written


@pytest.mark.parametrize("part", ["head", "content"])
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_flipped_bytes_never_raise_anything_but_errors_of_the_store(
    small: Path, tmp_path: Path, socket_enabled: None, part: str, data: st.DataObject
) -> None:
    body = bytearray(small.read_bytes())
    head = head_of(small)
    places = st.sampled_from(
        [
            place
            for place, value in enumerate(body)
            if value and (place // PAGE in head) is (part == "head")
        ]
    )
    for place in data.draw(st.lists(places, min_size=1, max_size=5)):
        body[place] ^= data.draw(st.integers(1, 255))
    folder = tmp_path / "flipped"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    path = folder / "store.db"
    path.write_bytes(body)

    # Nobody can tell a damaged name from one that a newer release has given.
    assert asyncio.run(use(path)) or part == "head"
