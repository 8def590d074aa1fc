from datetime import UTC, datetime

from hypothesis import given, strategies as st
import numpy as np
from numpy.typing import NDArray
import pytest

from custom_components.chocolate_factory.factory.interpolate import interpolate
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.weather import Condition, Measure, WeatherHours

START = datetime(2026, 8, 5, 9, tzinfo=UTC)
NAN = float("nan")

STRAIGHT = (Measure.TEMPERATURE, Measure.HUMIDITY, Measure.PRESSURE, Measure.WIND_SPEED)
HELD = (Measure.CONDITION, Measure.PRECIPITATION_PROBABILITY)


def hours(**values: list[float]) -> WeatherHours:
    return WeatherHours(
        source=Source.OPENWEATHERMAP,
        start=START,
        values={Measure(name): np.array(column) for name, column in values.items()},
        issued=START,
        dropped=4,
    )


def filled(measure: Measure, column: list[float]) -> list[float]:
    return list(interpolate(hours(**{measure: column})).values[measure])


@pytest.mark.parametrize("measure", STRAIGHT)
def test_what_is_continuous_goes_straight_from_one_value_to_the_next(measure: Measure) -> None:
    assert filled(measure, [12, NAN, NAN, 15, NAN, 14]) == pytest.approx([12, 13, 14, 15, 14.5, 14])


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ([350, NAN, NAN, 20], [350, 0, 10, 20]),
        ([20, NAN, NAN, 350], [20, 10, 0, 350]),
        ([300, NAN, NAN, 60], [300, 340, 20, 60]),
        ([90, NAN, 180], [90, 135, 180]),
        ([350, NAN, 10, NAN, 350], [350, 0, 10, 0, 350]),
        ([359, NAN, 1, NAN, NAN, 181 - 1], [359, 0, 1, 60 + 2 / 3, 120 + 1 / 3, 180]),
    ],
)
def test_the_wind_turns_the_short_way_round(column: list[float], expected: list[float]) -> None:
    assert filled(Measure.WIND_BEARING, column) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("measure", HELD)
def test_a_condition_and_a_probability_hold_until_the_next_one(measure: Measure) -> None:
    rainy, fog = Condition.RAINY.code, Condition.FOG.code

    assert filled(measure, [rainy, NAN, NAN, fog, NAN, rainy]) == [
        rainy, rainy, rainy, fog, fog, rainy
    ]  # fmt: skip


@pytest.mark.parametrize("measure", [*STRAIGHT, *HELD, Measure.WIND_BEARING])
def test_nothing_is_known_before_the_first_value_nor_after_the_last_one(measure: Measure) -> None:
    column = filled(measure, [NAN, NAN, 3, NAN, 3, NAN, NAN])

    assert column[2:5] == [3, 3, 3]
    assert np.isnan(column[:2]).all()
    assert np.isnan(column[5:]).all()


@pytest.mark.parametrize("measure", [*STRAIGHT, *HELD, Measure.WIND_BEARING])
def test_values_more_than_three_hours_apart_have_nothing_in_between(measure: Measure) -> None:
    column = filled(measure, [1, NAN, NAN, NAN, 1, NAN, NAN, 1])

    assert np.isnan(column[1:4]).all()
    assert column[4:] == [1, 1, 1, 1]


def test_precipitation_is_not_invented() -> None:
    column = filled(Measure.PRECIPITATION, [1, NAN, 3])

    assert column[0::2] == [1, 3]
    assert np.isnan(column[1])


@pytest.mark.parametrize("column", [[], [NAN, NAN], [NAN, 7, NAN]])
def test_a_single_value_has_no_neighbours(column: list[float]) -> None:
    np.testing.assert_array_equal(filled(Measure.TEMPERATURE, column), column)


def test_everything_else_stays_as_it_was() -> None:
    before = hours(temperature=[12, NAN, 14], pressure=[1015, NAN, NAN])

    after = interpolate(before)

    assert (after.source, after.start, after.issued, after.dropped) == (
        Source.OPENWEATHERMAP, START, START, 4
    )  # fmt: skip
    np.testing.assert_array_equal(before.values[Measure.TEMPERATURE], [12, NAN, 14])
    np.testing.assert_array_equal(after.values[Measure.PRESSURE], [1015, NAN, NAN])


def distance_to_known(known: NDArray[np.bool_], at: int) -> tuple[int, int]:
    """Return how far an hour is from the known ones before and after it."""
    numbers = np.flatnonzero(known)
    before, after = numbers[numbers <= at], numbers[numbers >= at]
    return (
        at - int(before[-1]) if len(before) else 1000,
        int(after[0]) - at if len(after) else 1000,
    )


@given(
    column=st.lists(st.just(NAN) | st.floats(-30, 55), max_size=30),
    measure=st.sampled_from([*STRAIGHT, *HELD]),
)
def test_exactly_the_short_holes_are_filled_between_their_ends(
    column: list[float], measure: Measure
) -> None:
    after = np.array(filled(measure, column))

    known = ~np.isnan(column)
    for at, value in enumerate(after):
        back, ahead = distance_to_known(known, at)
        if back + ahead <= 3:
            ends = column[at - back], column[at + ahead]
            assert min(ends) - 1e-9 <= value <= max(ends) + 1e-9
        else:
            assert np.isnan(value)


@given(column=st.lists(st.just(NAN) | st.floats(0, 360), max_size=30))
def test_a_bearing_stays_one_and_turns_less_than_half_round(column: list[float]) -> None:
    after = np.array(filled(Measure.WIND_BEARING, column))

    known = after[~np.isnan(after)]
    assert ((known >= 0) & (known <= 360)).all()
    turns = np.abs((np.diff(after) + 180) % 360 - 180)
    for at in np.flatnonzero(np.isnan(column[:-1]) & ~np.isnan(turns)):
        assert turns[at] <= 90 + 1e-6
