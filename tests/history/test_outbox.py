"""A sink is told every change at least once, the newest first, whatever happens on the way."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from custom_components.chocolate_factory.factory.recommendation import Engine, Recommendation
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.factory.weather import Measure, weather_series
from custom_components.chocolate_factory.history.jobs import JobOutcome, JobRun, JobState
from custom_components.chocolate_factory.history.outbox import Changes, Scope
from custom_components.chocolate_factory.history.recommendations import PastRecommendation
from custom_components.chocolate_factory.history.slots import Batch
from custom_components.chocolate_factory.history.snapshots import Kind, unpack
from custom_components.chocolate_factory.history.store import Store

from ..conftest import MADRID
from .stored import ALWAYS, FIRST, HOUR, NOON, batch, opened, rows

SINK, TARGET = "influxdb obrador", "http://influx.local/history"
SCOPE = Scope(factory="obrador", prices=frozenset({Series.PVPC}), place=MADRID.name, job="influxdb")


@pytest.fixture
async def sink(store: Store) -> Store:
    """Return a store whose sink is open."""
    await store.open_sink(SINK, TARGET)
    return store


def weather(value: float, place: str = MADRID.name) -> Batch:
    """Return an hour of weather."""
    name = weather_series(Measure.TEMPERATURE, MADRID, Source.OPEN_METEO)
    one = batch([value], source=Source.OPEN_METEO)
    return Batch(
        series=name.replace(MADRID.name, place),
        source=one.source,
        starts=one.starts,
        values=one.values,
        seconds=HOUR,
    )


async def told(store: Store, most: int = 100) -> list[Changes]:
    """Deliver all there is."""
    found = []
    while changes := await store.next_changes(SINK, SCOPE, most):
        await store.confirm(SINK, changes, ())
        found.append(changes)
    return found


def values(found: list[Changes]) -> list[float]:
    """Return the values of slots in the order in which they were told."""
    return [slot[3] for changes in found for slot in changes.slots]


async def test_every_change_is_told_once_and_the_newest_first(sink: Store) -> None:
    await sink.write([batch([1, 2, 3, 4, 5])])
    found = await told(sink, most=2)
    assert [len(changes) for changes in found] == [2, 2, 1]
    assert values(found) == [5, 4, 3, 2, 1]
    assert found[0].slots[0] == ("pvpc", FIRST + 4 * HOUR, HOUR, 5.0, "redata")
    assert await told(sink) == []
    await sink.write([batch([1, 2, 7])])
    assert values(await told(sink)) == [7]


async def outlook(store: Store, slots: int, hours: int) -> None:
    """Keep an outlook of so many slots that was issued some hours after noon."""
    at = NOON + timedelta(hours=hours)
    await store.write_snapshot("obrador", Kind.OUTLOOK, at, {"start": [0] * slots})


async def test_an_outlook_is_as_many_changes_as_it_has_slots(sink: Store) -> None:
    for hours in range(4):
        await outlook(sink, 168, hours)
        await sink.write([batch([hours], first=FIRST + hours * HOUR)])
    found = await told(sink, most=400)
    # Newest first: a price, then the outlook before it, and so on.
    assert [(len(one.slots), len(one.snapshots)) for one in found] == [(3, 2), (1, 2)]
    assert values(found) == [3, 2, 1, 0]
    instants = [at for changes in found for _, at, _ in changes.snapshots]
    assert instants == [NOON.timestamp() + HOUR * hours for hours in (3, 2, 1, 0)]


async def test_an_outlook_that_is_too_long_goes_alone(sink: Store) -> None:
    await sink.write([batch([1, 2])])
    await outlook(sink, 1000, 0)
    await sink.write([batch([3], first=FIRST + HOUR * 2)])
    found = await told(sink, most=100)
    assert [(len(one.slots), len(one.snapshots)) for one in found] == [(1, 0), (0, 1), (2, 0)]
    assert (await sink.sink_state(SINK, SCOPE)).backlog == 0


@pytest.mark.parametrize("content", [{}, {"start": []}, {"start": 1}])
async def test_an_outlook_that_nobody_understands_is_told_too(
    sink: Store, content: dict[str, Any]
) -> None:
    await sink.write_snapshot("obrador", Kind.OUTLOOK, NOON, content)
    await sink.write([batch([1, 2, 3])])
    assert [len(one) for one in await told(sink, most=2)] == [2, 2]


async def test_what_is_new_does_not_wait_for_the_backlog(sink: Store) -> None:
    await sink.write([batch([float(number) for number in range(10)])])
    order = []
    for new in (101.0, 102.0, 103.0):
        for _ in range(2):
            changes = await sink.next_changes(SINK, SCOPE, 2)
            assert changes
            order += values([changes])
            await sink.confirm(SINK, changes, ())
        await sink.write([batch([new], first=FIRST + 1000 * HOUR)])
    assert order == [9, 8, 7, 6, 101, 5, 4, 102, 3, 2]
    assert values(await told(sink, most=3)) == [103, 1, 0]


async def test_what_was_not_confirmed_is_told_again(path: Path) -> None:
    async with opened(path) as store:
        await store.open_sink(SINK, TARGET)
        await store.write([batch([1, 2, 3])])
        assert await store.next_changes(SINK, SCOPE, 2)
    for expected in ([3, 2, 1], []):
        async with opened(path) as store:
            await store.open_sink(SINK, TARGET)
            assert values(await told(store)) == expected
    assert rows(path, "SELECT * FROM backlog") == []


async def test_a_change_while_it_is_on_its_way_is_told_after_it(sink: Store) -> None:
    await sink.write([batch([1, 2, 3])])
    changes = await sink.next_changes(SINK, SCOPE, 100)
    assert changes
    await sink.write([batch([1, 9, 3])])
    await sink.confirm(SINK, changes, ())
    assert values(await told(sink)) == [9]


async def test_what_was_read_from_a_damaged_file_confirms_nothing_in_the_next_one(
    path: Path,
) -> None:
    async with opened(path) as store:
        await store.open_sink(SINK, TARGET)
        await store.write([batch([1, 2, 3])])
        changes = await store.next_changes(SINK, SCOPE, 100)
    assert changes
    path.write_text("no database", "utf-8")
    async with opened(path) as store:
        assert store.take_damaged()
        await store.open_sink(SINK, TARGET)
        await store.write([batch([4, 5])])
        assert (await store.sink_state(SINK, SCOPE)).backlog == 2
        await store.confirm(SINK, changes, [("point", "no")])
        state = await store.sink_state(SINK, SCOPE)
        assert (state.backlog, state.delivered, state.refused) == (2, None, 0)
        assert values(await told(store)) == [5, 4]


async def test_a_sink_that_leads_elsewhere_is_told_everything(sink: Store) -> None:
    await sink.write([batch([1, 2])])
    await told(sink)
    await sink.open_sink(SINK, TARGET)
    assert await told(sink) == []
    await sink.open_sink(SINK, "http://other.local/history")
    assert values(await told(sink)) == [2, 1]
    await sink.close_sink(SINK)
    assert await told(sink) == []


async def test_a_sink_hears_of_its_own_factory_alone(sink: Store) -> None:
    await sink.write([batch([1]), batch([2], series=Series.SPOT), weather(20), weather(30, "0,0")])
    said = PastRecommendation(
        start=NOON,
        seconds=HOUR,
        recommendation=Recommendation.HALT,
        score=None,
        engine=Engine.RULE,
    )
    for factory in ("obrador", "other"):
        await sink.write_recommendation(factory, said)
        await sink.write_snapshot(factory, Kind.FEATURES, NOON, {"whose": factory})
    run = JobRun(started=NOON, seconds=1.5, outcome=JobOutcome.OK, detail="done")
    for job in ("prices", "influxdb"):
        await sink.save_job(job, JobState(run=run, failures=0, due=NOON))
    assert (await sink.sink_state(SINK, SCOPE)).backlog == 5
    (changes,) = await told(sink)
    assert {(slot[0].split("@")[0], slot[3]) for slot in changes.slots} == {
        ("pvpc", 1),
        ("temperature", 20),
    }
    assert changes.recommendations == [(int(NOON.timestamp()), HOUR, "halt", None, "rule")]
    ((kind, at, content),) = changes.snapshots
    assert (kind, at, unpack(content)) == ("features", NOON.timestamp(), {"whose": "obrador"})
    assert changes.runs == [("prices", NOON.timestamp(), 1.5, "ok", "done")]


async def test_a_stretch_of_time_is_told_again_when_it_is_wanted(sink: Store) -> None:
    await sink.write([batch([float(number) for number in range(48)])])
    await told(sink)
    start = datetime.fromtimestamp(FIRST, UTC) + timedelta(hours=24)
    assert await sink.redeliver(SINK, SCOPE, start, start + timedelta(hours=3)) == 3
    assert (await sink.sink_state(SINK, SCOPE)).backlog == 3
    assert values(await told(sink)) == [26, 25, 24]
    assert await sink.redeliver(SINK, SCOPE, *ALWAYS) == 48
    assert len(values(await told(sink))) == 48


async def test_refused_points_are_set_aside_until_they_are_wanted_again(sink: Store) -> None:
    await sink.write([batch([1, 2])])
    changes = await sink.next_changes(SINK, SCOPE, 100)
    assert changes
    await sink.confirm(SINK, changes, [("point 1", "no"), ("point 2", "never")])
    state = await sink.sink_state(SINK, SCOPE)
    assert (state.backlog, state.refused, state.delivered) == (0, 2, NOON)
    assert state.example == ("point 1", "no")
    await sink.redeliver(SINK, SCOPE, *ALWAYS)
    assert (await sink.sink_state(SINK, SCOPE)).refused == 0


async def test_however_much_is_refused_all_is_counted_and_the_first_is_named(
    sink: Store, path: Path
) -> None:
    for part in range(3):
        await sink.write([batch([part])])
        changes = await sink.next_changes(SINK, SCOPE, 100)
        assert changes
        # The first is not the one that begins with the first letter.
        refused = [(f"{9 - part} {800 - one}", f"no {part}") for one in range(700)]
        await sink.confirm(SINK, changes, refused)
    state = await sink.sink_state(SINK, SCOPE)
    assert (state.refused, state.example) == (2100, ("9 800", "no 0"))
    await sink.open_sink(SINK, "http://other.local/history")
    state = await sink.sink_state(SINK, SCOPE)
    assert (state.refused, state.example) == (0, None)


async def test_nothing_of_a_factory_that_is_gone_is_left(sink: Store, path: Path) -> None:
    await sink.write([batch([1, 2])])
    await sink.write_snapshot("obrador", Kind.SCORES, NOON, {})
    assert await sink.next_changes(SINK, SCOPE, 1)
    await sink.remove_factory("obrador")
    left = "SELECT name FROM sink UNION SELECT sink FROM backlog UNION SELECT factory FROM snapshot"
    assert rows(path, left) == []


async def test_the_first_snapshot_of_an_instant_stays_for_a_year(sink: Store, path: Path) -> None:
    assert await sink.write_snapshot("obrador", Kind.OUTLOOK, NOON, {"a": 1})
    assert not await sink.write_snapshot("obrador", Kind.OUTLOOK, NOON, {"a": 2})
    await sink.write_snapshot("obrador", Kind.OUTLOOK, NOON - timedelta(days=401), {})
    await sink.clean_up()
    ((content,),) = rows(path, "SELECT content FROM snapshot")
    assert unpack(content) == {"a": 1}
