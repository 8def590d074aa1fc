from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import logging

from hypothesis import example, given, settings, strategies as st
import pytest

from custom_components.chocolate_factory.clients.errors import (
    HeldBackError,
    NotPublishedError,
    RefusedError,
    SourceError,
)
from custom_components.chocolate_factory.clients.gatekeeper import (
    BUDGET,
    PACE,
    TICK,
    Gatekeeper,
    HostState,
    Urgency,
)
from tests.clients.far_side import ESIOS, NOON, OMIE, REDATA, Clock, Ledger

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def admitted(
    gatekeeper: Gatekeeper, host: str = REDATA, urgency: Urgency = Urgency.USUAL
) -> bool:
    try:
        await gatekeeper.admit(host, urgency)
    except HeldBackError:
        return False
    return True


def pause(gatekeeper: Gatekeeper, clock: Clock, host: str = REDATA) -> timedelta:
    retry_at = gatekeeper.state(host).retry_at
    assert retry_at
    return retry_at - clock.now


async def restarted(ledger: Ledger, clock: Clock) -> Gatekeeper:
    gatekeeper = Gatekeeper(ledger=ledger, clock=clock)
    await gatekeeper.load()
    return gatekeeper


def test_the_budget_lets_a_first_start_and_a_bad_day_pass_and_no_more() -> None:
    # A day asked for at every tick takes twelve an hour; a first start asks for nine days at once.
    assert 12 + 9 <= BUDGET <= 120


async def test_as_many_requests_as_the_budget_has_pass_within_an_hour(
    gatekeeper: Gatekeeper, ledger: Ledger, clock: Clock
) -> None:
    for _ in range(BUDGET):
        await gatekeeper.admit(REDATA)
        clock.tick(timedelta(seconds=1))

    with pytest.raises(HeldBackError, match=REDATA) as held_back:
        await gatekeeper.admit(REDATA)
    assert held_back.value.retry_after == 3600 - BUDGET
    assert not await admitted(gatekeeper, urgency=Urgency.INSISTENT)
    assert await admitted(gatekeeper, OMIE)
    clock.tick(timedelta(seconds=held_back.value.retry_after))
    assert await admitted(gatekeeper)
    assert not await admitted(gatekeeper)
    assert len(ledger.asked(REDATA)) == BUDGET + 1


async def test_a_request_is_written_down_before_it_is_sent(
    gatekeeper: Gatekeeper, ledger: Ledger
) -> None:
    await gatekeeper.admit(ESIOS)

    assert ledger.requests == [(ESIOS, NOON)]


async def test_what_is_held_back_is_not_counted(gatekeeper: Gatekeeper, ledger: Ledger) -> None:
    await gatekeeper.failed(REDATA, RefusedError())

    assert not await admitted(gatekeeper)
    assert ledger.requests == []


@dataclass
class Day:
    """A day of a gatekeeper's life, and what it let through."""

    clock: Clock = field(default_factory=Clock)
    ledger: Ledger = field(default_factory=Ledger)

    async def live(self, events: list[tuple[int, str, str, bool]], budget: int) -> None:
        """Let requests come, succeed, fail and be refused, with restarts in between."""
        gatekeeper = self.gatekeeper(budget)
        for seconds, host, event, insist in events:
            self.clock.tick(timedelta(seconds=seconds))
            match event:
                case "fail":
                    await gatekeeper.failed(host, SourceError())
                case "refuse":
                    await gatekeeper.failed(host, RefusedError())
                case "succeed":
                    await gatekeeper.succeeded(host)
                case "restart":
                    gatekeeper = self.gatekeeper(budget)
                    await gatekeeper.load()
                case _:
                    await admitted(gatekeeper, host, Urgency.INSISTENT if insist else Urgency.USUAL)

    def gatekeeper(self, budget: int) -> Gatekeeper:
        """Return a gatekeeper that remembers nothing but the ledger."""
        budgets = dict.fromkeys((REDATA, OMIE), budget)
        return Gatekeeper(ledger=self.ledger, clock=self.clock, budgets=budgets)


events = st.tuples(
    st.one_of(st.integers(0, 300), st.sampled_from([0, 1, 1800, 3599, 3600, 3601])),
    st.sampled_from([REDATA, OMIE]),
    st.sampled_from([*(8 * ["ask"]), "restart", "fail", "refuse", "succeed"]),
    st.booleans(),
)


