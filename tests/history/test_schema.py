"""An older file becomes a current one whole or not at all; a newer one is left alone."""

from contextlib import closing
from pathlib import Path
import sqlite3

import pytest

from custom_components.chocolate_factory.history import schema
from custom_components.chocolate_factory.history.errors import NewerSchemaError, StoreError
from custom_components.chocolate_factory.history.schema import MIGRATIONS
from custom_components.chocolate_factory.history.store import Store

from .stored import batch, opened, rows, values

SECOND = "CREATE TABLE second (number INTEGER); INSERT INTO second VALUES (2)"
BROKEN = "CREATE TABLE third (number INTEGER); INSERT INTO nowhere VALUES (3)"


async def begin(path: Path) -> None:
    """Leave a file with one slot."""
    async with opened(path) as store:
        await store.write([batch([0.5])])


def patch(path: Path, sql: str) -> None:
    """Change the file behind the store's back."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(sql)


async def test_a_new_file_has_the_current_version_and_says_whose_it_is(path: Path) -> None:
    await begin(path)

    assert rows(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]
    assert rows(path, "PRAGMA application_id") == [(int.from_bytes(b"CHOC"),)]


async def test_a_current_file_is_opened_and_closed_without_a_change(path: Path) -> None:
    await begin(path)
    before = path.read_bytes()

    async with opened(path) as store:
        assert await values(store) == [0.5]
        assert store.take_damaged() is None

    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


async def test_an_older_file_is_migrated_and_keeps_its_slots(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begin(path)
    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, SECOND))

    async with opened(path) as store:
        assert await values(store) == [0.5]

    assert rows(path, "PRAGMA user_version") == [(len(MIGRATIONS) + 1,)]
    assert rows(path, "SELECT number FROM second") == [(2,)]


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
async def test_a_file_of_every_older_release_becomes_what_a_new_one_is(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", MIGRATIONS[:version])
        await begin(path)
    assert rows(path, "PRAGMA user_version") == [(version,)]

    async with opened(path) as store:
        assert await values(store) == [0.5]

    async with opened(new := tmp_path / "new.db"):
        pass
    every = "SELECT type, name, sql FROM sqlite_schema ORDER BY name"
    assert rows(path, every) == rows(new, every)
    assert rows(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]


async def test_runs_from_before_they_had_numbers_get_some_of_their_own(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", MIGRATIONS[:3])
        await begin(path)
    run = "INSERT INTO run VALUES ('prices', 0, 0, 'ok', '');"
    patch(path, 2 * run)
    patch(path, "DELETE FROM run WHERE rowid = 1")
    patch(path, run)
    ((last,),) = rows(path, "SELECT last FROM sequence")

    async with opened(path) as store:
        numbers = [number for (number,) in rows(path, "SELECT seq FROM run")]
        assert len(set(numbers)) == 2
        assert last < min(numbers)
        assert max(numbers) == await store.last_number()


async def test_a_file_from_before_they_were_told_apart_gets_an_identity_and_keeps_it(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", MIGRATIONS[:4])
        await begin(path)

    found = set()
    for one in (path, path, tmp_path / "new.db"):
        async with opened(one) as store:
            found.add((await store.position()).store)
    assert len(found) == 2
    assert all(len(name) == 32 for name in found)


async def test_refusals_of_an_older_file_still_count(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", MIGRATIONS[:5])
        await begin(path)
    patch(
        path,
        """
        INSERT INTO sink (name, target, seen) VALUES ('one', '', 1), ('other', '', 1);
        INSERT INTO refused_point VALUES ('one', 'point 1', 'no'), ('one', 'point 2', 'never');
        """,
    )
    async with opened(path):
        pass
    found = rows(path, "SELECT name, refused, point, reason FROM sink ORDER BY name")
    assert found == [("one", 2, "point 1", "no"), ("other", 0, None, None)]


async def test_a_migration_that_fails_leaves_the_version_before_it_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begin(path)
    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, SECOND, BROKEN))

    for _ in range(2):
        with pytest.raises(StoreError, match="nowhere"):
            await Store(path, lambda: pytest.fail("time does not matter")).open()

        assert rows(path, "PRAGMA user_version") == [(len(MIGRATIONS) + 1,)]
        assert rows(path, "SELECT number FROM second") == [(2,)]
        assert rows(path, "SELECT name FROM sqlite_schema WHERE name = 'third'") == []
        assert rows(path, "SELECT value FROM slot") == [(0.5,)]

    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, SECOND, SECOND.replace("second", "b")))
    async with opened(path) as store:
        assert await values(store) == [0.5]
    assert rows(path, "PRAGMA user_version") == [(len(MIGRATIONS) + 2,)]


async def test_a_first_migration_that_fails_leaves_an_empty_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", (BROKEN,))
    with pytest.raises(StoreError):
        await Store(path, lambda: pytest.fail("time does not matter")).open()
    assert rows(path, "SELECT name FROM sqlite_schema") == []

    monkeypatch.undo()
    await begin(path)
    assert rows(path, "SELECT value FROM slot") == [(0.5,)]


@pytest.mark.parametrize("journal", ["wal", "delete"])
async def test_a_file_of_a_newer_release_is_refused_and_not_touched(
    path: Path, journal: str
) -> None:
    await begin(path)
    patch(path, f"PRAGMA journal_mode = {journal}; PRAGMA user_version = 99")
    before = path.read_bytes()

    with pytest.raises(NewerSchemaError) as refused:
        await Store(path, lambda: pytest.fail("time does not matter")).open()

    assert refused.value.version == 99
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]
