"""Of all stations, those are offered that are near and measure what is needed."""

from typing import Any, cast

import pytest

from custom_components.chocolate_factory.clients.aemet import AemetClient
from custom_components.chocolate_factory.clients.errors import NoDataError
from custom_components.chocolate_factory.clients.gatekeeper import Urgency
from custom_components.chocolate_factory.factory.stations import Municipality, Station
from custom_components.chocolate_factory.factory.weather import KEPT, Measure, Place
from custom_components.chocolate_factory.station_choice import StationChoice

HOME = Place(40, -3)


class Aemet:
    """An AEMET with stations of which the simulated one has none."""

    def __init__(self, stations: dict[str, set[Measure]]) -> None:
        """Put each station further away than the one before."""
        self.stations = tuple(
            Station(
                code=code,
                name=code,
                place=Place(40, -3 + number / 10),
                height=10,
                measures=frozenset(measures),
            )
            for number, (code, measures) in enumerate(stations.items())
        )

    async def observing_stations(self, *, urgency: Urgency) -> tuple[Station, ...]:
        return self.stations

    async def climate_stations(self, *, urgency: Urgency) -> tuple[Station, ...]:
        return ()

    async def municipalities(self, *, urgency: Urgency) -> tuple[Municipality, ...]:
        return (
            Municipality(code="2", name="Far", place=Place(41, -3)),
            Municipality(code="1", name="Near", place=Place(40.1, -3)),
        )


async def fetch(**stations: set[Measure]) -> StationChoice:
    aemet: Any = Aemet(stations)
    return await StationChoice.fetch(cast("AemetClient", aemet), HOME)


async def test_a_station_that_does_not_measure_all_is_not_offered() -> None:
    choice = await fetch(RAIN={Measure.PRECIPITATION}, DRY=set(KEPT[:2]), ALL=set(KEPT))
    assert list(choice.stations) == ["ALL"]
    assert choice.default("RAIN") == "ALL"


async def test_what_belongs_to_a_station_may_lack_a_history() -> None:
    data = (await fetch(ALL=set(KEPT))).data("ALL")
    assert data.keys() == {"station", "municipality"}
    assert data["municipality"]["code"] == "1"


async def test_without_any_station_there_is_no_choice() -> None:
    with pytest.raises(NoDataError):
        await fetch(DRY=set(KEPT[:2]))
