"""Whoever remembers a number is told which hours have changed since."""

import sqlite3

import pytest

from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.history.changes import changed_hours
from custom_components.chocolate_factory.history.store import Store

from .stored import FIRST, HOUR, QUARTER, batch, many


async def test_only_hours_that_changed_are_told(store: Store) -> None:
    await store.write([batch([0.1, 0.2, 0.3])])
    number = await store.last_number()
    names = [Series.PVPC, Series.SPOT]
    assert (await store.changed_hours(names, 0)).tolist() == [
        FIRST,
        FIRST + HOUR,
        FIRST + 2 * HOUR,
    ]
    assert not len(await store.changed_hours(names, number))

    await store.write([batch([0.1, 0.25, 0.3])])
    assert (await store.changed_hours(names, number)).tolist() == [FIRST + HOUR]
    await store.write([batch([1.0], series=Series.SPOT, first=FIRST + 9 * HOUR)])
    assert (await store.changed_hours(names, number)).tolist() == [
        FIRST + HOUR,
        FIRST + 9 * HOUR,
    ]
    assert (await store.changed_hours([Series.PVPC], number)).tolist() == [FIRST + HOUR]
    assert not len(await store.changed_hours(["nothing"], 0))


@pytest.mark.parametrize("count", [1, 2, 4])
async def test_an_hour_that_is_cut_by_quarters_has_changed(store: Store, count: int) -> None:
    await store.write([batch([0.1, 0.2])])
    number = await store.last_number()
    first = FIRST + 2 * HOUR - count * QUARTER
    await store.write([batch([0.3] * count, seconds=QUARTER, first=first, source=Source.ESIOS)])
    assert (await store.changed_hours([Series.PVPC], number)).tolist() == [FIRST + HOUR]


async def test_a_small_change_is_found_without_a_look_at_all_that_stayed(store: Store) -> None:
    await store.write([many()])
    number = await store.last_number()
    await store.write([batch([1.0])])

    def count(connection: sqlite3.Connection) -> tuple[list[int], int]:
        """Return the hours, and how many steps SQLite takes to find them."""
        steps = []
        connection.set_progress_handler(lambda: steps.append(1), 1)
        try:
            found = changed_hours(connection, [Series.PVPC, Series.SPOT], number)
        finally:
            connection.set_progress_handler(None, 1)
        return found.tolist(), len(steps)

    hours, steps = await store._guarded(count)
    assert hours == [FIRST]
    assert steps < 1000


async def test_the_first_hour_is_that_of_the_oldest_series(store: Store) -> None:
    assert await store.first_hour([Series.PVPC, Series.SPOT]) is None
    await store.write(
        [
            batch([0.1], first=FIRST + 5 * HOUR),
            batch([0.1], series=Series.SPOT, seconds=QUARTER, first=FIRST + HOUR + QUARTER),
        ]
    )
    assert await store.first_hour([Series.PVPC, Series.SPOT]) == FIRST + HOUR
    assert await store.first_hour([Series.PVPC]) == FIRST + 5 * HOUR
