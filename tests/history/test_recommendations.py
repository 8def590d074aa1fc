"""What was recommended for a slot when it began can be looked up ever after."""

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
import sqlite3

import pytest

from custom_components.chocolate_factory.factory.recommendation import Engine, Recommendation
from custom_components.chocolate_factory.history.recommendations import PastRecommendation
from custom_components.chocolate_factory.history.store import Store

from .stored import ALWAYS, NOON, opened, rows

HOUR = timedelta(hours=1)


def said(
    recommendation: Recommendation = Recommendation.OPTIMAL,
    *,
    start: datetime = NOON,
    score: float | None = 87.25,
) -> PastRecommendation:
    return PastRecommendation(
        start=start,
        seconds=900,
        recommendation=recommendation,
        score=score,
        engine=Engine.MODEL,
    )


async def read(store: Store, factory: str = "obrador") -> list[PastRecommendation]:
    return await store.read_recommendations(factory, *ALWAYS)


async def test_what_was_said_is_there_after_a_restart(path: Path) -> None:
    every = [
        said(one, start=NOON + number * HOUR, score=None if number else 3.5)
        for number, one in enumerate(Recommendation)
    ]
    async with opened(path) as store:
        for one in reversed(every):
            assert await store.write_recommendation("obrador", one)
    async with opened(path) as store:
        assert await read(store) == every
        assert await read(store, "taller") == []
        assert (
            await store.read_recommendations("obrador", NOON + HOUR, NOON + 3 * HOUR) == every[1:3]
        )


async def test_what_was_said_of_a_slot_first_stays_and_only_news_gets_a_number(
    store: Store, path: Path
) -> None:
    assert await store.write_recommendation("obrador", said())
    assert not await store.write_recommendation("obrador", said())
    assert not await store.write_recommendation("obrador", said(Recommendation.HALT))
    assert await store.write_recommendation("taller", said(Recommendation.HALT))
    assert rows(path, "SELECT last FROM sequence") == [(2,)]
    assert await read(store) == [said()]
    assert await read(store, "taller") == [said(Recommendation.HALT)]


async def test_what_was_said_outlives_what_was_wanted_but_not_its_factory(store: Store) -> None:
    await store.write_recommendation("obrador", said())
    await store.write_recommendation("taller", said())
    await store.forget_factory("obrador")
    await store.clean_up()
    assert await read(store) == [said()]

    await store.remove_factory("obrador")
    assert await read(store) == []
    assert await read(store, "taller") == [said()]


@pytest.mark.parametrize(
    "nonsense", ["recommendation = 'run'", "engine = 'oracle'", "start = 9223372036854775"]
)
async def test_what_cannot_be_understood_is_passed_over(
    store: Store, path: Path, nonsense: str
) -> None:
    await store.write_recommendation("obrador", said())
    await store.write_recommendation("obrador", said(start=NOON + HOUR))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            f"UPDATE recommendation SET {nonsense} WHERE start = {int(NOON.timestamp())}"  # noqa: S608 - ours
        )
    found = await store.read_recommendations(
        "obrador", ALWAYS[0], datetime.max.replace(tzinfo=NOON.tzinfo)
    )
    assert found == [said(start=NOON + HOUR)]
