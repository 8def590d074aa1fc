"""What the product does by itself, again and again, and how it went."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
import logging
from time import monotonic
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_time_interval

from .clients.errors import SourceError
from .clients.gatekeeper import TICK
from .const import DOMAIN
from .history.errors import StoreError
from .history.jobs import JobOutcome, JobRun, JobState
from .history.store import Store
from .schedule import Every, Schedule, Weekly

_LOGGER = logging.getLogger(__name__)

# The timetable of the product.
PRICES: Final = Every(TICK)
WEATHER: Final = Every(TICK)
GAPS: Final = Every(timedelta(hours=2))
CREDENTIALS: Final = Every(timedelta(days=1))
HEALTH: Final = Every(timedelta(minutes=15))
PREDICTIONS: Final = Every(timedelta(minutes=30))
TRAINING: Final = Every(timedelta(minutes=30))
PRICE_DRIVERS: Final = Every(timedelta(minutes=30))
INFLUXDB: Final = Every(TICK)
STATISTICS: Final = Every(timedelta(minutes=15))
CLEAN_UP: Final = partial(Weekly, weekday=6, time=time(2))

# A factory that is new has all of its past to fill, once all else is running.
FIRST_GAPS: Final = timedelta(minutes=10)
# One that has a past may have models as soon as all else is running.
FIRST_TRAINING: Final = timedelta(minutes=2)

# How often the clock is looked at. It may be set, and the machine may sleep: so no timer that is
# set for hours is to be trusted.
BEAT: Final = timedelta(seconds=30)
# A job that fails again and again is done more rarely, but not more rarely than this.
LONGEST_PAUSE: Final = timedelta(minutes=30)

# The beats and the clock on the wall do not agree to the millisecond.
_SLACK: Final = timedelta(seconds=1)
_LONGEST_DETAIL: Final = 500


@dataclass(frozen=True, slots=True)
class Report:
    """How it went, for work that has more to say than that it was done."""

    outcome: JobOutcome
    detail: str = ""
    again: timedelta | None = None
    """When to go on, if there is more to do before the job is due."""


type Work = Callable[[], Awaitable[Report | str | None]]
"""Work to do: answers what was done in a few words, or None if there was nothing to do."""


@dataclass(eq=False)
class _Part:
    """The share that one factory has in a job."""

    work: Work
    task: asyncio.Task[Report] | None = None


@dataclass(kw_only=True)
class Job:
    """Something that recurs: when it is due, and how it went last."""

    name: str
    schedule: Schedule
    due: datetime
    state: JobState | None = None
    """None before the first run."""
    after: frozenset[str] = frozenset()
    """The jobs after which this one is done too."""
    _parts: list[_Part] = field(default_factory=list, init=False)
    _task: asyncio.Task[None] | None = field(default=None, init=False)
    _wanted: bool = field(default=False, init=False)

    @property
    def is_running(self) -> bool:
        """Tell whether it is being done now."""
        return self._task is not None and not self._task.done()

    @property
    def failures(self) -> int:
        """Return how often it has failed since it last went well."""
        return self.state.failures if self.state else 0

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is time; also when the clock was put back, and it would be long."""
        longest = self.schedule.interval
        if self.failures > 1:
            longest = max(longest, LONGEST_PAUSE)
        return not now + _SLACK < self.due <= now + longest + _SLACK

    def next_due(self, run: JobRun, failures: int) -> datetime:
        """Return when it is due again after a run; a run that was missed is not made up twice."""
        finished = run.started + timedelta(seconds=run.seconds)
        due = self.schedule.after(run.started)
        if due <= finished + _SLACK:
            due = self.schedule.after(max(due, finished))
        if failures > 1:
            pause = min(self.schedule.interval * 2 ** min(failures - 1, 16), LONGEST_PAUSE)
            due = max(due, run.started + pause)
        return due


