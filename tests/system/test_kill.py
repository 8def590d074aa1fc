"""Killed in the middle of an import, Home Assistant loses nothing and goes on."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
import random
import sqlite3

from aiohttp import ClientSession
import pytest

from custom_components.chocolate_factory.clients.parsing import market_day
from custom_components.chocolate_factory.history.ingest import DAYS_BACK
from demo.home_assistant import HomeAssistant
from demo.simulator import run_simulator

ROUNDS = 20
FIRST = datetime(2026, 1, 15, 11, tzinfo=UTC)

type Slots = dict[tuple[str, int], tuple[int, float]]


def stored(config: Path) -> Slots:
    """Return all slots, after seeing that the file is sound and claims no time twice."""
    connection = sqlite3.connect(config / "chocolate_factory.db")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    rows = connection.execute(
        "SELECT name, start, seconds, value FROM slot JOIN series ON id = series ORDER BY 1, 2"
    ).fetchall()
    overlaps = connection.execute(
        "SELECT count(*) FROM slot a JOIN slot b ON a.series = b.series"
        " AND b.start > a.start AND b.start < a.start + a.seconds"
    ).fetchone()
    connection.close()
    assert overlaps == (0,)
    return {(name, start): (seconds, value) for name, start, seconds, value in rows}


@pytest.mark.timeout(600)
async def test_twenty_kills_lose_nothing_and_the_next_start_fills_what_is_missing(
    tmp_path: Path, port: int
) -> None:
    chance = random.Random(1)  # noqa: S311 - no secret
    async with run_simulator(now=FIRST) as upstream, ClientSession() as session:
        async with HomeAssistant(config=tmp_path, port=port, upstream=upstream, now=FIRST) as home:
            await home.add_factory()
        kept = stored(tmp_path)
        caught = 0
        # Slow enough to be caught in the act.
        await session.post(
            f"{upstream}/_faults", json={"host": "*", "kind": "delay", "seconds": 0.05}
        )
        for number in range(1, ROUNDS + 1):
            # Another fortnight, of which nothing is stored yet.
            now = FIRST + timedelta(days=14 * number)
            await session.post(f"{upstream}/_clock", json={"now": now.isoformat()})
            await session.delete(f"{upstream}/_log")
            home = HomeAssistant(config=tmp_path, port=port, upstream=upstream, now=now)
            await home.launch()
            asked, wanted = 0, chance.randint(1, DAYS_BACK)
            while asked < wanted:
                await asyncio.sleep(0.005)
                asked = len(await (await session.get(f"{upstream}/_log")).json())
            await home.kill()
            await home.stop()
            after = stored(tmp_path)
            assert kept.items() <= after.items()
            caught += kept.keys() < after.keys()
            kept = after
        assert caught >= ROUNDS / 2, "most were caught between two writes"

        await session.delete(f"{upstream}/_faults")
        async with HomeAssistant(config=tmp_path, port=port, upstream=upstream, now=now) as home:
            # The start itself fills what is missing; the action waits for it and finds nothing.
            answer = await home.action("ingest_now")
            assert answer == {"fetched": [], "missing": []}
        after = stored(tmp_path)
        assert kept.items() <= after.items()
        day = now.date()
        start = int(market_day(day - timedelta(days=DAYS_BACK))[0].timestamp())
        end = int(market_day(day)[1].timestamp())
        for series, seconds in (("pvpc", 3600), ("spot", 900)):
            assert [at for name, at in after if name == series and start <= at < end] == list(
                range(start, end, seconds)
            )
