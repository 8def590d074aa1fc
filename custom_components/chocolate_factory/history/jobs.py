"""How the recurring jobs went: the last run of each, and a log of those that are worth a line.

What cannot be understood, as from a newer release or after damage, is left out.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
import sqlite3
from typing import Final

from .sequence import next_number

_NONSENSE: Final = (TypeError, ValueError, OverflowError)


class JobOutcome(StrEnum):
    """How a run of a job went."""

    OK = "ok"
    NOTHING = "nothing"
    """There was nothing to do."""
    PARTIAL = "partial"
    """Some of it could not be done, and the job itself is not to blame."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun:
    """One run of a job."""

    started: datetime
    seconds: float
    outcome: JobOutcome
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """What must be known of a job after a restart."""

    run: JobRun
    """The last one."""
    failures: int
    """Failures in a row."""
    due: datetime


def load_jobs(connection: sqlite3.Connection) -> dict[str, JobState]:
    """Return all jobs by name, as their last runs left them."""
    states = {}
    for name, *run, failures, due in connection.execute(
        "SELECT name, started, seconds, outcome, detail, failures, due FROM job"
    ):
        with suppress(*_NONSENSE):
            states[name] = JobState(
                run=_run(*run), failures=failures, due=datetime.fromtimestamp(due, UTC)
            )
    return states


def save_job(connection: sqlite3.Connection, name: str, state: JobState) -> None:
    """Keep how a job went, in the log too unless there was nothing to do."""
    run = state.run
    values = (name, run.started.timestamp(), run.seconds, run.outcome, run.detail)
    connection.execute(
        "INSERT OR REPLACE INTO job (name, started, seconds, outcome, detail, failures, due)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*values, state.failures, state.due.timestamp()),
    )
    if run.outcome is not JobOutcome.NOTHING:
        connection.execute(
            "INSERT INTO run (job, started, seconds, outcome, detail, seq)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (*values, next_number(connection)),
        )


def read_runs(connection: sqlite3.Connection, count: int) -> list[tuple[str, JobRun]]:
    """Return the newest runs in the log, the newest first, with the names of their jobs."""
    runs = []
    for job, *run in connection.execute(
        "SELECT job, started, seconds, outcome, detail FROM run"
        " ORDER BY started DESC, rowid DESC LIMIT ?",
        (count,),
    ):
        with suppress(*_NONSENSE):
            runs.append((job, _run(*run)))
    return runs


def clean_up(connection: sqlite3.Connection, before: datetime) -> None:
    """Forget runs that began before an instant."""
    connection.execute("DELETE FROM run WHERE started < ?", (before.timestamp(),))


def _run(started: float, seconds: float, outcome: str, detail: str) -> JobRun:
    return JobRun(
        started=datetime.fromtimestamp(started, UTC),
        seconds=seconds,
        outcome=JobOutcome(outcome),
        detail=detail,
    )
