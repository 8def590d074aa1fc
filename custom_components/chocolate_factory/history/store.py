"""The store: one SQLite file that is the truth, behind a thread of its own."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
import sqlite3
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..clients.gatekeeper import HostState
from ..factory.outcome import Outcome
from ..factory.price_issue import PriceIssue
from ..factory.series import Series, Source
from ..factory.weather import WeatherHours
from . import (
    changes,
    database,
    driver_days,
    forecasts,
    jobs,
    memory,
    outbox,
    outcomes,
    price_forecasts,
    recommendations,
    sequence,
    slots,
    snapshots,
    told,
    transfer,
    wishes,
)
from .driver_days import DriverDay
from .errors import StoreError
from .jobs import JobRun, JobState
from .memory import Attempt
from .outbox import Changes, Scope, SinkState
from .outcomes import RecordedOutcome
from .recommendations import PastRecommendation
from .rows import Kind as RowKind, Row
from .sequence import Position
from .slots import Batch, SlotTable
from .snapshots import Kind
from .told import Told
from .transfer import Strand
from .wishes import Wish

FORECASTS_KEPT: Final = timedelta(days=400)
"""A year and a bit: what they are worth is measured with that."""

_MEMORY: Final = timedelta(days=30)
# What jobs did in a season.
_RUNS: Final = timedelta(days=90)


class Store:
    """Keeps all series, and the memory of who was asked when.

    Every method is one transaction in the store's thread. All raise StoreError when the file cannot
    be read or written. One that turns out to be damaged is set aside and a new one begun.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        """Name the file; nothing is touched before `open`."""
        self.path = path
        self._damaged: Path | None = None
        self._clock = clock
        self._connection: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="chocolate_factory_store")

    async def open(self) -> None:
        """Open the file, or begin one."""
        try:
            await self._in_thread(self._open)
        except BaseException:
            await self._end_thread()
            raise

    async def close(self) -> None:
        """Finish what was begun, and close the file."""
        await self._in_thread(self._close)
        await self._end_thread()

    async def write(self, batches: Iterable[Batch]) -> int:
        """Insert or update slots, and return how many changed."""
        now = int(self._clock().timestamp())
        return await self._transact(partial(slots.write_slots, batches=tuple(batches), now=now))

    async def read(self, series: str, start: datetime, end: datetime) -> SlotTable:
        """Return the slots of a series that start in [start, end)."""
        first, last = int(start.timestamp()), int(end.timestamp())
        return await self._transact(partial(slots.read_slots, series=series, start=first, end=last))

    async def read_all(
        self, series: Iterable[str], start: datetime, end: datetime
    ) -> dict[str, SlotTable]:
        """Return the slots of several series that start in [start, end)."""
        first, last = int(start.timestamp()), int(end.timestamp())
        names = tuple(series)
        return await self._transact(
            lambda connection: {
                name: slots.read_slots(connection, name, first, last) for name in names
            }
        )

    async def last_number(self) -> int:
        """Return a number that rises with every change of what is known."""
        return await self._transact(sequence.last_number)

    async def position(self) -> Position:
        """Return that number, and which file it is of."""
        return await self._transact(sequence.position)

    async def read_told(self, factory: str) -> Told | None:
        """Return how far the statistics of a factory have been told."""
        return await self._transact(partial(told.read_told, factory=factory))

    async def keep_told(self, factory: str, now: Told) -> None:
        """Keep how far they have been told, unless that was of another file."""
        await self._transact(partial(told.keep_told, factory=factory, now=now))

    async def changed_hours(self, series: Collection[str], since: int) -> NDArray[np.int64]:
        """Return the hours in which a slot of some series has changed since a number."""
        return await self._transact(
            partial(changes.changed_hours, series=tuple(series), since=since)
        )

    async def first_hour(self, series: Collection[str]) -> int | None:
        """Return when the first slot of some series begins, in Unix seconds of a full hour."""
        return await self._transact(partial(changes.first_hour, series=tuple(series)))

    async def last_update(self, series: str) -> datetime | None:
        """Return when a value of a series last changed."""
        return await self._transact(partial(slots.last_update, series=series))

    async def write_forecast(self, place: str, forecast: WeatherHours) -> bool:
        """Keep a forecast as it was issued; return whether it is news."""
        return await self._transact(
            partial(forecasts.write_forecast, place=place, forecast=forecast)
        )

    async def read_forecasts(self, place: str, until: datetime) -> Mapping[Source, WeatherHours]:
        """Return each source's newest forecast for a place of those issued until an instant."""
        return await self._transact(partial(forecasts.read_forecasts, place=place, until=until))

    async def write_driver_days(self, days: Iterable[DriverDay]) -> int:
        """Insert or update days of the price's drivers, and return how many changed."""
        return await self._transact(partial(driver_days.write_driver_days, days=tuple(days)))

    async def driver_days(self, first: date, last: date, source: Source) -> set[date]:
        """Return the days, both ends included, whose drivers are there from a source."""
        return await self._transact(
            partial(driver_days.driver_days, first=first, last=last, source=source)
        )

    async def read_drivers(
        self, first: date, last: date, names: Collection[str]
    ) -> Mapping[str, NDArray[np.float64]]:
        """Return the hours of days in UTC, both ends included, by the name of the driver."""
        return await self._transact(
            partial(driver_days.read_drivers, first=first, last=last, names=names)
        )

    async def write_price_issue(self, issue: PriceIssue) -> bool:
        """Keep a forecast of prices as it was issued; return whether it is news."""
        return await self._transact(partial(price_forecasts.write_price_issue, issue=issue))

    async def read_price_issue(self, series: Series, until: datetime) -> PriceIssue | None:
        """Return the newest forecast of prices of those issued until an instant."""
        return await self._transact(
            partial(price_forecasts.read_price_issue, series=series, until=until)
        )

    async def read_price_issues(
        self, series: Series, start: datetime, end: datetime
    ) -> list[PriceIssue]:
        """Return the forecasts of prices that were issued in [start, end), oldest first."""
        return await self._transact(
            partial(price_forecasts.read_price_issues, series=series, start=start, end=end)
        )

    async def record_outcome(self, factory: str, outcome: Outcome) -> int:
        """Keep what a maker tells, in place of what was told of exactly the same time."""
        now = self._clock()
        return await self._transact(
            partial(outcomes.record_outcome, factory=factory, outcome=outcome, now=now)
        )

    async def read_outcomes(
        self, factory: str, start: datetime, end: datetime
    ) -> list[RecordedOutcome]:
        """Return what was told of a factory and overlaps [start, end), in the order of telling."""
        return await self._transact(
            partial(outcomes.read_outcomes, factory=factory, start=start, end=end)
        )

    async def forget_outcome(self, factory: str, number: int) -> bool:
        """Forget an outcome; return whether there was one of that number."""
        return await self._transact(
            partial(outcomes.forget_outcome, factory=factory, number=number)
        )

    async def write_recommendation(self, factory: str, said: PastRecommendation) -> bool:
        """Keep what a factory is told of a slot; return whether it is news."""
        return await self._transact(
            partial(recommendations.write_recommendation, factory=factory, said=said)
        )

    async def read_recommendations(
        self, factory: str, start: datetime, end: datetime
    ) -> list[PastRecommendation]:
        """Return what a factory was told of the slots that start in [start, end), oldest first."""
        return await self._transact(
            partial(recommendations.read_recommendations, factory=factory, start=start, end=end)
        )

    async def write_snapshot(
        self, factory: str, kind: Kind, at: datetime, content: Mapping[str, Any]
    ) -> bool:
        """Keep what a factory looks like at an instant; return whether that is news."""
        return await self._transact(
            partial(snapshots.write_snapshot, factory=factory, kind=kind, at=at, content=content)
        )

    async def last_snapshot(self, factory: str, kind: Kind, until: datetime) -> datetime | None:
        """Return the instant of the last snapshot of a kind; those after a time do not count."""
        return await self._transact(
            partial(snapshots.last_snapshot, factory=factory, kind=kind, until=until)
        )

    async def open_sink(self, sink: str, target: str) -> None:
        """Begin to keep a backlog for a sink, of everything if it leads to somewhere new."""
        await self._transact(partial(outbox.open_sink, sink=sink, target=target))

    async def close_sink(self, sink: str) -> None:
        """Forget a sink."""
        await self._transact(partial(outbox.close_sink, sink=sink))

    async def next_changes(self, sink: str, scope: Scope, most: int) -> Changes | None:
        """Return the newest changes that a sink has yet to be told; None if there are none."""
        return await self._transact(partial(outbox.next_changes, sink=sink, scope=scope, most=most))

    async def confirm(
        self, sink: str, changes: Changes, refused: Iterable[tuple[str, str]]
    ) -> None:
        """Take changes out of a backlog that have arrived, but for the points that were refused."""
        now = self._clock()
        await self._transact(
            partial(outbox.confirm, sink=sink, changes=changes, refused=tuple(refused), now=now)
        )

    async def redeliver(self, sink: str, scope: Scope, start: datetime, end: datetime) -> int:
        """Put what is of a time into a backlog again; return how much that is."""
        return await self._transact(
            partial(outbox.redeliver, sink=sink, scope=scope, start=start, end=end)
        )

    async def sink_state(self, sink: str, scope: Scope) -> SinkState:
        """Return how a sink is doing."""
        return await self._transact(partial(outbox.state, sink=sink, scope=scope))

    async def read_rows(self, strand: Strand, start: int, end: int) -> list[Row]:
        """Return the first rows of a strand of those in [start, end), Unix seconds."""
        return await self._transact(
            partial(transfer.read_rows, strand=strand, start=start, end=end)
        )

    async def write_rows(self, factory: str, rows: Sequence[Row]) -> Mapping[RowKind, int]:
        """Keep rows that have been checked, all or none; return how many are news, by kind."""
        now = int(self._clock().timestamp())
        return await self._transact(
            partial(transfer.write_rows, factory=factory, rows=rows, now=now)
        )

    def take_damaged(self) -> Path | None:
        """Return where a damaged file went, to the first who asks after it happened."""
        damaged, self._damaged = self._damaged, None
        return damaged

    async def size(self) -> int:
        """Return the bytes on disk, with the log of what was written lately."""
        return await self._guarded(lambda _: database.size(self.path))

    async def hold_still(self) -> None:
        """Leave the file as it is while it is copied; writing goes on, into the log beside it."""
        await self._guarded(database.hold_still)

    async def let_go(self) -> None:
        """Let the file change again."""
        await self._guarded(database.let_go)

    async def clean_up(self) -> None:
        """Forget what nobody needs any more, and give space back where it pays."""
        now = self._clock()
        await self._transact(partial(memory.clean_up, before=now - _MEMORY))
        await self._transact(partial(forecasts.clean_up, before=now - FORECASTS_KEPT))
        await self._transact(partial(price_forecasts.clean_up, before=now - FORECASTS_KEPT))
        await self._transact(partial(snapshots.clean_up, before=now - FORECASTS_KEPT))
        await self._transact(partial(jobs.clean_up, before=now - _RUNS))
        await self._guarded(database.shrink)

    async def load_hosts(
        self, since: datetime
    ) -> tuple[Mapping[str, HostState], Mapping[str, list[datetime]]]:
        """Return the states of all hosts, and when each was asked since an instant."""
        return await self._transact(partial(memory.load_hosts, since=since))

    async def save_host(self, host: str, state: HostState) -> None:
        """Keep the state of a host."""
        await self._transact(partial(memory.save_host, host=host, state=state))

    async def save_request(self, host: str, at: datetime) -> None:
        """Keep that a host was asked."""
        await self._transact(partial(memory.save_request, host=host, at=at))

    async def load_attempts(self) -> dict[tuple[Series, date], Attempt]:
        """Return the days that were asked for in vain."""
        return await self._transact(memory.load_attempts)

    async def load_attempts_of(self, series: str) -> dict[date, Attempt]:
        """Return the days that were asked for in vain, of anything that has a name."""
        return await self._transact(partial(memory.load_attempts_of, series=series))

    async def save_attempts[Name: str](self, attempts: Mapping[tuple[Name, date], Attempt]) -> None:
        """Keep what was asked for in vain."""
        await self._transact(partial(memory.save_attempts, attempts=attempts))

    async def forget_attempts(self, days: Iterable[tuple[str, date]]) -> None:
        """Forget the tries for days that are complete now."""
        await self._transact(partial(memory.forget_attempts, days=tuple(days)))

    async def load_wishes(self, factory: str) -> list[Wish]:
        """Return the stretches of history that a factory still wants."""
        return await self._transact(partial(wishes.load_wishes, factory=factory))

    async def save_wishes(self, factory: str, wanted: Iterable[Wish]) -> None:
        """Add to the stretches of history that a factory wants."""
        await self._transact(partial(wishes.save_wishes, factory=factory, wishes=tuple(wanted)))

    async def forget_wishes(self, factory: str, granted: Iterable[Wish]) -> None:
        """Strike off what is filled, or can never be."""
        await self._transact(partial(wishes.forget_wishes, factory=factory, wishes=tuple(granted)))

    async def forget_factory(self, factory: str) -> None:
        """Forget all that a factory wanted."""
        await self._transact(partial(wishes.forget_factory, factory=factory))

    async def remove_factory(self, factory: str) -> None:
        """Forget a factory that is no more: what it wanted, what it told and what it was told."""
        for part in (wishes, outcomes, recommendations, snapshots, outbox, told):
            await self._transact(partial(part.forget_factory, factory=factory))

    async def load_jobs(self) -> Mapping[str, JobState]:
        """Return all jobs by name, as their last runs left them."""
        return await self._transact(jobs.load_jobs)

    async def save_job(self, name: str, state: JobState) -> None:
        """Keep how a job went."""
        await self._transact(partial(jobs.save_job, name=name, state=state))

    async def read_runs(self, count: int) -> list[tuple[str, JobRun]]:
        """Return the newest runs that did something or failed, with the names of their jobs."""
        return await self._transact(partial(jobs.read_runs, count=count))

    async def _transact[T](self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do work in the store's thread, all or nothing."""

        def all_or_nothing(connection: sqlite3.Connection) -> T:
            with database.transaction(connection):
                return work(connection)

        return await self._guarded(all_or_nothing)

    async def _guarded[T](self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do work in the store's thread; if the file is damaged, do it in a new one."""

        def guarded() -> T:
            try:
                try:
                    return work(self._open())
                except (sqlite3.Error, UnicodeDecodeError) as error:
                    if not database.is_damage(error):
                        raise
                self._close()
                self._damaged = database.set_aside(self.path)
                return work(self._open())
            # A ValueError is about what a newer release has written, or damage that looks like it.
            except (sqlite3.Error, OSError, ValueError, OverflowError) as error:
                raise StoreError(str(error)) from error

        return await self._in_thread(guarded)

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection, damaged = database.open_or_begin(self.path)
            self._damaged = damaged or self._damaged
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _in_thread[T](self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _end_thread(self) -> None:
        await asyncio.to_thread(self._thread.shutdown)
