"""A real Home Assistant core beside a simulated world; both follow the frozen clock."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
import os
from pathlib import Path
import shutil
import sqlite3
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.chocolate_factory.clients.gatekeeper import TICK
from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.factory.weather import Place
from simulator import FAULTS, HOSTS, LOG, Fault, create_app
from simulator.aemet import key

# A working day in summer, at noon in Madrid.
NOON = datetime(2026, 8, 5, 10, tzinfo=UTC)

MADRID = Place(40.4168, -3.7038)

PVPC = {
    "name": "Obrador",
    "zone": "peninsula",
    "access_tariff": "2_0td",
    "contract": "pvpc",
}
# What the form about the weather keeps, whatever else is typed there.
ASKED = {"open_meteo": True}
RETIRO = {
    "code": "3195",
    "name": "Madrid, Retiro",
    "latitude": 40.411944,
    "longitude": -3.678056,
    "height": 667,
}
KEYED = PVPC | {
    **ASKED,
    "aemet_key": key(NOON + timedelta(days=4000)),
    "station": RETIRO,
    "climate_station": RETIRO,
    "openweathermap_key": "good",
}


@pytest.fixture
def recordings() -> Path:
    """Return the folder of recorded answers."""
    folder = os.environ.get("CHOCOLATE_FACTORY_RECORDINGS")
    if not folder:
        pytest.skip("CHOCOLATE_FACTORY_RECORDINGS names no folder of recorded answers")
    return Path(folder)


@pytest.fixture
def now(freezer: FrozenDateTimeFactory) -> datetime:
    """Stop the clock at noon."""
    freezer.move_to(NOON)
    return NOON


class World:
    """The simulated services, as the tests break and question them."""

    def __init__(self, app: web.Application, url: str) -> None:
        """Know the application that serves at an address."""
        self.app = app
        self.url = url

    def fail(self, **fault: Any) -> None:
        """Let a host fail."""
        self.app[FAULTS].add(Fault.parse({"host": "*"} | fault, HOSTS))

    def recover(self) -> None:
        """Let all hosts work again."""
        self.app[FAULTS].clear()

    def asked(self, host: str | None = None) -> int:
        """Return how often a host was asked since the log was cleared."""
        return sum(host in (None, entry.host) for entry in self.app[LOG])


@pytest.fixture
async def world(
    now: datetime, socket_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """Send all remote requests of the integration to a simulated world."""
    server = TestServer(create_app())
    # The access log cannot tell the zone of a frozen clock.
    await server.start_server(access_log=None)
    url = str(server.make_url("")).rstrip("/")
    monkeypatch.setenv("CHOCOLATE_FACTORY_UPSTREAM", url)
    yield World(server.app, url)
    await server.close()


@pytest.fixture
def entry() -> MockConfigEntry:
    """Return the configuration of a factory that buys at PVPC on the peninsula."""
    return MockConfigEntry(domain=DOMAIN, title=PVPC["name"], data=PVPC | ASKED, entry_id="obrador")


@pytest.fixture
async def home(
    hass: HomeAssistant, enable_custom_integrations: None, tmp_path: Path
) -> HomeAssistant:
    """Return a Home Assistant in Madrid with a configuration folder of its own."""
    hass.config.config_dir = str(tmp_path)
    await hass.config.async_set_time_zone("Europe/Madrid")
    hass.config.latitude, hass.config.longitude = MADRID.latitude, MADRID.longitude
    return hass


async def settle(hass: HomeAssistant) -> None:
    """Wait until everything that was begun is done."""
    await hass.async_block_till_done(wait_background_tasks=True)


@pytest.fixture
async def factory(home: HomeAssistant, world: World, entry: MockConfigEntry) -> MockConfigEntry:
    """Set up the factory and wait until its prices are there."""
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    return entry


@pytest.fixture
def tick(home: HomeAssistant, freezer: FrozenDateTimeFactory) -> Callable[..., Awaitable[None]]:
    """Return a way to let time pass."""

    async def let_pass(time: timedelta = TICK) -> None:
        freezer.tick(time)
        async_fire_time_changed(home)
        await settle(home)

    return let_pass


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where to keep the history of a factory whose last month is filled."""
    return tmp_path_factory.mktemp("filled") / "store.db"


@pytest.fixture
async def full(
    home: HomeAssistant,
    world: World,
    tick: Callable[..., Awaitable[None]],
    freezer: FrozenDateTimeFactory,
    filled: Path,
) -> MockConfigEntry:
    """Set up a factory that has all keys, and whose last month is filled."""
    # Debugging would double the time of thousands of reads.
    asyncio.get_running_loop().set_debug(False)
    entry = MockConfigEntry(domain=DOMAIN, title="Obrador", data=KEYED, entry_id="obrador")
    entry.add_to_hass(home)
    path = home.config.path(f"{DOMAIN}.db")
    minutes = 20
    if filled.exists():
        shutil.copy(filled, path)
        freezer.move_to(NOON + timedelta(minutes=minutes))
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    if not filled.exists():
        for _ in range(minutes):
            await tick(timedelta(minutes=1))
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("VACUUM INTO ?", (str(filled),))
    world.app[LOG].clear()
    return entry