@settings(max_examples=100)
@given(events=st.lists(events, max_size=60), budget=st.integers(1, 6))
@example(events=[(0, REDATA, "ask", False), (3599, REDATA, "ask", False)], budget=1)
@example(events=[(0, REDATA, "ask", True), (0, REDATA, "restart", True)] * 3, budget=2)
async def test_the_budget_is_exceeded_in_no_hour_whatever_happens(
    events: list[tuple[int, str, str, bool]], budget: int
) -> None:
    day = Day()

    await day.live(events, budget)

    for host in (REDATA, OMIE):
        asked = day.ledger.asked(host)
        for end in asked:
            assert sum(end - HOUR < at <= end for at in asked) <= budget


@given(gaps=st.lists(st.integers(0, 1200), min_size=1, max_size=40), budget=st.integers(1, 5))
async def test_a_request_is_held_back_for_no_longer_than_the_budget_needs(
    gaps: list[int], budget: int
) -> None:
    clock, ledger = Clock(), Ledger()
    gatekeeper = Gatekeeper(ledger=ledger, clock=clock, budgets={REDATA: budget})
    for gap in gaps:
        clock.tick(timedelta(seconds=gap))
        recent = [at for at in ledger.asked(REDATA) if clock.now - HOUR < at]
        if len(recent) < budget:
            assert await admitted(gatekeeper)
        else:
            with pytest.raises(HeldBackError) as held_back:
                await gatekeeper.admit(REDATA)
            wait = (recent[-budget] + HOUR - clock.now).total_seconds()
            assert held_back.value.retry_after == wait > 0


async def test_a_host_that_failed_is_asked_again_within_a_tick_however_often_it_failed(
    gatekeeper: Gatekeeper, clock: Clock
) -> None:
    pauses = []
    for _ in range(40):
        await gatekeeper.failed(REDATA, SourceError())
        pauses.append(pause(gatekeeper, clock))

    assert timedelta(seconds=10) < pauses[0] < pauses[1] < pauses[2] < pauses[3]
    assert all(TICK / 2 < one < TICK for one in pauses[3:])
    assert not await admitted(gatekeeper)
    clock.tick(TICK)
    assert await admitted(gatekeeper)


async def test_the_pause_is_held_to_the_second(gatekeeper: Gatekeeper, clock: Clock) -> None:
    await gatekeeper.failed(REDATA, SourceError())
    left = pause(gatekeeper, clock)

    with pytest.raises(HeldBackError, match=REDATA) as held_back:
        await gatekeeper.admit(REDATA)

    assert held_back.value.retry_after == left.total_seconds()
    assert await admitted(gatekeeper, OMIE)
    clock.tick(left - timedelta(microseconds=1))
    assert not await admitted(gatekeeper)
    clock.tick(timedelta(microseconds=1))
    assert await admitted(gatekeeper)


async def test_pauses_are_not_all_of_the_same_length(clock: Clock) -> None:
    pauses = set()
    for _ in range(20):
        gatekeeper = Gatekeeper(ledger=Ledger(), clock=clock)
        await gatekeeper.failed(REDATA, SourceError())
        pauses.add(pause(gatekeeper, clock))

    assert len(pauses) > 15


async def test_refusals_keep_us_away_ever_longer(gatekeeper: Gatekeeper, clock: Clock) -> None:
    pauses = []
    for _ in range(60):
        await gatekeeper.failed(REDATA, RefusedError())
        pauses.append(pause(gatekeeper, clock))

    # Only once the longest is reached may they no longer grow.
    assert 10 * MINUTE < pauses[0] < pauses[1] < pauses[2] < pauses[3] < pauses[4]
    assert pauses[0] <= 15 * MINUTE
    assert all(4 * HOUR < one <= 6 * HOUR for one in pauses[5:])


async def test_an_ordinary_failure_does_not_forget_a_refusal(
    gatekeeper: Gatekeeper, clock: Clock
) -> None:
    for error, shortest in (
        (RefusedError(), timedelta(minutes=12)),
        (SourceError(), timedelta()),
        (RefusedError(), timedelta(minutes=24)),
    ):
        await gatekeeper.failed(REDATA, error)
        retry_at = gatekeeper.state(REDATA).retry_at
        assert retry_at
        assert retry_at - clock() >= shortest
        clock.tick(retry_at - clock())


async def test_insisting_overrules_a_failure_but_no_refusal(
    gatekeeper: Gatekeeper, clock: Clock
) -> None:
    await gatekeeper.failed(REDATA, SourceError())
    await gatekeeper.failed(OMIE, RefusedError())

    assert not await admitted(gatekeeper, REDATA)
    assert await admitted(gatekeeper, REDATA, urgency=Urgency.INSISTENT)
    assert not await admitted(gatekeeper, OMIE, urgency=Urgency.INSISTENT)
    clock.tick(15 * MINUTE)
    assert await admitted(gatekeeper, OMIE, urgency=Urgency.INSISTENT)


