from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.chocolate_factory.factory.prices import (
    PriceCurve,
    PriceLevel,
    PriceSlot,
)
from custom_components.chocolate_factory.factory.series import Source
from tests.factory.curves import (
    DAY,
    HOUR,
    MILLI,
    MINUTE,
    QUARTER,
    START,
    curve,
    curves,
    instants,
    mean,
    minutes,
)

MADRID = ZoneInfo("Europe/Madrid")
CANARY = ZoneInfo("Atlantic/Canary")

CLOCK_CHANGES = {
    date(2021, 3, 28): 23, date(2021, 10, 31): 25,
    date(2022, 3, 27): 23, date(2022, 10, 30): 25,
    date(2023, 3, 26): 23, date(2023, 10, 29): 25,
    date(2024, 3, 31): 23, date(2024, 10, 27): 25,
    date(2025, 3, 30): 23, date(2025, 10, 26): 25,
    date(2026, 3, 29): 23, date(2026, 10, 25): 25,
}  # fmt: skip


def slot(start: datetime, end: datetime) -> PriceSlot:
    return PriceSlot(start, end, 0.1, Source.OMIE)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (START.replace(tzinfo=None), START + HOUR),
        (START, (START + HOUR).replace(tzinfo=None)),
        (START.astimezone(MADRID), START + HOUR),
        (START, (START + HOUR).astimezone(MADRID)),
        (START, START),
        (START + HOUR, START),
    ],
)
def test_a_slot_that_is_not_in_utc_or_takes_no_time_is_refused(
    start: datetime, end: datetime
) -> None:
    with pytest.raises(ValueError, match="price slot"):
        slot(start, end)


@pytest.mark.parametrize(
    "slots",
    [
        (slot(START, START + HOUR), slot(START + HOUR - MINUTE, START + 2 * HOUR)),
        (slot(START, START + HOUR), slot(START, START + HOUR)),
        (slot(START + HOUR, START + 2 * HOUR), slot(START, START + HOUR)),
        (slot(START, START + 2 * HOUR), slot(START + HOUR, START + HOUR + QUARTER)),
    ],
    ids=["by a minute", "twice", "backwards", "within"],
)
def test_slots_that_claim_the_same_time_are_refused(slots: tuple[PriceSlot, ...]) -> None:
    with pytest.raises(ValueError, match="overlap"):
        PriceCurve(slots)


def test_slots_may_touch_or_leave_a_hole() -> None:
    slots = (slot(START, START + HOUR), slot(START + HOUR, START + 2 * HOUR))
    late = slot(START + 5 * HOUR, START + 5 * HOUR + QUARTER)

    assert list(PriceCurve((*slots, late))) == [*slots, late]
    assert len(PriceCurve((*slots, late))) == 3


@settings(max_examples=60)
@given(prices=curves(), at=instants())
def test_the_slot_in_force_is_the_one_whose_minutes_the_instant_is_among(
    prices: PriceCurve, at: datetime
) -> None:
    known = minutes(prices)

    edges = {edge for one in prices for edge in (one.start, one.end)}
    for minute in (at, *edges):
        last = minute + timedelta(seconds=59, microseconds=999_999)
        for instant in (minute, minute.astimezone(MADRID), last):
            found = prices.at(instant)
            assert (found is not None) is (minute in known)
            if found:
                assert found in prices.slots
                assert found.start <= instant < found.end


@settings(max_examples=60)
@given(prices=curves(), at=instants())
def test_the_next_change_is_the_first_slot_that_starts_later(
    prices: PriceCurve, at: datetime
) -> None:
    later = [one for one in prices if one.start > at]

    assert prices.next_change(at) == (later[0] if later else None)
    for one in prices:
        assert prices.next_change(one.start) != one


@settings(max_examples=60)
@given(prices=curves(), start=instants(), end=instants())
def test_between_two_instants_lies_every_minute_that_is_in_both(
    prices: PriceCurve, start: datetime, end: datetime
) -> None:
    part = prices.between(start, end)

    assert minutes(part) == {
        at: price for at, price in minutes(prices).items() if start <= at < end
    }
    assert part.slots == prices.between(start.astimezone(MADRID), end.astimezone(CANARY)).slots


@settings(max_examples=60)
@given(prices=curves(), start=instants())
def test_after_an_instant_lies_every_later_minute(prices: PriceCurve, start: datetime) -> None:
    assert minutes(prices.after(start)) == {
        at: price for at, price in minutes(prices).items() if start <= at
    }


@settings(max_examples=60)
@given(prices=curves(), start=instants(), length=st.integers(-60, 300))
def test_a_time_is_covered_when_none_of_its_minutes_lacks_a_price(
    prices: PriceCurve, start: datetime, length: int
) -> None:
    known = minutes(prices)

    covered = all(start + index * MINUTE in known for index in range(length))
    assert prices.covers(start, start + length * MINUTE) is covered


