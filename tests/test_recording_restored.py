"""What the recorder has is right, and nothing of it is lost, whichever of the two went back."""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
import sqlite3
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.db_schema import Statistics
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.recorder import session_scope
import numpy as np
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory import recording
from custom_components.chocolate_factory.factory.retrospect import Figure, Hours
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.history.database import damage
from custom_components.chocolate_factory.history.slots import Batch
from custom_components.chocolate_factory.history.store import Store
from custom_components.chocolate_factory.past_statistics import PastStatistics

from .conftest import World
from .recorded import (
    DAYS,
    FIRST,
    HOUR,
    UNTIL,
    change,
    factory,
    known,
    prices,
    quiet,
    tell,
    weather,
)


@pytest.fixture(autouse=True)
def _recorder(recorder_mock: Recorder) -> None:
    """Have a recorder, before anything else is there."""
    quiet()


@pytest.fixture
async def entry(home: HomeAssistant, world: World) -> MockConfigEntry:
    """Set a factory up whose store has two weeks."""
    return await factory(home, world)


@pytest.fixture
def store(entry: MockConfigEntry) -> Store:
    """Return the store of the factory."""
    store = entry.runtime_data.shared.store
    assert isinstance(store, Store)
    return store


async def begin_anew(store: Store) -> None:
    """Let the file be damaged; the next one is empty."""
    damages = [damage("a page is torn")]

    def find(connection: sqlite3.Connection) -> None:
        if damages:
            raise damages.pop()

    await store._guarded(find)
    assert store.take_damaged()


async def back_up(store: Store, path: Path) -> None:
    """Copy the file."""

    def copy(connection: sqlite3.Connection) -> None:
        with closing(sqlite3.connect(path)) as other:
            connection.backup(other)

    await store._guarded(copy)


async def restore(store: Store, path: Path) -> None:
    """Go back to a copy."""

    def copy(connection: sqlite3.Connection) -> None:
        with closing(sqlite3.connect(path)) as other:
            other.backup(connection)

    await store._guarded(copy)


async def everything(home: HomeAssistant) -> dict[Figure, Any]:
    """Return all that the recorder knows."""
    return {figure: await known(home, figure) for figure in Figure}


async def forget(home: HomeAssistant, is_lost: Callable[[float], bool]) -> None:
    """Let the recorder lose hours, as in a database that is older."""

    def lose() -> None:
        with session_scope(hass=home) as session:
            for row in session.query(Statistics):
                if is_lost(row.start_ts or 0):
                    session.delete(row)

    await get_instance(home).async_add_executor_job(lose)


def corrected(at: int) -> Batch:
    """Return a price that was put right."""
    return Batch(
        series=Series.PVPC,
        source=Source.ESIOS,
        starts=np.array([at]),
        values=np.array([0.5]),
        seconds=HOUR,
    )


