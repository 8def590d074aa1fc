from dataclasses import replace
from itertools import pairwise

from hypothesis import given, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.factory.atmosphere import dew_point
from custom_components.chocolate_factory.factory.comfort import (
    ComfortLimits,
    chocolate_production_index,
    heat_stress_factor,
    indoors,
)

LIMITS = ComfortLimits()
TEMPERATURES = st.floats(-30, 55)
HUMIDITIES = st.floats(0, 100)
NAN = float("nan")


@st.composite
def limits(draw: st.DrawFn) -> ComfortLimits:
    """Draw limits of makers with other ideas."""
    steps = st.floats(0.5, 6)
    lowest = draw(st.floats(10, 22))
    highest = lowest + draw(steps)
    bloom = highest + draw(steps)
    humidity = [draw(st.floats(20, 60)), *(draw(steps) for _ in range(3))]
    best, most, sugar, certain = np.cumsum(humidity).tolist()
    return ComfortLimits(
        lowest_temperature=lowest,
        best_temperature=(lowest + highest) / 2,
        highest_temperature=highest,
        fat_bloom=bloom,
        room_heat=bloom + draw(steps),
        outdoor_heat=highest + draw(steps),
        best_humidity=best,
        highest_humidity=most,
        sugar_bloom=sugar,
        sugar_bloom_certain=certain,
        surface_temperature=lowest,
    )


@given(temperature=st.floats(18, 22), humidity=st.floats(0, 50))
def test_all_ideal_air_is_equally_good(temperature: float, humidity: float) -> None:
    assert chocolate_production_index(temperature, humidity, LIMITS) == 100


@pytest.mark.parametrize(
    ("temperature", "humidity", "index"),
    [
        (23, 40, 75),
        (24, 40, 50),
        (26, 40, 25),
        (28, 40, 0),
        (40, 10, 0),
        (16, 40, 50),
        (12, 40, 0),
        (20, 55, 75),
        (20, 60, 50),
        (20, 62.5, 25),
        (20, 65, 0),
        (20, 100, 0),
        (24, 55, 37.5),
    ],
)
def test_half_is_left_where_bloom_may_begin_and_nothing_where_it_is_certain(
    temperature: float, humidity: float, index: float
) -> None:
    assert chocolate_production_index(temperature, humidity, LIMITS) == pytest.approx(index)


@given(limits=limits(), temperature=TEMPERATURES, humidity=HUMIDITIES)
def test_the_index_is_a_percentage(
    limits: ComfortLimits, temperature: float, humidity: float
) -> None:
    assert 0 <= chocolate_production_index(temperature, humidity, limits) <= 100


@given(limits=limits(), humidity=HUMIDITIES, steps=st.lists(st.floats(0, 20), min_size=2))
def test_warmer_is_never_better_than_warm_enough(
    limits: ComfortLimits, humidity: float, steps: list[float]
) -> None:
    ordered = [limits.highest_temperature + step for step in sorted(steps)]
    index = [chocolate_production_index(one, humidity, limits) for one in ordered]
    stress = [heat_stress_factor(one, limits, indoors=True) for one in ordered]

    assert all(one >= other for one, other in pairwise(index))
    assert all(one <= other for one, other in pairwise(stress))


@given(humidity=HUMIDITIES, steps=st.lists(st.floats(0, 20), min_size=2))
def test_colder_is_never_better_than_cold_enough(humidity: float, steps: list[float]) -> None:
    index = [chocolate_production_index(18 - step, humidity, LIMITS) for step in sorted(steps)]

    assert all(one >= other for one, other in pairwise(index))


@given(limits=limits(), temperature=TEMPERATURES, damp=st.lists(HUMIDITIES, min_size=2))
def test_damper_is_never_better(
    limits: ComfortLimits, temperature: float, damp: list[float]
) -> None:
    index = [chocolate_production_index(temperature, one, limits) for one in sorted(damp)]

    assert all(one >= other for one, other in pairwise(index))


@given(surface=st.floats(2, 20), temperature=st.floats(18, 27), humidity=st.floats(30, 64))
def test_where_dew_falls_there_is_no_chocolate(
    surface: float, temperature: float, humidity: float
) -> None:
    cold = replace(LIMITS, surface_temperature=surface)
    index = chocolate_production_index(temperature, humidity, cold)

    assert (index == 0) == (dew_point(temperature, humidity) >= surface)


def test_arrays_are_done_element_by_element_and_holes_stay_holes() -> None:
    warm, damp = np.array([21.0, 25.0, NAN, 23.0, 5.0]), np.array([40.0, 58.0, 50.0, NAN, 80.0])

    index = chocolate_production_index(warm, damp, LIMITS)
    stress = heat_stress_factor(warm, LIMITS, indoors=False)
    inside = indoors(warm, damp, LIMITS)

    for number, (one, other) in enumerate(zip(warm.tolist(), damp.tolist(), strict=True)):
        room = indoors(one, other, LIMITS)
        for whole, single in (
            (index, chocolate_production_index(one, other, LIMITS)),
            (stress, heat_stress_factor(one, LIMITS, indoors=False)),
            (inside[0], room[0]),
            (inside[1], room[1]),
        ):
            np.testing.assert_array_equal(whole[number], single)
    assert np.isnan(index).tolist() == [False, False, True, True, False]
    assert np.isnan(stress).tolist() == [False, False, True, False, False]
    assert np.isnan(inside[1]).tolist() == [False, False, True, True, False]


@pytest.mark.parametrize(
    ("temperature", "in_a_room", "outdoors"),
    [(5, 0, 0), (22, 0, 0), (25, 0.5, 0.3), (27, 5 / 6, 0.5), (28, 1, 0.6), (32, 1, 1), (45, 1, 1)],
)
def test_heat_counts_more_in_the_room_than_outdoors(
    temperature: float, in_a_room: float, outdoors: float
) -> None:
    assert heat_stress_factor(temperature, LIMITS, indoors=True) == pytest.approx(in_a_room)
    assert heat_stress_factor(temperature, LIMITS, indoors=False) == pytest.approx(outdoors)


@given(temperature=st.floats(-20, 20), humidity=st.floats(1, 100))
def test_a_cold_day_is_heated_to_the_best_temperature_and_gets_drier(
    temperature: float, humidity: float
) -> None:
    warm, dry = indoors(temperature, humidity, LIMITS)

    assert warm == 20
    assert dry <= humidity + 1e-9
    assert dew_point(warm, dry) == pytest.approx(dew_point(temperature, humidity), abs=1e-6)


@given(temperature=st.floats(20, 50), humidity=st.floats(1, 100))
def test_a_hot_day_comes_in_as_it_is(temperature: float, humidity: float) -> None:
    assert indoors(temperature, humidity, LIMITS) == pytest.approx((temperature, humidity))


@pytest.mark.parametrize(
    "broken",
    [
        {"lowest_temperature": 21},
        {"best_temperature": 23},
        {"highest_temperature": 24},
        {"fat_bloom": 28},
        {"room_heat": 24},
        {"outdoor_heat": 22},
        {"best_humidity": 55},
        {"best_humidity": 0},
        {"highest_humidity": 60},
        {"sugar_bloom": 65},
        {"sugar_bloom_certain": 101},
        {"surface_temperature": 20.5},
        {"best_temperature": NAN},
        {"sugar_bloom": NAN},
        {"surface_temperature": NAN},
    ],
)
def test_limits_that_contradict_one_another_are_refused(broken: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"out of order|no warmer"):
        ComfortLimits(**broken)
