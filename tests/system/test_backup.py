"""What a user backs up while the factory goes on, the user's Home Assistant restores."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
import secrets
import shutil
import sqlite3

from homeassistant.const import RESTART_EXIT_CODE
import pytest

from demo.home_assistant import INTEGRATION, HomeAssistant
from demo.simulator import run_simulator

from ..history.deliverer import YEARS, history
from ..history.stored import NOON, opened

PRICE = "/api/states/sensor.chocolate_factory_electricity_price"
WHILE = timedelta(minutes=10)

type Slots = dict[tuple[str, int], tuple[int, float, int]]


@pytest.fixture
async def home(tmp_path: Path, port: int) -> AsyncIterator[HomeAssistant]:
    """Run Home Assistant with a factory that knows three years."""
    async with opened(tmp_path / f"{INTEGRATION}.db") as store:
        assert await store.write(history()) == 8 * YEARS
    # Something that takes its time, before and after the history.
    for name in ("a", "z"):
        (tmp_path / f"{name}.bin").write_bytes(secrets.token_bytes(20_000_000))
    async with (
        run_simulator(now=NOON) as upstream,
        HomeAssistant(config=tmp_path, port=port, upstream=upstream, now=NOON) as home,
    ):
        await home.add_factory()
        # All that the sources have to say, so that the history is as it will be.
        await home.action("ingest_now")
        yield home


def stored(home: HomeAssistant) -> tuple[Slots, list[int]]:
    """Return prices, weather and what was told, after seeing that the file is sound."""
    with closing(sqlite3.connect(home.config / f"{INTEGRATION}.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        slots = connection.execute(
            "SELECT name, start, seconds, value, seq FROM slot JOIN series ON id = series"
        ).fetchall()
        notes = connection.execute("SELECT note FROM outcome ORDER BY start").fetchall()
    return {(name, start): rest for name, start, *rest in slots}, [int(note) for (note,) in notes]


@pytest.mark.timeout(300)
async def test_a_backup_of_a_living_factory_is_restored_by_home_assistant_itself(
    home: HomeAssistant,
) -> None:
    told = 0

    async def tell() -> None:
        nonlocal told
        while not done.is_set():
            start = NOON - timedelta(days=300) + told * WHILE
            await home.action(
                "record_outcome",
                start=start.isoformat(),
                end=(start + WHILE).isoformat(),
                outcome="good",
                note=str(told),
            )
            told += 1

    done = asyncio.Event()
    async with asyncio.timeout(120), asyncio.TaskGroup() as group:
        group.create_task(tell())
        while told < 10:  # noqa: ASYNC110 - a process
            await asyncio.sleep(0.01)
        slots, _ = stored(home)
        before = told
        await home.post("/api/services/backup/create", {})
        between = told
        while told < between + 10:  # noqa: ASYNC110 - a process
            await asyncio.sleep(0.01)
        done.set()
    # The first may have been under way; how many there are is up to the disk.
    assert between > before + 1, "telling was held up"

    (backup,) = (await home.command("backup/info"))["backups"]
    # Whoever restarts has no time to answer.
    with suppress(TypeError):
        await home.command("backup/restore", backup_id=backup["backup_id"], agent_id="backup.local")
    assert await home.wait() == RESTART_EXIT_CODE
    await home.launch()
    assert await home.wait() == RESTART_EXIT_CODE, "it restores, and wants to be started again"
    restored, notes = stored(home)
    assert slots.items() <= restored.items()
    assert notes == list(range(len(notes)))
    # The last one may have been kept before we heard of it.
    assert before <= len(notes) <= between + 1

    # The link to this repository came back as a folder.
    shutil.rmtree(home.config / "custom_components")
    await home.start()
    assert float((await home.get(PRICE))["state"]) > 0
    answer = await home.action("get_outcomes")
    assert len(answer["outcomes"]) == len(notes)
    await home.stop()
    lines = [line for line in home.log.read_text().splitlines() if "[custom_components." in line]
    assert [line for line in lines if " INFO " not in line] == []
