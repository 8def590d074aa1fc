"""From the words of a configuration entry to a place, and to who can tell of its weather."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from homeassistant.const import CONF_LATITUDE, CONF_LONGITUDE
from homeassistant.core import HomeAssistant

from .clients.aemet import AemetClient
from .clients.aemet_key import AemetKey, AemetKeyring
from .clients.open_meteo import OpenMeteoClient
from .clients.openweathermap import OpenWeatherMapClient
from .clients.transport import Transport
from .const import (
    CONF_AEMET_FROM,
    CONF_AEMET_KEY,
    CONF_AEMET_SECOND_KEY,
    CONF_AEMET_UNTIL,
    CONF_CLIMATE_STATION,
    CONF_COMFORT,
    CONF_MUNICIPALITY,
    CONF_OPEN_METEO,
    CONF_OPEN_METEO_KEY,
    CONF_OPENWEATHERMAP_KEY,
    CONF_OPENWEATHERMAP_KEY_SINCE,
    CONF_STATION,
)
from .factory.comfort import ComfortLimits
from .factory.hybrid import SourceHours
from .factory.stations import Municipality, Station
from .factory.weather import Place

# The hours in which AEMET comes first, unless the options say otherwise.
DEFAULT_AEMET_FROM: Final = 0
DEFAULT_AEMET_UNTIL: Final = 8


class Service(StrEnum):
    """The services that may have keys."""

    AEMET = "aemet"
    OPENWEATHERMAP = "openweathermap"
    OPEN_METEO = "open_meteo"

    @property
    def label(self) -> str:
        """Return what the service calls itself."""
        return _LABELS[self]

    @property
    def page(self) -> str:
        """Return where a key is to be had."""
        return _PAGES[self]

    @property
    def field(self) -> str:
        """Return under which name a configuration entry keeps its (first) key."""
        return _FIELDS[self]


_LABELS: Final = {
    Service.AEMET: "AEMET",
    Service.OPENWEATHERMAP: "OpenWeatherMap",
    Service.OPEN_METEO: "Open-Meteo",
}
_PAGES: Final = {
    Service.AEMET: "https://opendata.aemet.es/centrodedescargas/altaUsuario",
    Service.OPENWEATHERMAP: "https://home.openweathermap.org/api_keys",
    Service.OPEN_METEO: "https://open-meteo.com/en/pricing",
}
_FIELDS: Final = {
    Service.AEMET: CONF_AEMET_KEY,
    Service.OPENWEATHERMAP: CONF_OPENWEATHERMAP_KEY,
    Service.OPEN_METEO: CONF_OPEN_METEO_KEY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a factory is, and with which keys its weather may be asked for."""

    place: Place
    station: Station | None
    """Where AEMET observes by the hour."""
    climate_station: Station | None
    """Where AEMET keeps the days of many years."""
    municipality: Municipality | None
    """For which AEMET forecasts."""
    aemet_keys: tuple[AemetKey, ...] = field(repr=False)
    openweathermap_key: str | None = field(repr=False)
    openweathermap_key_since: datetime | None
    open_meteo: bool
    open_meteo_key: str | None = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class WeatherClients:
    """Who may be asked for the weather of a site."""

    aemet: AemetClient | None
    openweathermap: OpenWeatherMapClient | None
    open_meteo: OpenMeteoClient | None


def home_place(hass: HomeAssistant) -> Place:
    """Return where Home Assistant is."""
    return Place(hass.config.latitude, hass.config.longitude)


def site_from(data: Mapping[str, Any], home: Place) -> Site:
    """Return the site that a configuration entry describes; at home unless it says where."""
    since = data.get(CONF_OPENWEATHERMAP_KEY_SINCE)
    keys = (data.get(CONF_AEMET_KEY), data.get(CONF_AEMET_SECOND_KEY))
    return Site(
        place=_place(data) if CONF_LATITUDE in data else home,
        station=_station(data.get(CONF_STATION)),
        climate_station=_station(data.get(CONF_CLIMATE_STATION)),
        municipality=_municipality(data.get(CONF_MUNICIPALITY)),
        aemet_keys=tuple(AemetKey.parse(key) for key in keys if key),
        openweathermap_key=data.get(CONF_OPENWEATHERMAP_KEY),
        openweathermap_key_since=datetime.fromisoformat(since) if since else None,
        open_meteo=data.get(CONF_OPEN_METEO, True),
        open_meteo_key=data.get(CONF_OPEN_METEO_KEY),
    )


def clients_for(site: Site, transport: Transport, clock: Callable[[], datetime]) -> WeatherClients:
    """Return a client of each service that the site has a key for, or that needs none."""
    return WeatherClients(
        aemet=(
            AemetClient(transport=transport, keys=AemetKeyring(site.aemet_keys, clock))
            if site.aemet_keys
            else None
        ),
        openweathermap=(
            OpenWeatherMapClient(
                transport=transport,
                key=site.openweathermap_key,
                key_since=site.openweathermap_key_since,
                place=site.place,
                clock=clock,
            )
            if site.openweathermap_key
            else None
        ),
        open_meteo=(
            OpenMeteoClient(
                transport=transport, place=site.place, key=site.open_meteo_key, clock=clock
            )
            if site.open_meteo
            else None
        ),
    )


def place_data(place: Place) -> dict[str, Any]:
    """Return the words for a place in a configuration entry."""
    return {CONF_LATITUDE: place.latitude, CONF_LONGITUDE: place.longitude}


def station_data(station: Station) -> dict[str, Any]:
    """Return the words for a station in a configuration entry."""
    return {
        "code": station.code,
        "name": station.name,
        **place_data(station.place),
        "height": station.height,
    }


def municipality_data(municipality: Municipality) -> dict[str, Any]:
    """Return the words for a municipality in a configuration entry."""
    return {
        "code": municipality.code,
        "name": municipality.name,
        **place_data(municipality.place),
    }


def aemet_hours(options: Mapping[str, Any]) -> SourceHours:
    """Return the hours of the day in which AEMET comes first."""
    return SourceHours(
        int(options.get(CONF_AEMET_FROM, DEFAULT_AEMET_FROM)),
        int(options.get(CONF_AEMET_UNTIL, DEFAULT_AEMET_UNTIL)),
    )


def comfort_limits(options: Mapping[str, Any]) -> ComfortLimits:
    """Return what the chocolate bears; raises ValueError if the limits contradict each other."""
    return ComfortLimits(**options.get(CONF_COMFORT, {}))


def _place(data: Mapping[str, Any]) -> Place:
    return Place(data[CONF_LATITUDE], data[CONF_LONGITUDE])


def _station(data: Mapping[str, Any] | None) -> Station | None:
    if not data:
        return None
    return Station(code=data["code"], name=data["name"], place=_place(data), height=data["height"])


def _municipality(data: Mapping[str, Any] | None) -> Municipality | None:
    if not data:
        return None
    return Municipality(code=data["code"], name=data["name"], place=_place(data))
