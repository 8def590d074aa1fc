from datetime import date, timedelta

import numpy as np
import pytest

from custom_components.chocolate_factory.learning.price_grid import PriceGrid

from .price_market import QUARTER, changed, history, market, slots, without

DAY = timedelta(days=1)
TODAY = date(2026, 6, 10)


def test_a_day_has_the_prices_of_its_hours_in_order() -> None:
    prices = market(TODAY - 3 * DAY, TODAY)
    grid = PriceGrid.of(prices)

    assert grid.first == (TODAY - 3 * DAY - date(1970, 1, 1)).days
    assert grid.prices.tolist() == pytest.approx(prices.prices.reshape(3, 24))
    assert grid.known.all()


def test_quarters_count_as_the_mean_of_their_hour() -> None:
    starts = slots(TODAY - DAY, TODAY, QUARTER)
    grid = PriceGrid.of(history(starts, np.arange(96.0), QUARTER))

    assert grid.prices[0].tolist() == np.arange(1.5, 96, 4).tolist()


def test_the_hour_that_comes_twice_counts_once() -> None:
    autumn = date(2026, 10, 25)
    grid = PriceGrid.of(history(slots(autumn, autumn + DAY), np.arange(25.0)))

    assert grid.prices[0].tolist() == [0, 1, 2.5, *range(4, 25)]


def test_the_hour_that_spring_skips_is_as_its_neighbours() -> None:
    spring = date(2026, 3, 29)
    grid = PriceGrid.of(history(slots(spring, spring + DAY), np.arange(23.0)))

    assert grid.prices[0].tolist() == [0, 1, 1.5, *range(2, 23)]
    assert np.flatnonzero(~grid.known[0]).tolist() == [2]


def test_a_day_that_is_not_over_is_left_out() -> None:
    prices = without(market(TODAY - 2 * DAY, TODAY), slice(-3, None))

    assert len(PriceGrid.of(prices)) == 1


def test_a_short_hole_is_bridged_and_a_long_one_repeats_the_week_before() -> None:
    prices = market(TODAY - 20 * DAY, TODAY)
    nan = float("nan")
    short = PriceGrid.of(changed(prices, {240: nan, 241: nan}))
    long = PriceGrid.of(without(prices, slice(240, 288)))

    before, after = prices.prices[239], prices.prices[242]
    assert short.prices[10, 0] == pytest.approx(before + (after - before) / 3)
    assert not short.known[10, :2].any()
    assert np.allclose(long.prices[10:12], long.prices[3:5])
    assert not long.known[10:12].any()


def test_a_history_can_be_cut() -> None:
    prices = market(TODAY - 2 * DAY, TODAY)

    assert prices.last(1).prices.tolist() == prices.prices[23:].tolist()
    assert prices.last(9).prices.tolist() == prices.prices.tolist()
    assert len(history(np.empty(0, dtype=np.int64), []).last(1).starts) == 0
