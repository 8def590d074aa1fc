"""What was written stays, whatever the disk does; copies are whole; space is given back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
import resource
import sqlite3

import pytest

from custom_components.chocolate_factory.clients.gatekeeper import HostState
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.history.errors import StoreError
from custom_components.chocolate_factory.history.memory import Attempt
from custom_components.chocolate_factory.history.store import Store

from .stored import FIRST, HOUR, NOON, QUARTER, Clock, batch, everything, many, opened, rows, values

ATTEMPTS = {
    (Series.PVPC, date(2026, 8, 5)): Attempt(3, NOON + timedelta(minutes=7, microseconds=5)),
    (Series.SPOT, date(2026, 8, 6)): Attempt(1, NOON - timedelta(days=29)),
}
HOSTS = {
    "apidatos.ree.es": HostState(failures=2, refusals=1, retry_at=NOON + timedelta(hours=1)),
    "www.omie.es": HostState(),
}


async def test_everything_is_there_after_closing(path: Path, clock: Clock) -> None:
    async with opened(path, clock) as store:
        await store.write(
            [
                batch([0.1, -0.05, 0]),
                batch([0.3], source=Source.ESTIMATE, first=FIRST + 3 * HOUR),
                batch([0.25] * 4, seconds=QUARTER, source=Source.OMIE, series=Series.SPOT),
            ]
        )
        await store.save_attempts(ATTEMPTS)
        for host, state in HOSTS.items():
            await store.save_host(host, state)
        await store.save_request("www.omie.es", NOON)

    clock.tick(timedelta(days=1))
    async with opened(path, clock) as store:
        table = await everything(store)
        assert table.values.tolist() == [0.1, -0.05, 0, 0.3]
        assert table.sources == (Source.REDATA,) * 3 + (Source.ESTIMATE,)
        assert await values(store, Series.SPOT) == [0.25] * 4
        assert await store.last_update(Series.SPOT) == NOON
        assert await store.load_attempts() == ATTEMPTS
        assert await store.load_hosts(NOON) == (HOSTS, {"www.omie.es": [NOON]})
        assert store.take_damaged() is None


async def test_the_folder_is_made_when_it_is_missing(tmp_path: Path) -> None:
    async with opened(tmp_path / "a" / "b" / "store.db") as store:
        assert await store.write([batch([1])]) == 1


async def test_reading_takes_the_slots_that_start_in_the_time_asked_for(store: Store) -> None:
    await store.write([batch(range(10))])
    start = NOON.fromtimestamp(FIRST, NOON.tzinfo)

    table = await store.read(
        Series.PVPC, start + timedelta(hours=2), start + timedelta(hours=4, minutes=1)
    )
    assert table.values.tolist() == [2, 3, 4]
    table = await store.read(Series.PVPC, start + timedelta(hours=2), start + timedelta(hours=4))
    assert table.values.tolist() == [2, 3]
    assert len(table) == 2


async def test_attempts_can_be_forgotten_one_by_one(store: Store) -> None:
    await store.save_attempts(ATTEMPTS)

    await store.forget_attempts([(Series.PVPC, date(2026, 8, 5)), (Series.SPOT, date(2026, 1, 1))])

    assert list(await store.load_attempts()) == [(Series.SPOT, date(2026, 8, 6))]


async def test_requests_are_loaded_from_an_instant_on(store: Store) -> None:
    for minutes in (61, 60, 3):
        await store.save_request("www.omie.es", NOON - timedelta(minutes=minutes))

    _, requests = await store.load_hosts(NOON - timedelta(hours=1))

    assert requests == {
        "www.omie.es": [NOON - timedelta(minutes=minutes) for minutes in (60, 3)],
    }


async def test_what_a_newer_release_remembers_is_not_understood_and_does_no_harm(
    path: Path,
) -> None:
    async with opened(path) as store:
        await store.save_attempts(ATTEMPTS)
        await store.write([batch([1]), batch([2], series=Series.SPOT, source=Source.OMIE)])
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO attempt VALUES ('humidity', '2026-08-05', 1, 0)")
        connection.execute("UPDATE source SET name = 'oracle' WHERE name = 'redata'")
    connection.close()

    async with opened(path) as store:
        assert await store.load_attempts() == ATTEMPTS
        with pytest.raises(StoreError, match="oracle"):
            await values(store)
        assert await values(store, Series.SPOT) == [2]
        assert store.take_damaged() is None
    assert rows(path, "SELECT count(*) FROM slot") == [(2,)]


async def test_a_clean_up_forgets_old_requests_and_tries_only(store: Store, clock: Clock) -> None:
    await store.write([batch([1])])
    await store.save_attempts(ATTEMPTS)
    await store.save_host("www.omie.es", HostState(failures=1))
    await store.save_request("www.omie.es", NOON - timedelta(days=29))
    await store.save_request("www.omie.es", NOON)
    clock.tick(timedelta(days=2))

    await store.clean_up()

    assert list(await store.load_attempts()) == [(Series.PVPC, date(2026, 8, 5))]
    hosts, requests = await store.load_hosts(NOON - timedelta(days=365))
    assert (hosts, requests) == ({"www.omie.es": HostState(failures=1)}, {"www.omie.es": [NOON]})
    assert await values(store) == [1]


async def test_a_clean_up_gives_space_back_where_it_pays(store: Store, clock: Clock) -> None:
    for number in range(4):
        await store.write([many(1000)])
        await store._guarded(partial(fill_requests, number=number))
    clock.tick(timedelta(days=365))

    await store.clean_up()

    small = await store.size()
    assert rows(store.path, "PRAGMA freelist_count") == [(0,)]
    assert await values(store, Series.SPOT) == many(1000).values.tolist()
    async with opened(store.path.with_name("fresh.db"), clock) as fresh:
        await fresh.write([many(1000)])
        await fresh.clean_up()
        assert small <= 1.2 * await fresh.size()


def fill_requests(connection: sqlite3.Connection, number: int, count: int = 20_000) -> None:
    """Remember thousands of requests."""
    with connection:
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO request (host, at) VALUES ('www.omie.es', ?)",
            ((NOON.timestamp() + number * count + one,) for one in range(count)),
        )


async def test_a_clean_up_does_not_rewrite_the_file_for_little(store: Store, clock: Clock) -> None:
    await store.write([many(20_000)])
    await store._guarded(lambda connection: fill_requests(connection, 0, 2000))
    await store.clean_up()
    pages = rows(store.path, "PRAGMA page_count")
    clock.tick(timedelta(days=365))

    await store.clean_up()

    assert rows(store.path, "SELECT count(*) FROM request") == [(0,)]
    [(unused,)] = rows(store.path, "PRAGMA freelist_count")
    assert unused > 0
    assert rows(store.path, "PRAGMA page_count") == pages


async def test_a_clean_up_empties_the_log(store: Store) -> None:
    await store.write([many(2000)])
    log = Path(f"{store.path}-wal")
    assert log.stat().st_size > 0

    await store.clean_up()

    assert log.stat().st_size == 0


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """Let no file grow beyond a size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_full_disk_takes_nothing_and_loses_nothing(store: Store, clock: Clock) -> None:
    await store.write([many(3000), batch([1, 2])])
    size = Path(f"{store.path}-wal").stat().st_size
    clock.tick()

    with full_disk(size):
        for _ in range(3):
            with pytest.raises(StoreError):
                await store.write([batch([3, 4, 5])])
            with pytest.raises(StoreError):
                await store.save_request("www.omie.es", NOON)
            assert await values(store) == [1, 2]
            assert await values(store, Series.SPOT) == many(3000).values.tolist()
            assert await store.last_update(Series.PVPC) == NOON

    assert await store.write([batch([3, 4, 5])]) == 3
    assert await values(store) == [3, 4, 5]
    assert store.take_damaged() is None


