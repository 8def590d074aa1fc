from hypothesis import given, settings, strategies as st
import numpy as np
from numpy.typing import NDArray
import pytest

from custom_components.chocolate_factory.factory.comfort import ComfortLimits
from custom_components.chocolate_factory.factory.score import LAST_WORD, REACH, costs, scores

LIMITS = ComfortLimits()
HOUR = 3600
WEEK = 168


def hours(count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return HOUR * np.arange(count), np.full(count, HOUR)


@st.composite
def slots(draw: st.DrawFn) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Hours and quarters that add up to about two weeks; some prices are not known."""
    lengths = draw(st.lists(st.sampled_from([HOUR, 6 * HOUR, 900]), min_size=1, max_size=150))
    seconds = np.array(lengths)
    starts = np.cumsum(seconds) - seconds
    prices = st.sampled_from([-0.02, 0.0, 0.05, 0.1, 0.2, np.nan])
    cost = draw(st.lists(prices, min_size=len(lengths), max_size=len(lengths)))
    return starts, seconds, np.array(cost)


@settings(max_examples=60, deadline=None)
@given(slots())
def test_a_score_is_the_share_of_the_week_around_that_costs_more_and_half_of_what_costs_the_same(
    week: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
) -> None:
    starts, seconds, cost = week
    found = scores(starts, seconds, cost, enough=0)

    middles = starts + seconds // 2
    for own, (middle, price) in enumerate(zip(middles, cost, strict=True)):
        near = [
            (length, other)
            for other_middle, length, other in zip(middles, seconds, cost, strict=True)
            if abs(other_middle - middle) <= REACH and not np.isnan(other)
        ]
        if np.isnan(price):
            assert np.isnan(found[own])
            continue
        total = sum(length for length, _ in near)
        more = sum(length for length, other in near if other > price)
        same = sum(length for length, other in near if other == price)
        assert found[own] == pytest.approx(100 * (more + same / 2) / total)


def test_the_cheapest_hour_has_nearly_all_points_and_the_dearest_nearly_none() -> None:
    cost = np.linspace(0.2, 0.1, 2 * WEEK)
    cost[WEEK], cost[WEEK + 1] = -0.1, 0.5
    found = scores(*hours(2 * WEEK), cost, enough=LAST_WORD)
    assert found[WEEK] > 99
    assert found[WEEK + 1] < 1


def test_where_everything_costs_the_same_every_hour_has_half_the_points() -> None:
    found = scores(*hours(WEEK), np.full(WEEK, 0.1), enough=0.1)
    assert found == pytest.approx(np.full(WEEK, 50))


@given(factor=st.floats(0.5, 2), margin=st.floats(-0.5, 0.5))
def test_taxes_and_margins_change_no_score(factor: float, margin: float) -> None:
    cost = np.round(np.random.default_rng(1).normal(0.1, 0.05, WEEK), 3)
    before = scores(*hours(WEEK), cost, enough=0.1)
    assert scores(*hours(WEEK), np.round(factor * cost + margin, 9), enough=0.1) == pytest.approx(
        before
    )


def test_nothing_is_said_before_the_days_around_are_known() -> None:
    cost = np.random.default_rng(2).normal(0.1, 0.05, 3 * WEEK)
    found = scores(*hours(3 * WEEK), cost, enough=LAST_WORD)
    told = np.flatnonzero(~np.isnan(found))
    days = LAST_WORD * 7 - 3.5
    assert told[0] == pytest.approx(24 * days, abs=1)
    assert told[-1] == pytest.approx(3 * WEEK - 24 * days, abs=2)


def test_only_some_slots_have_the_scores_that_they_have_among_all() -> None:
    cost = np.random.default_rng(3).normal(0.1, 0.05, WEEK)
    rows = np.array([5, 100, 30])
    everything = scores(*hours(WEEK), cost, enough=0.1)
    assert scores(*hours(WEEK), cost, rows=rows, enough=0.1) == pytest.approx(everything[rows])


def test_without_slots_there_are_no_scores() -> None:
    assert len(scores(*hours(0), np.empty(0), enough=0.1)) == 0


def test_heat_makes_a_slot_cost_more_and_cold_or_unknown_air_does_not() -> None:
    price = np.full(4, 0.1)
    cold, mild, hot, unknown = costs(price, np.array([-5, 20, 35, np.nan]), LIMITS)
    assert cold == mild == unknown == 0.1
    assert 0.1 < hot < 0.2
