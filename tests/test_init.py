"""A factory is set up, survives restarts and outages, and leaves nothing behind."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
import sqlite3

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.const import DOMAIN
from simulator import LOG

from .conftest import PVPC, World, settle
from .sites import fill_up

type Tick = Callable[..., Awaitable[None]]
PRICE = "sensor.obrador_electricity_price"


async def test_stored_prices_are_shown_at_once_though_nobody_answers(
    home: HomeAssistant, world: World, factory: MockConfigEntry
) -> None:
    before = home.states.get(PRICE)
    assert await home.config_entries.async_unload(factory.entry_id)
    await settle(home)
    unloaded = home.states.get(PRICE)
    assert unloaded
    assert unloaded.state == STATE_UNAVAILABLE
    world.fail(kind="delay", seconds=1)
    assert await home.config_entries.async_setup(factory.entry_id)
    # Not settled: whatever is fetched, nobody waits for it.
    after = home.states.get(PRICE)
    assert before
    assert after
    assert after.state == before.state
    world.recover()
    await settle(home)


async def test_a_tick_that_finds_nothing_missing_asks_nobody(
    home: HomeAssistant, world: World, factory: MockConfigEntry, tick: Tick
) -> None:
    prices = world.asked("apidatos.ree.es") + world.asked("www.omie.es")
    assert prices == 9 - 1, "yesterday's week and today; tomorrow is not due"
    assert world.asked("api.open-meteo.com") == 1
    assert world.asked() == prices + 1
    await fill_up(tick)
    world.app[LOG].clear()
    for _ in range(7):
        await tick()
    assert world.asked() == 0
    await tick()
    assert world.asked("api.open-meteo.com") == 1, "another hour has begun"
    assert world.asked() == 1


async def test_two_factories_share_the_prices(
    home: HomeAssistant, world: World, factory: MockConfigEntry
) -> None:
    asked = world.asked()
    second = MockConfigEntry(domain=DOMAIN, title="Tienda", data=PVPC | {"name": "Tienda"})
    second.add_to_hass(home)
    assert await home.config_entries.async_setup(second.entry_id)
    await settle(home)
    one, two = home.states.get(PRICE), home.states.get("sensor.tienda_electricity_price")
    assert one
    assert two
    assert one.state == two.state
    assert world.asked() == asked
    assert await home.config_entries.async_unload(factory.entry_id)
    await settle(home)
    still = home.states.get("sensor.tienda_electricity_price")
    assert still
    assert still.state == two.state


async def test_ceuta_gets_its_own_prices_from_esios(home: HomeAssistant, world: World) -> None:
    entry = MockConfigEntry(domain=DOMAIN, title="Obrador", data=PVPC | {"zone": "ceuta"})
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    source = home.states.get("sensor.obrador_price_source")
    assert source
    assert source.state == "esios"


async def test_a_store_of_a_newer_release_is_refused_and_left_alone(
    home: HomeAssistant, world: World, entry: MockConfigEntry
) -> None:
    path = home.config.path(f"{DOMAIN}.db")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    entry.add_to_hass(home)
    assert not await home.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "store_too_new"
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (99,)
    connection.close()


async def test_a_store_that_cannot_be_opened_is_tried_again(
    home: HomeAssistant, world: World, entry: MockConfigEntry, tmp_path: object
) -> None:
    home.config.config_dir = "/dev/null"
    entry.add_to_hass(home)
    assert not await home.config_entries.async_setup(entry.entry_id)
    before: ConfigEntryState = entry.state
    assert before is ConfigEntryState.SETUP_RETRY
    home.config.config_dir = str(tmp_path)
    await home.config_entries.async_reload(entry.entry_id)
    await settle(home)
    assert entry.state is ConfigEntryState.LOADED


async def test_removal_takes_entities_and_issues_but_leaves_the_history(
    home: HomeAssistant, world: World, entry: MockConfigEntry
) -> None:
    world.fail(kind="status", status=500)
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    issues = ir.async_get(home).issues
    assert (DOMAIN, "no_prices_obrador") in issues
    await home.config_entries.async_remove(entry.entry_id)
    await settle(home)
    assert (DOMAIN, "no_prices_obrador") not in issues
    assert home.states.get(PRICE) is None
    with sqlite3.connect(home.config.path(f"{DOMAIN}.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


@pytest.mark.usefixtures("factory")
async def test_the_store_is_cleaned_up_on_sunday_at_two(
    home: HomeAssistant, freezer: object, tick: Tick, caplog: pytest.LogCaptureFixture
) -> None:
    path = home.config.path(f"{DOMAIN}.db")

    def requests() -> int:
        with sqlite3.connect(path) as connection:
            (count,) = connection.execute("SELECT count(*) FROM request").fetchone()
        connection.close()
        return int(count)

    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO request VALUES ('old.example', 1)")
    connection.close()
    before = requests()
    await tick(timedelta(days=3, hours=13, minutes=59))
    assert requests() >= before, "Sunday, a minute before two"
    await tick(timedelta(minutes=1))
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT min(at) > 1 FROM request").fetchone() == (1,)
    connection.close()
