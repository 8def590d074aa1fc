import json
from pathlib import Path

from hypothesis import given, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.factory.atmosphere import (
    dew_point,
    humidity_at,
    sea_level_pressure,
)

TEMPERATURES = st.floats(-30, 55)
HUMIDITIES = st.floats(0.1, 100)


# Dew points as psychrometric tables give them, to a tenth; air at 100 % is as warm as its dew.
@pytest.mark.parametrize(
    ("temperature", "humidity", "dew"),
    [(20, 50, 9.3), (25, 60, 16.7), (30, 35, 12.9), (0, 80, -3.0), (-10, 70, -14.4), (18, 100, 18)],
)
def test_the_dew_point_is_as_in_the_tables(temperature: float, humidity: float, dew: float) -> None:
    assert dew_point(temperature, humidity) == pytest.approx(dew, abs=0.06)


def test_the_dew_point_is_exact_to_a_hundredth() -> None:
    assert dew_point(20.0, 50.0) == pytest.approx(9.26, abs=0.005)


@given(temperature=TEMPERATURES, humidity=HUMIDITIES)
def test_the_humidity_comes_back_from_the_dew_point(temperature: float, humidity: float) -> None:
    dew = dew_point(temperature, humidity)

    assert dew <= temperature + 1e-9
    assert humidity_at(temperature, dew) == pytest.approx(humidity, rel=1e-9)


@given(temperature=TEMPERATURES, warmer=st.floats(0.1, 20), humidity=HUMIDITIES)
def test_heating_dries_and_leaves_the_dew_point(
    temperature: float, warmer: float, humidity: float
) -> None:
    dew = dew_point(temperature, humidity)
    dried = humidity_at(temperature + warmer, dew)

    assert dried < humidity
    assert dew_point(temperature + warmer, dried) == pytest.approx(dew, abs=1e-6)


def test_air_that_is_colder_than_its_dew_point_is_full() -> None:
    assert humidity_at(10.0, 12.0) == 100


def test_air_without_any_water_still_has_a_number() -> None:
    assert np.isfinite(dew_point(20.0, 0.0))


def test_at_the_sea_pressure_stays_and_above_it_falls_as_in_the_standard_atmosphere() -> None:
    assert sea_level_pressure(1013.25, 0, 15.0) == pytest.approx(1013.25)
    # ISO 2533: 1000 m are at 8.5 °C and 898.75 hPa, 2000 m at 2 °C and 794.95 hPa.
    assert sea_level_pressure(898.75, 1000, 8.5) == pytest.approx(1013.25, abs=0.05)
    assert sea_level_pressure(794.95, 2000, 2.0) == pytest.approx(1013.25, abs=0.05)


def test_arrays_are_done_element_by_element_and_holes_stay_holes() -> None:
    warm, damp = np.array([20.0, np.nan, 30.0, -5.0]), np.array([50.0, 60.0, np.nan, 90.0])

    dew = dew_point(warm, damp)
    humidity = humidity_at(warm, damp / 10)
    pressure = sea_level_pressure(damp + 900, 500, warm)

    for whole in (dew, humidity, pressure):
        assert np.isnan(whole).tolist() == [False, True, True, False]
    for index in range(4):
        one, other = float(warm[index]), float(damp[index])
        np.testing.assert_array_equal(dew[index], dew_point(one, other))
        np.testing.assert_array_equal(humidity[index], humidity_at(one, other / 10))
        np.testing.assert_array_equal(pressure[index], sea_level_pressure(other + 900, 500, one))


def test_recorded_observations_agree_with_us(recordings: Path) -> None:
    file = recordings / "aemet" / "observation_station-3195_2021-01-08_data.json"
    observations = json.loads(file.read_text())

    assert len(observations) == 23
    for one in observations:
        # The weather service has a formula of its own: it is 0.14 to 0.25 hPa below ours.
        ours = sea_level_pressure(one["pres"], one["alt"], one["ta"])
        assert ours == pytest.approx(one["pres_nmar"], abs=0.3)
        # Humidity is told in whole %, which is up to 0.15 °C.
        assert dew_point(one["ta"], one["hr"]) == pytest.approx(one["tpr"], abs=0.15)
