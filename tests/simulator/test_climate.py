from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from simulator.climate import Place, Weather, hours, sun, weather
from simulator.places import MUNICIPALITIES, STATIONS, anywhere

MADRID = Place(40.41, -3.68, 667)
SEVILLA = Place(37.42, -5.88, 34)
BARCELONA = Place(41.39, 2.2, 26)
TENERIFE = Place(28.46, -16.26, 36)


def month(place: Place, number: int, source: str = "truth") -> Weather:
    return weather(place, hours(datetime(2026, number, 1, tzinfo=UTC), 30 * 24), source)


@pytest.mark.parametrize("place", [MADRID, SEVILLA, BARCELONA, TENERIFE])
def test_summers_are_warmer_and_drier_than_winters(place: Place) -> None:
    winter, summer = month(place, 1), month(place, 7)

    assert summer.temperature.mean() > winter.temperature.mean() + 4
    assert summer.humidity.mean() < winter.humidity.mean()


def plausible(seen: Weather) -> None:
    assert -15 < seen.temperature.min() <= seen.temperature.max() < 46
    assert (seen.dew_point < seen.temperature).all()
    assert 5 <= seen.humidity.min() <= seen.humidity.max() <= 100
    assert 985 < seen.sea_level_pressure.min() <= seen.sea_level_pressure.max() < 1045
    assert (seen.surface_pressure <= seen.sea_level_pressure).all()
    assert 0 <= seen.wind_speed.min() <= seen.wind_speed.max() < 25
    assert 0 <= seen.wind_direction.min() <= seen.wind_direction.max() <= 360
    assert 0 == seen.radiation.min() < seen.radiation.max() < 1150


@pytest.mark.parametrize("number", range(1, 13))
def test_the_weather_is_plausible_everywhere(number: int) -> None:
    for one in (*STATIONS, *MUNICIPALITIES):
        plausible(month(one.place, number))


def test_afternoons_are_warmer_than_nights() -> None:
    by_hour = month(MADRID, 7).temperature.reshape(-1, 24).mean(axis=0)

    assert by_hour.argmin() in {3, 4, 5}
    assert by_hour.argmax() in {14, 15, 16}
    assert by_hour.max() - by_hour.min() > 10


def test_a_summer_in_seville_gets_too_hot_for_chocolate() -> None:
    assert month(SEVILLA, 7).temperature.max() > 34


def test_the_islands_are_milder_than_the_middle_of_the_peninsula() -> None:
    assert np.ptp(month(TENERIFE, 7).temperature) < np.ptp(month(MADRID, 7).temperature)


def test_sources_agree_up_to_small_noise() -> None:
    here, there = month(MADRID, 7, "one"), month(MADRID, 7, "other")

    difference = np.abs(here.temperature - there.temperature)
    assert 0 < difference.mean() < 0.4
    assert difference.max() < 1


def test_a_forecast_errs_more_the_further_it_looks() -> None:
    errors = []
    for day in range(28):
        issued = datetime(2026, 7, 1, tzinfo=UTC) + timedelta(days=day)
        slots = hours(issued, 7 * 24)
        ahead = weather(MADRID, slots, "forecast", issued).temperature
        errors.append(np.abs(ahead - weather(MADRID, slots, "truth").temperature))

    by_day = np.mean(errors, axis=0).reshape(7, 24).mean(axis=1)
    assert by_day[6] > 2 * by_day[0]


def test_the_weather_of_an_hour_depends_on_nothing_else() -> None:
    noon = datetime(2026, 8, 5, 12, tzinfo=UTC)
    alone = weather(MADRID, [noon], "truth").temperature[0]

    assert weather(MADRID, hours(noon - timedelta(hours=5), 6), "truth").temperature[5] == alone


def test_the_sun_shines_between_sunrise_and_sunset() -> None:
    rise, sunset = sun(MADRID, datetime(2026, 6, 21, tzinfo=UTC))

    assert 14.5 < (sunset - rise) / timedelta(hours=1) < 15.5
    dark = weather(MADRID, [rise - timedelta(hours=1), sunset + timedelta(hours=1)], "truth")
    assert (dark.radiation == 0).all()


def test_a_place_nobody_named_is_as_high_as_its_neighbours() -> None:
    assert anywhere(40.41, -3.69).height == pytest.approx(660, abs=15)
    assert anywhere(41.39, 2.19).height == pytest.approx(20, abs=15)


def test_stations_are_where_aemets_notation_says() -> None:
    retiro = next(one for one in STATIONS if one.idema == "3195").place

    assert retiro.latitude == pytest.approx(40.411804, abs=0.001)
    assert retiro.longitude == pytest.approx(-3.678095, abs=0.001)
