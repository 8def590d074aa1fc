"""What recurs is done on time, once, and whatever else goes wrong."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_fire_time_changed,
)

from custom_components.chocolate_factory.clients.errors import SourceError
from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.history.errors import StoreError
from custom_components.chocolate_factory.history.jobs import JobOutcome
from custom_components.chocolate_factory.history.store import Store
from custom_components.chocolate_factory.jobs import BEAT, LONGEST_PAUSE, Jobs, Report
from custom_components.chocolate_factory.schedule import Every, Weekly

from .conftest import NOON, PVPC, World, settle
from .history.stored import Clock, opened

MADRID = ZoneInfo("Europe/Madrid")
MINUTE = timedelta(minutes=1)
TICK = Every(5 * MINUTE)
TWO_HOURS = Every(timedelta(hours=2))

type Tick = Callable[..., Awaitable[None]]


@dataclass
class Work:
    """Work that notes when it was done, and goes as the test wants."""

    clock: Clock
    answer: Report | str | Exception | None = "done"
    times: list[datetime] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    blocked: asyncio.Event | None = None
    """Set to let it go on."""
    cancelled: int = 0

    async def __call__(self) -> Report | str | None:
        """Do it."""
        self.times.append(self.clock())
        self.begun.set()
        if self.blocked:
            try:
                await self.blocked.wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    @property
    def minutes(self) -> list[float]:
        """Return the minutes between one run and the next."""
        return [
            (after - before) / MINUTE
            for before, after in zip(self.times, self.times[1:], strict=False)
        ]


@dataclass
class Shift:
    """The jobs of one Home Assistant from its start to its end, and the clock on its wall.

    The wall clock is not the one that the beats follow: it can be set, and the machine can sleep.
    """

    hass: HomeAssistant
    freezer: FrozenDateTimeFactory
    clock: Clock
    store: Store
    jobs: Jobs

    async def beat(self, time: timedelta = BEAT) -> None:
        """Let the clock on the wall go on, or be set, and then have one beat."""
        self.clock.tick(time)
        self.freezer.tick(BEAT)
        async_fire_time_changed(self.hass)
        await settle(self.hass)

    async def let_pass(self, time: timedelta, step: timedelta = BEAT) -> None:
        """Let time pass in an ordinary way, but for fewer beats if the step is longer."""
        end = self.clock() + time
        while self.clock() < end:
            await self.beat(step)

    def work(self, answer: Report | str | Exception | None = "done") -> Work:
        """Return work to do."""
        return Work(self.clock, answer)


@pytest.fixture
def clock() -> Clock:
    """Return the clock on the wall."""
    return Clock(NOON)


@pytest.fixture
def begin(
    home: HomeAssistant, freezer: FrozenDateTimeFactory, clock: Clock, tmp_path: Path
) -> Callable[[], Any]:
    """Return a way to start the jobs as Home Assistant does, on the same file each time."""

    @asynccontextmanager
    async def begun() -> AsyncIterator[Shift]:
        async with opened(tmp_path / "store.db", clock) as store:
            jobs = Jobs(home, store, clock)
            await jobs.async_start()
            yield Shift(home, freezer, clock, store, jobs)
            jobs.async_stop()
            await settle(home)

    return begun


@pytest.fixture
async def shift(begin: Callable[[], Any]) -> AsyncIterator[Shift]:
    """Return jobs without any."""
    async with begin() as shift:
        yield shift


async def test_a_job_is_done_at_once_or_when_it_is_due_and_then_on_time(shift: Shift) -> None:
    at_once, later = shift.work(), shift.work()
    shift.jobs.register("at once", TICK, at_once, first=True)
    shift.jobs.register("later", TICK, later)
    await settle(shift.hass)
    assert (len(at_once.times), len(later.times)) == (1, 0)
    await shift.let_pass(16 * MINUTE)
    assert at_once.minutes == [5, 5, 5]
    assert later.times == [NOON + 5 * MINUTE, NOON + 10 * MINUTE, NOON + 15 * MINUTE]


async def test_beats_that_come_a_little_early_do_not_cost_a_beat(shift: Shift) -> None:
    work = shift.work()
    shift.jobs.register("prices", TICK, work, first=True)
    await settle(shift.hass)
    for _ in range(20):
        await shift.beat(BEAT - timedelta(milliseconds=1))
    assert [round(minutes, 2) for minutes in work.minutes] == [5, 5]


async def test_a_weekly_job_whose_beat_comes_early_is_done_once(shift: Shift) -> None:
    work = shift.work()
    shift.jobs.register("clean_up", Weekly(6, time(2), MADRID), work)
    shift.clock.now = datetime(2026, 8, 9, 2, tzinfo=MADRID) - timedelta(milliseconds=500)
    await shift.beat(timedelta())
    await shift.let_pass(5 * MINUTE)
    assert len(work.times) == 1
    assert shift.jobs.all["clean_up"].due == datetime(2026, 8, 16, 2, tzinfo=MADRID)


async def test_nobody_waits_for_a_job(shift: Shift) -> None:
    work = shift.work()
    shift.jobs.register("prices", TICK, work, first=True)
    assert work.times == []
    await settle(shift.hass)
    assert len(work.times) == 1


async def test_a_job_never_overlaps_itself_and_holds_up_no_other(shift: Shift) -> None:
    slow, other = shift.work(), shift.work()
    slow.blocked = asyncio.Event()
    shift.jobs.register("slow", TICK, slow, first=True)
    shift.jobs.register("other", TICK, other, first=True)
    await slow.begun.wait()
    for _ in range(4):
        shift.clock.tick(5 * MINUTE)
        shift.freezer.tick(5 * MINUTE)
        async_fire_time_changed(shift.hass)
        # Not until all is done, which would be never.
        await shift.jobs.run_now("other")
    assert len(slow.times) == 1
    assert shift.jobs.all["slow"].is_running
    assert len(other.times) >= 4
    slow.blocked.set()
    await settle(shift.hass)
    assert not shift.jobs.all["slow"].is_running
    await shift.let_pass(11 * MINUTE)
    assert len(slow.times) == 3


async def test_to_run_a_job_now_is_to_wait_for_it_if_it_is_running(shift: Shift) -> None:
    work = shift.work()
    shift.jobs.register("gaps", TWO_HOURS, work)
    state = await shift.jobs.run_now("gaps")
    assert state
    assert (state.run.outcome, state.run.detail) == (JobOutcome.OK, "done")
    work.blocked = asyncio.Event()
    both = asyncio.gather(shift.jobs.run_now("gaps"), shift.jobs.run_now("gaps"))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not both.done()
    work.blocked.set()
    assert len(set(map(id, await both))) == 1
    assert len(work.times) == 2
    with pytest.raises(KeyError):
        await shift.jobs.run_now("nothing of the kind")


async def test_who_gives_up_waiting_for_a_job_does_not_stop_it(shift: Shift) -> None:
    work = shift.work()
    work.blocked = asyncio.Event()
    shift.jobs.register("gaps", TWO_HOURS, work)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await shift.jobs.run_now("gaps")
    work.blocked.set()
    await settle(shift.hass)
    assert work.cancelled == 0
    assert shift.jobs.all["gaps"].state


async def test_a_job_that_fails_is_done_more_rarely_until_it_works(shift: Shift) -> None:
    work, other = shift.work(StoreError("the disk is full")), shift.work()
    shift.jobs.register("prices", TICK, work, first=True)
    shift.jobs.register("other", TICK, other, first=True)
    await settle(shift.hass)
    await shift.let_pass(100 * MINUTE, MINUTE)
    assert work.minutes == [5, 10, 20, 30, 30]
    assert set(other.minutes) == {5}
    state = shift.jobs.all["prices"].state
    assert state
    assert (state.failures, state.run.outcome) == (6, JobOutcome.FAILED)
    assert state.run.detail == "the disk is full"
    work.answer = "done"
    await shift.let_pass(LONGEST_PAUSE + 11 * MINUTE, MINUTE)
    assert work.minutes[-2:] == [5, 5]
    assert shift.jobs.all["prices"].failures == 0


async def test_a_rare_job_that_fails_is_not_done_more_rarely(shift: Shift) -> None:
    work = shift.work(StoreError("the disk is full"))
    shift.jobs.register("gaps", TWO_HOURS, work, first=True)
    await settle(shift.hass)
    await shift.let_pass(timedelta(hours=12), 10 * MINUTE)
    assert set(work.minutes) == {120}


async def test_only_our_own_errors_are_quoted_and_each_is_logged_once(
    shift: Shift, caplog: pytest.LogCaptureFixture
) -> None:
    broken, failing = shift.work(ZeroDivisionError("s3cret")), shift.work(SourceError("no answer"))
    shift.jobs.register("broken", TICK, broken, first=True)
    shift.jobs.register("failing", TICK, failing, first=True)
    await settle(shift.hass)
    await shift.let_pass(16 * MINUTE, MINUTE)
    broken.answer = failing.answer = None
    await shift.let_pass(31 * MINUTE, MINUTE)
    details = {job: run.detail for job, run in await shift.store.read_runs(10)}
    assert details == {"broken": "ZeroDivisionError", "failing": "no answer"}
    said = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert said.count(("ERROR", "The job broken failed unexpectedly")) == 1
    assert said.count(("INFO", "The job failing failed: no answer")) == 1
    assert said.count(("INFO", "The job broken works again")) == 1


async def test_a_run_that_was_missed_over_a_restart_is_made_up_once(
    begin: Callable[[], Any], clock: Clock
) -> None:
    async with begin() as shift:
        work = shift.work()
        shift.jobs.register("gaps", TWO_HOURS, work, first=True)
        await settle(shift.hass)
        assert len(work.times) == 1
    clock.tick(timedelta(hours=1))
    async with begin() as shift:
        work = shift.work()
        shift.jobs.register("gaps", TWO_HOURS, work)
        state = shift.jobs.all["gaps"].state
        assert state
        assert state.run.started == NOON
        await shift.let_pass(59 * MINUTE, MINUTE)
        assert work.times == [], "not due before"
        await shift.beat(MINUTE)
        assert work.times == [NOON + timedelta(hours=2)]
    clock.tick(timedelta(days=3))
    async with begin() as shift:
        work = shift.work()
        shift.jobs.register("gaps", TWO_HOURS, work)
        restarted = clock()
        await shift.let_pass(timedelta(hours=3), 10 * MINUTE)
        assert work.times == [restarted + 10 * MINUTE, restarted + timedelta(hours=2, minutes=10)]


async def test_failures_are_counted_over_a_restart(begin: Callable[[], Any]) -> None:
    for failures in (1, 2, 3):
        async with begin() as shift:
            shift.jobs.register("prices", TICK, shift.work(StoreError("full")), first=True)
            await settle(shift.hass)
            assert shift.jobs.all["prices"].failures == failures


async def test_after_the_machine_slept_each_job_is_done_once(shift: Shift) -> None:
    often, rarely = shift.work(), shift.work()
    shift.jobs.register("prices", TICK, often, first=True)
    shift.jobs.register("gaps", TWO_HOURS, rarely, first=True)
    await settle(shift.hass)
    # Three days pass between two beats.
    await shift.beat(timedelta(days=3))
    assert (len(often.times), len(rarely.times)) == (2, 2)
    await shift.let_pass(5 * MINUTE)
    assert (len(often.times), len(rarely.times)) == (3, 2)


@pytest.mark.parametrize("years", [-20, 20])
async def test_a_clock_that_is_set_stops_no_job(shift: Shift, years: int) -> None:
    often, weekly = shift.work(), shift.work()
    shift.jobs.register("prices", TICK, often, first=True)
    shift.jobs.register("clean_up", Weekly(6, time(2), MADRID), weekly)
    await settle(shift.hass)
    await shift.beat(timedelta(days=365 * years))
    assert (len(often.times), len(weekly.times)) == (2, 1)
    await shift.let_pass(10 * MINUTE)
    assert often.minutes[1:] == [5, 5]
    assert len(weekly.times) == 1
    # And back.
    await shift.beat(timedelta(days=-365 * years))
    await shift.let_pass(10 * MINUTE)
    assert often.minutes[4:] == [5, 5]
    assert len(weekly.times) == 2


async def test_a_clock_that_is_put_back_a_little_costs_no_more_than_that(shift: Shift) -> None:
    work = shift.work()
    shift.jobs.register("prices", TICK, work, first=True)
    await settle(shift.hass)
    await shift.let_pass(3 * MINUTE)
    await shift.beat(-2 * MINUTE)
    await shift.let_pass(4 * MINUTE)
    assert work.minutes == [5]


@pytest.mark.parametrize(
    ("saturday", "due"),
    [
        (datetime(2026, 3, 28, tzinfo=MADRID), datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (datetime(2026, 10, 24, tzinfo=MADRID), datetime(2026, 10, 25, 0, tzinfo=UTC)),
        (datetime(2026, 8, 8, tzinfo=MADRID), datetime(2026, 8, 9, 0, tzinfo=UTC)),
    ],
    ids=["spring", "autumn", "summer"],
)
async def test_the_sunday_on_which_the_clocks_change_is_a_sunday(
    shift: Shift, saturday: datetime, due: datetime
) -> None:
    shift.clock.now = saturday.astimezone(UTC)
    work = shift.work()
    shift.jobs.register("clean_up", Weekly(6, time(2), MADRID), work)
    await shift.let_pass(timedelta(days=3), 30 * MINUTE)
    assert work.times == [due]


async def test_a_store_that_fails_stops_no_job_and_is_said_once(
    shift: Shift, caplog: pytest.LogCaptureFixture
) -> None:
    work = shift.work()
    with patch.object(Store, "save_job", side_effect=StoreError("the disk is full")):
        shift.jobs.register("prices", TICK, work, first=True)
        await settle(shift.hass)
        await shift.let_pass(10 * MINUTE)
        assert shift.jobs.store_error == "the disk is full"
    assert work.minutes == [5, 5]
    said = [record for record in caplog.records if "the disk is full" in record.getMessage()]
    assert [record.levelname for record in said] == ["INFO"]
    await shift.let_pass(5 * MINUTE)
    assert shift.jobs.store_error is None
    assert (await shift.store.load_jobs())["prices"] == shift.jobs.all["prices"].state


async def test_the_log_has_only_what_was_worth_a_line(shift: Shift) -> None:
    shift.jobs.register("idle", TICK, shift.work(None), first=True)
    shift.jobs.register("half", TICK, shift.work(Report(JobOutcome.PARTIAL, "half")), first=True)
    await settle(shift.hass)
    assert {job: run.outcome for job, run in await shift.store.read_runs(10)} == {"half": "partial"}
    states = await shift.store.load_jobs()
    assert states["idle"].run.outcome is JobOutcome.NOTHING
    assert states["half"].failures == 0


async def test_factories_come_and_go_and_share_a_job(shift: Shift) -> None:
    one, two = shift.work("one"), shift.work("two")
    end_one = shift.jobs.register("prices", TICK, one, first=True)
    await settle(shift.hass)
    end_two = shift.jobs.register("prices", TICK, two, first=True)
    await settle(shift.hass)
    job = shift.jobs.all["prices"]
    assert job.state
    assert job.state.run.detail == "one; two"
    end_one()
    await shift.let_pass(5 * MINUTE)
    assert (len(one.times), len(two.times)) == (2, 2)
    assert job.state.run.detail == "two"
    end_two()
    assert "prices" not in shift.jobs.all
    await shift.let_pass(10 * MINUTE)
    assert len(two.times) == 2
    # A factory that is loaded again finds its job as it left it.
    shift.jobs.register("prices", TICK, one)
    assert shift.jobs.all["prices"].state == job.state


@pytest.mark.parametrize(
    ("answers", "outcome", "detail"),
    [
        ((None, "done"), JobOutcome.OK, "done"),
        ((None, None), JobOutcome.NOTHING, ""),
        ((SourceError("no answer"), "done"), JobOutcome.PARTIAL, "no answer; done"),
        ((SourceError("no answer"), SourceError("no answer")), JobOutcome.FAILED, "no answer"),
        ((Report(JobOutcome.PARTIAL, "half"), None), JobOutcome.PARTIAL, "half"),
    ],
)
async def test_a_job_went_as_its_parts_did(
    shift: Shift, answers: tuple[Any, ...], outcome: JobOutcome, detail: str
) -> None:
    for answer in answers:
        shift.jobs.register("prices", TICK, shift.work(answer))
    state = await shift.jobs.run_now("prices")
    assert state
    assert (state.run.outcome, state.run.detail) == (outcome, detail)


async def test_who_comes_while_the_job_is_running_is_not_kept_waiting(shift: Shift) -> None:
    one, two = shift.work(), shift.work()
    one.blocked = asyncio.Event()
    shift.jobs.register("prices", TICK, one, first=True)
    await one.begun.wait()
    shift.jobs.register("prices", TICK, two, first=True)
    one.blocked.set()
    await settle(shift.hass)
    assert len(two.times) == 1


async def test_a_factory_that_goes_takes_its_work_along_and_leaves_that_of_others(
    shift: Shift,
) -> None:
    one, two = shift.work(), shift.work()
    one.blocked = asyncio.Event()
    end_one = shift.jobs.register("prices", TICK, one, first=True)
    shift.jobs.register("prices", TICK, two)
    await one.begun.wait()
    end_one()
    await settle(shift.hass)
    assert one.cancelled == 1
    assert len(two.times) == 1
    state = shift.jobs.all["prices"].state
    assert state
    assert state.run.outcome is JobOutcome.OK


async def test_a_job_that_nobody_wants_any_more_is_not_remembered(shift: Shift) -> None:
    work = shift.work()
    work.blocked = asyncio.Event()
    end = shift.jobs.register("prices", TICK, work, first=True)
    await work.begun.wait()
    waiting = asyncio.ensure_future(shift.jobs.run_now("prices"))
    await asyncio.sleep(0)
    end()
    assert await waiting is None
    await settle(shift.hass)
    assert work.cancelled == 1
    assert await shift.store.load_jobs() == {}


async def test_work_that_cancels_itself_has_failed(shift: Shift) -> None:
    async def give_up() -> None:
        raise asyncio.CancelledError

    shift.jobs.register("prices", TICK, give_up)
    state = await shift.jobs.run_now("prices")
    assert state
    assert (state.run.outcome, state.run.detail) == (JobOutcome.FAILED, "cancelled")


async def test_a_job_may_follow_another(shift: Shift) -> None:
    prices, health = shift.work(StoreError("full")), shift.work()
    shift.jobs.register("prices", TICK, prices, first=True)
    shift.jobs.register("health", Every(15 * MINUTE), health, after=["prices"])
    await settle(shift.hass)
    await shift.let_pass(5 * MINUTE)
    assert len(prices.times) == len(health.times) == 2
    await shift.jobs.run_now("prices")
    await settle(shift.hass)
    assert len(prices.times) == len(health.times) == 3


async def test_a_job_that_follows_two_at_a_time_is_done_once_both_are(shift: Shift) -> None:
    prices, weather, health = shift.work(), shift.work(), shift.work()
    prices.blocked = asyncio.Event()
    shift.jobs.register("prices", TICK, prices, first=True)
    shift.jobs.register("weather", TICK, weather, first=True)
    shift.jobs.register("health", Every(15 * MINUTE), health, after=["prices", "weather"])
    await prices.begun.wait()
    await shift.jobs.run_now("weather")
    assert not shift.jobs.all["health"].is_running
    prices.blocked.set()
    await settle(shift.hass)
    assert len(health.times) == 1
    await shift.let_pass(10 * MINUTE)
    assert len(prices.times) == len(weather.times) == len(health.times) == 3


async def test_home_assistant_does_not_wait_for_a_job_when_it_stops(shift: Shift) -> None:
    work = shift.work()
    work.blocked = asyncio.Event()
    shift.jobs.register("gaps", TWO_HOURS, work, first=True)
    await work.begun.wait()
    await shift.hass.async_stop(force=True)
    assert work.cancelled == 1
    assert not shift.jobs.all["gaps"].is_running
    assert await shift.store.load_jobs() == {}


async def get_jobs(hass: HomeAssistant, context: Context | None = None) -> dict[str, Any]:
    answer = await hass.services.async_call(
        DOMAIN, "get_jobs", {}, blocking=True, return_response=True, context=context
    )
    assert answer
    jobs: Any = answer["jobs"]
    return {job.pop("name"): job for job in jobs}


@pytest.mark.usefixtures("factory")
async def test_everyone_may_ask_what_is_done_and_gets_the_truth(
    home: HomeAssistant, world: World, tick: Tick, hass_read_only_user: MockUser
) -> None:
    context = Context(user_id=hass_read_only_user.id)
    assert await get_jobs(home, context) == {
        "clean_up": {
            "schedule": "Sunday 02:00",
            "running": False,
            "last_run": None,
            "duration_seconds": None,
            "last_result": None,
            "detail": None,
            "failures": 0,
            "next_run": "2026-08-09T00:00:00+00:00",
        },
        "prices": {
            "schedule": "every 5 minutes",
            "running": False,
            "last_run": "2026-08-05T10:00:00+00:00",
            "duration_seconds": 0,
            "last_result": "ok",
            "detail": f"{8 * (24 + 96)} new prices",
            "failures": 0,
            "next_run": "2026-08-05T10:05:00+00:00",
        },
        "weather": {
            "schedule": "every 5 minutes",
            "running": False,
            "last_run": "2026-08-05T10:00:00+00:00",
            "duration_seconds": 0,
            "last_result": "ok",
            # Two days and the hours of today, and a forecast.
            "detail": f"{3 * (2 * 24 + 11) + 1} new values",
            "failures": 0,
            "next_run": "2026-08-05T10:05:00+00:00",
        },
        "gaps": {
            "schedule": "every 2 hours",
            "running": False,
            "last_run": None,
            "duration_seconds": None,
            "last_result": None,
            "detail": None,
            "failures": 0,
            "next_run": "2026-08-05T10:10:00+00:00",
        },
        "credentials": {
            "schedule": "every day",
            "running": False,
            "last_run": "2026-08-05T10:00:00+00:00",
            "duration_seconds": 0,
            "last_result": "nothing",
            "detail": "",
            "failures": 0,
            "next_run": "2026-08-06T10:00:00+00:00",
        },
        "health": {
            "schedule": "every 15 minutes",
            "running": False,
            "last_run": "2026-08-05T10:00:00+00:00",
            "duration_seconds": 0,
            "last_result": "nothing",
            "detail": "",
            "failures": 0,
            "next_run": "2026-08-05T10:15:00+00:00",
        },
        "predictions": {
            "schedule": "every 30 minutes",
            "running": False,
            "last_run": "2026-08-05T10:00:00+00:00",
            "duration_seconds": 0,
            "last_result": "nothing",
            "detail": "",
            "failures": 0,
            "next_run": "2026-08-05T10:30:00+00:00",
        },
        "training": {
            "schedule": "every 30 minutes",
            "running": False,
            "last_run": None,
            "duration_seconds": None,
            "last_result": None,
            "detail": None,
            "failures": 0,
            "next_run": "2026-08-05T10:02:00+00:00",
        },
        "price_drivers": {
            "schedule": "every 30 minutes",
            "running": False,
            "last_run": None,
            "duration_seconds": None,
            "last_result": None,
            "detail": None,
            "failures": 0,
            "next_run": "2026-08-05T10:10:00+00:00",
        },
        "statistics": {
            "schedule": "every 15 minutes",
            "running": False,
            "last_run": "2026-08-05T10:00:00+00:00",
            "duration_seconds": 0.0,
            "last_result": "nothing",
            "detail": "",
            "failures": 0,
            "next_run": "2026-08-05T10:15:00+00:00",
        },
    }
    await tick()
    prices = (await get_jobs(home))["prices"]
    assert (prices["last_run"], prices["last_result"]) == ("2026-08-05T10:05:00+00:00", "nothing")
    world.fail(kind="status", status=500)
    await tick(timedelta(hours=4))
    prices = (await get_jobs(home))["prices"]
    assert prices["last_result"] == "partial"
    assert prices["detail"] == "0 new prices; no answer from omie, redata"
    with patch.object(Store, "read", side_effect=StoreError("the disk is gone")):
        await tick()
        await tick()
    prices = (await get_jobs(home))["prices"]
    assert (prices["last_result"], prices["failures"]) == ("failed", 2)
    assert prices["detail"] == "the disk is gone"


async def test_the_jobs_of_a_factory_end_with_the_last_one(
    home: HomeAssistant, world: World, factory: MockConfigEntry, tick: Tick
) -> None:
    second = MockConfigEntry(domain=DOMAIN, title="Tienda", data=PVPC | {"name": "Tienda"})
    second.add_to_hass(home)
    assert await home.config_entries.async_setup(second.entry_id)
    await settle(home)
    assert await home.config_entries.async_unload(factory.entry_id)
    assert set(await get_jobs(home)) == {
        *("clean_up", "prices", "weather", "gaps", "credentials", "health"),
        *("predictions", "training", "price_drivers", "statistics"),
    }
    assert await home.config_entries.async_unload(second.entry_id)
    assert set(await get_jobs(home)) == {"clean_up"}
    asked = world.asked()
    await tick(timedelta(days=1))
    assert world.asked() == asked
    assert await home.config_entries.async_setup(factory.entry_id)
    await settle(home)
    assert world.asked() > asked


async def test_a_store_that_cannot_be_opened_is_said_to_who_asks_for_jobs(
    home: HomeAssistant, world: World, entry: MockConfigEntry
) -> None:
    home.config.config_dir = "/dev/null"
    entry.add_to_hass(home)
    assert not await home.config_entries.async_setup(entry.entry_id)
    with pytest.raises(HomeAssistantError) as caught:
        await get_jobs(home)
    assert caught.value.translation_key == "store_failed"


@pytest.mark.parametrize(
    "sunday",
    [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)],
    ids=["spring", "autumn"],
)
@pytest.mark.usefixtures("world")
async def test_the_store_is_cleaned_up_on_the_sunday_on_which_the_clocks_change(
    home: HomeAssistant,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    tick: Tick,
    sunday: datetime,
) -> None:
    freezer.move_to(sunday - timedelta(minutes=10))
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    assert (await get_jobs(home))["clean_up"]["next_run"] == sunday.isoformat()
    await tick(timedelta(minutes=9))
    assert (await get_jobs(home))["clean_up"]["last_run"] is None
    await tick(timedelta(minutes=1))
    job = (await get_jobs(home))["clean_up"]
    assert (job["last_run"], job["last_result"]) == (sunday.isoformat(), "ok")
    assert job["detail"].endswith(" MB after")
