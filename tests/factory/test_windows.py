from datetime import datetime, timedelta
from itertools import accumulate
from statistics import fmean
from typing import Literal

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.chocolate_factory.factory.prices import PriceCurve, Window
from tests.factory.curves import DAY, HOUR, MILLI, MINUTE, QUARTER, START, curve, curves, minutes

type Kind = Literal["cheapest", "dearest"]

durations = st.integers(1, 400).map(lambda minute: minute * MINUTE)


def best(
    prices: PriceCurve, kind: Kind, duration: timedelta, *, contiguous: bool = True
) -> Window | None:
    ask = prices.cheapest if kind == "cheapest" else prices.dearest
    return ask(duration, contiguous=contiguous)


def best_run(prices: PriceCurve, duration: timedelta, kind: Kind) -> tuple[datetime, int] | None:
    """Try a window at every minute, and return where the best one begins and what it costs."""
    known = minutes(prices)
    starts, costs = list(known), [0, *accumulate(known.values())]
    length = duration // MINUTE
    runs = [
        (costs[first + length] - costs[first], starts[first])
        for first in range(len(starts) - length + 1)
        if starts[first + length - 1] - starts[first] == duration - MINUTE
    ]
    if not runs:
        return None
    cost, at = min(runs, key=lambda run: (run[0] if kind == "cheapest" else -run[0], run[1]))
    return at, cost


@pytest.mark.parametrize("kind", ["cheapest", "dearest"])
@settings(max_examples=100, deadline=None)
@given(prices=curves(most=9), duration=durations)
def test_no_window_in_one_piece_is_better_or_as_good_and_earlier(
    kind: Kind, prices: PriceCurve, duration: timedelta
) -> None:
    expected = best_run(prices, duration, kind)
    window = best(prices, kind, duration)

    assert (window is None) is (expected is None)
    if window and expected:
        start, cost = expected
        assert (window.start, window.end) == (start, start + duration)
        assert window.price == pytest.approx(cost / MILLI * MINUTE / duration, abs=1e-12)
        assert minutes(window.parts) == minutes(prices.between(start, start + duration))
        assert len(minutes(window.parts)) * MINUTE == duration


@pytest.mark.parametrize("kind", ["cheapest", "dearest"])
@settings(max_examples=100, deadline=None)
@given(prices=curves(), duration=durations)
def test_a_window_in_pieces_takes_the_best_minutes_and_of_equals_the_earliest(
    kind: Kind, prices: PriceCurve, duration: timedelta
) -> None:
    known = minutes(prices)
    sign = 1 if kind == "cheapest" else -1
    ranked = sorted(known, key=lambda at: (sign * known[at], at))
    count = duration // MINUTE

    window = best(prices, kind, duration, contiguous=False)

    assert (window is None) is (count > len(known))
    if window:
        assert minutes(window.parts) == {at: known[at] for at in sorted(ranked[:count])}
        assert (window.start, window.end) == (min(ranked[:count]), max(ranked[:count]) + MINUTE)
        assert window.price == pytest.approx(fmean(known[at] for at in ranked[:count]) / MILLI)


@pytest.mark.parametrize("kind", ["cheapest", "dearest"])
@pytest.mark.parametrize("contiguous", [True, False])
def test_of_equal_windows_the_earliest_is_taken(kind: Kind, contiguous: bool) -> None:
    # 0.1 has no exact double, so the running cost is never quite the same twice.
    flat = curve(7 * 24 * [0.1], length=HOUR)
    late = PriceCurve(
        curve(24 * [0.1]).slots + curve(24 * [0.1], start=START + 3 * DAY, length=QUARTER).slots
    )

    for prices in (flat, late):
        window = best(prices, kind, timedelta(hours=5, minutes=20), contiguous=contiguous)
        assert window
        assert (window.start, window.end) == (START, START + timedelta(hours=5, minutes=20))


def test_a_window_never_spans_a_hole() -> None:
    prices = PriceCurve(
        curve([0.3, 0.1]).slots + curve([0.1, 0.3], start=START + 2 * HOUR + QUARTER).slots
    )

    window = prices.cheapest(2 * HOUR)

    assert window
    assert window.start == START
    assert window.price == pytest.approx(0.2)
    assert prices.cheapest(2 * HOUR + MINUTE) is None
    parts = prices.cheapest(2 * HOUR, contiguous=False)
    assert parts
    assert len(parts.parts) == 2
    assert parts.price == pytest.approx(0.1)


def test_a_window_may_begin_within_a_slot() -> None:
    window = curve([0.3, 0.2, 0.1, 0.4]).cheapest(HOUR + HOUR / 2)

    assert window
    assert window.start == START + HOUR + HOUR / 2
    assert window.end == START + 3 * HOUR
    assert window.price == pytest.approx((0.5 * 0.2 + 0.1) / 1.5)


def test_a_window_may_begin_between_two_microseconds_of_now() -> None:
    now = START + timedelta(minutes=20, seconds=13, microseconds=123_457)

    window = curve([0.1, 0.2]).after(now).cheapest(HOUR)

    assert window
    assert (window.start, window.end) == (now, now + HOUR)


def test_a_whole_year_of_quarters_is_searched_exactly() -> None:
    # The running cost is large at the end of the year, where the cheapest hour is.
    prices = curve(
        [*(35_040 * [0.2]), 0.1999, 0.1999, 0.1999, 0.1999, *(96 * [0.2])], length=QUARTER
    )

    window = prices.cheapest(HOUR)

    assert window
    assert window.start == START + 365 * DAY


@pytest.mark.parametrize("duration", [timedelta(), -HOUR])
@pytest.mark.parametrize("contiguous", [True, False])
def test_a_window_of_no_time_is_refused(duration: timedelta, contiguous: bool) -> None:
    for kind in ("cheapest", "dearest"):
        with pytest.raises(ValueError, match="longer than nothing"):
            best(curve([0.1, 0.2]), kind, duration, contiguous=contiguous)
