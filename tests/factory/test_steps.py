"""The steps of chocolate making demand something of the air, and the weather decides when."""

import numpy as np
import pytest

from custom_components.chocolate_factory.factory.comfort import ComfortLimits
from custom_components.chocolate_factory.factory.steps import RoomLimits, Step, room_limits

LIMITS = ComfortLimits()


def limits(step: Step) -> RoomLimits:
    found = room_limits(LIMITS)[step]
    assert found
    return found


def allows(step: Step, temperature: float, humidity: float) -> bool:
    return bool(limits(step).allow(np.array([temperature]), np.array([humidity]))[0])


def test_the_work_has_the_limits_that_the_maker_sets() -> None:
    own = ComfortLimits(lowest_temperature=17, highest_temperature=23, highest_humidity=58)
    work = room_limits(own)[Step.WORK]
    assert work
    assert (work.lowest_temperature, work.highest_temperature) == (17, 23)
    assert work.highest_humidity == 58
    assert work.heated_to == own.best_temperature


def test_roasting_does_not_care_and_every_step_is_told_of() -> None:
    every = room_limits(LIMITS)
    assert set(every) == set(Step)
    assert [step for step, one in every.items() if one is None] == [Step.ROASTING]


@pytest.mark.parametrize("step", [Step.WORK, Step.PACKAGING, Step.STORAGE])
def test_heating_makes_cold_dry_air_good_and_nothing_cools_the_heat(step: Step) -> None:
    assert allows(step, 2, 70)
    assert not allows(step, 35, 30)


@pytest.mark.parametrize("step", [Step.WORK, Step.PACKAGING, Step.STORAGE])
def test_damp_air_is_too_damp_unless_it_is_heated(step: Step) -> None:
    highest = limits(step).highest_temperature
    assert not allows(step, highest, 95)
    assert allows(step, 5, 95)


def test_storage_needs_it_cooler_than_packaging() -> None:
    assert allows(Step.PACKAGING, 20, 50)
    assert not allows(Step.STORAGE, 20, 50)


@pytest.mark.parametrize("step", [Step.WORK, Step.PACKAGING, Step.STORAGE])
def test_air_of_which_not_all_is_known_allows_nothing(step: Step) -> None:
    unknown = np.array([np.nan, 18.0, np.nan]), np.array([50.0, np.nan, np.nan])
    assert not limits(step).allow(*unknown).any()


@pytest.mark.parametrize("step", [Step.WORK, Step.PACKAGING, Step.STORAGE])
def test_a_room_at_the_limits_is_good_enough(step: Step) -> None:
    one = limits(step)
    assert allows(step, one.highest_temperature, 30)
    assert not allows(step, one.highest_temperature + 0.1, 30)
