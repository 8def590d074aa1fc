"""Of each slot a real database shows what was said of it last, however often it is delivered."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from custom_components.chocolate_factory.clients.influx import (
    Api,
    InfluxDatabase,
    InfluxSettings,
    Selection,
)
from custom_components.chocolate_factory.history import delivery as delivering
from custom_components.chocolate_factory.history.delivery import Delivered, Delivery
from custom_components.chocolate_factory.history.points import OUTLOOK
from custom_components.chocolate_factory.history.snapshots import Kind
from custom_components.chocolate_factory.history.store import Store

from ..databases import PASSWORD, USER, Server, influxdb
from .deliverer import LABELS, SCOPE, SINK, connected, delivery
from .stored import HOUR, NOON, batch

EVENING = NOON + timedelta(hours=6)


@pytest.fixture
def influx(tmp_path: Path, socket_enabled: None) -> Iterator[Server]:
    """Return a running InfluxDB."""
    server = influxdb(tmp_path)
    yield server
    server.stop()


@pytest.fixture
async def work(store: Store, influx: Server) -> AsyncIterator[Delivery]:
    """Return what delivers to it."""
    settings = InfluxSettings(
        api=Api.V1, url=influx.url, database="history", username=USER, password=PASSWORD
    )
    async with connected(settings) as database:
        yield delivery(store, database, settings)


async def say(store: Store, issued: datetime, price: float, hours: int = 48) -> None:
    """Keep an outlook that says the same of every hour from its own one on."""
    first = int(issued.timestamp()) // HOUR * HOUR
    said = {"start": [first + HOUR * one for one in range(hours)], "price": [price] * hours}
    await store.write_snapshot(SCOPE.factory, Kind.OUTLOOK, issued, said)


async def shown(database: InfluxDatabase) -> dict[tuple[int, int], float]:
    """Return prices by their lead and the hours after noon."""
    selection = Selection(
        measurement=OUTLOOK,
        tags=("lead",),
        fields=("price",),
        site=LABELS.site,
        start=NOON,
        end=NOON + timedelta(days=9),
    )
    return {
        (int(str(one.values["lead"])), (one.time - int(NOON.timestamp())) // HOUR): float(
            one.values["price"]
        )
        for one in await database.read(selection)
    }


# At noon 1.0 was said of two days, and of as many in the evening 2.0: of what lies ahead by the
# same days only the latter counts.
NEWER = {(0 if hour < 30 else 1, hour): 2.0 for hour in range(6, 54)}
OLDER = {(0 if hour < 24 else 1, hour): 1.0 for hour in range(48)}


@pytest.mark.parametrize("most", [1, 60, 5000])
async def test_what_was_said_last_stays_in_whatever_order_it_is_delivered(
    store: Store, work: Delivery, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(delivering, "BATCH", most)
    await say(store, NOON, 1.0)
    await say(store, EVENING, 2.0)
    expected = OLDER | NEWER
    # Delivered at once, or one by one, with the newer one first.
    assert await work.run() == Delivered(len(expected), 0)
    assert await shown(work.database) == expected
    # And once more; of the older one alone, too.
    for end in (EVENING + timedelta(seconds=1), EVENING):
        assert await store.redeliver(SINK, SCOPE, NOON, end)
        await work.run()
        assert await shown(work.database) == expected


async def test_what_was_said_last_stays_when_each_was_delivered_in_its_time(
    store: Store, work: Delivery
) -> None:
    for issued, price in ((NOON, 1.0), (EVENING, 2.0)):
        await say(store, issued, price)
        assert await work.run() == Delivered(48, 0)
    assert await shown(work.database) == OLDER | NEWER
    await store.redeliver(SINK, SCOPE, NOON, EVENING + timedelta(days=1))
    await work.run()
    assert await shown(work.database) == OLDER | NEWER


async def test_an_outlook_gives_way_to_the_newer_one_where_that_has_something_to_say(
    store: Store, work: Delivery
) -> None:
    """Hours that are over, or that it does not reach, are as they were said before."""
    await say(store, NOON, 1.0)
    await say(store, EVENING, 2.0, hours=2)
    await store.write_snapshot(SCOPE.factory, Kind.OUTLOOK, EVENING + timedelta(hours=1), {})
    await work.run()
    assert await shown(work.database) == OLDER | {(0, 6): 2.0, (0, 7): 2.0}


@pytest.mark.parametrize("at_once", [False, True])
async def test_what_a_newer_outlook_does_not_know_is_as_it_was_said_before(
    store: Store, work: Delivery, at_once: bool
) -> None:
    """In whatever order they come: nothing takes a field away again."""
    at = int(EVENING.timestamp())
    for issued, columns in (
        (NOON, {"price": [1.0], "score": [50.0]}),
        (EVENING, {"price": [2.0], "score": [None]}),
    ):
        said = {"start": [at]} | columns
        await store.write_snapshot(SCOPE.factory, Kind.OUTLOOK, issued, said)
        if not at_once:
            await work.run()
    await work.run()
    selection = Selection(
        measurement=OUTLOOK,
        tags=(),
        fields=("price", "score", "issued"),
        site=LABELS.site,
        start=EVENING,
        end=EVENING + timedelta(hours=1),
    )
    (record,) = await work.database.read(selection)
    assert record.values == {"price": 2.0, "score": 50.0, "issued": at}


async def test_an_outlook_of_another_factory_says_nothing_of_this_one(
    store: Store, work: Delivery
) -> None:
    await say(store, NOON, 1.0)
    said = {"start": [int(NOON.timestamp())], "price": [3.0]}
    await store.write_snapshot("other", Kind.OUTLOOK, EVENING, said)
    await work.run()
    assert await shown(work.database) == OLDER


async def test_what_a_newer_outlook_says_anew_still_counts_as_a_change(
    store: Store, work: Delivery
) -> None:
    await say(store, NOON, 1.0, hours=6)
    await say(store, NOON + timedelta(minutes=30), 2.0, hours=6)
    await store.write([batch([0.5])])
    await store.open_sink(work.sink, work.target)
    assert (await store.sink_state(SINK, SCOPE)).backlog == 3
    assert await work.run() == Delivered(7, 0)
    assert (await store.sink_state(SINK, SCOPE)).backlog == 0