@settings(max_examples=60)
@given(prices=curves(least=1))
def test_a_curve_covers_itself_but_not_a_second_more(prices: PriceCurve) -> None:
    first, last = prices.slots[0].start, prices.slots[-1].end
    whole = len(minutes(prices)) * MINUTE == last - first

    assert prices.covers(first, last) is whole
    assert not prices.covers(first - timedelta(seconds=1), last)
    assert not prices.covers(first, last + timedelta(seconds=1))


@pytest.mark.parametrize("day", CLOCK_CHANGES, ids=str)
def test_a_day_of_the_clock_change_is_covered_in_real_time(day: date) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=MADRID)
    start, end = midnight, midnight + DAY  # a day on the wall
    hours = CLOCK_CHANGES[day]
    whole = curve(hours * [0.1], start=start.astimezone(UTC))

    assert whole.covers(start, end)
    assert not PriceCurve(whole.slots[:3] + whole.slots[4:]).covers(start, end)
    assert not curve(24 * [0.1], start=start.astimezone(UTC) + HOUR).covers(start, end)


@pytest.mark.parametrize("zone", [MADRID, CANARY], ids=["Madrid", "Canaries"])
@pytest.mark.parametrize(("length", "a_day"), [(HOUR, 24), (QUARTER, 96)], ids=["hour", "quarter"])
def test_every_day_has_all_its_slots_when_the_clocks_change_too(
    zone: ZoneInfo, length: timedelta, a_day: int
) -> None:
    for changing, hours in CLOCK_CHANGES.items():
        start = datetime(changing.year, changing.month, changing.day, tzinfo=UTC) - 2 * DAY
        prices = curve((number / MILLI for number in range(5 * a_day)), start=start, length=length)
        days = [prices.day(changing + number * DAY, zone) for number in (-1, 0, 1)]

        assert [len(day) for day in days] == [a_day, a_day * hours // 24, a_day]
        assert [one for day in days for one in day] == list(
            prices.between(days[0].slots[0].start, days[2].slots[-1].end)
        )
        for number, day in zip((-1, 0, 1), days, strict=True):
            dates = {one.start.astimezone(zone).date() for one in day}
            assert dates == {changing + number * DAY}


@settings(max_examples=60)
@given(prices=curves(least=1), milli=st.integers(-4, 9))
def test_ranks_and_percentiles_are_places_in_the_sorted_prices(
    prices: PriceCurve, milli: int
) -> None:
    price = milli / MILLI
    ordered = sorted(one.price for one in prices)
    cheaper, not_dearer = bisect_left(ordered, price), bisect_right(ordered, price)

    assert prices.rank(price) == cheaper + 1
    assert prices.percentile(price) == pytest.approx(
        50 * (cheaper + not_dearer) / len(ordered), abs=1e-9
    )


@settings(max_examples=60)
@given(prices=curves(least=1))
def test_mean_lowest_and_highest_are_those_of_the_minutes(prices: PriceCurve) -> None:
    known = minutes(prices)
    lowest = next(at for at, price in known.items() if price == min(known.values()))
    highest = next(at for at, price in known.items() if price == max(known.values()))

    assert prices.mean == pytest.approx(mean(list(known.values())), abs=1e-12)
    assert prices.lowest == prices.at(lowest)
    assert prices.highest == prices.at(highest)


def test_an_empty_curve_has_no_answers() -> None:
    empty = PriceCurve()

    assert empty.at(START) is None
    assert empty.next_change(START) is None
    assert (empty.lowest, empty.highest, empty.mean) == (None, None, None)
    assert empty.rank(0.1) == 1
    assert empty.percentile(0.1) is None
    assert not empty.covers(START, START + MINUTE)
    assert len(empty.after(START)) == len(empty.day(date(2026, 8, 5), MADRID)) == 0
    for contiguous in (True, False):
        assert empty.cheapest(HOUR, contiguous=contiguous) is None


@pytest.mark.parametrize(
    ("percentile", "level"),
    [
        (0, "very_cheap"),
        (9.99, "very_cheap"),
        (10, "cheap"),
        (29.99, "cheap"),
        (30, "normal"),
        (50, "normal"),
        (69.99, "normal"),
        (70, "expensive"),
        (89.99, "expensive"),
        (90, "very_expensive"),
        (100, "very_expensive"),
    ],
)
def test_levels_are_the_outer_tenths_the_next_fifths_and_the_middle(
    percentile: float, level: str
) -> None:
    assert PriceLevel.of(percentile) == level
