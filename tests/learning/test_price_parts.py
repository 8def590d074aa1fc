"""The parts that the price forecast is made of."""

from datetime import date, datetime, timedelta

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.learning.price_calendar import day_types
from custom_components.chocolate_factory.learning.price_drivers import (
    DriverDays,
    Drivers,
    useful_drivers,
)
from custom_components.chocolate_factory.learning.price_grid import PriceGrid
from custom_components.chocolate_factory.learning.price_profile import Profiles
from custom_components.chocolate_factory.learning.price_quarters import quarter_shapes
from custom_components.chocolate_factory.learning.price_ridge import Inputs, Regression, Ridge
from custom_components.chocolate_factory.learning.price_slots import Slots
from custom_components.chocolate_factory.learning.price_tracker import Tracker

from .price_market import HOUR, MADRID, QUARTER, changed, history, market, midnight, slots

DAY = timedelta(days=1)
TODAY = date(2026, 6, 10)
EPOCH = date(1970, 1, 1)


def profiles(grid: PriceGrid, half_life: float = 7) -> Profiles:
    return Profiles.of(grid, day_types(grid.days), half_life)


def test_what_is_usual_comes_from_days_of_the_same_type() -> None:
    grid = PriceGrid.of(market(TODAY - 60 * DAY, TODAY))
    usual = profiles(grid)
    types = day_types(grid.days)

    for kind in range(3):
        recent = grid.prices[types == kind][-3:]
        assert np.abs(usual.profiles[-1, kind] - recent.mean(axis=0)).mean() < 0.02


def test_what_is_usual_on_a_day_depends_on_no_later_one() -> None:
    prices = market(TODAY - 60 * DAY, TODAY)
    ours = profiles(PriceGrid.of(prices))
    theirs = profiles(PriceGrid.of(changed(prices, dict.fromkeys(range(960, 1440), 9.0))))

    assert np.array_equal(ours.profiles[:40], theirs.profiles[:40])
    assert np.array_equal(ours.spreads[:40], theirs.spreads[:40])
    assert not np.array_equal(ours.profiles[40], theirs.profiles[40])


def test_a_spike_is_tamed() -> None:
    prices = market(TODAY - 60 * DAY, TODAY)
    calm, wild = (PriceGrid.of(one) for one in (prices, changed(prices, {-30: 100.0})))

    assert np.abs(profiles(wild).profiles[-1] - profiles(calm).profiles[-1]).max() < 0.1
    assert profiles(wild).tame.max() < 0.4


def test_a_ridge_finds_a_straight_line_and_shrinks_to_the_mean() -> None:
    generator = np.random.default_rng(1)
    inputs = generator.normal(size=(2, 500, 3))
    outputs = inputs @ np.array([[1.0, 0.0], [0.0, -2.0], [0.5, 0.5]]) + 7

    assert Ridge.fit(inputs, outputs, penalty=0.01).predict(inputs) == pytest.approx(
        outputs, abs=0.3
    )
    far = Ridge.fit(inputs, outputs, penalty=1e9).predict(inputs)
    assert far == pytest.approx(np.broadcast_to(outputs.mean(axis=1)[:, None], far.shape), abs=1e-3)


def test_an_input_out_of_this_world_counts_as_a_rare_one() -> None:
    inputs = np.random.default_rng(1).normal(size=(1, 500, 1))
    ridge = Ridge.fit(inputs, inputs, penalty=1)

    assert ridge.predict(np.full((1, 1, 1), 1e9)).item() == pytest.approx(4, abs=0.5)


@pytest.mark.parametrize(("known", "is_used"), [(400, True), (300, False)])
def test_weather_is_used_where_it_is_known_once_it_was_for_a_year(
    known: int, *, is_used: bool
) -> None:
    generator = np.random.default_rng(1)
    weather = generator.normal(size=(1, 400, 1))
    inputs = Inputs(
        plain=generator.normal(size=(1, 400, 1)),
        weather=weather,
        informed=np.arange(400)[None] < known,
    )
    regression = Regression.fit(inputs, weather, penalty=1)
    half = Inputs(plain=inputs.plain, weather=weather, informed=np.arange(400)[None] % 2 == 0)
    off = np.abs(regression.predict(half) - weather)[0, :, 0]

    assert (off[::2].mean() < 0.1) == is_used
    assert off[1::2].mean() > 0.3


def test_the_member_that_was_best_lately_is_believed_most() -> None:
    generator = np.random.default_rng(1)
    tracker = Tracker.start(0.02)
    nothing = np.full((3, 7, 24), np.nan)
    for _ in range(40):
        actual = generator.normal(0.1, 0.03, 24)
        foretold = np.full((4, 7, 24), np.nan)
        foretold[0], foretold[1] = actual + 0.01, actual - 0.002
        tracker.learn(foretold, nothing, actual)
    _, middle, _ = tracker.issue(np.stack([np.full((7, 24), value) for value in (1, 2, 3, 4.0)]))

    assert middle == pytest.approx(2, abs=0.01)


def off_lately(days: int, off: float) -> Tracker:
    """Return what is learned from days on which prices were so much higher in the evening."""
    tracker = Tracker.start(0.02)
    foretold = np.full((4, 7, 24), np.nan)
    foretold[0] = 0.1
    for _ in range(days):
        tracker.learn(
            foretold, tracker.issue(foretold), np.where(np.arange(24) < 20, 0.1, 0.1 + off)
        )
    return tracker