@pytest.mark.parametrize("error", [SourceError, RefusedError])
async def test_a_host_that_names_a_time_is_left_alone_for_so_long(
    gatekeeper: Gatekeeper, clock: Clock, error: type[SourceError]
) -> None:
    await gatekeeper.failed(REDATA, error(retry_after=7200))

    assert pause(gatekeeper, clock) == 2 * HOUR
    clock.tick(2 * HOUR - timedelta(seconds=1))
    assert not await admitted(gatekeeper)
    clock.tick(timedelta(seconds=1))
    assert await admitted(gatekeeper)


async def test_a_host_that_names_a_short_time_is_not_asked_sooner_than_else(
    gatekeeper: Gatekeeper, clock: Clock
) -> None:
    await gatekeeper.failed(REDATA, RefusedError(retry_after=1))

    assert pause(gatekeeper, clock) > 10 * MINUTE


@pytest.mark.parametrize("seconds", [86_401, 1e9, 1e15, 1e300, float("inf")])
async def test_a_host_that_names_an_absurd_time_is_left_alone_for_a_day(
    gatekeeper: Gatekeeper, clock: Clock, seconds: float
) -> None:
    await gatekeeper.failed(REDATA, RefusedError(retry_after=seconds))

    assert pause(gatekeeper, clock) == DAY


@pytest.mark.parametrize("error", [SourceError(), RefusedError(), SourceError(retry_after=600)])
async def test_a_pause_survives_a_restart(
    gatekeeper: Gatekeeper, ledger: Ledger, clock: Clock, error: SourceError
) -> None:
    await gatekeeper.failed(REDATA, error)
    left = pause(gatekeeper, clock)

    again = await restarted(ledger, clock)

    assert again.state(REDATA) == gatekeeper.state(REDATA)
    assert not await admitted(again)
    assert await admitted(again, OMIE)
    clock.tick(left)
    assert await admitted(again)


async def test_refusals_go_on_growing_after_a_restart(
    gatekeeper: Gatekeeper, ledger: Ledger, clock: Clock
) -> None:
    await gatekeeper.failed(REDATA, RefusedError())
    first = pause(gatekeeper, clock)

    again = await restarted(ledger, clock)
    await again.failed(REDATA, RefusedError())

    assert pause(again, clock) > first
    assert not await admitted(again, urgency=Urgency.INSISTENT)


async def test_a_spent_budget_survives_a_restart(
    gatekeeper: Gatekeeper, ledger: Ledger, clock: Clock
) -> None:
    for _ in range(BUDGET):
        await gatekeeper.admit(REDATA)
        clock.tick(timedelta(seconds=59))

    again = await restarted(ledger, clock)

    assert not await admitted(again, urgency=Urgency.INSISTENT)
    assert await admitted(again, OMIE)
    clock.tick(MINUTE)
    assert await admitted(again)
    assert not await admitted(again)


async def test_success_makes_everything_as_it_was(
    gatekeeper: Gatekeeper, ledger: Ledger, clock: Clock
) -> None:
    for error in (SourceError(), RefusedError(), RefusedError()):
        await gatekeeper.failed(REDATA, error)

    await gatekeeper.succeeded(REDATA)

    assert await admitted(gatekeeper)
    assert await admitted(await restarted(ledger, clock))
    await gatekeeper.failed(REDATA, RefusedError())
    assert pause(gatekeeper, clock) <= 15 * MINUTE
    await gatekeeper.succeeded(REDATA)
    await gatekeeper.failed(REDATA, SourceError())
    assert pause(gatekeeper, clock) < MINUTE


async def test_it_tells_of_every_host_that_was_asked_or_failed(
    gatekeeper: Gatekeeper, ledger: Ledger, clock: Clock
) -> None:
    assert gatekeeper.hosts == {}
    await gatekeeper.admit(REDATA)
    await gatekeeper.admit(OMIE, Urgency.BACKGROUND)
    await gatekeeper.succeeded(REDATA)
    await gatekeeper.failed(ESIOS, SourceError())
    assert gatekeeper.hosts == {
        REDATA: HostState(),
        OMIE: HostState(),
        ESIOS: gatekeeper.state(ESIOS),
    }
    again = await restarted(ledger, clock)
    assert again.hosts.keys() == {REDATA, ESIOS}


async def test_success_without_a_failure_before_it_is_not_written_down(
    gatekeeper: Gatekeeper, ledger: Ledger
) -> None:
    await gatekeeper.succeeded(REDATA)

    assert ledger.hosts == {}


