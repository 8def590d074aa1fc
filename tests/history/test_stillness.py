"""While the store is held still, file and log are one store, whoever copies them and however."""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
import random
import shutil
import sqlite3

import pytest

from custom_components.chocolate_factory.factory.series import Series
from custom_components.chocolate_factory.history.store import Store

from .stored import Clock, batch, many, opened, rows, values

ORDERS = (("", "-wal"), ("-wal", ""))


async def write(store: Store, numbers: Sequence[int]) -> None:
    """Write numbers all over, each in one transaction."""
    for number in numbers:
        await store.write([batch([number] * 200), batch([number], series=Series.SPOT)])


def copy_slowly(path: Path, target: Path, order: Sequence[str]) -> None:
    """Copy file and log piece by piece, as a backup of a large folder on a slow disk would."""
    for suffix in order:
        whole = Path(f"{path}{suffix}").stat().st_size
        with (
            Path(f"{path}{suffix}").open("rb") as source,
            Path(f"{target}{suffix}").open("wb") as copy,
        ):
            while copy.tell() < whole:
                copy.write(source.read(min(4096, whole - copy.tell())))
                if random.random() < 0.05:  # noqa: S311
                    asyncio.run(asyncio.sleep(0.001))


async def check(target: Path) -> float:
    """Check that a copy is whole, and return the number that is in it."""
    async with opened(target) as copied:
        assert copied.take_damaged() is None
        found = await values(copied)
        assert found == await values(copied, Series.SPOT) * 200
    assert rows(target, "PRAGMA integrity_check") == [("ok",)]
    return found[0]


@pytest.mark.parametrize("order", ORDERS)
async def test_copies_made_while_others_write_are_whole(
    store: Store, path: Path, tmp_path: Path, order: Sequence[str]
) -> None:
    await store.write([replace(many(), series=Series.PVPC_CEUTA_MELILLA)])
    await write(store, [0])
    for number in range(5):
        target = tmp_path / f"copy{number}.db"
        first = 100 * number
        await write(store, range(first, first + 30))
        await store.hold_still()
        await asyncio.gather(
            asyncio.to_thread(copy_slowly, path, target, order),
            write(store, range(first + 30, first + 90)),
        )
        await store.let_go()
        assert first + 29 <= await check(target) < first + 90
        shutil.rmtree(target, ignore_errors=True)


async def test_the_file_stays_as_it_is_and_nobody_stops_writing(store: Store, path: Path) -> None:
    await store.write([replace(many(), series=Series.PVPC_CEUTA_MELILLA)])
    await store.hold_still()
    before = path.read_bytes()
    log = Path(f"{path}-wal")
    begun = log.read_bytes()[:32]
    await write(store, range(300))
    await store.clean_up()
    assert path.read_bytes() == before
    assert log.stat().st_size > 1000 * 4096, "it would have gone into the file long ago"
    assert log.read_bytes()[:32] == begun, "it is the same log"

    await store.let_go()
    await write(store, [300])
    assert path.read_bytes() != before
    await store.clean_up()
    assert not log.stat().st_size
    assert await values(store) == [300] * 200


async def test_a_store_that_is_closed_meanwhile_stays_as_it_is(path: Path, clock: Clock) -> None:
    async with opened(path, clock) as store:
        await write(store, [1])
        await store.hold_still()
        before = path.read_bytes()
        await write(store, [2])
    assert path.read_bytes() == before
    async with opened(path, clock) as store:
        assert await values(store) == [2] * 200
        await store.clean_up()
        assert path.read_bytes() != before, "whoever opens it anew holds nothing still"


@pytest.mark.parametrize("order", ORDERS)
async def test_somebody_who_reads_the_file_meanwhile_does_no_harm(
    store: Store, path: Path, tmp_path: Path, order: Sequence[str]
) -> None:
    await write(store, range(10))
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM slot").fetchone()
        await store._guarded(lambda connection: connection.execute("PRAGMA busy_timeout = 0"))
        await write(store, range(10, 20))
        await store.hold_still()
        begun = Path(f"{path}-wal").read_bytes()[:32]
        reader.execute("COMMIT")
        await asyncio.gather(
            asyncio.to_thread(copy_slowly, path, tmp_path / "copy.db", order),
            write(store, range(20, 60)),
        )
    assert Path(f"{path}-wal").read_bytes()[:32] == begun
    assert 19 <= await check(tmp_path / "copy.db") < 60


async def test_holding_twice_and_letting_go_once_is_enough(store: Store, path: Path) -> None:
    await write(store, [1])
    await store.hold_still()
    await store.hold_still()
    await store.let_go()
    before = path.read_bytes()
    await write(store, range(2, 300))
    assert path.read_bytes() != before
