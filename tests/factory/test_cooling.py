from hypothesis import given, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.factory.comfort import ComfortLimits
from custom_components.chocolate_factory.factory.cooling import cooling_share

LIMITS = ComfortLimits()
TEMPERATURES = np.linspace(-30, 55, 8501)

other_limits = st.builds(
    lambda highest, bloom: ComfortLimits(
        best_temperature=highest - 2,
        lowest_temperature=highest - 4,
        highest_temperature=highest,
        fat_bloom=highest + bloom,
        room_heat=highest + bloom + 3,
        outdoor_heat=highest + 10,
        surface_temperature=highest - 4,
    ),
    st.floats(16, 26),
    st.floats(0.5, 6),
)


@given(limits=other_limits)
def test_no_cooling_is_paid_up_to_the_highest_ideal_temperature(limits: ComfortLimits) -> None:
    cool = TEMPERATURES[limits.highest_temperature >= TEMPERATURES]

    assert not cooling_share(cool, limits).any()


@given(limits=other_limits)
def test_the_hotter_it_is_the_more_cooling_costs(limits: ComfortLimits) -> None:
    share = cooling_share(TEMPERATURES, limits)

    steps = np.diff(share)
    assert (steps >= 0).all()
    assert (steps[TEMPERATURES[1:] > limits.highest_temperature] > 0).all()


@given(limits=other_limits)
def test_cooling_never_costs_as_much_again_as_what_is_cooled(limits: ComfortLimits) -> None:
    share = cooling_share(TEMPERATURES, limits)

    assert share.min() == 0
    assert share.max() < 0.6


@given(limits=other_limits)
def test_the_share_does_not_leap(limits: ComfortLimits) -> None:
    """A hundredth of a degree changes it by no more than the width of the ramp allows."""
    steep = 0.3 / (limits.fat_bloom - limits.highest_temperature)

    assert np.diff(cooling_share(TEMPERATURES, limits)).max() < 0.01 * steep + 1e-3


@pytest.mark.parametrize(
    ("temperature", "coefficient"), [(24, 5.18), (30, 4.07), (35, 3.46), (40, 3.0)]
)
def test_a_machine_pumps_as_much_as_those_that_are_sold(
    temperature: float, coefficient: float
) -> None:
    share = cooling_share(np.array([temperature]), LIMITS)

    assert 1 / share[0] == pytest.approx(coefficient, abs=0.01)


def test_halfway_to_fat_bloom_half_of_the_heat_is_pumped_out() -> None:
    share = cooling_share(np.array([23.0]), LIMITS)

    assert share[0] == pytest.approx(21 / (0.4 * 285.15) / 2)


def test_how_much_cooling_takes_is_unknown_where_the_temperature_is() -> None:
    share = cooling_share(np.array([np.nan, 10.0]), LIMITS)

    assert np.isnan(share).tolist() == [True, False]
