"""What is missing is fetched with few requests, at the right time, and kept."""

import asyncio
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from custom_components.chocolate_factory.clients.errors import NoDataError, SourceError
from custom_components.chocolate_factory.clients.gatekeeper import BUDGET, TICK
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.history.errors import StoreError
from custom_components.chocolate_factory.history.ingest import Fetch, Outcome
from simulator import FAULTS

from .desk import ESIOS, OMIE, PRICE_HOSTS, REDATA, Desk, madrid
from .stored import rows
from .test_store import full_disk

TODAY = date(2026, 8, 5)
TOMORROW = date(2026, 8, 6)
AFRICA = frozenset({Series.PVPC_CEUTA_MELILLA, Series.SPOT})


def days_back(count: int = 7) -> list[date]:
    return [TODAY - timedelta(days=back) for back in range(1, count + 1)]


def stored(day: date, source: Source = Source.REDATA, changed: int = 120) -> Fetch:
    return Fetch(day=day, source=source, outcome=Outcome.STORED, changed=changed)


async def test_the_first_run_asks_one_host_once_a_day_the_nearest_first(desk: Desk) -> None:
    fetches = await desk.run()

    assert fetches == [stored(day) for day in [TODAY, *days_back()]]
    assert len(desk.asked(REDATA)) == 8
    assert len(desk.asked()) == 8
    assert not await desk.missing()
    for day in [TODAY, *days_back()]:
        assert len(await desk.day(Series.PVPC, day)) == 24
        assert len(await desk.day(Series.SPOT, day)) == 96
        assert await desk.sources(Series.PVPC, day) == {Source.REDATA}


async def test_in_the_evening_the_first_run_fetches_nine_days(desk: Desk) -> None:
    desk.clock.now = madrid(TODAY, "21:00")

    fetches = await desk.run()

    assert fetches == [stored(day) for day in [TODAY, TOMORROW, *days_back()]]
    assert len(desk.asked()) == 9


async def test_a_run_that_finds_nothing_missing_asks_nobody(desk: Desk) -> None:
    await desk.run()
    desk.forget_log()

    assert await desk.tick(10) == []
    assert desk.asked() == []


async def test_only_what_a_factory_wants_is_fetched(desk: Desk) -> None:
    fetches = await desk.run(frozenset({Series.SPOT}), days_back=1)

    assert fetches == [stored(day, changed=96) for day in [TODAY, *days_back(1)]]
    assert len(await desk.day(Series.PVPC, TODAY)) == 0
    assert len(desk.asked()) == 2


async def test_the_caller_hears_of_each_day_that_brought_something(desk: Desk) -> None:
    heard = []

    async def on_change() -> None:
        heard.append(sorted(await desk.missing()))

    await desk.run(days_back=2, on_change=on_change)
    week = days_back()
    assert heard == [sorted(week), sorted(week[1:]), sorted(week[2:])]

    desk.clock.now = madrid(TODAY, "20:50")
    desk.fail(kind="empty")
    await desk.run(days_back=2, on_change=on_change)
    assert len(heard) == 3, "nobody had anything"


async def test_a_gap_in_the_middle_of_a_day_is_filled_with_one_request(desk: Desk) -> None:
    await desk.run()
    desk.forget_log()
    start = int(madrid(days_back()[2], "07:00").timestamp())
    await desk.store._guarded(
        lambda connection: connection.execute("DELETE FROM slot WHERE start = ?", (start,))
    )

    assert await desk.run() == [stored(days_back()[2], changed=2)]
    assert len(desk.asked()) == 1


@pytest.mark.parametrize(
    ("series", "early", "due"),
    [
        (Series.SPOT, "14:29", "14:30"),
        (Series.PVPC, "20:14", "20:15"),
        (Series.PVPC_CEUTA_MELILLA, "20:14", "20:15"),
    ],
)
@pytest.mark.parametrize("month", [1, 8])
async def test_tomorrow_is_not_asked_for_before_it_can_be_there(
    desk: Desk, series: Series, early: str, due: str, month: int
) -> None:
    today = date(2026, month, 5)
    desk.clock.now = madrid(today, "00:00")
    await desk.run(frozenset({series}))
    desk.forget_log()
    for time in ("00:05", "06:00", "13:50", early):
        desk.clock.now = madrid(today, time)
        await desk.run(frozenset({series}))
    assert desk.asked() == []

    desk.clock.now = madrid(today, due)
    await desk.run(frozenset({series}))
    assert len(desk.asked()) >= 1


