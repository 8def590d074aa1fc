"""Whatever the database dislikes, the rest arrives, and nothing is lost or asked for too much."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from unittest.mock import ANY

from aiohttp import web
import pytest

from custom_components.chocolate_factory.clients.errors import AuthenticationError, SourceError
from custom_components.chocolate_factory.clients.influx import (
    Api,
    InfluxSettings,
    MissingDatabaseError,
)
from custom_components.chocolate_factory.clients.influx_refusals import RejectedError
from custom_components.chocolate_factory.history.delivery import (
    BATCH,
    AllRejectedError,
    Delivered,
    Delivery,
)
from custom_components.chocolate_factory.history.outbox import SinkState
from custom_components.chocolate_factory.history.snapshots import Kind
from custom_components.chocolate_factory.history.store import Store

from ..clients.influx_server import TOO_OLD, Influx, dislikes, drops, holds, influx_server
from .deliverer import SCOPE, SINK, connected, delivery, history
from .stored import HOUR, NOON, batch

HOURS = 24
POINTS = 8 * HOURS


@asynccontextmanager
async def delivering(store: Store, influx: Influx, api: Api = Api.V2) -> AsyncIterator[Delivery]:
    """Return what delivers to a simulated server."""
    settings = InfluxSettings(api=api, url=influx.url, database="history", token="secret-token")
    async with connected(settings) as database:
        yield delivery(store, database, settings)


@pytest.fixture
async def influx(socket_enabled: None) -> AsyncIterator[Influx]:
    """Return a server that takes everything."""
    async with influx_server() as influx:
        yield influx


@pytest.fixture
async def full(store: Store) -> Store:
    """Return a store with a day of eight series."""
    assert await store.write(history(HOURS)) == POINTS
    return store


async def state(store: Store) -> SinkState:
    return await store.sink_state(SINK, SCOPE)


def written(influx: Influx) -> int:
    """Return how many different points have arrived, beside those that say nothing."""
    return len({line for line in influx.lines if not line.startswith("chocolate_probe")})


@pytest.mark.parametrize("api", Api)
async def test_everything_arrives_once(full: Store, influx: Influx, api: Api) -> None:
    async with delivering(full, influx, api) as work:
        assert await work.run() == Delivered(POINTS, 0)
        assert await work.run() == Delivered(0, 0)
    assert len(influx.requests) == 1
    assert len(influx.lines) == written(influx) == POINTS


@pytest.mark.parametrize("api", Api)
async def test_a_point_that_is_disliked_is_set_aside_and_the_others_arrive(
    full: Store, influx: Influx, api: Api
) -> None:
    bad = f"{history(1)[0].values[0]},"
    influx.verdict = dislikes(f"price={bad}")
    async with delivering(full, influx, api) as work:
        assert await work.run() == Delivered(POINTS - 1, 1)
        assert await work.run() == Delivered(0, 0)
    assert written(influx) == POINTS - 1
    found = await state(full)
    assert (found.backlog, found.refused) == (0, 1)
    assert found.example
    assert bad in found.example[0]
    assert found.example[1].startswith("partial write: field type conflict")
    # Halves of halves, not each point by itself.
    assert len(influx.requests) < 20


async def test_a_field_that_is_disliked_altogether_is_not_tried_point_by_point(
    store: Store, influx: Influx
) -> None:
    await store.write(history(400))
    # As 1.x and 2.x do it, which say how many points are not written.
    influx.verdict = drops(influx, " humidity=")
    async with delivering(store, influx) as work:
        assert await work.run() == Delivered(6 * 400, 2 * 400)
    assert written(influx) == 6 * 400
    assert (await state(store)).refused == 800
    assert len(influx.requests) < 20


@pytest.mark.parametrize("every", [2, 3, 7])
@pytest.mark.parametrize("does_count", [False, True])
async def test_however_many_points_are_disliked_all_others_arrive(
    store: Store, influx: Influx, every: int, does_count: bool
) -> None:
    values = [number / 8 for number in range(300)]
    await store.write([batch(values)])
    bad = [f"price={value!r}," for value in values[::every]]
    influx.verdict = drops(influx, *bad) if does_count else dislikes(*bad)
    async with delivering(store, influx) as work:
        found = await work.run()
        # What a run does not find out, the next ones do.
        assert len(influx.requests) < 1500
        while (await state(store)).backlog:
            more = await work.run()
            found = Delivered(found.points + more.points, found.refused + more.refused)
    assert found == Delivered(300 - len(bad), len(bad))
    assert written(influx) == 300 - len(bad)


async def test_a_server_is_not_asked_without_end_what_it_dislikes(
    store: Store, influx: Influx
) -> None:
    await store.write(history(160))
    influx.verdict = dislikes(" humidity=", " pressure=")
    async with delivering(store, influx) as work:
        left = [8 * 160]
        while left[-1]:
            influx.requests.clear()
            await work.run()
            left.append((await state(store)).backlog)
            assert len(influx.requests) < 1500
            # What is found out is kept.
            assert left[-1] < left[-2]
    assert len(left) > 2
    assert written(influx) == 4 * 160


async def test_a_server_that_dislikes_everything_gets_it_again_later(
    full: Store, influx: Influx
) -> None:
    influx.refuse(400, "who are you?")
    async with delivering(full, influx) as work:
        with pytest.raises(AllRejectedError, match="every point is refused: HTTP") as raised:
            await work.run()
        assert raised.value.reason == "who are you?"
        assert (await state(full)).refused == 0
        influx.verdict = None
        assert await work.run() == Delivered(POINTS, 0)


async def test_no_more_points_are_on_the_way_at_a_time_than_a_server_likes(
    store: Store, influx: Influx
) -> None:
    slots: list[float] = [number / 8 for number in range(7 * 96)]
    for number in range(40):
        at = NOON + number * timedelta(hours=6)
        # Later ones speak of other slots: nothing is said twice.
        first = int(at.timestamp()) + number * len(slots) * HOUR
        said = {"start": [first + HOUR * one for one in range(len(slots))], "price": slots}
        await store.write_snapshot(SCOPE.factory, Kind.OUTLOOK, at, said)
    arrived = [0]
    async with delivering(store, influx) as work:
        work.on_progress = lambda: arrived.append(len(influx.lines))
        assert await work.run() == Delivered(40 * len(slots), 0)
    assert max(len(body.splitlines()) for body in influx.bodies) <= BATCH
    # What has arrived is known to have arrived before more is sent.
    assert max(after - before for before, after in pairwise(arrived)) <= BATCH


async def test_a_server_that_dislikes_signatures_gets_all_else(full: Store, influx: Influx) -> None:
    bad = f"price={history(1)[0].values[0]},"
    influx.verdict = dislikes("factory=", bad)
    async with delivering(full, influx) as work:
        with pytest.raises(RejectedError):
            await work.sign()
        assert await work.run() == Delivered(POINTS - 1, 1)


async def test_points_come_in_smaller_batches_where_large_ones_are_too_large(
    full: Store, influx: Influx
) -> None:
    influx.verdict = holds(25)
    async with delivering(full, influx) as work:
        assert await work.run() == Delivered(POINTS, 0)
        assert work.most <= 25
        refusals = len(influx.requests) - POINTS / work.most
        assert refusals <= 4
    assert written(influx) == POINTS


async def test_a_point_that_is_too_large_by_itself_is_set_aside(
    full: Store, influx: Influx
) -> None:
    bad = f"price={history(1)[0].values[0]},"
    influx.verdict = lambda lines: (
        web.Response(status=413) if any(bad in line for line in lines) else None
    )
    async with delivering(full, influx) as work:
        assert await work.run() == Delivered(POINTS - 1, 1)
        assert work.most == BATCH
    assert written(influx) == POINTS - 1
    assert (await state(full)).example == (ANY, "HTTP status 413")


async def test_a_server_to_which_everything_is_too_large_gets_it_again_later(
    full: Store, influx: Influx
) -> None:
    influx.verdict = holds(0)
    async with delivering(full, influx) as work:
        for _ in range(2):
            influx.requests.clear()
            with pytest.raises(AllRejectedError, match="HTTP status 413"):
                await work.run()
            assert len(influx.requests) < 20
            found = await state(full)
            assert (found.backlog, found.refused) == (POINTS, 0)
        influx.verdict = None
        influx.requests.clear()
        assert await work.run() == Delivered(POINTS, 0)
        assert len(influx.requests) == 1
    assert written(influx) == POINTS


async def test_points_older_than_the_database_keeps_are_done_with(
    full: Store, influx: Influx
) -> None:
    influx.refuse(422, TOO_OLD)
    async with delivering(full, influx) as work:
        await work.run()
    assert (await state(full)) == SinkState(
        backlog=0, delivered=(await state(full)).delivered, refused=0, example=None
    )


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, AuthenticationError),
        (404, MissingDatabaseError),
        (429, SourceError),
        (500, SourceError),
        (503, SourceError),
    ],
)
async def test_what_is_no_fault_of_a_point_is_tried_once_and_keeps_the_backlog(
    full: Store, influx: Influx, status: int, error: type[SourceError]
) -> None:
    influx.refuse(status, Retry_After="60")
    async with delivering(full, influx) as work:
        with pytest.raises(error):
            await work.run()
        assert len(influx.requests) == 1
        assert (await state(full)).backlog == POINTS
        influx.verdict = None
        assert await work.run() == Delivered(POINTS, 0)


async def test_what_is_new_comes_before_a_backlog_that_could_not_be_delivered(
    store: Store, influx: Influx
) -> None:
    await store.write(history(1000))
    influx.refuse(503)
    async with delivering(store, influx) as work:
        with pytest.raises(SourceError):
            await work.run()
        (news,) = [batch for batch in history(1001) if batch.series == "pvpc"]
        await store.write([news])
        influx.verdict = None
        await work.run()
    last = int(news.starts[-1])
    first_request = influx.bodies[1].splitlines()
    assert first_request[0].endswith(f" {last}")
    assert last - HOUR == max(int(batch.starts[-1]) for batch in history(1000))
