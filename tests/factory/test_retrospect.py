"""An hour is told by what is known of its slots, and by nothing else."""

import numpy as np
import pytest

from custom_components.chocolate_factory.factory.retrospect import by_hours

HOUR, QUARTER = 3600, 900
NAN = float("nan")


def test_quarters_become_the_mean_the_lowest_and_the_highest_of_their_hour() -> None:
    starts = np.array([0, 900, 1800, 2700, 3600])
    hours = by_hours(
        starts, np.array([*4 * [QUARTER], HOUR]), np.array([0.1, 0.3, -0.1, 0.2, 0.7]), 6
    )
    assert hours.starts.tolist() == [0, HOUR]
    assert hours.values.tolist() == [[0.125, -0.1, 0.3], [0.7, 0.7, 0.7]]


def test_what_is_not_known_does_not_count() -> None:
    hours = by_hours(
        np.array([0, 1800, 2700, 7200, 14_400]),
        np.array([1800, QUARTER, QUARTER, HOUR, HOUR]),
        np.array([0.1, 0.4, NAN, NAN, 1.0]),
        6,
    )
    assert hours.starts.tolist() == [0, 14_400]
    assert hours.values[0].tolist() == pytest.approx([0.2, 0.1, 0.4])


def test_nothing_is_told_of_nothing() -> None:
    hours = by_hours(np.array([0]), np.array([HOUR]), np.array([NAN]), 2)
    assert not len(hours)
    assert hours.values.shape == (0, 3)


def test_numbers_have_no_more_digits_than_they_are_worth() -> None:
    hours = by_hours(np.array([0]), np.array([HOUR]), np.array([-0.0004]), 2)
    assert str(hours.values.tolist()) == "[[0.0, 0.0, 0.0]]"
