from datetime import date, datetime, timedelta
import logging
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.chocolate_factory.clients.errors import SourceError
from custom_components.chocolate_factory.clients.parsing import (
    PLAUSIBLE,
    market_day,
    numbered_slots,
    plausible,
)
from custom_components.chocolate_factory.factory.series import Source
from tests.clients.far_side import CLOCK_CHANGES, HOUR, NOON, QUARTER, TODAY, prices

days = st.one_of(st.sampled_from(list(CLOCK_CHANGES)), st.dates(date(2014, 4, 1), date(2035, 1, 1)))


@pytest.mark.parametrize("day", CLOCK_CHANGES, ids=str)
def test_a_market_day_has_23_or_25_hours_when_the_clocks_change(day: date) -> None:
    text, hours = CLOCK_CHANGES[day]
    start = datetime.fromisoformat(text)

    assert market_day(day) == (start, start + hours * HOUR)


@pytest.mark.parametrize("length", [HOUR, QUARTER], ids=["hours", "quarters"])
@pytest.mark.parametrize("day", CLOCK_CHANGES, ids=str)
def test_numbered_prices_follow_each_other_in_real_time(day: date, length: timedelta) -> None:
    text, hours = CLOCK_CHANGES[day]
    start, count = datetime.fromisoformat(text), hours * HOUR // length

    curve = numbered_slots(day, [float(number) for number in range(count)], Source.OMIE)

    assert prices(curve) == [(start + n * length, n / 1000) for n in range(count)]
    assert {(slot.duration, slot.source) for slot in curve} == {(length, Source.OMIE)}


@given(day=days, count=st.integers(0, 110))
def test_a_number_of_prices_that_is_neither_hours_nor_quarters_of_the_day_is_refused(
    day: date, count: int
) -> None:
    hours = CLOCK_CHANGES.get(day, ("", 24))[1] if day.year in range(2021, 2027) else None
    start, end = market_day(day)
    if hours is None:
        hours = (end - start) // HOUR

    if count in (hours, 4 * hours):
        assert len(numbered_slots(day, count * [50.0], Source.OMIE)) == count
    else:
        with pytest.raises(SourceError, match=f"{count} prices"):
            numbered_slots(day, count * [50.0], Source.OMIE)


@given(value=st.floats())
def test_a_price_is_kept_exactly_when_a_market_could_have_made_it(value: float) -> None:
    slots = [(NOON, NOON + HOUR, 50.0), (NOON + HOUR, NOON + 2 * HOUR, value)]
    lowest, highest = (1000 * limit for limit in PLAUSIBLE)

    curve = plausible(slots, Source.REDATA)

    assert len(curve) == (2 if math.isfinite(value) and lowest <= value <= highest else 1)


def test_the_limits_of_the_market_itself_are_plausible() -> None:
    # €/MWh: the harmonised limits of the European day-ahead market.
    slots = [(NOON, NOON + HOUR, -500.0), (NOON + HOUR, NOON + 2 * HOUR, 4000.0)]

    assert [price for _, price in prices(plausible(slots, Source.OMIE))] == [-0.5, 4.0]


@pytest.mark.parametrize("absurd", [math.nan, math.inf, -math.inf, 1e5, -1e4, 1e308])
def test_an_absurd_price_leaves_a_hole_and_is_only_noted(
    absurd: float, caplog: pytest.LogCaptureFixture
) -> None:
    curve = numbered_slots(TODAY, [*(12 * [50.0]), absurd, *(11 * [50.0])], Source.ESIOS)

    start, _ = market_day(TODAY)
    assert len(curve) == 23
    assert curve.at(start + 12 * HOUR) is None
    assert curve.at(start + 13 * HOUR) is not None
    records = [record for record in caplog.records if record.name.endswith("parsing")]
    assert [record.levelno for record in records] == [logging.DEBUG]


def test_nothing_but_absurd_prices_is_an_error() -> None:
    with pytest.raises(SourceError, match="plausible"):
        numbered_slots(TODAY, 24 * [math.nan], Source.ESIOS)
    with pytest.raises(SourceError, match="plausible"):
        plausible([], Source.ESIOS)


@given(cents=st.integers(-50_000, 400_000))
def test_a_kilowatt_hour_costs_a_thousandth_of_a_megawatt_hour(cents: int) -> None:
    curve = plausible([(NOON, NOON + HOUR, cents / 100)], Source.REDATA)

    assert curve.slots[0].price == pytest.approx(cents * 1e-5, rel=1e-14, abs=0)


@pytest.mark.parametrize(("price", "shown"), [(116.33, "0.11633"), (97.03, "0.09703")])
def test_a_price_is_shown_without_digits_that_nobody_published(price: float, shown: str) -> None:
    curve = plausible([(NOON, NOON + HOUR, price)], Source.REDATA)

    assert repr(curve.slots[0].price) == shown