async def test_the_spot_price_of_tomorrow_comes_long_before_the_regulated_one(desk: Desk) -> None:
    await desk.run()
    desk.clock.now = madrid(TODAY, "14:45")

    assert await desk.run() == [stored(TOMORROW, changed=96)]
    assert await desk.tick(60) == []

    desk.clock.now = madrid(TODAY, "20:30")
    assert await desk.run() == [stored(TOMORROW, changed=24)]
    assert not await desk.missing()


async def test_what_is_late_is_asked_for_ever_more_rarely_but_every_quarter_of_an_hour(
    desk: Desk,
) -> None:
    desk.clock.now = madrid(TODAY, "14:25")
    await desk.run()
    desk.forget_log()
    # The market is four hours late.
    desk.world_is_ahead(-timedelta(hours=4))
    fetches: list[Fetch] = []
    tries: list[datetime] = []
    while not any(fetch.outcome is Outcome.STORED for fetch in fetches):
        fetches = await desk.tick()
        if fetches:
            tries.append(desk.clock.now)

    pauses = [after - before for before, after in pairwise(tries)]
    assert pauses[:2] == [TICK, 2 * TICK]
    assert set(pauses[2:]) == {3 * TICK}
    assert madrid(TODAY, "17:50") <= tries[-1] <= madrid(TODAY, "17:50") + 3 * TICK
    assert [(fetch.source, fetch.outcome) for fetch in fetches] == [
        (Source.REDATA, Outcome.NOT_PUBLISHED),
        (Source.OMIE, Outcome.STORED),
    ]
    assert not await desk.missing()


async def test_a_late_regulated_price_is_there_soon_after_its_publication(desk: Desk) -> None:
    desk.clock.now = madrid(TODAY, "20:10")
    await desk.run()
    desk.world_is_ahead(-timedelta(minutes=25))

    fetches = await desk.tick(12)

    assert {fetch.outcome for fetch in fetches[:-1]} == {Outcome.NOT_PUBLISHED, Outcome.STORED}
    assert fetches[-1] == stored(TOMORROW, changed=24)
    assert [fetch.changed for fetch in fetches[:-1]] == [0] * (len(fetches) - 1)
    assert not await desk.missing()
    last = desk.asked()[-1] + timedelta(minutes=25)
    assert madrid(TODAY, "20:50") <= last <= madrid(TODAY, "21:05")


async def test_while_a_source_is_left_alone_the_others_are_asked_at_every_tick(desk: Desk) -> None:
    desk.clock.now = madrid(TODAY, "15:00")
    await desk.run()
    desk.forget_log()
    desk.world_is_ahead(-timedelta(hours=4))
    await desk.store._guarded(
        lambda connection: connection.execute(
            "DELETE FROM slot WHERE start >= ?", (int(madrid(TOMORROW, "00:00").timestamp()),)
        )
    )
    desk.fail(REDATA, kind="status", status=403, count=1)

    await desk.run()
    await desk.tick(2)

    assert [len(desk.asked(REDATA)), len(desk.asked(OMIE))] == [1, 3]


async def test_today_is_asked_for_at_every_tick_however_often_nobody_has_it(desk: Desk) -> None:
    # The whole world lags two days behind.
    desk.world_is_ahead(-timedelta(days=2))

    fetches = await desk.run(days_back=0)
    assert {fetch.outcome for fetch in fetches} == {Outcome.NO_DATA}, "for today that is not early"
    assert {fetch.day for fetch in await desk.tick(4, days_back=0)} == {TODAY}
    assert len(desk.asked(REDATA)) == 5


