"""Clocks change twice a year, are put right, and stop at a restart; no price is lost by that."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from custom_components.chocolate_factory.clients.gatekeeper import BUDGET, FIRST_REFUSAL
from custom_components.chocolate_factory.clients.parsing import market_day
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.history.ingest import Outcome
from simulator.market import african, modelled_spot, pvpc

from .desk import BOTH, ESIOS, OMIE, PRICE_HOSTS, REDATA, Desk, madrid

TODAY = date(2026, 8, 5)
TOMORROW = date(2026, 8, 6)
CLOCK_CHANGES = [
    (date(2021, 3, 28), 23), (date(2021, 10, 31), 25),
    (date(2022, 3, 27), 23), (date(2022, 10, 30), 25),
    (date(2023, 3, 26), 23), (date(2023, 10, 29), 25),
    (date(2024, 3, 31), 23), (date(2024, 10, 27), 25),
    (date(2025, 3, 30), 23), (date(2025, 10, 26), 25),
    (date(2026, 3, 29), 23), (date(2026, 10, 25), 25),
]  # fmt: skip
ALL = BOTH | {Series.PVPC_CEUTA_MELILLA}


@pytest.mark.parametrize("failing", [None, REDATA], ids=["all is well", "without REData"])
@pytest.mark.parametrize(("day", "hours"), CLOCK_CHANGES)
async def test_a_day_on_which_clocks_change_has_every_slot_once(
    desk: Desk, day: date, hours: int, failing: str | None
) -> None:
    if failing:
        desk.fail(failing, kind="empty")
    # It is fetched on the evening before, like any other day.
    desk.clock.now = madrid(day - timedelta(days=1), "20:50")
    await desk.run(ALL, days_back=0)

    spot = modelled_spot(day)
    regulated = pvpc(day, spot)
    quarters = 4 if day >= date(2025, 10, 1) else 1
    for series, truth, count in (
        (Series.SPOT, spot, hours * quarters),
        (Series.PVPC, regulated, hours),
        (Series.PVPC_CEUTA_MELILLA, african(regulated), hours),
    ):
        curve = await desk.day(series, day)
        assert len(curve) == count
        assert {slot.start: round(1000 * slot.price, 2) for slot in curve} == truth
        assert all(before.end == after.start for before, after in pairwise(curve))
        assert (curve.slots[0].start, curve.slots[-1].end) == market_day(day)
    assert await desk.sources(Series.SPOT, day) == {Source.OMIE if failing else Source.REDATA}
    assert day not in await desk.missing(ALL)

    desk.clock.now = madrid(day)
    assert day not in {fetch.day for fetch in await desk.run(ALL, days_back=1)}


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=3), timedelta(days=800)])
async def test_a_clock_that_is_put_back_costs_nothing(desk: Desk, back: timedelta) -> None:
    await desk.run()
    desk.clock.tick(-back)

    await desk.run()

    assert not await desk.missing()
    assert len(await desk.day(Series.PVPC, TODAY)) == 24


@pytest.mark.parametrize("ahead", [timedelta(days=2), timedelta(days=800)])
@pytest.mark.parametrize("fault", [None, 500, 429])
async def test_a_clock_that_was_wrong_is_forgotten_when_it_is_put_right(
    desk: Desk, ahead: timedelta, fault: int | None
) -> None:
    # The world knows nothing of the days that we ask for, and may lose its patience.
    desk.clock.tick(ahead)
    desk.world_is_ahead(-ahead)
    if fault:
        desk.fail(kind="status", status=fault)
    await desk.run()
    await desk.tick(3)
    assert await desk.missing()

    desk.clock.tick(-ahead)
    desk.world_is_ahead(timedelta())
    desk.recover()
    await desk.restart()

    await desk.run()
    assert not await desk.missing()
    assert not desk.ingest._lock.locked()


async def test_a_clock_that_is_put_back_puts_off_no_day_for_long(desk: Desk) -> None:
    desk.clock.now = madrid(TODAY, "16:00")
    desk.world_is_ahead(-timedelta(hours=8))
    await desk.run(days_back=0)
    await desk.tick(12, days_back=0)
    assert await desk.missing() >= {TOMORROW}, "the market is late"

    # An hour and a half back, to where tomorrow's prices are just due.
    desk.clock.now = madrid(TODAY, "14:45")
    desk.world_is_ahead(timedelta())
    fetches = await desk.run(days_back=0)

    assert {(fetch.day, fetch.outcome) for fetch in fetches} == {(TOMORROW, Outcome.STORED)}


async def test_a_clock_that_jumps_ahead_leaves_nobody_waiting(desk: Desk) -> None:
    desk.fail(kind="status", status=500)
    await desk.run()
    desk.recover()

    desk.clock.tick(timedelta(days=30))
    fetches = await desk.run()

    assert {fetch.outcome for fetch in fetches} == {Outcome.STORED}
    assert not await desk.missing()


async def test_pauses_of_hosts_survive_a_restart(desk: Desk) -> None:
    desk.fail(kind="status", status=500)
    await desk.run()
    await desk.tick(4)
    assert [len(desk.asked(host)) for host in PRICE_HOSTS] == [5, 5, 5]

    await desk.restart()
    fetches = await desk.run()

    assert {fetch.outcome for fetch in fetches} == {Outcome.HELD_BACK}
    assert [len(desk.asked(host)) for host in PRICE_HOSTS] == [5, 5, 5]
    await desk.tick()
    assert [len(desk.asked(host)) for host in PRICE_HOSTS] == [6, 6, 6]


async def test_a_refusal_survives_a_restart(desk: Desk) -> None:
    desk.fail(kind="status", status=403)
    await desk.run()
    desk.recover()
    for _ in range(2):
        desk.clock.tick()
        await desk.restart()
        assert {fetch.outcome for fetch in await desk.run(insist=True)} == {Outcome.HELD_BACK}
    assert len(desk.asked()) == 3

    desk.clock.tick(FIRST_REFUSAL)
    await desk.restart()
    await desk.run()
    assert not await desk.missing()


async def test_the_budget_survives_a_restart(desk: Desk) -> None:
    desk.fail(kind="status", status=500)
    for number in range(62):
        if number % 20 == 19:
            await desk.restart()
        await desk.run(days_back=0, insist=True)

    assert {host: len(desk.asked(host)) for host in PRICE_HOSTS} == dict.fromkeys(
        PRICE_HOSTS, BUDGET
    )


async def test_tries_in_vain_survive_a_restart(desk: Desk) -> None:
    desk.clock.now = madrid(TODAY, "20:15")
    await desk.run()
    # Later still than usual: three tries so far, the next one in a quarter of an hour.
    desk.world_is_ahead(-timedelta(hours=3))
    await desk.tick(3)
    asked = len(desk.asked())

    await desk.restart()
    assert await desk.tick(1) == []
    await desk.restart()
    assert await desk.tick(1) == []
    assert len(desk.asked()) == asked
    await desk.restart()
    await desk.tick(2)
    assert len(desk.asked()) > asked


async def test_tries_are_forgotten_when_a_day_is_complete(desk: Desk) -> None:
    desk.fail(kind="empty")
    await desk.run(days_back=0)
    assert {series for series, _ in await desk.store.load_attempts()} == BOTH

    desk.recover()
    await desk.tick(days_back=0)

    assert await desk.store.load_attempts() == {}


async def test_prices_are_there_after_a_restart_without_a_request(desk: Desk) -> None:
    await desk.run()
    before = await desk.day(Series.SPOT, TODAY)
    desk.forget_log()

    await desk.restart()

    assert await desk.day(Series.SPOT, TODAY) == before
    assert await desk.run() == []
    assert desk.asked() == []
    assert desk.asked(ESIOS, OMIE) == []
