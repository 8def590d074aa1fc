"""What was said of prices to come stays as it was said, until more than a year has passed."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
import json
from pathlib import Path
import sqlite3
from typing import Any
import zlib

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal
import pytest

from custom_components.chocolate_factory.factory.price_issue import PriceIssue
from custom_components.chocolate_factory.factory.series import Series
from custom_components.chocolate_factory.history.store import Store

from .stored import NOON, Clock, opened, rows

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# The end of tomorrow in Madrid.
KNOWN = NOON + 36 * HOUR


def issue(
    middle: float = 0.12,
    *,
    issued: datetime = NOON,
    known_until: datetime = KNOWN,
    series: Series = Series.PVPC,
    seconds: int = 3600,
) -> PriceIssue:
    count = 7 * 24 * 3600 // seconds
    prices = middle + np.linspace(-0.05, 0.05, count)
    return PriceIssue(
        series=series,
        issued=issued,
        known_until=known_until,
        starts=int(known_until.timestamp()) + seconds * np.arange(count),
        seconds=seconds,
        low=prices - 0.02,
        middle=prices,
        high=prices + 0.02,
    )


def check_same(found: PriceIssue | None, said: PriceIssue) -> None:
    """Refuse what is not the same to a cent per MWh."""
    assert found
    assert (found.series, found.issued, found.known_until, found.seconds) == (
        said.series, said.issued, said.known_until, said.seconds
    )  # fmt: skip
    assert_array_equal(found.starts, said.starts)
    for there, here in (
        (found.low, said.low),
        (found.middle, said.middle),
        (found.high, said.high),
    ):
        assert_allclose(there, here, atol=0.5e-5 + 1e-12)


@pytest.mark.parametrize("seconds", [3600, 900])
async def test_a_forecast_comes_back_as_it_was_issued(path: Path, seconds: int) -> None:
    said = issue(seconds=seconds)
    async with opened(path) as store:
        assert await store.write_price_issue(said)
    async with opened(path) as store:
        check_same(await store.read_price_issue(Series.PVPC, NOON), said)


async def test_nothing_was_said_before_the_first_forecast(store: Store) -> None:
    await store.write_price_issue(issue())

    assert await store.read_price_issue(Series.PVPC, NOON - timedelta(seconds=1)) is None
    assert await store.read_price_issue(Series.SPOT, NOON) is None
    assert await store.read_price_issues(Series.SPOT, NOON - DAY, NOON + DAY) == []


async def test_the_newest_until_an_instant_counts_and_all_of_a_time_come_in_order(
    store: Store,
) -> None:
    said = [issue(0.1 + hour / 100, issued=NOON + hour * HOUR) for hour in (3, 0, 6)]
    for one in said:
        assert await store.write_price_issue(one)
    await store.write_price_issue(issue(0.9, issued=NOON + 2 * HOUR, series=Series.SPOT))

    check_same(await store.read_price_issue(Series.PVPC, NOON + 5 * HOUR), said[0])
    check_same(await store.read_price_issue(Series.PVPC, NOON + 99 * HOUR), said[2])
    found = await store.read_price_issues(Series.PVPC, NOON, NOON + 6 * HOUR)
    assert [one.issued for one in found] == [NOON, NOON + 3 * HOUR]


async def test_what_was_said_already_from_the_same_knowledge_is_not_said_again(
    store: Store, path: Path
) -> None:
    assert await store.write_price_issue(issue())
    assert not await store.write_price_issue(issue())
    assert not await store.write_price_issue(issue(issued=NOON + HOUR))
    # A difference that no market knows.
    assert not await store.write_price_issue(issue(0.12 + 1e-9, issued=NOON + HOUR))

    assert await store.write_price_issue(issue(0.13, issued=NOON + HOUR))
    # What is said again after something else was is news.
    assert await store.write_price_issue(issue(issued=NOON + 2 * HOUR))
    assert await store.write_price_issue(
        issue(issued=NOON + 3 * HOUR, known_until=KNOWN + 24 * HOUR)
    )
    assert await store.write_price_issue(issue(issued=NOON + 4 * HOUR, series=Series.SPOT))
    # The same from other knowledge is news, too.
    same = replace(issue(issued=NOON + 5 * HOUR, series=Series.SPOT), known_until=KNOWN - DAY)
    assert await store.write_price_issue(same)
    assert len(rows(path, "SELECT * FROM price_forecast")) == 6


async def test_what_is_said_twice_in_a_second_counts_once(store: Store, path: Path) -> None:
    await store.write_price_issue(issue())
    await store.write_price_issue(issue(0.2))

    check_same(await store.read_price_issue(Series.PVPC, NOON), issue(0.2))
    assert len(rows(path, "SELECT * FROM price_forecast")) == 1


async def test_every_forecast_has_a_number_of_its_own(store: Store, path: Path) -> None:
    for hour in range(3):
        await store.write_price_issue(issue(0.1 + hour, issued=NOON + hour * HOUR))
    assert rows(path, "SELECT seq FROM price_forecast ORDER BY issued") == [(1,), (2,), (3,)]
    assert rows(path, "SELECT last FROM sequence") == [(3,)]


async def test_what_was_not_said_stays_unsaid(store: Store) -> None:
    said = issue()
    said.middle[3:5] = np.nan
    said.high[-1] = np.nan
    await store.write_price_issue(said)
    check_same(await store.read_price_issue(Series.PVPC, NOON), said)


async def test_prices_may_be_negative(store: Store) -> None:
    await store.write_price_issue(issue(-0.4))
    check_same(await store.read_price_issue(Series.PVPC, NOON), issue(-0.4))


async def test_a_year_and_a_bit_is_kept(store: Store, clock: Clock) -> None:
    await store.write_price_issue(issue())
    clock.tick(400 * DAY)
    await store.clean_up()
    assert await store.read_price_issue(Series.PVPC, NOON)
    clock.tick(timedelta(seconds=1))
    await store.clean_up()
    assert await store.read_price_issue(Series.PVPC, NOON) is None


FINE = {"start": 0, "seconds": 3600, "low": [1], "middle": [2], "high": [3]}


def contents() -> Iterator[bytes]:
    """Yield what a newer release may write, or damage leave."""
    fine = zlib.compress(json.dumps(FINE).encode())
    yield fine[:-5]
    yield b""
    yield zlib.compress(b"\xff")
    yield zlib.compress(b"[" * 100_000)
    changes: list[dict[str, Any]] = [
        {"low": [1, 2]},
        {"low": ["cheap"]},
        {"low": 7},
        {"middle": []},
        {"seconds": 0},
        {"seconds": "long"},
        {"start": 10**400},
        {"start": None},
    ]
    for change in changes:
        yield zlib.compress(json.dumps(FINE | change).encode())
    for name in FINE:
        yield zlib.compress(json.dumps({key: FINE[key] for key in FINE if key != name}).encode())
    yield zlib.compress(b"[]")


async def test_what_cannot_be_understood_is_passed_over_for_what_was_said_before(
    store: Store, path: Path
) -> None:
    await store.write_price_issue(issue())
    for number, content in enumerate(contents(), 1):
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(
                "INSERT INTO price_forecast VALUES ('pvpc', ?, 0, ?, ?)",
                (int(NOON.timestamp()) + number, content, 100 + number),
            )
    check_same(await store.read_price_issue(Series.PVPC, NOON + HOUR), issue())
    assert len(await store.read_price_issues(Series.PVPC, NOON, NOON + HOUR)) == 1
    assert store.take_damaged() is None

    # A good one that came the same way is read.
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO price_forecast VALUES ('pvpc', ?, 0, ?, 99)",
            (int(NOON.timestamp()) + 1000, zlib.compress(json.dumps(FINE).encode())),
        )
    found = await store.read_price_issue(Series.PVPC, NOON + HOUR)
    assert found
    assert found.middle.tolist() == [2e-5]