@pytest.mark.parametrize("back", [2 * HOUR, 30 * DAY, 4000 * DAY], ids=str)
@pytest.mark.parametrize("restart", [False, True])
async def test_a_clock_put_back_spends_no_budget(
    gatekeeper: Gatekeeper, ledger: Ledger, clock: Clock, back: timedelta, restart: bool
) -> None:
    for _ in range(BUDGET):
        await gatekeeper.admit(REDATA)
    clock.tick(-back)
    if restart:
        gatekeeper = await restarted(ledger, clock)

    assert await admitted(gatekeeper)


@pytest.mark.parametrize("error", [SourceError(), RefusedError(), RefusedError(retry_after=1e9)])
@pytest.mark.parametrize("back", [2 * DAY, 4000 * DAY], ids=str)
@pytest.mark.parametrize("restart", [False, True])
async def test_a_clock_put_back_prolongs_no_pause_beyond_a_day(
    gatekeeper: Gatekeeper,
    ledger: Ledger,
    clock: Clock,
    error: SourceError,
    back: timedelta,
    restart: bool,
) -> None:
    await gatekeeper.failed(REDATA, error)
    clock.tick(-back)
    if restart:
        gatekeeper = await restarted(ledger, clock)
    clock.tick(DAY)

    assert await admitted(gatekeeper)


@given(
    steps=st.lists(
        st.tuples(
            st.integers(-30 * 86_400, 30 * 86_400), st.sampled_from(["ask", "fail", "refuse"])
        ),
        max_size=20,
    )
)
async def test_a_wandering_clock_never_keeps_us_away_for_more_than_a_day(
    steps: list[tuple[int, str]],
) -> None:
    day = Day(clock=Clock(datetime(2026, 1, 1, tzinfo=UTC)))
    gatekeeper = day.gatekeeper(budget=2)
    for seconds, event in steps:
        day.clock.tick(timedelta(seconds=seconds))
        if event == "ask":
            await admitted(gatekeeper)
        else:
            await gatekeeper.failed(REDATA, RefusedError() if event == "refuse" else SourceError())

    for _ in range(24):
        if await admitted(gatekeeper):
            break
        day.clock.tick(HOUR)
    else:
        assert await admitted(gatekeeper)


async def test_the_log_tells_once_that_a_host_fails_and_once_that_it_is_back(
    gatekeeper: Gatekeeper, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        await gatekeeper.failed(REDATA, SourceError("out of order"))
    for _ in range(3):
        await gatekeeper.succeeded(REDATA)
    await gatekeeper.succeeded(OMIE)

    records = [record for record in caplog.records if record.name.endswith("gatekeeper")]
    assert [(record.levelno, record.message) for record in records] == [
        (logging.INFO, f"{REDATA} cannot be read: out of order"),
        (logging.INFO, f"{REDATA} answers again"),
    ]


def test_what_the_caller_can_do_tells_errors_apart() -> None:
    for error in (RefusedError, HeldBackError, NotPublishedError):
        assert issubclass(error, SourceError)
        assert error("why", retry_after=3).retry_after == 3
        assert str(error("why", retry_after=3)) == "why"
        assert error().retry_after is None


async def test_what_has_no_hurry_keeps_a_pace_of_its_own_and_leaves_the_budget_alone(
    gatekeeper: Gatekeeper, ledger: Ledger, clock: Clock
) -> None:
    for _ in range(PACE):
        assert await admitted(gatekeeper, urgency=Urgency.BACKGROUND)
        clock.tick(timedelta(seconds=1))

    with pytest.raises(HeldBackError, match="budget") as held_back:
        await gatekeeper.admit(REDATA, Urgency.BACKGROUND)
    assert held_back.value.retry_after == 60 - PACE
    for _ in range(BUDGET):
        assert await admitted(gatekeeper)
    assert len(ledger.asked(REDATA)) == BUDGET
    clock.tick(timedelta(seconds=held_back.value.retry_after))
    assert await admitted(gatekeeper, urgency=Urgency.BACKGROUND)
    assert not await admitted(gatekeeper, urgency=Urgency.BACKGROUND)


async def test_what_has_no_hurry_respects_every_pause(gatekeeper: Gatekeeper) -> None:
    await gatekeeper.failed(REDATA, SourceError())
    assert not await admitted(gatekeeper, urgency=Urgency.BACKGROUND)
    await gatekeeper.succeeded(REDATA)
    assert await admitted(gatekeeper, urgency=Urgency.BACKGROUND)
