"""When the weather makes an hour unbearable, the blueprint stops the machine and says so once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
import shutil

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Event, HomeAssistant, ServiceCall, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from custom_components.chocolate_factory.const import DOMAIN
from simulator import SKY, Spell

from .conftest import KEYED, World
from .watched import automate

BLUEPRINTS = Path(__file__).parent.parent / "blueprints"
# A mild day of spring, at noon in Madrid.
NOON = datetime(2026, 5, 13, 10, tzinfo=UTC)
MINUTES = timedelta(minutes=5)
HOUR = timedelta(hours=1)
MACHINE = "switch.tempering_machine"
RECOMMENDATION = "sensor.obrador_production_recommendation"

type Pass = Callable[..., Awaitable[None]]


@pytest.fixture
def now(freezer: FrozenDateTimeFactory) -> datetime:
    """Stop the clock at noon."""
    freezer.move_to(NOON)
    return NOON


@pytest.fixture
def pass_by(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Pass:
    """Return a way to let time pass, in steps as short as those of the jobs."""

    async def pass_by(time: timedelta = MINUTES) -> None:
        for _ in range(time // MINUTES):
            freezer.tick(MINUTES)
            async_fire_time_changed(hass)
            await calm(hass)

    return pass_by


async def calm(hass: HomeAssistant) -> None:
    """Wait until everything is done, but for what an automation waits for."""
    while tasks := [
        task
        for task in (hass._tasks | hass._background_tasks)
        if task is not asyncio.current_task() 
    ]:
        print([ (t.get_name(), t.get_coro().cr_code.co_qualname, t.get_coro().cr_code.co_filename[-60:]) for t in tasks])
        await asyncio.wait(tasks, timeout=2)
        if (x:=globals().setdefault("n",[0])): x[0]+=1
        if x[0]>60: raise SystemExit
    for _ in range(30):
        await asyncio.sleep(0)


@pytest.fixture
async def kitchen(home: HomeAssistant, world: World, tmp_path: Path) -> AsyncIterator[str]:
    """Set up a factory whose machine runs; return its device."""
    # Debugging would double the time.
    asyncio.get_running_loop().set_debug(False)
    shutil.copytree(BLUEPRINTS, tmp_path / "blueprints")
    entry = MockConfigEntry(domain=DOMAIN, title="Obrador", data=KEYED, entry_id="obrador")
    entry.add_to_hass(home)
    assert await async_setup_component(home, "homeassistant", {})
    assert await async_setup_component(home, "template", {"template": [{"switch": {"name": "Tempering machine", "turn_on": [], "turn_off": []}}]})
    assert await home.config_entries.async_setup(entry.entry_id)
    await calm(home)
    (device,) = dr.async_entries_for_config_entry(dr.async_get(home), entry.entry_id)
    yield device.id
    # No run waits for more after the test.
    await home.services.async_call(AUTOMATION, "turn_off", {"entity_id": "all"}, blocking=True)


async def test_x(home, world, kitchen, pass_by, now):
    notes = async_mock_service(home, "notify", "baker")
    await home.services.async_call("switch","turn_on",{"entity_id":MACHINE},blocking=True)
    await automate(home, use_blueprint={"path": f"{DOMAIN}/stop_on_halt.yaml", "input": {"factory": kitchen, "machines":[MACHINE], "also":[{"action":"notify.baker","data":{"message":"{{ message }}"}}]}})
    print(home.states.get(RECOMMENDATION), home.states.get(MACHINE))
    world.app[SKY].spells.append(Spell(start=NOON, end=NOON + 2*HOUR, temperature=15))
    await pass_by(3*MINUTES)
    print(home.states.get(RECOMMENDATION), home.states.get(MACHINE), notes)
    assert 0
