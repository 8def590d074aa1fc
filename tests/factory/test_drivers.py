"""The drivers of the price have names of their own, and are told of a handful of places."""

from custom_components.chocolate_factory.factory.drivers import ASKED, DRIVERS, REGIONS
from custom_components.chocolate_factory.factory.weather import Measure


def test_every_driver_has_a_name_that_begins_with_what_it_measures() -> None:
    assert len(set(DRIVERS)) == len(DRIVERS)
    kinds = {driver.removesuffix(f"_{region.name}") for region in REGIONS for driver in DRIVERS}
    assert {"wind_speed", "radiation", "temperature"} <= kinds
    assert "wind_speed_galicia" in DRIVERS


def test_what_a_region_is_good_for_is_asked_of_it() -> None:
    assert {measure for region in REGIONS for measure in region.measures} == set(ASKED)
    assert set(ASKED) == {Measure.WIND_SPEED, Measure.RADIATION, Measure.TEMPERATURE}


def test_the_places_are_few_and_on_the_peninsula() -> None:
    assert len(REGIONS) <= 8
    for region in REGIONS:
        assert 36 < region.place.latitude < 43.8
        assert -9.3 < region.place.longitude < 3.3
