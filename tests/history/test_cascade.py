"""Whatever the services do, what is stored stays, and what can be had is had."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from aiohttp import ClientTimeout
import pytest

from custom_components.chocolate_factory.clients.gatekeeper import (
    BUDGET,
    FIRST_REFUSAL,
    LONGEST_REFUSAL,
    TICK,
)
from custom_components.chocolate_factory.clients.transport import TIMEOUT
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.history.ingest import Fetch, Outcome

from .desk import ESIOS, OMIE, PRICE_HOSTS, REDATA, Desk, madrid
from .stored import rows

TODAY = date(2026, 8, 5)
TOMORROW = date(2026, 8, 6)
FAULTS: list[dict[str, Any]] = [
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 502},
    {"kind": "status", "status": 400},
    {"kind": "status", "status": 404},
    {"kind": "reset"},
    {"kind": "truncate"},
    {"kind": "garbage"},
    {"kind": "html"},
    {"kind": "empty"},
]
HOUR = timedelta(hours=1)
TABLE = "SELECT series, start, seconds, value, source, seq FROM slot"


def name(fault: dict[str, Any]) -> str:
    return "-".join(map(str, fault.values()))


def told(fetches: list[Fetch]) -> list[tuple[Source, Outcome, int]]:
    return [(fetch.source, fetch.outcome, fetch.changed) for fetch in fetches]


async def stored(desk: Desk) -> set[tuple[Any, ...]]:
    return set(rows(desk.path, TABLE))


@pytest.mark.parametrize("fault", FAULTS, ids=name)
async def test_what_redata_does_not_say_the_others_do(desk: Desk, fault: dict[str, Any]) -> None:
    desk.clock.now = madrid(TODAY, "20:50")
    desk.fail(REDATA, **fault)

    fetches = await desk.run(days_back=0)

    others = [(Source.ESIOS, Outcome.STORED, 24), (Source.OMIE, Outcome.STORED, 96)]
    assert told(fetches) == [
        (Source.REDATA, Outcome.FAILED, 0), *others,
        (Source.REDATA, Outcome.HELD_BACK, 0), *others,
    ]  # fmt: skip
    assert [fetch.day for fetch in fetches] == [TODAY] * 3 + [TOMORROW] * 3
    assert all(fetch.reason for fetch in fetches if fetch.source is Source.REDATA)
    for day in (TODAY, TOMORROW):
        assert await desk.sources(Series.PVPC, day) == {Source.ESIOS}
        assert await desk.sources(Series.SPOT, day) == {Source.OMIE}
    desk.recover()
    desk.forget_log()
    desk.clock.tick()
    assert await desk.run(days_back=0) == []
    assert desk.asked() == [], "nothing is missing"


@pytest.mark.parametrize("fault", FAULTS, ids=name)
@pytest.mark.parametrize("host", [ESIOS, OMIE])
async def test_a_host_further_down_is_not_missed(
    desk: Desk, host: str, fault: dict[str, Any]
) -> None:
    desk.clock.now = madrid(TODAY, "20:50")
    desk.fail(host, **fault)

    assert told(await desk.run(days_back=0)) == [(Source.REDATA, Outcome.STORED, 120)] * 2
    assert desk.asked(ESIOS, OMIE) == []


@pytest.mark.parametrize("fault", FAULTS, ids=name)
async def test_while_nobody_answers_nothing_is_lost_and_a_tick_mends_all(
    desk: Desk, fault: dict[str, Any]
) -> None:
    await desk.run()
    before = await stored(desk)
    desk.clock.now = madrid(TODAY, "20:50")
    desk.fail(**fault)

    fetches = await desk.run()

    # From OMIE a missing file says no more than that it is not there yet.
    late = Outcome.NOT_PUBLISHED if fault.get("status") == 404 else Outcome.FAILED
    assert told(fetches) == [
        (Source.REDATA, Outcome.FAILED, 0),
        (Source.ESIOS, Outcome.FAILED, 0),
        (Source.OMIE, late, 0),
    ]
    assert {fetch.day for fetch in fetches} == {TOMORROW}
    assert len(await desk.tick(4)) == 4 * 3, "each is asked at every tick"
    assert await stored(desk) == before
    assert await desk.missing() == {TOMORROW}

    desk.recover()
    assert told(await desk.tick()) == [(Source.REDATA, Outcome.STORED, 120)]
    assert not await desk.missing()
    assert await stored(desk) > before


async def test_a_start_into_a_broken_world_asks_each_host_once_a_tick(desk: Desk) -> None:
    desk.clock.now = madrid(TODAY, "20:50")
    desk.fail(kind="status", status=500)
    await desk.run()
    await desk.tick(3)

    assert [len(desk.asked(host)) for host in PRICE_HOSTS] == [4, 4, 4]
    desk.recover()
    fetches = await desk.tick()
    assert told(fetches) == [(Source.REDATA, Outcome.STORED, 120)] * 9
    assert not await desk.missing()


@pytest.mark.parametrize(("failing", "patience"), [((), 0.05), ((REDATA,), 1)], ids=["all", "one"])
async def test_a_host_that_never_answers_is_given_up(
    desk: Desk, failing: tuple[str, ...], patience: float
) -> None:
    await desk.run()
    before = await stored(desk)
    desk.clock.now = madrid(TODAY, "20:50")
    desk.timeout = ClientTimeout(total=patience)
    await desk.restart()
    desk.fail(*failing, kind="delay")

    fetches = await desk.run()

    assert fetches[0].outcome is Outcome.FAILED
    assert fetches[0].reason == f"{REDATA} did not answer in time"
    assert before <= await stored(desk)
    assert await desk.missing() == (set() if failing else {TOMORROW})
    desk.recover()
    desk.timeout = TIMEOUT
    await desk.restart()
    await desk.tick()
    assert not await desk.missing()


@pytest.mark.parametrize("status", [403, 429])
async def test_a_host_that_turns_us_away_is_left_alone_for_long(desk: Desk, status: int) -> None:
    await desk.run()
    desk.forget_log()
    desk.clock.now = madrid(TODAY, "20:50")
    desk.fail(kind="status", status=status)
    await desk.run()
    assert [len(desk.asked(host)) for host in PRICE_HOSTS] == [1, 1, 1]

    # It means it, however well it would answer now.
    desk.recover()
    fetches = await desk.tick(2)
    assert {fetch.outcome for fetch in fetches} == {Outcome.HELD_BACK}
    assert len(desk.asked()) == 3
    assert await desk.missing() == {TOMORROW}
    fetches = await desk.run(insist=True)
    assert {fetch.outcome for fetch in fetches} == {Outcome.HELD_BACK}, "insisting does not help"

    await desk.tick()
    assert not await desk.missing()
    assert desk.asked()[-1] - desk.asked()[0] >= FIRST_REFUSAL * 0.8


async def test_a_host_that_goes_on_turning_us_away_is_asked_ever_more_rarely(desk: Desk) -> None:
    await desk.run()
    desk.forget_log()
    desk.clock.now = madrid(TODAY, "20:50")
    desk.fail(kind="status", status=403)
    await desk.tick(24, days_back=0)
    # It is enough to look every half hour now.
    for _ in range(40):
        desk.clock.tick(timedelta(minutes=30))
        await desk.run(days_back=0)

    for host in PRICE_HOSTS:
        pauses = [after - before for before, after in pairwise(desk.asked(host))]
        assert pauses[0] <= FIRST_REFUSAL
        assert all(after >= before for before, after in pairwise(pauses[:4]))
        assert all(pause >= 0.8 * LONGEST_REFUSAL for pause in pauses[5:])
        assert max(pauses) <= LONGEST_REFUSAL + timedelta(minutes=30)


async def test_while_only_omie_works_the_regulated_price_is_estimated(desk: Desk) -> None:
    await desk.run()
    desk.fail(REDATA, ESIOS, kind="status", status=500)
    desk.clock.now = madrid(TODAY, "20:50")
    fetches = await desk.run()
    assert told(fetches)[-1] == (Source.OMIE, Outcome.STORED, 96)
    assert len(await desk.day(Series.PVPC, TOMORROW)) == 0, "it may still come"

    desk.clock.now = madrid(TODAY, "21:30")
    fetches = await desk.run()

    assert told(fetches) == [
        (Source.REDATA, Outcome.FAILED, 0),
        (Source.ESIOS, Outcome.FAILED, 0),
        (Source.ESTIMATE, Outcome.STORED, 24),
    ]
    assert {fetch.day for fetch in fetches} == {TOMORROW}
    estimate = await desk.day(Series.PVPC, TOMORROW)
    assert len(estimate) == 24
    assert {slot.source for slot in estimate} == {Source.ESTIMATE}
    assert await desk.missing() == {TOMORROW}, "an estimate is no price"
    assert told(await desk.tick()) == told(fetches)[:2], "it is the same as before"

    desk.recover()
    assert told(await desk.tick()) == [(Source.REDATA, Outcome.STORED, 24)]
    real = await desk.day(Series.PVPC, TOMORROW)
    assert {slot.source for slot in real} == {Source.REDATA}
    errors = [abs(a.price - b.price) for a, b in zip(estimate, real, strict=True)]
    assert 0 < max(errors) < 0.05
    assert not await desk.missing()


async def test_the_price_of_today_is_estimated_at_once(desk: Desk) -> None:
    desk.clock.now = madrid(TODAY, "12:00") - timedelta(days=1)
    await desk.run()
    desk.fail(REDATA, ESIOS, kind="empty")
    desk.clock.now = madrid(TODAY, "00:05")

    fetches = await desk.run()

    assert told(fetches)[-2:] == [
        (Source.OMIE, Outcome.STORED, 96),
        (Source.ESTIMATE, Outcome.STORED, 24),
    ]
    assert (await desk.day(Series.PVPC, TODAY)).at(desk.clock.now) is not None


async def test_ceuta_and_melilla_are_estimated_with_their_own_hours(desk: Desk) -> None:
    africa = frozenset({Series.PVPC_CEUTA_MELILLA, Series.SPOT})
    await desk.run(africa)
    desk.fail(ESIOS, kind="empty")
    desk.clock.now = madrid(TODAY, "21:35")

    fetches = await desk.run(africa)

    assert told(fetches) == [
        (Source.REDATA, Outcome.STORED, 96),
        (Source.ESIOS, Outcome.FAILED, 0),
        (Source.ESTIMATE, Outcome.STORED, 24),
    ]
    estimate = await desk.day(Series.PVPC_CEUTA_MELILLA, TOMORROW)
    desk.recover()
    await desk.tick(series=africa)
    real = await desk.day(Series.PVPC_CEUTA_MELILLA, TOMORROW)
    assert {slot.source for slot in real} == {Source.ESIOS}
    assert max(abs(a.price - b.price) for a, b in zip(estimate, real, strict=True)) < 0.05


async def test_nothing_is_estimated_without_a_past_to_learn_from(desk: Desk) -> None:
    desk.fail(REDATA, ESIOS, kind="garbage")
    desk.clock.now = madrid(TODAY, "21:35")

    fetches = await desk.run()

    assert Source.ESTIMATE not in {fetch.source for fetch in fetches}
    assert len(await desk.day(Series.PVPC, TODAY)) == 0
    assert len(await desk.day(Series.SPOT, TODAY)) == 96, "OMIE has that"


async def test_without_the_market_there_is_still_the_regulated_price(desk: Desk) -> None:
    desk.fail(REDATA, OMIE, kind="garbage")

    fetches = await desk.run(days_back=0)

    assert told(fetches) == [
        (Source.REDATA, Outcome.FAILED, 0),
        (Source.ESIOS, Outcome.STORED, 24),
        (Source.OMIE, Outcome.FAILED, 0),
    ]
    desk.recover()
    assert (Source.REDATA, Outcome.STORED, 96) in told(await desk.tick())


@pytest.mark.parametrize(
    ("fault", "hours"),
    [
        ({"kind": "status", "status": 503}, 24),
        ({"kind": "reset"}, 3),
        ({"kind": "garbage", "probability": 0.6}, 3),
    ],
)
async def test_a_broken_day_breaks_no_budget(desk: Desk, fault: dict[str, Any], hours: int) -> None:
    desk.clock.now = madrid(TODAY, "14:40")
    desk.fail(**fault)
    await desk.tick(hours * HOUR // TICK, days_back=1)

    for host in PRICE_HOSTS:
        asked = desk.asked(host)
        assert len(asked) > 0
        assert most_in_an_hour(asked) <= BUDGET
    desk.recover()
    await desk.tick()
    assert not await desk.missing() & {TODAY, TOMORROW}


def most_in_an_hour(times: list[datetime]) -> int:
    return max(sum(start <= at < start + HOUR for at in times) for start in times)
