"""Factories that ask for their weather, and what the simulated services say of it."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant, State
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.factory.series import Source
from simulator.aemet import key
from simulator.climate import Place, Weather, weather
from simulator.places import STATIONS, anywhere

from .conftest import MADRID, NOON, PVPC, settle

AEMET, OPENWEATHERMAP, OPEN_METEO = (
    "opendata.aemet.es",
    "api.openweathermap.org",
    "api.open-meteo.com",
)
RETIRO = {
    "code": "3195",
    "name": "Madrid, Retiro",
    "latitude": 40.411944,
    "longitude": -3.678056,
    "height": 667,
}
TOWN = {"code": "28079", "name": "Madrid", "latitude": 40.4166, "longitude": -3.7038}
KEYS: dict[str, Any] = {
    "latitude": MADRID.latitude,
    "longitude": MADRID.longitude,
    "aemet_key": key(NOON + timedelta(days=60)),
    "openweathermap_key": "good",
    "open_meteo": True,
    "station": RETIRO,
    "climate_station": RETIRO,
    "municipality": TOWN,
}
HERE = anywhere(MADRID.latitude, MADRID.longitude)

_SEEN_FROM: dict[Source, tuple[Place, str]] = {
    Source.AEMET: (STATIONS[0].place, "aemet"),
    Source.OPENWEATHERMAP: (HERE, "openweathermap"),
    Source.OPEN_METEO: (HERE, "open-meteo"),
}


def said(source: Source, hour: datetime) -> Weather:
    """Return what a simulated source has observed in an hour."""
    place, name = _SEEN_FROM[source]
    return weather(place, [hour], name)


async def open_factory(
    home: HomeAssistant, data: dict[str, Any] | None = None, **options: Any
) -> MockConfigEntry:
    """Set up a factory, with keys unless it is said otherwise, and wait until all is there."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Obrador",
        data=PVPC | (KEYS if data is None else data),
        options=options,
        entry_id="obrador",
    )
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    return entry


async def fill_up(tick: Callable[..., Awaitable[None]]) -> None:
    """Let a new factory fill its past, which it does once all else is running."""
    for _ in range(20):
        await tick(timedelta(minutes=1))


def sensor(home: HomeAssistant, key: str) -> State:
    """Return the state of a sensor of the factory."""
    state = home.states.get(f"sensor.obrador_{key}")
    assert state, key
    return state
