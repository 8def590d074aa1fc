"""The ledger knows exactly what is missing, how long it will be, and why."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.clients.parsing import market_day
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.history.gaps import (
    QUARTERS_SINCE,
    Coverage,
    Gap,
    Prospect,
    Reason,
    holes,
    not_longer,
    price_coverage,
    slots_in,
    stretches,
    union,
    weather_coverage,
)
from custom_components.chocolate_factory.history.memory import Attempt
from custom_components.chocolate_factory.history.slots import SlotTable

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
START = datetime(2026, 7, 1, tzinfo=UTC)
NOW = datetime(2026, 8, 5, 10, 20, tzinfo=UTC)
ALWAYS = [Prospect(delay=-10 * DAY)]


def table(
    starts: Sequence[datetime], length: timedelta = HOUR, source: Source = Source.REDATA
) -> SlotTable:
    """Return slots of one length and source."""
    return SlotTable(
        starts=np.array([start.timestamp() for start in starts], dtype=np.int64),
        seconds=np.full(len(starts), length.total_seconds(), dtype=np.int64),
        values=np.zeros(len(starts)),
        sources=(source,) * len(starts),
    )


def run(start: datetime, count: int, step: timedelta = HOUR) -> list[datetime]:
    """Return instants that follow one another."""
    return [start + number * step for number in range(count)]


def told(coverage: Coverage) -> list[tuple[datetime, datetime, Reason]]:
    return [(gap.start, gap.end, gap.reason) for gap in coverage.gaps]


def weather(
    *tables: SlotTable,
    start: datetime = START,
    end: datetime = START + 2 * DAY,
    prospects: Sequence[Prospect] = ALWAYS,
    now: datetime = NOW,
) -> Coverage:
    return weather_coverage("temperature", tables, start, end, prospects, now)


def price(
    *slots: SlotTable, day: date, prospects: Sequence[Prospect] = ALWAYS, series: Series
) -> Coverage:
    [one] = slots
    return price_coverage(series, one, *market_day(day), prospects, NOW)


@given(
    present=st.lists(st.sets(st.integers(-5, 80)), max_size=4),
    start=st.integers(0, 30),
    length=st.integers(0, 50),
)
def test_what_is_there_and_the_gaps_make_up_what_is_expected(
    present: list[set[int]], start: int, length: int
) -> None:
    tables = [table([START + hour * HOUR for hour in sorted(hours)]) for hours in present]
    first, end = START + start * HOUR, START + (start + length) * HOUR

    coverage = weather(*tables, start=first, end=end)

    there = set().union(*present) & set(range(start, start + length))
    missing = set(range(start, start + length)) - there
    assert {
        start_ + number
        for gap in coverage.gaps
        for start_ in [(gap.start - START) // HOUR]
        for number in range(gap.slots)
    } == missing
    assert coverage.slots == len(missing)
    assert coverage.missing == len(missing) * HOUR
    share = len(there) / length if length else 1
    assert coverage.completeness == pytest.approx(100 * share)
    assert all(a.end < b.start for a, b in pairwise(coverage.gaps)), "as few gaps as can be"
    assert all(gap.duration == gap.slots * HOUR for gap in coverage.gaps)


@given(
    days=st.sets(st.integers(0, 20)),
    vain=st.sets(st.integers(0, 20)),
    back=st.integers(0, 500),
    delay=st.integers(0, 500),
    now=st.integers(0, 600),
)
def test_whatever_the_reasons_nothing_is_lost_or_told_twice(
    days: set[int], vain: set[int], back: int, delay: int, now: int
) -> None:
    there = [START + day * DAY + hour * HOUR for day in sorted(days) for hour in range(5, 20)]
    prospects = [
        Prospect(step=DAY, delay=delay * HOUR),
        Prospect(
            reach=back * HOUR,
            vain={(START + day * DAY).date(): Attempt(1, START + 700 * HOUR) for day in vain},
        ),
    ]
    end = START + 21 * DAY

    with_reasons = weather(table(there), end=end, prospects=prospects, now=START + now * HOUR)

    plain = weather(table(there), end=end)
    assert union([stretches(with_reasons.gaps)]).tolist() == stretches(plain.gaps).tolist()
    assert with_reasons.slots == plain.slots
    assert all(a.end <= b.start for a, b in pairwise(with_reasons.gaps))


def test_an_hour_is_there_when_any_source_tells_it() -> None:
    even, odd = run(START, 24, 2 * HOUR), run(START + HOUR, 24, 2 * HOUR)

    assert weather(table(even), table(odd)).gaps == ()
    assert weather(table(even), table(even)).slots == 24
    assert weather(table(even), table(odd[:-1])).completeness == pytest.approx(100 * 47 / 48)


def test_without_any_table_everything_is_missing() -> None:
    assert told(weather()) == [(START, START + 2 * DAY, Reason.FILLABLE)]
    assert weather(start=START, end=START).completeness == 100
    assert weather(start=START, end=START - DAY).completeness == 100


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2025, 10, 26), 25), (date(2026, 8, 5), 24)],
)
def test_a_day_of_the_clock_change_has_as_many_slots_as_hours(day: date, hours: int) -> None:
    start, _ = market_day(day)
    full = run(start, hours)

    assert price(table([]), day=day, series=Series.PVPC).slots == hours
    assert price(table([]), day=day, series=Series.SPOT).slots == 4 * hours
    assert price(table(full), day=day, series=Series.PVPC).completeness == 100
    lacking = price(table([*full[:2], *full[3:]]), day=day, series=Series.PVPC)
    assert told(lacking) == [(start + 2 * HOUR, start + 3 * HOUR, Reason.FILLABLE)]
    assert lacking.completeness == pytest.approx(100 * (hours - 1) / hours)


def test_quarters_and_hours_count_by_their_time() -> None:
    start = QUARTERS_SINCE - DAY
    slots = table(run(QUARTERS_SINCE, 48, HOUR / 4), HOUR / 4)

    coverage = price_coverage(Series.SPOT, slots, start, QUARTERS_SINCE + DAY, ALWAYS, NOW)

    assert coverage.completeness == pytest.approx(25)
    assert [gap.slots for gap in coverage.gaps] == [24, 48]
    edge = stretches([gap_of(QUARTERS_SINCE - HOUR, QUARTERS_SINCE + HOUR)])
    assert slots_in(Series.SPOT, edge).tolist() == [5]
    assert slots_in(Series.PVPC, edge).tolist() == [2]


def gap_of(start: datetime, end: datetime, reason: Reason = Reason.FILLABLE) -> Gap:
    return Gap(start=start, end=end, slots=(end - start) // HOUR, reason=reason)


def test_an_estimate_is_a_gap_that_is_estimated() -> None:
    start, end = market_day(date(2026, 8, 5))
    hours = run(start, 20)
    slots = SlotTable(
        starts=table(hours).starts,
        seconds=table(hours).seconds,
        values=np.zeros(20),
        sources=(Source.REDATA,) * 10 + (Source.ESTIMATE,) * 10,
    )

    coverage = price(slots, day=date(2026, 8, 5), series=Series.PVPC)

    assert [(gap.start, gap.end, gap.estimated) for gap in coverage.gaps] == [
        (start + 10 * HOUR, start + 20 * HOUR, True),
        (start + 20 * HOUR, end, False),
    ]
    assert coverage.completeness == pytest.approx(100 * 10 / 24)


def test_what_a_source_derives_is_no_gap_of_the_weather() -> None:
    assert weather(table(run(START, 48), source=Source.AEMET_CLIMATOLOGY)).gaps == ()


def test_each_hour_has_the_best_reason_that_any_source_gives() -> None:
    observing = Prospect(delay=2 * HOUR, reach=12 * HOUR)
    climate = Prospect(step=DAY, delay=4 * DAY)
    today = NOW.replace(hour=0, minute=0)

    coverage = weather(
        start=today - 10 * DAY, end=today + 10 * HOUR, prospects=[observing, climate]
    )

    assert told(coverage) == [
        (today - 10 * DAY, today - 3 * DAY, Reason.FILLABLE),
        (today - 3 * DAY, today - 3 * HOUR, Reason.SOURCE_LAG),
        (today - 3 * HOUR, today + 9 * HOUR, Reason.FILLABLE),
        (today + 9 * HOUR, today + 10 * HOUR, Reason.SOURCE_LAG),
    ]
    assert [gap.until for gap in coverage.gaps] == [
        None,
        today + DAY,
        None,
        today + 11 * HOUR,
    ]


def test_a_source_that_must_not_be_asked_is_waited_for() -> None:
    held = Prospect(held_until=NOW + HOUR)
    over = Prospect(held_until=NOW)

    assert weather(prospects=[held]).gaps[0].reason is Reason.HELD_BACK
    assert weather(prospects=[held]).gaps[0].until == NOW + HOUR
    assert weather(prospects=[over]).gaps[0].reason is Reason.FILLABLE
    assert weather(prospects=[held, over]).gaps[0].reason is Reason.FILLABLE
    assert weather(prospects=[]).gaps[0].reason is Reason.NO_SOURCE


def test_what_was_tried_in_vain_is_told_until_it_is_tried_again() -> None:
    vain = {START.date(): Attempt(2, NOW + DAY), (START + DAY).date(): Attempt(1, NOW)}

    coverage = weather(prospects=[Prospect(vain=vain)])

    assert told(coverage) == [
        (START, START + DAY, Reason.TRIED_IN_VAIN),
        (START + DAY, START + 2 * DAY, Reason.FILLABLE),
    ]
    assert coverage.gaps[0].until == NOW + DAY


def test_what_no_source_reaches_any_more_is_told() -> None:
    coverage = weather(prospects=[Prospect(reach=DAY)])

    assert told(coverage) == [(START, START + 2 * DAY, Reason.NO_SOURCE)]


def test_gaps_of_prices_are_cut_at_the_midnights_of_the_market() -> None:
    day = date(2026, 8, 3)
    start, end = market_day(day)[0], market_day(day + DAY)[1]
    prospects = [Prospect(delay=-DAY * 2, step=DAY, vain={day: Attempt(1, NOW + DAY)})]

    coverage = price_coverage(Series.PVPC, table([]), start, end, prospects, NOW)

    assert told(coverage) == [
        (start, start + DAY, Reason.TRIED_IN_VAIN),
        (start + DAY, end, Reason.FILLABLE),
    ]


def test_gaps_count_with_what_is_missing_beside_them() -> None:
    first = gap_of(START, START + 2 * HOUR)
    second = gap_of(START + 2 * HOUR, START + 5 * HOUR, Reason.SOURCE_LAG)
    apart = gap_of(START + 6 * HOUR, START + 9 * HOUR)

    gaps = [first, second, apart]
    assert not_longer(gaps, None) == gaps
    assert not_longer(gaps, 5 * HOUR) == gaps
    assert not_longer(gaps, 4 * HOUR) == [apart]
    assert not_longer([], HOUR) == []


@given(parts=st.lists(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), max_size=5)))
def test_a_union_holds_what_any_part_holds(parts: list[list[tuple[int, int]]]) -> None:
    arrays = [
        np.array([(start, start + length) for start, length in part], dtype=np.int64).reshape(-1, 2)
        for part in parts
    ]

    joined = union(arrays).tolist()

    seconds = {
        at for part in parts for start, length in part for at in range(start, start + length)
    }
    assert {at for start, end in joined for at in range(start, end)} == seconds
    assert all(a[1] < b[0] for a, b in pairwise(joined))


def test_slots_that_reach_over_the_edges_count_in_part() -> None:
    slots = table(run(START - HOUR / 2, 2))

    assert holes([slots], START, START + 2 * HOUR).tolist() == [
        [int((START + 1.5 * HOUR).timestamp()), int((START + 2 * HOUR).timestamp())]
    ]