def test_what_was_off_of_late_is_put_right_in_part_and_less_the_further_ahead() -> None:
    foretold = np.full((4, 7, 24), 0.1)
    put_right = off_lately(30, 0.05).issue(foretold)[1] - 0.1

    assert put_right[:, :20] == pytest.approx(0)
    evening = put_right[:, 20:].mean(axis=1)
    assert 0.01 < evening[0] < 0.03
    assert (np.diff(evening) < 0).all()
    assert evening[-1] < 0.001


def test_what_was_off_once_is_forgotten() -> None:
    foretold = np.full((4, 7, 24), 0.1)
    tracker = off_lately(30, 0.05)
    for _ in range(60):
        tracker.learn(foretold, tracker.issue(foretold), np.full(24, 0.1))

    assert tracker.issue(foretold)[1] == pytest.approx(0.1, abs=0.001)


def test_a_spike_puts_little_right() -> None:
    foretold = np.full((4, 7, 24), 0.1)

    assert off_lately(1, 100.0).issue(foretold)[1] == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("noise", [0.001, 0.02, 0.5])
@pytest.mark.parametrize("skew", [False, True])
def test_the_band_holds_four_prices_of_five_however_rough_they_are(
    noise: float, *, skew: bool
) -> None:
    generator = np.random.default_rng(2)
    tracker = Tracker.start(0.02)
    foretold = np.full((4, 7, 24), np.nan)
    foretold[0] = 0.1
    inside = []
    for day in range(600):
        issued = tracker.issue(foretold)
        normal, skewed = generator.normal(0, 1, 24), generator.exponential(1, 24) - np.log(2)
        actual = 0.1 + noise * (skewed if skew else normal)
        if day >= 300:
            inside.append((issued[0] <= actual) & (actual <= issued[2]))
        tracker.learn(foretold, issued, actual)

    assert 0.77 < np.mean(inside) < 0.83


def test_nothing_is_learned_from_a_day_without_prices() -> None:
    tracker, other = Tracker.start(0.02), Tracker.start(0.02)
    foretold = np.full((4, 7, 24), 0.1)
    tracker.learn(foretold, tracker.issue(foretold), np.full(24, np.nan))

    assert np.array_equal(tracker.spread, other.spread)
    assert np.array_equal(tracker.margins, other.margins)
    assert np.array_equal(tracker.drift, other.drift)
    assert np.array_equal(tracker.weights, other.weights)


def test_quarters_have_the_shape_of_lately_and_none_before_there_were_any() -> None:
    starts = slots(TODAY - 40 * DAY, TODAY, QUARTER)
    ramp = 0.01 * np.arange(4.0)
    prices = history(starts, 0.1 + np.tile(ramp, len(starts) // 4), QUARTER)
    grid = PriceGrid.of(prices)
    shapes = quarter_shapes(prices, grid, day_types(grid.days))
    hourly = market(TODAY - 40 * DAY, TODAY)

    assert shapes[-1, 0, 5] == pytest.approx([-0.015, -0.005, 0.005, 0.015], abs=0.003)
    assert shapes[-1].sum(axis=2) == pytest.approx(0, abs=1e-12)
    assert not quarter_shapes(hourly, PriceGrid.of(hourly), day_types(grid.days)).any()


@settings(max_examples=30, deadline=None)
@given(
    first=st.dates(date(2000, 1, 1), date(2040, 1, 1))
    | st.sampled_from([date(2026, 3, 27), date(2026, 10, 23), date(2026, 10, 25)]),
    days=st.integers(1, 7),
    length=st.sampled_from([HOUR, QUARTER]),
)
def test_slots_are_those_of_the_clock_in_madrid(first: date, days: int, length: int) -> None:
    made = Slots.of((first - EPOCH).days, days, length)

    assert made.starts.tolist() == slots(first, first + days * DAY, length).tolist()
    for start, day, hour, part in zip(
        made.starts.tolist(), made.days, made.hours, made.parts, strict=True
    ):
        at = datetime.fromtimestamp(start, MADRID)
        assert at.date() == first + int(day) * DAY
        assert at.hour == hour
        assert at.minute * 60 == part * length


def test_drivers_that_are_hardly_ever_known_are_left_out() -> None:
    hours = 400 * 24
    known = np.ones(hours)
    gappy = np.where(np.arange(hours) % 3 == 0, np.nan, 1.0)
    short = np.where(np.arange(hours) < hours - 300 * 24, np.nan, 1.0)
    drivers = Drivers(start=0, values={"wind": known, "rain": gappy, "sun": short})

    assert useful_drivers(drivers) == ("wind",)
    assert useful_drivers(None) == ()


def test_a_day_of_weather_is_known_when_most_of_its_hours_are() -> None:
    start = midnight(TODAY)
    values = np.ones(72)
    values[24:34] = np.nan
    values[50] = np.nan
    days = DriverDays.of(
        Drivers(start=start, values={"wind": values}), ("wind",), (TODAY - EPOCH).days, 4
    )

    assert days.known.tolist() == [True, False, True, False]
    assert days.parts == pytest.approx(1)
