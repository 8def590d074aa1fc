"""How far statistics were told is known in the file that it was told from, and nowhere else."""

from dataclasses import replace
from pathlib import Path
import shutil

from custom_components.chocolate_factory.history.sequence import Position
from custom_components.chocolate_factory.history.store import Store
from custom_components.chocolate_factory.history.told import Told

from .stored import FIRST, HOUR, batch, opened, rows


async def now(store: Store, **what: object) -> Told:
    """Return that all has been told."""
    told = Told(
        position=await store.position(),
        first=FIRST,
        until=FIRST + 3 * HOUR,
        terms={"price": "0123", "temperature": "4567"},
        there=frozenset({"price"}),
    )
    return replace(told, **what)  # type: ignore[arg-type]


async def test_every_factory_has_its_own_until_it_is_removed(store: Store) -> None:
    await store.write([batch([1, 2, 3])])
    told, other = await now(store), await now(store, terms={})
    assert told.position.number == 3
    assert await store.read_told("obrador") is None
    await store.keep_told("obrador", await now(store, first=0))
    await store.keep_told("obrador", told)
    await store.keep_told("other", other)
    assert await store.read_told("obrador") == told
    await store.remove_factory("obrador")
    assert await store.read_told("obrador") is None
    assert await store.read_told("other") == other


async def test_a_file_that_was_begun_anew_knows_of_none(path: Path) -> None:
    async with opened(path) as store:
        told = await now(store)
        await store.keep_told("obrador", told)
    path.write_text("no database", "utf-8")
    async with opened(path) as store:
        assert await store.read_told("obrador") is None
        await store.keep_told("obrador", told)
        assert await store.read_told("obrador") is None


async def test_a_copy_that_somebody_goes_back_to_knows_its_own(path: Path) -> None:
    async with opened(path) as store:
        await store.write([batch([1, 2])])
        before = await now(store)
        await store.keep_told("obrador", before)
    shutil.copy(path, backup := path.with_suffix(".backup"))
    async with opened(path) as store:
        await store.write([batch([3, 4, 5])])
        await store.keep_told("obrador", await now(store))
    shutil.copy(backup, path)
    async with opened(path) as store:
        assert await store.read_told("obrador") == before
        assert await store.position() == Position(before.position.store, 2)


async def test_what_cannot_be_understood_is_not_known(store: Store, path: Path) -> None:
    await store.keep_told("obrador", await now(store))
    for content in ("", "[]", "{}", '{"terms": 1, "there": []}', '{"terms": {}, "there": 1}'):
        await store._transact(
            lambda connection, content=content: connection.execute(  # type: ignore[misc]
                "UPDATE told SET content = ?", (content,)
            )
        )
        assert await store.read_told("obrador") is None, content
    assert len(rows(path, "SELECT * FROM told")) == 1
