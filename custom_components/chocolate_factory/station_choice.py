"""Where AEMET observes and forecasts for a factory: what there is to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from homeassistant.helpers.selector import SelectOptionDict

from .clients.aemet import AemetClient
from .clients.errors import NoDataError
from .clients.gatekeeper import Urgency
from .const import CONF_CLIMATE_STATION, CONF_MUNICIPALITY, CONF_STATION
from .factory.stations import Municipality, Station, climate_station_for, distance, nearest
from .factory.weather import Place
from .sites import municipality_data, station_data

_OFFERED: Final = 15

STATION_NAMES: Final = (CONF_STATION, CONF_CLIMATE_STATION, CONF_MUNICIPALITY)


@dataclass(frozen=True, kw_only=True)
class StationChoice:
    """The stations near a place, and what belongs to each."""

    place: Place
    stations: Mapping[str, Station]
    """Those that measure all that is kept, by code, the nearest first; at least one."""
    climate_stations: tuple[Station, ...]
    municipality: Municipality

    @classmethod
    async def fetch(cls, aemet: AemetClient, place: Place) -> Self:
        """Return the choice at a place, or raise SourceError."""
        urgency = Urgency.INSISTENT
        observing = await aemet.observing_stations(urgency=urgency)
        stations = nearest((one for one in observing if one.measures_all), place)[:_OFFERED]
        climate_stations = await aemet.climate_stations(urgency=urgency)
        municipalities = nearest(await aemet.municipalities(urgency=urgency), place)
        if not (stations and municipalities):
            raise NoDataError("no station or municipality")
        return cls(
            place=place,
            stations={station.code: station for station in stations},
            climate_stations=climate_stations,
            municipality=municipalities[0],
        )

    @property
    def options(self) -> list[SelectOptionDict]:
        """Return the stations as a form shows them."""
        return [
            SelectOptionDict(
                value=code,
                label=f"{station.spoken_name} · {distance(station.place, self.place):.1f} km"
                f" · {station.height:.0f} m",
            )
            for code, station in self.stations.items()
        ]

    def default(self, code: str | None) -> str:
        """Return the station that was chosen before if it is near, or else the nearest."""
        return code if code is not None and code in self.stations else next(iter(self.stations))

    def data(self, code: str) -> dict[str, Any]:
        """Return what the entry keeps when a station is chosen."""
        station = self.stations[code]
        climate_station = climate_station_for(station, self.climate_stations)
        return {
            CONF_STATION: station_data(station),
            CONF_MUNICIPALITY: municipality_data(self.municipality),
        } | ({CONF_CLIMATE_STATION: station_data(climate_station)} if climate_station else {})