def price(at: int, base: float = 0.1) -> Any:
    """Return the row of a price."""
    return pytest.approx(3 * (base + at // HOUR % 24 / 1000,))


@pytest.mark.parametrize("days", [10, 200], ids=["less", "more"])
async def test_a_store_that_was_begun_anew_takes_nothing_from_the_recorder(
    home: HomeAssistant, entry: MockConfigEntry, store: Store, days: int
) -> None:
    warm = await known(home, Figure.TEMPERATURE)
    await begin_anew(store)
    # Prices are backfilled first, and the weather of those hours nobody has any more.
    for count in (days, max(days, DAYS)):
        await store.write([prices(count, price=0.2)])
        await tell(home, entry)
        assert await known(home, Figure.TEMPERATURE) == warm
    assert (await known(home, Figure.PRICE))[FIRST] == price(FIRST, 0.2)
    # Other taxes are no other weather.
    await change(home, entry, include_vat=True, vat=100.0)
    assert await known(home, Figure.TEMPERATURE) == warm
    assert (await known(home, Figure.PRICE))[FIRST] != price(FIRST, 0.2)


async def test_a_file_that_is_damaged_while_it_is_told_counts_for_nothing(
    home: HomeAssistant, entry: MockConfigEntry, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.write([corrected(FIRST + 200 * HOUR)])
    changed_hours = store.changed_hours

    async def find_damage(*what: Any) -> Any:
        found = await changed_hours(*what)
        await begin_anew(store)
        return found

    with monkeypatch.context() as damaging:
        damaging.setattr(store, "changed_hours", find_damage)
        await tell(home, entry)
    assert await store.read_told(entry.entry_id) is None
    await store.write([prices(price=0.2)])
    await tell(home, entry)
    assert (await known(home, Figure.PRICE))[FIRST] == price(FIRST, 0.2)


async def test_a_store_that_was_restored_alone_is_compared_as_a_whole(
    home: HomeAssistant,
    entry: MockConfigEntry,
    store: Store,
    tmp_path: Path,
    freezer: FrozenDateTimeFactory,
) -> None:
    before = await everything(home)
    await back_up(store, tmp_path / "backup.db")
    at = FIRST + 200 * HOUR
    newest = [
        Batch(
            series=one.series,
            source=one.source,
            starts=np.array([UNTIL, UNTIL + HOUR]),
            values=one.values[:2],
            seconds=HOUR,
        )
        for one in weather()
    ]
    freezer.tick(timedelta(hours=2))
    await store.write([corrected(at), *newest])
    await tell(home, entry)
    assert (await known(home, Figure.PRICE))[at][0] == 0.5

    await restore(store, tmp_path / "backup.db")
    # More than was taken back: its numbers tell nothing.
    await store.write([prices(10, FIRST, price=0.3)])
    await tell(home, entry)
    assert (await known(home, Figure.PRICE))[at] == price(at)
    assert (await known(home, Figure.PRICE))[FIRST - HOUR] == price(FIRST - HOUR, 0.3)
    warm = await known(home, Figure.TEMPERATURE)
    assert list(warm) == [*before[Figure.TEMPERATURE], UNTIL, UNTIL + HOUR]


@pytest.mark.parametrize(
    "is_lost",
    [lambda start: start >= UNTIL - 48 * HOUR, lambda start: start >= FIRST + HOUR],
    ids=["two days", "all but an hour"],
)
async def test_a_recorder_that_was_restored_alone_is_told_again(
    home: HomeAssistant, entry: MockConfigEntry, is_lost: Callable[[float], bool]
) -> None:
    before = await everything(home)
    await forget(home, is_lost)
    assert len(await known(home, Figure.PRICE)) < len(before[Figure.PRICE])
    await tell(home, entry)
    assert await everything(home) == before


async def test_whoever_is_stopped_while_everything_is_compared_begins_again(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    before = await everything(home)
    await forget(home, lambda start: start >= FIRST + HOUR)
    add = PastStatistics.async_add
    prices_told = 0

    async def stop_at_the_second_piece(self: PastStatistics, figure: Figure, hours: Hours) -> None:
        nonlocal prices_told
        prices_told += figure is Figure.PRICE
        if prices_told > 1:
            raise HomeAssistantError("the lights went out")
        await add(self, figure, hours)

    with (
        patch.object(recording, "_PIECE", 10 * 24 * HOUR),
        patch.object(PastStatistics, "async_add", stop_at_the_second_piece),
    ):
        await tell(home, entry)
    assert max(await known(home, Figure.COMPLETENESS)) == UNTIL - HOUR
    assert await everything(home) != before
    await tell(home, entry)
    assert await everything(home) == before


async def test_a_clock_that_was_put_back_takes_nothing_and_costs_nothing(
    home: HomeAssistant, entry: MockConfigEntry, store: Store, freezer: FrozenDateTimeFactory
) -> None:
    before = await everything(home)
    told = await store.read_told(entry.entry_id)
    freezer.tick(timedelta(hours=-5))
    await tell(home, entry)
    assert await everything(home) == before
    assert await store.read_told(entry.entry_id) == told
    await store.write([corrected(UNTIL - HOUR)])
    await tell(home, entry)
    assert (await known(home, Figure.PRICE))[UNTIL - HOUR][0] == 0.5


async def test_nothing_is_written_where_nothing_has_changed(
    home: HomeAssistant, entry: MockConfigEntry, store: Store
) -> None:
    told = await store.read_told(entry.entry_id)
    assert told
    await store.write([prices(40, FIRST)])
    await tell(home, entry)
    now = await store.read_told(entry.entry_id)
    assert now
    assert now.position.number > told.position.number

    # The price elsewhere is no business of this factory.
    other = prices(3)
    await store.write(
        [
            Batch(
                series=Series.PVPC_CEUTA_MELILLA,
                source=other.source,
                starts=other.starts,
                values=other.values,
                seconds=HOUR,
            )
        ]
    )
    await tell(home, entry)
    assert await store.read_told(entry.entry_id) == now