async def test_prices_that_came_in_part_are_completed(desk: Desk) -> None:
    # OMIE has tomorrow's prices before REData.
    desk.clock.now = madrid(TODAY, "14:31")
    fetches = await desk.run(days_back=0)

    assert fetches == [
        stored(TODAY),
        Fetch(
            day=TOMORROW,
            source=Source.REDATA,
            outcome=Outcome.NOT_PUBLISHED,
            reason=f"no prices for {TOMORROW} yet",
        ),
        stored(TOMORROW, Source.OMIE, 96),
    ]
    # REData says the same later: nothing has changed, and OMIE keeps the merit.
    desk.clock.now = madrid(TODAY, "20:40")
    assert await desk.run(days_back=0) == [stored(TOMORROW, changed=24)]
    assert await desk.sources(Series.SPOT, TOMORROW) == {Source.OMIE}


async def test_ceuta_and_melilla_have_their_own_prices_from_the_archive(desk: Desk) -> None:
    await desk.run()
    desk.forget_log()

    fetches = await desk.run(AFRICA)

    assert fetches == [stored(day, Source.ESIOS, 24) for day in [TODAY, *days_back()]]
    assert len(desk.asked(ESIOS)) == 8 == len(desk.asked()), "the spot price is there already"
    here = await desk.day(Series.PVPC_CEUTA_MELILLA, TODAY)
    there = await desk.day(Series.PVPC, TODAY)
    assert await desk.sources(Series.PVPC_CEUTA_MELILLA, TODAY) == {Source.ESIOS}
    differing = [
        one.start for one, other in zip(here, there, strict=True) if one.price != other.price
    ]
    assert differing == [madrid(TODAY, f"{hour}:00") for hour in (10, 14, 18, 22)], (
        "the hours that belong to another period there"
    )


async def test_ceuta_and_melilla_start_with_two_requests_a_day(desk: Desk) -> None:
    fetches = await desk.run(AFRICA, days_back=1)

    assert fetches == [
        fetch
        for day in [TODAY, *days_back(1)]
        for fetch in (stored(day, changed=96), stored(day, Source.ESIOS, 24))
    ]
    assert len(await desk.day(Series.PVPC, TODAY)) == 0


async def test_two_runs_at_once_ask_once(desk: Desk) -> None:
    first, second = await asyncio.gather(desk.run(), desk.run())

    assert [len(first), len(second)] == [8, 0]
    assert len(desk.asked()) == 8


@pytest.mark.parametrize("insist", [False, True])
async def test_two_runs_at_once_in_a_broken_world_ask_once(desk: Desk, insist: bool) -> None:
    desk.fail(kind="status", status=500)

    await asyncio.gather(desk.run(days_back=0), desk.run(days_back=0))
    assert len(desk.asked()) == 3
    # Who insists asks again: that is what insisting means.
    await desk.run(days_back=0, insist=insist)
    assert len(desk.asked()) == (6 if insist else 3)


async def test_a_run_that_is_cancelled_keeps_what_it_had_and_can_be_repeated(desk: Desk) -> None:
    begun = asyncio.Event()

    async def on_change() -> None:
        begun.set()

    for days in (7, 6):
        running = asyncio.create_task(desk.run(on_change=on_change))
        await begun.wait()
        begun.clear()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert 0 < len(await desk.missing()) <= days
        assert not desk.ingest._lock.locked()

    await desk.run()
    assert not await desk.missing()
    assert len(desk.asked()) <= 10, "a day whose request was cancelled is asked for again"
    assert rows(desk.path, "PRAGMA integrity_check") == [("ok",)]
    slots = "SELECT count(*), count(DISTINCT seq) FROM slot"
    assert rows(desk.path, slots) == [(8 * 120, 8 * 120)]


async def test_a_run_that_is_cancelled_while_it_waits_for_an_answer_can_be_repeated(
    desk: Desk,
) -> None:
    desk.fail(REDATA, kind="delay")
    running = asyncio.create_task(desk.run())
    while not desk.app[FAULTS].draws:  # noqa: ASYNC110 - the simulator has no event for that
        await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    desk.recover()

    assert len(await desk.run()) == 8
    assert not await desk.missing()