async def test_a_full_database_takes_nothing_and_loses_nothing(store: Store) -> None:
    await store.write([batch([1, 2])])
    [(pages,)] = rows(store.path, "PRAGMA page_count")
    await store._guarded(
        lambda connection: connection.execute(f"PRAGMA max_page_count = {pages}").fetchall()
    )

    for _ in range(2):
        with pytest.raises(StoreError, match="full"):
            await store.write([batch([3]), many(3000)])
        assert await values(store) == [1, 2]

    await store._guarded(
        lambda connection: connection.execute("PRAGMA max_page_count = 1000").fetchall()
    )
    assert await store.write([batch([3]), many(3000)]) == 3001
    assert store.take_damaged() is None


async def test_an_error_in_the_middle_of_a_write_undoes_all_of_it(store: Store) -> None:
    await store.write([batch([1, 2])])
    before = rows(store.path, "SELECT * FROM sequence JOIN slot JOIN series ON series.id = series")
    await store._guarded(
        lambda connection: connection.execute(
            "CREATE TEMP TRIGGER refuse BEFORE INSERT ON slot WHEN NEW.value = 7 "
            "BEGIN SELECT RAISE(ABORT, 'no sevens'); END"
        )
    )

    with pytest.raises(StoreError, match="no sevens"):
        await store.write([batch([3, 4]), batch([5, 6, 7])])

    after = rows(store.path, "SELECT * FROM sequence JOIN slot JOIN series ON series.id = series")
    assert after == before
    assert await store.write([batch([3, 4])]) == 2


@pytest.mark.parametrize("obstacle", ["a file for a folder", "a folder for a file"])
async def test_a_place_where_no_file_can_be_is_an_error_of_the_store(
    tmp_path: Path, obstacle: str
) -> None:
    place = tmp_path / "place"
    if obstacle == "a file for a folder":
        place.touch()
        place = place / "store.db"
    else:
        place.mkdir()
    store = Store(place, Clock(NOON))

    with pytest.raises(StoreError):
        await store.open()


async def test_the_size_counts_what_is_still_in_the_log(store: Store) -> None:
    await store.write([many(2000)])

    log = Path(f"{store.path}-wal").stat().st_size
    assert log > 0
    assert await store.size() >= store.path.stat().st_size + log


async def test_a_file_that_is_gone_has_no_size(path: Path) -> None:
    async with opened(path) as store:
        assert await store.size() > 0
        path.unlink()
        with pytest.raises(StoreError):
            await store.size()


async def test_another_program_that_holds_the_file_is_waited_for_and_not_taken_for_damage(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.write([batch([1])])
    await store._guarded(lambda connection: connection.execute("PRAGMA busy_timeout = 1"))
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreError, match="locked"):
        await store.write([batch([2])])

    other.close()
    assert await store.write([batch([2])]) == 1
    assert store.take_damaged() is None
