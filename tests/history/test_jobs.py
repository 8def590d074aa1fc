"""How jobs went outlives a restart, and what is worth a line is kept for a season."""

from datetime import datetime, timedelta
from pathlib import Path
import sqlite3

import pytest

from custom_components.chocolate_factory.history.jobs import JobOutcome, JobRun, JobState
from custom_components.chocolate_factory.history.store import Store

from .stored import NOON, Clock, opened, rows


def state(
    outcome: JobOutcome = JobOutcome.OK, *, at: datetime = NOON, failures: int = 0
) -> JobState:
    return JobState(
        run=JobRun(started=at, seconds=1.5, outcome=outcome, detail="120 new prices"),
        failures=failures,
        due=at + timedelta(minutes=5),
    )


async def test_the_last_run_of_each_job_is_there_after_a_restart(path: Path) -> None:
    async with opened(path) as store:
        await store.save_job("prices", state())
        await store.save_job("prices", state(JobOutcome.FAILED, failures=3))
        await store.save_job("gaps", state(JobOutcome.NOTHING))
    async with opened(path) as store:
        assert await store.load_jobs() == {
            "prices": state(JobOutcome.FAILED, failures=3),
            "gaps": state(JobOutcome.NOTHING),
        }


async def test_the_log_has_what_did_something_or_failed_the_newest_first(store: Store) -> None:
    for minute, outcome in enumerate(JobOutcome):
        await store.save_job("prices", state(outcome, at=NOON + timedelta(minutes=minute)))
    runs = await store.read_runs(10)
    assert [(job, run.outcome) for job, run in runs] == [
        ("prices", "failed"),
        ("prices", "partial"),
        ("prices", "ok"),
    ]
    assert runs[0][1] == state(JobOutcome.FAILED, at=NOON + timedelta(minutes=3)).run
    assert await store.read_runs(1) == runs[:1]


async def test_the_log_is_forgotten_after_a_season_and_the_last_run_is_not(
    store: Store, clock: Clock
) -> None:
    await store.save_job("prices", state())
    clock.tick(timedelta(days=90))
    await store.clean_up()
    assert len(await store.read_runs(10)) == 1
    clock.tick(timedelta(minutes=1))
    await store.clean_up()
    assert await store.read_runs(10) == []
    assert await store.load_jobs() == {"prices": state()}


@pytest.mark.parametrize(
    "nonsense",
    [
        "UPDATE job SET outcome = 'splendid'",
        "UPDATE job SET started = 1e300",
        "UPDATE job SET due = 9e99",
    ],
)
async def test_a_job_that_cannot_be_understood_is_forgotten(path: Path, nonsense: str) -> None:
    async with opened(path) as store:
        await store.save_job("prices", state())
    with sqlite3.connect(path) as connection:
        connection.execute(nonsense)
    connection.close()
    async with opened(path) as store:
        assert await store.load_jobs() == {}
        await store.save_job("prices", state())
        assert await store.load_jobs() == {"prices": state()}


async def test_a_run_that_cannot_be_understood_is_left_out(path: Path) -> None:
    async with opened(path) as store:
        await store.save_job("prices", state())
        await store.save_job("gaps", state())
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE run SET outcome = 'splendid' WHERE job = 'prices'")
    connection.close()
    async with opened(path) as store:
        assert [job for job, _ in await store.read_runs(10)] == ["gaps"]
    assert len(rows(path, "SELECT * FROM run")) == 2