async def test_a_disk_that_is_full_costs_no_price_and_is_no_end(desk: Desk) -> None:
    await desk.run(days_back=2)
    with full_disk(desk.path.with_name("store.db-wal").stat().st_size):
        with pytest.raises(StoreError):
            await desk.run()
        assert len(await desk.day(Series.PVPC, TODAY)) == 24

    await desk.run()
    assert not await desk.missing()


async def test_whether_today_can_be_had_is_asked_at_most_once(desk: Desk) -> None:
    assert await desk.ingest.has_today(Series.PVPC)
    assert await desk.ingest.has_today(Series.PVPC)

    assert len(desk.asked()) == 1


@pytest.mark.parametrize("error", [NoDataError(), SourceError()], ids=["lacking", "failing"])
async def test_a_day_that_cannot_be_had_keeps_no_other_waiting(
    desk: Desk, error: SourceError
) -> None:
    desk.lack(TODAY, error)
    for _ in range(12):
        await desk.tick()
    assert await desk.missing() == {TODAY}


async def test_today_cannot_be_had_while_nobody_answers(desk: Desk) -> None:
    desk.fail(kind="empty")
    assert not await desk.ingest.has_today(Series.PVPC)
    assert [len(desk.asked(host)) for host in (REDATA, ESIOS, OMIE)] == [1, 1, 0]

    desk.recover()
    assert await desk.ingest.has_today(Series.PVPC), "a person who asks again gets an answer"


async def test_a_past_day_that_nobody_can_complete_is_asked_for_ever_more_rarely(
    desk: Desk,
) -> None:
    desk.clock.now = madrid(TODAY, "00:05")
    await desk.run()
    start = int(madrid(days_back()[0], "07:00").timestamp())
    await desk.store._guarded(
        lambda connection: connection.execute("DELETE FROM slot WHERE start = ?", (start,))
    )
    asked = len(desk.asked(REDATA))
    desk.lack(days_back()[0], NoDataError())
    tries: list[datetime] = []
    # Until tomorrow is due, which is another matter.
    while desk.clock.now < madrid(TODAY, "14:20"):
        if await desk.tick():
            tries.append(desk.clock.now)

    pauses = [(after - before) / TICK for before, after in pairwise(tries)]
    longest = [min(2.0**tried, timedelta(hours=6) / TICK) for tried in range(len(pauses))]
    assert len(pauses) >= 7
    assert all(0.8 * most <= pause <= most for pause, most in zip(pauses, longest, strict=True))
    assert len(desk.asked(REDATA)) == asked


async def test_who_fails_is_not_insisted_on_for_every_day(desk: Desk) -> None:
    desk.fail(REDATA, ESIOS, kind="status", status=500)
    await desk.run()
    desk.forget_log()

    fetches = await desk.run(insist=True)

    assert [len(desk.asked(host)) for host in (REDATA, ESIOS, OMIE)] == [1, 1, 0]
    assert [fetch.outcome for fetch in fetches[:2]] == [Outcome.FAILED] * 2
    assert {fetch.outcome for fetch in fetches[2:]} == {Outcome.HELD_BACK}
    desk.recover()
    await desk.run(insist=True)
    assert not await desk.missing()


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 500}, {"kind": "reset"}])
async def test_the_budget_is_kept_however_often_one_insists(
    desk: Desk, fault: dict[str, Any]
) -> None:
    desk.fail(**fault)
    for _ in range(62):
        fetches = await desk.run(days_back=0, insist=True)

    assert {host: len(desk.asked(host)) for host in PRICE_HOSTS} == dict.fromkeys(
        PRICE_HOSTS, BUDGET
    )
    assert {fetch.outcome for fetch in fetches} == {Outcome.HELD_BACK}
    assert "budget" in str(fetches[0].reason)
    desk.clock.tick(timedelta(hours=1))
    fetches = await desk.run(days_back=0, insist=True)
    assert {fetch.outcome for fetch in fetches} == {Outcome.FAILED}, "an hour later is a new one"
