from hypothesis import given, settings, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.factory.features import Air
from custom_components.chocolate_factory.learning.expected_air import Habits
from tests.learning.pasts import made_up

DAYS = 12
AIR = made_up(DAYS).air
COUNT = 24 * DAYS


def replaced_from(hour: int) -> Air:
    """Return the air, but other air from an hour on."""
    later = np.arange(COUNT) >= hour
    return Air(
        temperature=np.where(later, 40, AIR.temperature),
        humidity=np.where(later, 90, AIR.humidity),
        pressure=np.where(later, 950, AIR.pressure),
    )


@settings(max_examples=30, deadline=None)
@given(moment=st.integers(30, COUNT - 1), ahead=st.integers(1, 200))
def test_nothing_that_comes_later_is_known(moment: int, ahead: int) -> None:
    hour = min(moment + ahead, COUNT - 1)
    if hour == moment:
        return
    distances = np.full(COUNT, hour - moment)
    known = Habits.of(AIR).expected(distances)
    blind = Habits.of(replaced_from(moment + 1)).expected(distances)
    for name in ("temperature", "humidity", "pressure"):
        assert getattr(blind, name)[hour] == pytest.approx(getattr(known, name)[hour], nan_ok=True)


def test_nothing_ahead_the_air_is_as_measured() -> None:
    now = Habits.of(AIR).expected(np.zeros(COUNT, dtype=np.int64))
    assert now.temperature == pytest.approx(AIR.temperature)
    assert now.humidity == pytest.approx(AIR.humidity)
    assert now.pressure == pytest.approx(AIR.pressure)


def test_what_is_the_same_every_day_is_expected_again() -> None:
    hour = np.arange(COUNT, dtype=np.float64) % 24
    air = Air(temperature=15.0 + hour / 2, humidity=50.0 - hour, pressure=np.full(COUNT, 1010.0))
    expected = Habits.of(air).expected(np.full(COUNT, 30))
    assert expected.temperature[60:] == pytest.approx(air.temperature[60:])
    assert expected.humidity[60:] == pytest.approx(air.humidity[60:])


def test_the_nearer_an_hour_is_the_better_its_air_is_known() -> None:
    air = made_up(120).air
    habits = Habits.of(air)

    def error(ahead: int) -> float:
        expected = habits.expected(np.full(24 * 120, ahead))
        return float(np.nanmean(np.abs(expected.temperature - air.temperature)))

    assert error(1) < error(6) < error(30)


def test_where_nothing_was_known_nothing_is_expected() -> None:
    expected = Habits.of(AIR).expected(np.full(COUNT, 50))
    assert np.isnan(expected.temperature[:40]).all()
    assert not np.isnan(expected.temperature[100:]).any()


def test_a_hole_is_bridged_by_what_was_usual() -> None:
    temperature = AIR.temperature.copy()
    temperature[100:150] = np.nan
    air = Air(temperature=temperature, humidity=AIR.humidity, pressure=AIR.pressure)
    expected = Habits.of(air).expected(np.full(COUNT, 5))
    assert not np.isnan(expected.temperature[60:]).any()
