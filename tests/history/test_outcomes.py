"""What makers tell is kept, can be corrected, and can be taken back."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3

import pytest

from custom_components.chocolate_factory.factory.outcome import Outcome, OutcomeKind
from custom_components.chocolate_factory.history.outcomes import RecordedOutcome
from custom_components.chocolate_factory.history.store import Store

from .stored import ALWAYS, NOON, Clock, opened, rows

HOUR = timedelta(hours=1)


def outcome(
    kind: OutcomeKind = OutcomeKind.GOOD, *, start: datetime = NOON, hours: int = 4, note: str = ""
) -> Outcome:
    return Outcome(start=start, end=start + hours * HOUR, kind=kind, note=note)


async def told(store: Store, factory: str = "obrador") -> list[RecordedOutcome]:
    return await store.read_outcomes(factory, *ALWAYS)


async def test_what_was_told_is_there_after_a_restart(path: Path, clock: Clock) -> None:
    async with opened(path, clock) as store:
        for kind in OutcomeKind:
            clock.tick()
            await store.record_outcome("obrador", outcome(kind, start=clock(), note="ñ" * 500))
    async with opened(path, clock) as store:
        found = await told(store)
    assert [one.outcome.kind for one in found] == list(OutcomeKind)
    assert found[0] == RecordedOutcome(
        id=1,
        recorded=NOON + timedelta(minutes=5),
        outcome=outcome(start=NOON + timedelta(minutes=5), note="ñ" * 500),
    )


async def test_an_outcome_of_the_same_time_replaces_the_one_before(
    store: Store, clock: Clock
) -> None:
    first = await store.record_outcome("obrador", outcome())
    other = await store.record_outcome("obrador", outcome(hours=5))
    clock.tick()
    second = await store.record_outcome("obrador", outcome(OutcomeKind.SPOILED, note="bloom"))

    assert first < other < second
    assert [(one.id, one.outcome.kind) for one in await told(store)] == [
        (other, OutcomeKind.GOOD),
        (second, OutcomeKind.SPOILED),
    ]


async def test_what_is_told_twice_is_told_once(store: Store, clock: Clock) -> None:
    first = await store.record_outcome("obrador", outcome(note="fine"))
    clock.tick()
    assert await store.record_outcome("obrador", outcome(note="fine")) == first
    (found,) = await told(store)
    assert found.recorded == NOON


async def test_outcomes_that_touch_a_time_are_found(store: Store) -> None:
    await store.record_outcome("obrador", outcome())

    async def found(start: datetime, end: datetime) -> int:
        return len(await store.read_outcomes("obrador", start, end))

    assert await found(NOON - HOUR, NOON) == 0
    assert await found(NOON - HOUR, NOON + timedelta(seconds=1)) == 1
    assert await found(NOON + HOUR, NOON + 2 * HOUR) == 1
    assert await found(NOON + 4 * HOUR, NOON + 9 * HOUR) == 0


async def test_an_outcome_can_be_taken_back_by_its_own_factory_only(store: Store) -> None:
    number = await store.record_outcome("obrador", outcome())
    await store.record_outcome("taller", outcome())

    assert not await store.forget_outcome("taller", number)
    assert not await store.forget_outcome("obrador", number + 7)
    assert await store.forget_outcome("obrador", number)
    assert not await store.forget_outcome("obrador", number)
    assert await told(store) == []
    assert len(await told(store, "taller")) == 1


async def test_a_number_is_never_given_twice(store: Store) -> None:
    first = await store.record_outcome("obrador", outcome())
    await store.forget_outcome("obrador", first)
    assert await store.record_outcome("obrador", outcome()) > first


async def test_outcomes_outlive_what_was_wanted_but_not_their_factory(
    store: Store, clock: Clock
) -> None:
    await store.record_outcome("obrador", outcome())
    await store.record_outcome("taller", outcome())
    await store.forget_factory("obrador")
    clock.tick(timedelta(days=5000))
    await store.clean_up()
    assert len(await told(store)) == 1

    await store.remove_factory("obrador")
    assert await told(store) == []
    assert len(await told(store, "taller")) == 1


async def test_instants_are_kept_whatever_their_zone(store: Store) -> None:
    start = datetime.fromisoformat("2026-08-05T12:00+02:00")
    await store.record_outcome("obrador", outcome(start=start))
    (found,) = await told(store)
    assert (found.outcome.start, found.outcome.start.tzinfo) == (NOON, UTC)


@pytest.mark.parametrize(
    "nonsense",
    [
        "kind = 'splendid'",
        "start = 9e18",
        "finish = start",
        "finish = start + 86400 * 8",
        "note = replace(hex(zeroblob(251)), '00', 'xx')",
        "recorded = 9223372036854775807",
    ],
)
async def test_what_cannot_be_understood_is_passed_over(
    store: Store, path: Path, nonsense: str
) -> None:
    await store.record_outcome("obrador", outcome())
    await store.record_outcome("obrador", outcome(hours=5))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE outcome SET {nonsense} WHERE seq = 1")  # noqa: S608 - ours
    assert [one.id for one in await told(store)] == [2]
    assert len(rows(path, "SELECT * FROM outcome")) == 2
