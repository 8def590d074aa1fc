"""What can be filled is filled, the newest first, and nobody is asked needlessly."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from custom_components.chocolate_factory.clients.errors import NoDataError
from custom_components.chocolate_factory.clients.gatekeeper import PACE, TICK
from custom_components.chocolate_factory.clients.parsing import market_day
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.factory.weather import KEPT, Measure
from custom_components.chocolate_factory.history.backfill import LONGEST_GAP
from custom_components.chocolate_factory.history.gaps import Coverage, Reason
from custom_components.chocolate_factory.history.ledger import WEATHER
from custom_components.chocolate_factory.history.past_weather import PastWeather
import simulator
from simulator import LOG
from simulator.climate import Place, Values, Weather, weather_at

from .desk import ESIOS, OMIE, REDATA, madrid
from .past import AEMET, ARCHIVE, DAY, MADRID, OPEN_METEO, RETIRO, WEATHER_HOSTS, Past, past_at
from .stored import NOON, Clock, rows

HOUR = timedelta(hours=1)
TODAY = date(2026, 8, 5)
NAMES = {Series.PVPC, Series.SPOT, *KEPT}
SLOTS = "SELECT name, start, seconds, value FROM slot JOIN series ON series.id = slot.series"


@pytest.fixture
async def past(path: Path, clock: Clock, socket_enabled: None) -> AsyncIterator[Past]:
    """Return a factory without any past, in a world where all is well."""
    async with past_at(path, clock) as past:
        yield past


def complete(coverages: dict[str, Coverage]) -> bool:
    assert coverages.keys() == NAMES
    return all(one.completeness == 100 for one in coverages.values())


def reasons(coverage: Coverage) -> list[Reason]:
    return [gap.reason for gap in coverage.gaps]


async def test_where_nothing_is_missing_nobody_is_asked(past: Past) -> None:
    await past.run(back=3 * DAY)
    past.desk.forget_log()

    report = await past.run(back=3 * DAY)

    assert (report.filled, report.left) == (0, 0)
    assert not past.asked()


async def test_an_outage_of_ten_days_is_filled_in_one_run(past: Past) -> None:
    await past.run(back=5 * DAY)
    before = await past.coverage(5 * DAY)
    past.desk.clock.tick(10 * DAY)
    past.desk.fail(kind="reset")
    failed = await past.run(back=15 * DAY)
    during = await past.coverage(15 * DAY)
    past.desk.recover()
    past.desk.forget_log()
    past.desk.clock.tick(HOUR)

    report = await past.run(back=15 * DAY)

    assert complete(before)
    assert failed.filled == 0
    assert failed.left == sum(one.slots for one in during.values())
    assert all(60 < 100 - one.completeness < 70 for one in during.values()), "ten days of fifteen"
    assert {error.split(":")[0] for error in failed.errors} >= {
        Source.REDATA, Source.ESIOS, Source.OMIE, Source.AEMET, Source.OPEN_METEO,
    }  # fmt: skip
    assert complete(await past.coverage(15 * DAY))
    assert report.left == 0
    assert {name: one.filled for name, one in report.series.items()} == {
        Series.PVPC: 240,
        Series.SPOT: 960,
        Measure.TEMPERATURE: 241,
        Measure.HUMIDITY: 241,
        Measure.PRESSURE: 241,
    }
    assert past.asked() == {REDATA: 10, AEMET: 2, OPEN_METEO: 1}
    days = [entry.query[11:21] for entry in past.desk.app[LOG] if entry.host == REDATA]
    assert days == sorted(days, reverse=True), "the newest first"


async def test_each_age_of_the_weather_comes_from_the_source_for_it(past: Past) -> None:
    report = await past.run(back=30 * DAY)

    assert report.left == 0
    assert past.asked()[AEMET] == 2, "two steps"
    assert past.asked()[OPEN_METEO] == past.asked()[ARCHIVE] == 1
    # Twelve hours, less what is not due yet and what a station may lack; then since 29 July.
    assert 20 < await past.hours(Source.AEMET) <= 36
    assert await past.hours(Source.OPEN_METEO) == pytest.approx(3 * 7 * 24, abs=60)
    assert await past.hours(Source.OPEN_METEO_ARCHIVE) == pytest.approx(3 * 23 * 24, abs=60)
    assert await past.hours(Source.AEMET_CLIMATOLOGY) == 0


async def test_what_cannot_be_true_is_not_kept_and_counted(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absurd(place: Place, times: Values, source: str, *issued: Any) -> Weather:
        seen = weather_at(place, times, source, *issued)
        if not source.startswith("open-meteo"):
            return seen
        return replace(seen, temperature=np.full_like(seen.temperature, 85.0))

    monkeypatch.setattr(simulator.sky, "weather_at", absurd)
    past.begin(with_aemet=False)

    report = await past.run(back=2 * DAY)

    assert report.dropped == (2 + 8) * 24, "one answer, of the last days and the next ones"
    assert report.series[Measure.TEMPERATURE].filled == 0
    assert report.series[Measure.HUMIDITY].left == 0
    past.begin(with_open_meteo=False)
    assert (await past.run(back=2 * DAY)).dropped == 0


async def test_without_open_meteo_the_climatology_fills_what_it_has(past: Past) -> None:
    past.begin(with_open_meteo=False)

    await past.run(back=30 * DAY)

    coverage = (await past.coverage(30 * DAY))[Measure.TEMPERATURE]
    assert await past.hours(Source.AEMET_CLIMATOLOGY) > 3 * 20 * 24
    late = next(gap for gap in coverage.gaps if gap.reason is Reason.SOURCE_LAG)
    assert late.start == datetime.fromisoformat("2026-08-02T00:00Z")
    assert late.until == datetime.fromisoformat("2026-08-06T00:00Z")
    assert set(past.asked()) & set(WEATHER_HOSTS) == {AEMET}

    past.desk.clock.tick(5 * DAY)
    await past.run(back=35 * DAY)
    coverage = (await past.coverage(35 * DAY))[Measure.TEMPERATURE]
    later = next(gap for gap in coverage.gaps if gap.reason is Reason.SOURCE_LAG)
    assert later.start == late.start + 5 * DAY


async def test_without_any_source_of_weather_the_prices_are_filled(past: Past) -> None:
    past.begin(with_aemet=False, with_open_meteo=False)

    report = await past.run(back=3 * DAY)

    assert report.series[Series.PVPC].left == 0
    assert report.series[Measure.HUMIDITY].filled == 0
    coverage = await past.coverage(3 * DAY)
    assert reasons(coverage[Measure.HUMIDITY]) == [Reason.NO_SOURCE]
    assert not set(past.asked()) & set(WEATHER_HOSTS)


async def test_a_factory_without_weather_has_only_prices(past: Past) -> None:
    past.backfill.weather = None

    report = await past.run(back=2 * DAY)

    assert report.series.keys() == {Series.PVPC, Series.SPOT}
    assert report.left == 0


async def test_what_was_measured_is_never_replaced(past: Past) -> None:
    await past.run(back=2 * DAY)
    before = set(rows(past.desk.path, SLOTS))

    await past.run(back=40 * DAY)

    assert before < set(rows(past.desk.path, SLOTS))


async def test_a_host_is_asked_no_faster_than_it_bears(past: Past) -> None:
    await past.run(back=60 * DAY)

    assert past.asked()[REDATA] == 61
    for host in past.asked():
        assert past.most_in_a_minute(host) <= PACE
    assert past.asked()[ESIOS] == past.asked()[OMIE] == 0, "a pause is no failure"
    assert set(past.slept) <= {60.0}


async def test_a_tick_of_what_is_urgent_goes_first(past: Past) -> None:
    run = asyncio.create_task(past.run(back=60 * DAY))
    await past.until_asked(REDATA, PACE)
    past.desk.clock.now = madrid(TODAY, "20:50")

    fetches = await past.desk.run(days_back=0)

    assert (Source.REDATA, date(2026, 8, 6)) in {(one.source, one.day) for one in fetches}
    assert all(one.outcome == "stored" for one in fetches)
    assert not run.done()
    assert (await run).left == 0


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 429}, {"kind": "reset"}])
async def test_what_fails_on_the_way_is_waited_for(past: Past, fault: dict[str, object]) -> None:
    past.begin(with_open_meteo=False)
    past.desk.fail(AEMET, count=2, **fault)
    past.desk.fail(REDATA, ESIOS, count=1, **fault)

    report = await past.run(back=20 * DAY, patience=DAY)

    coverage = await past.coverage(20 * DAY)
    assert coverage[Series.PVPC].gaps == coverage[Series.SPOT].gaps == ()
    assert await past.hours(Source.AEMET_CLIMATOLOGY) > 3 * 10 * 24
    assert report.retry_after is None


async def test_what_wants_to_be_left_alone_for_long_is_left_to_the_next_run(past: Past) -> None:
    past.begin(with_open_meteo=False)
    past.desk.fail(AEMET, kind="status", status=429)

    report = await past.run(back=10 * DAY, patience=timedelta(minutes=30))

    assert report.retry_after is not None
    assert report.retry_after > HOUR
    assert sum(past.slept) < 1800
    assert report.series[Series.PVPC].left == 0, "the others are not kept waiting"
    assert Reason.HELD_BACK in reasons((await past.coverage(10 * DAY))[Measure.PRESSURE])


async def test_a_source_that_goes_on_failing_gives_way_to_the_next(past: Past) -> None:
    past.desk.fail(ARCHIVE, kind="garbage")

    report = await past.run(back=20 * DAY)

    assert await past.hours(Source.AEMET_CLIMATOLOGY) > 0
    assert sum("open_meteo_archive" in error for error in report.errors) == 1
    assert past.asked()[ARCHIVE] == 3


async def test_a_rejected_key_is_no_reason_to_go_on_asking(past: Past) -> None:
    past.begin(with_open_meteo=False)
    for key in past.aemet.keys.keys:
        past.aemet.keys.reject(key)

    report = await past.run(back=20 * DAY)

    assert past.asked()[AEMET] == 0
    assert len(report.errors) >= 1
    assert report.series[Series.SPOT].left == 0


async def test_what_no_source_has_is_not_asked_for_again_and_again(past: Past) -> None:
    day = TODAY - 12 * DAY
    past.desk.lack(day, NoDataError("none"))
    await past.run(back=20 * DAY)
    coverage = (await past.coverage(20 * DAY))[Series.PVPC]
    assert [(gap.start, gap.end, gap.reason) for gap in coverage.gaps] == [
        (*market_day(day), Reason.TRIED_IN_VAIN)
    ]
    past.desk.forget_log()

    await past.restart()
    past.desk.lack(day, NoDataError("none"))
    past.backfill.weather = None
    for days in range(1, 11):
        for _ in range(6):
            past.desk.clock.tick(4 * HOUR)
            await past.run(back=(20 + days) * DAY)

    vain = await past.desk.store.load_attempts()
    assert {attempt.tries for attempt in vain.values()} == {6}, "6, 12, 24, 48, 96 hours apart"
    gaps = (await past.coverage(30 * DAY))[Series.PVPC].gaps
    assert [gap.reason for gap in gaps] == [Reason.TRIED_IN_VAIN]


async def test_weather_that_no_source_has_is_not_asked_for_again_and_again(past: Past) -> None:
    await past.run(back=20 * DAY)
    past.backfill.weather = PastWeather(
        place=MADRID,
        clock=past.desk.clock,
        aemet=past.aemet,
        climate_station="no such station",
    )
    past.backfill.prices = frozenset()
    past.desk.forget_log()
    for _ in range(24):
        past.desk.clock.tick(2 * HOUR)
        await past.run(back=70 * DAY)

    # At once, and after about 6, 18 and 42 hours; and for each day that has become due.
    assert 4 <= past.asked()[AEMET] <= 10
    coverage = (await past.coverage(70 * DAY))[Measure.TEMPERATURE]
    assert Reason.TRIED_IN_VAIN in reasons(coverage)
    assert Reason.FILLABLE not in reasons(coverage)


async def test_a_wish_is_kept_over_a_restart_until_it_is_filled(past: Past) -> None:
    await past.backfill.wish(NOON - 90 * DAY, NOON - 60 * DAY, longest=None)
    task = asyncio.create_task(past.run(back=2 * DAY))
    await past.until_asked(REDATA, 12)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    stored = {query for host, query in queries(past) if host == REDATA}
    kept = set(rows(past.desk.path, SLOTS))
    past.desk.forget_log()

    await past.restart()
    report = await past.run(back=2 * DAY)

    assert kept <= set(rows(past.desk.path, SLOTS)), "nothing is lost"
    again = {query for host, query in queries(past) if host == REDATA}
    assert len(stored & again) <= 1, "but for the one that was under way"
    assert past.asked()[ARCHIVE] == 0, "that was filled before"
    assert report.left == 0
    assert await past.desk.store.load_wishes("obrador") == []
    assert complete(await past.backfill.ledger.coverage(NOON - 90 * DAY, NOON - 60 * DAY))
    gap = await past.backfill.ledger.coverage(NOON - 58 * DAY, NOON - 10 * DAY)
    assert gap[Series.PVPC].completeness == 0, "nobody wanted that"


def queries(past: Past) -> list[tuple[str, str]]:
    return [(entry.host, entry.query) for entry in past.desk.app[LOG]]


async def test_of_a_wish_longer_gaps_are_left_alone_unless_it_says_so(past: Past) -> None:
    start, end = NOON - 20 * DAY, NOON - 10 * DAY
    await past.backfill.wish(start, end, longest=None)
    await past.run(back=HOUR)
    await forget(past, NOON - 15 * DAY, 5)
    await forget(past, NOON - 13 * DAY, 8)
    past.desk.forget_log()

    await past.backfill.wish(start, end)
    report = await past.run(back=HOUR)

    assert {name: (one.filled, one.left) for name, one in report.asked.items()} == {
        name: (20 if name == Series.SPOT else 5, 0) for name in NAMES
    }
    missing = await past.backfill.ledger.coverage(start, end)
    assert missing[Measure.HUMIDITY].slots == 8
    assert await past.desk.store.load_wishes("obrador") == []
    await past.backfill.wish(start, end, series=[WEATHER], longest=8 * HOUR)
    assert (await past.run(back=HOUR)).left == 0


async def test_what_is_filled_anyway_is_not_what_was_asked_for(past: Past) -> None:
    past.backfill.weather = None
    await past.run(back=10 * DAY)
    await forget(past, NOON - 8 * DAY, 5)
    await forget(past, NOON - 6 * DAY, 8)
    await past.backfill.wish(NOON - 10 * DAY, NOON, series=["spot"])

    report = await past.run(back=10 * DAY)

    assert {name: (one.filled, one.left) for name, one in report.asked.items()} == {
        Series.SPOT: (20, 0)
    }
    assert {name: (one.filled, one.left) for name, one in report.besides.items()} == {
        Series.PVPC: (13, 0),
        Series.SPOT: (32, 0),
    }
    assert report.filled == 20 + 13 + 32
    await past.run(back=10 * DAY)
    await past.backfill.wish(NOON - 10 * DAY, NOON)
    report = await past.run(back=10 * DAY)
    assert {(one.filled, one.left) for one in report.asked.values()} == {(0, 0)}


async def test_what_is_left_of_a_longer_gap_was_not_asked_for(past: Past) -> None:
    past.backfill.weather = None
    await past.run(back=10 * DAY)
    start, _ = market_day(TODAY - 4 * DAY)
    await forget(past, start - 3 * HOUR, 12)
    past.desk.lack(TODAY - 5 * DAY, NoDataError("none"))
    past.desk.clock.tick(HOUR)
    await past.backfill.wish(NOON - 10 * DAY, NOON)

    report = await past.run(back=10 * DAY)

    assert {(one.filled, one.left) for one in report.asked.values()} == {(0, 0)}
    assert report.besides[Series.PVPC].filled == 9
    assert report.besides[Series.PVPC].left == 3
    assert not report.is_wanted


async def forget(past: Past, start: datetime, hours: int) -> None:
    """Lose some hours of everything."""
    first, last = (int(at.timestamp()) for at in (start, start + hours * HOUR))
    await past.desk.store._guarded(
        lambda connection: connection.execute(
            "DELETE FROM slot WHERE start >= ? AND start < ?", (first, last)
        )
    )


async def test_a_wish_that_failed_is_kept_and_one_that_is_hopeless_is_not(past: Past) -> None:
    past.begin(with_aemet=False, with_open_meteo=False)
    await past.backfill.wish(NOON - 20 * DAY, NOON - 15 * DAY, longest=None)
    past.desk.fail(kind="reset")

    await past.run(back=HOUR)

    assert [wish.series for wish in await past.desk.store.load_wishes("obrador")] == [
        Series.PVPC,
        Series.SPOT,
    ], "there is no source of weather"
    past.desk.recover()
    past.desk.clock.tick(TICK)
    await past.run(back=HOUR)
    assert await past.desk.store.load_wishes("obrador") == []


async def test_wishes_grow_together_and_go_with_their_factory(past: Past) -> None:
    await past.backfill.wish(NOON - 9 * DAY, NOON - 7 * DAY, series=["spot"])
    await past.backfill.wish(NOON - 5 * DAY, NOON - 3 * DAY, series=["spot"])
    await past.backfill.wish(NOON - 8 * DAY, NOON - 5 * DAY, series=["spot"])

    [wish] = await past.desk.store.load_wishes("obrador")
    assert (wish.start, wish.end, wish.longest) == (NOON - 9 * DAY, NOON - 3 * DAY, LONGEST_GAP)
    assert await past.desk.store.load_wishes("another") == []
    await past.desk.store.forget_factory("obrador")
    assert await past.desk.store.load_wishes("obrador") == []
    with pytest.raises(ValueError, match="some time"):
        await past.backfill.wish(NOON, NOON)


async def test_wishes_are_for_no_more_than_was_asked_for(past: Past) -> None:
    past.backfill.weather = None
    await past.backfill.wish(NOON - 60 * DAY, NOON - 58 * DAY, series=["spot"], longest=None)
    await past.backfill.wish(NOON - 62 * DAY, NOON - 40 * DAY, series=["spot"])

    await past.run(back=HOUR)

    asked = {query[11:21] for host, query in queries(past) if host == REDATA}
    assert asked == {"2026-06-06", "2026-06-07", "2026-06-08", "2026-08-05"}
    assert await past.desk.store.load_wishes("obrador") == []


async def test_who_asks_for_more_while_it_is_filled_gets_more(past: Past) -> None:
    past.backfill.weather = None
    start, end = NOON - 60 * DAY, NOON - 50 * DAY
    await past.backfill.wish(start, end, series=["spot"])
    run = asyncio.create_task(past.run(back=10 * DAY))
    await past.until_asked(REDATA, 1)
    await past.backfill.wish(start, end, series=["spot"], longest=None)

    assert (await run).is_wanted, "though the first wish was granted"

    assert [wish.longest for wish in await past.desk.store.load_wishes("obrador")] == [None]


async def test_a_wish_for_what_is_of_no_more_use_is_forgotten(past: Past) -> None:
    await past.backfill.wish(NOON - 60 * DAY, NOON - 50 * DAY)
    past.backfill.prices = frozenset({Series.PVPC_CEUTA_MELILLA})
    past.backfill.weather = None

    report = await past.run(back=HOUR)

    assert not report.is_wanted
    assert await past.desk.store.load_wishes("obrador") == []


async def test_what_comes_by_itself_in_some_days_is_not_waited_for(past: Past) -> None:
    past.backfill.weather = PastWeather(
        place=MADRID, clock=past.desk.clock, aemet=past.aemet, climate_station=RETIRO
    )
    await past.backfill.wish(NOON - 10 * DAY, NOON, longest=None)

    report = await past.run(back=10 * DAY)

    assert Reason.SOURCE_LAG in reasons((await past.coverage(10 * DAY))[Measure.TEMPERATURE])
    assert (report.to_come, report.is_wanted) == (0, False)
    assert report.left > 0


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2025, 10, 26), 25)])
async def test_days_of_the_clock_change_are_filled_whole(past: Past, day: date, hours: int) -> None:
    past.desk.clock.now = madrid(day + 10 * DAY)
    start, end = market_day(day)
    await past.backfill.wish(start, end, longest=None)
    before = await past.backfill.ledger.coverage(start, end)

    await past.run(back=HOUR)

    assert before[Series.PVPC].slots == before[Measure.PRESSURE].slots == hours
    assert before[Series.SPOT].slots == 4 * hours
    assert complete(await past.backfill.ledger.coverage(start, end))
    assert len(await past.desk.day(Series.PVPC, day)) == hours


async def test_tomorrow_is_no_gap_before_it_is_overdue(past: Past) -> None:
    past.desk.clock.now = madrid(TODAY, "21:00")
    await past.run(back=DAY)
    assert past.asked()[REDATA] == 2
    assert complete(await past.coverage(DAY))

    past.desk.clock.now = madrid(TODAY, "21:31")
    gaps = (await past.coverage(DAY))[Series.PVPC].gaps
    assert [(gap.start, gap.end) for gap in gaps] == [market_day(TODAY + DAY)]
    await past.run(back=DAY)
    assert (await past.coverage(DAY))[Series.PVPC].gaps == ()


async def test_an_estimate_is_filled_with_the_real_price(past: Past) -> None:
    await past.run(back=10 * DAY)
    past.desk.clock.now = madrid(TODAY, "21:40")
    past.desk.fail(REDATA, ESIOS, kind="reset")
    await past.desk.run()
    gaps = (await past.coverage(DAY))[Series.PVPC].gaps
    assert [gap.estimated for gap in gaps] == [True]
    past.desk.recover()
    past.desk.clock.tick(2 * TICK)

    await past.run(back=DAY)

    assert (await past.coverage(DAY))[Series.PVPC].gaps == ()
    assert await past.desk.sources(Series.PVPC, TODAY + DAY) == {Source.REDATA}


async def test_a_wish_that_cannot_be_understood_is_passed_over(past: Past) -> None:
    await past.backfill.wish(NOON - DAY, NOON, series=["spot"])
    await past.desk.store._guarded(
        lambda connection: connection.execute(
            "INSERT INTO wish VALUES ('obrador', 'pvpc', 2, 1, NULL), "
            "('obrador', 'weather', 1, 9223372036854775807, NULL)"
        )
    )

    assert [wish.series for wish in await past.desk.store.load_wishes("obrador")] == ["spot"]
    assert (await past.run(back=DAY)).left == 0
