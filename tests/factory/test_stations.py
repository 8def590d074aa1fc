"""Stations are found by distance and by code, and called by names that can be read."""

from hypothesis import given, strategies as st
import pytest

from custom_components.chocolate_factory.factory.stations import (
    Station,
    climate_station_for,
    distance,
    nearest,
)
from custom_components.chocolate_factory.factory.weather import KEPT, Measure, Place

MADRID, GRANADA = Place(40.4166, -3.7038), Place(37.1761, -3.5976)
PLACES = st.builds(
    Place, st.floats(-90, 90, allow_nan=False), st.floats(-180, 180, allow_nan=False)
)


def station(
    code: str = "1", place: Place = MADRID, name: str = "X", measures: tuple[Measure, ...] = ()
) -> Station:
    return Station(code=code, name=name, place=place, height=1, measures=frozenset(measures))


def test_madrid_is_360_kilometres_from_granada() -> None:
    assert distance(MADRID, GRANADA) == pytest.approx(360.4, abs=0.5)


@given(PLACES, PLACES)
def test_a_distance_is_the_same_both_ways_and_at_most_half_the_globe(
    one: Place, other: Place
) -> None:
    assert distance(one, other) == pytest.approx(distance(other, one), abs=1e-6)
    assert 0 <= distance(one, other) <= 20016


@given(st.lists(PLACES), PLACES)
def test_the_nearest_comes_first(places: list[Place], to: Place) -> None:
    found = nearest([station(place=place) for place in places], to)
    assert [distance(one.place, to) for one in found] == sorted(distance(one, to) for one in places)


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("MADRID, RETIRO", "Madrid, Retiro"),
        ("STA.CRUZ DE TENERIFE", "Sta.Cruz de Tenerife"),
        ("A CORUÑA", "A Coruña"),
        ("LA PALMA, EL PASO", "La Palma, El Paso"),
        ("L'HOSPITALET DE L'INFANT", "L'Hospitalet de l'Infant"),
        ("BARCELONA, PORT OLÍMPIC", "Barcelona, Port Olímpic"),
        ("", ""),
    ],
)
def test_names_are_not_shouted(name: str, spoken: str) -> None:
    assert station(name=name).spoken_name == spoken


def test_a_station_measures_all_when_nothing_that_is_kept_is_missing() -> None:
    assert station(measures=(*KEPT, Measure.WIND_SPEED)).measures_all
    assert not station(measures=KEPT[:-1]).measures_all


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        (["5910", "5910X", "far"], "5910X"),
        (["far", "5910"], "5910"),
        (["far", "591"], "591"),
        (["far"], "far"),
    ],
)
def test_history_comes_from_the_same_code_then_without_the_letter_then_from_nearby(
    codes: list[str], found: str
) -> None:
    candidates = [station(code, GRANADA if code == "far" else MADRID) for code in codes]
    climate_station = climate_station_for(station("5910X"), candidates)
    assert climate_station
    assert climate_station.code == found


def test_there_is_no_history_without_stations() -> None:
    assert climate_station_for(station(), []) is None