class Jobs:
    """All recurring jobs of one Home Assistant, each a task of its own in the background.

    A job never overlaps itself, and none waits for another or fails with it.
    """

    def __init__(self, hass: HomeAssistant, store: Store, clock: Callable[[], datetime]) -> None:
        """Keep in the store how the jobs went."""
        self._hass = hass
        self._store = store
        self._clock = clock
        self._jobs: dict[str, Job] = {}
        self._states: dict[str, JobState] = {}
        self._stop: CALLBACK_TYPE | None = None
        self._listeners: list[Callable[[], None]] = []
        self.store_error: str | None = None
        """Why the store could not keep how the last job went."""

    @property
    def all(self) -> Mapping[str, Job]:
        """Return the jobs that somebody wants done, by name."""
        return self._jobs

    @callback
    def async_add_listener(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call somebody whenever a job begins or is done, until told otherwise."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def _async_tell(self, _task: asyncio.Task[None] | None = None) -> None:
        for listener in tuple(self._listeners):
            listener()

    async def async_start(self) -> None:
        """Remember the jobs from before the restart, and begin to look at the clock."""
        self._states = dict(await self._store.load_jobs())
        self._stop = async_track_time_interval(
            self._hass, self._beat, BEAT, name=f"{DOMAIN} jobs", cancel_on_shutdown=True
        )

    @callback
    def async_stop(self) -> None:
        """Do not look at the clock any more; tasks in the background end with Home Assistant."""
        if self._stop:
            self._stop()
            self._stop = None

    @callback
    def register(
        self,
        name: str,
        schedule: Schedule,
        work: Work,
        *,
        first: bool = False,
        soon: timedelta | None = None,
        after: Iterable[str] = (),
    ) -> CALLBACK_TYPE:
        """Have work done on a schedule, and return the way to end that.

        Work that is registered under one name is one job, whose parts are done one after another.
        With `first` it is done at once, else when it is due: a run that was missed while Home
        Assistant was down is made up for at the next beat. With `soon` the very first run does not
        wait until it is due, but no longer than that. With `after` it is also done whenever
        one of those jobs was, or once when several of them were that ran at a time.
        """
        job = self._jobs.get(name)
        if job is None:
            state = self._states.get(name)
            now = self._clock()
            due = schedule.after(now) if soon is None else now + soon
            due = state.due if state else due
            job = self._jobs[name] = Job(name=name, schedule=schedule, due=due, state=state)
        job.schedule, job.after = schedule, frozenset(after)
        part = _Part(work)
        job._parts.append(part)
        if first:
            self._want(job)

        @callback
        def unregister() -> None:
            job._parts.remove(part)
            if part.task:
                part.task.cancel()
            if not job._parts and self._jobs.get(name) is job:
                del self._jobs[name]

        return unregister

    async def run_now(self, name: str) -> JobState | None:
        """Do a job, or wait for it if it is being done; return how it went.

        None if it was called off meanwhile. Raises KeyError if nobody wants such a job done.
        """
        job = self._jobs[name]
        await asyncio.wait((self._start(job),))
        return job.state

    @callback
    def _beat(self, _now: datetime) -> None:
        now = self._clock()
        for job in self._jobs.values():
            if job.is_due(now):
                self._start(job)

    @callback
    def want(self, name: str) -> None:
        """Do a job at once, or once more if it is being done; nobody waits for it."""
        self._want(self._jobs[name])

    @callback
    def _want(self, job: Job) -> None:
        """Do a job at once, or once more if it is being done."""
        job._wanted = True
        self._start(job)

    @callback
    def _start(self, job: Job) -> asyncio.Task[None]:
        """Return the task that does a job."""
        if job._task is None or job._task.done():
            # Not eagerly: it would begin before anybody can see that it has.
            job._task = self._hass.async_create_background_task(
                self._run(job), f"{DOMAIN} {job.name}", eager_start=False
            )
            job._task.add_done_callback(self._async_tell)
            self._async_tell()
        return job._task

    async def _run(self, job: Job) -> None:
        """Do a job, and again as long as somebody has come to want it meanwhile."""
        while True:
            job._wanted = False
            await self._run_once(job)
            if not (job._wanted and job._parts):
                break

    async def _run_once(self, job: Job) -> None:
        started, ticks = self._clock(), monotonic()
        # One after another: what the first has fetched the next one finds.
        reports = [
            report
            for part in tuple(job._parts)
            if part in job._parts and (report := await self._do(job, part))
        ]
        if not reports:
            return
        report = _together(reports)
        run = JobRun(
            started=started,
            seconds=round(monotonic() - ticks, 3),
            outcome=report.outcome,
            detail=report.detail[:_LONGEST_DETAIL],
        )
        failures = job.failures + 1 if run.outcome is JobOutcome.FAILED else 0
        if job.failures and not failures:
            _LOGGER.info("The job %s works again", job.name)
        job.due = job.next_due(run, failures)
        if report.again is not None:
            job.due = min(job.due, self._clock() + report.again)
        job.state = JobState(run=run, failures=failures, due=job.due)
        await self._remember(job.name, job.state)
        for other in self._jobs.values():
            if job.name in other.after and not self._is_any_running(other.after - {job.name}):
                self._want(other)

    def _is_any_running(self, names: Iterable[str]) -> bool:
        return any(job.is_running for name in names if (job := self._jobs.get(name)))

    async def _do(self, job: Job, part: _Part) -> Report | None:
        """Do one part of a job; return None if nobody wants it any more."""
        part.task = self._hass.async_create_background_task(
            _reported(part.work), f"{DOMAIN} {job.name}"
        )
        try:
            await asyncio.wait((part.task,))
        finally:
            part.task.cancel()
        if part not in job._parts:
            return None
        if part.task.cancelled():
            return Report(JobOutcome.FAILED, "cancelled")
        if error := part.task.exception():
            return Report(JobOutcome.FAILED, _explain(job, error))
        return part.task.result()

    async def _remember(self, name: str, state: JobState) -> None:
        """Keep how a job went, at least in memory."""
        self._states[name] = state
        try:
            await self._store.save_job(name, state)
        except StoreError as error:
            if self.store_error is None:
                _LOGGER.info("How jobs went cannot be kept: %s", error)
            self.store_error = str(error)
        else:
            self.store_error = None


async def _reported(work: Work) -> Report:
    match await work():
        case Report() as report:
            return report
        case None:
            return Report(JobOutcome.NOTHING)
        case detail:
            return Report(JobOutcome.OK, detail)


def _together(reports: Sequence[Report]) -> Report:
    """Return how a job went whose parts went differently."""
    detail = "; ".join(dict.fromkeys(report.detail for report in reports if report.detail))
    outcomes = {report.outcome for report in reports}
    match len(outcomes):
        case 1:
            (outcome,) = outcomes
        case _ if outcomes == {JobOutcome.OK, JobOutcome.NOTHING}:
            outcome = JobOutcome.OK
        case _:
            outcome = JobOutcome.PARTIAL
    return Report(
        outcome,
        detail,
        again=min((one.again for one in reports if one.again is not None), default=None),
    )


def _explain(job: Job, error: BaseException) -> str:
    """Return why a job failed, and log it the first time."""
    if isinstance(error, (SourceError, StoreError, HomeAssistantError)):
        if not job.failures:
            _LOGGER.info("The job %s failed: %s", job.name, error)
        return str(error)
    if not job.failures:
        _LOGGER.error("The job %s failed unexpectedly", job.name, exc_info=error)
    # Only our own errors are known to hold no key.
    return type(error).__name__
