"""When the weather makes an hour unbearable, the blueprint stops the machine and says so once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
import shutil
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import EVENT_STATE_CHANGED, SERVICE_RELOAD
from homeassistant.core import (
    CoreState,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
    mock_restore_cache,
)

from custom_components.chocolate_factory.const import CONF_TRAINER, DOMAIN
from custom_components.chocolate_factory.learning.trainers import TrainerChoice
from simulator import LOG, SKY, Spell

from .conftest import KEYED, World
from .sites import OPENWEATHERMAP, sensor
from .told import ARCHIVE
from .watched import automate

BLUEPRINTS = Path(__file__).parent.parent / "blueprints"
# A mild day of spring, at noon in Madrid.
NOON = datetime(2026, 5, 13, 10, tzinfo=UTC)
STEP = timedelta(minutes=5)
HOUR = timedelta(hours=1)
MACHINE = "switch.tempering_machine"
STOPPED = ("Production: Halt", "Turned off: Tempering machine.")

type Pass = Callable[..., Awaitable[None]]


@pytest.fixture
def now(freezer: FrozenDateTimeFactory) -> datetime:
    """Stop the clock at noon."""
    freezer.move_to(NOON)
    return NOON


@pytest.fixture
def pass_by(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Pass:
    """Return a way to let time pass, in steps as long as those of the jobs."""

    async def pass_by(time: timedelta = STEP) -> None:
        for _ in range(time // STEP):
            freezer.tick(STEP)
            async_fire_time_changed(hass)
            await calm(hass)

    return pass_by


async def calm(hass: HomeAssistant) -> None:
    """Wait until all jobs are done; automations may go on waiting for more."""
    for _ in range(30):
        await asyncio.sleep(0)
        while jobs := list(hass._background_tasks):
            await asyncio.wait(jobs)


@dataclass
class Kitchen:
    """A factory, its machine, its phone, and the weather outside."""

    hass: HomeAssistant
    entry: MockConfigEntry
    world: World

    def __post_init__(self) -> None:
        """Note what happens to the machine, and what the phone is told."""
        self.turned: list[str] = []
        self.phone = _phone(self.hass)
        self._versions = 0
        self._calls = async_mock_service(self.hass, "notify", "mobile_app_baker")

        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            old, new = event.data["old_state"], event.data["new_state"]
            if event.data["entity_id"] == MACHINE and old and new and old.state != new.state:
                self.turned.append(new.state)

        self.hass.bus.async_listen(EVENT_STATE_CHANGED, changed)

    @property
    def says(self) -> str:
        """Return what is recommended now."""
        return sensor(self.hass, "production_recommendation").state

    @property
    def told(self) -> list[tuple[str | None, str]]:
        """Return the titles and messages of all notifications."""
        return [(call.data.get("title"), call.data["message"]) for call in self._calls]

    async def set_up(self) -> None:
        """Begin to know prices and weather."""
        self.entry.add_to_hass(self.hass)
        assert await self.hass.config_entries.async_setup(self.entry.entry_id)
        await calm(self.hass)

    async def turn_on(self) -> None:
        """Turn the machine on."""
        await self.hass.services.async_call("switch", "turn_on", {"entity_id": MACHINE}, True)

    async def use_blueprint(self) -> None:
        """Make an automation of the blueprint."""
        await automate(self.hass, use_blueprint=self._use())

    async def reload(self) -> None:
        """Change the automation in a file, and load it anew."""
        self._versions += 1
        automation = {
            "id": "it",
            "alias": "It",
            "description": f"{self._versions}",
            "use_blueprint": self._use(),
        }
        # JSON is YAML.
        Path(self.hass.config.path("configuration.yaml")).write_text(
            json.dumps({"automation": automation})
        )
        await self.hass.services.async_call("automation", SERVICE_RELOAD, blocking=True)

    def _use(self) -> dict[str, Any]:
        (factory,) = dr.async_entries_for_config_entry(dr.async_get(self.hass), self.entry.entry_id)
        return {
            "path": f"{DOMAIN}/stop_on_halt.yaml",
            "input": {"factory": factory.id, "machines": [MACHINE], "phones": [self.phone]},
        }

    def make_unbearable(self, start: datetime, end: datetime) -> None:
        """Let it be too hot for chocolate for some hours."""
        self.world.app[SKY].spells.append(Spell(start=start, end=end, temperature=15))


def _phone(hass: HomeAssistant) -> str:
    entry = MockConfigEntry(domain="mobile_app")
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("mobile_app", "it")}, name="Baker"
    )
    return device.id


@pytest.fixture
async def kitchen(home: HomeAssistant, world: World, tmp_path: Path) -> AsyncIterator[Kitchen]:
    """Return a kitchen whose machine stands still."""
    # Debugging would double the time.
    asyncio.get_running_loop().set_debug(False)
    shutil.copytree(BLUEPRINTS, tmp_path / "blueprints")
    machine = {"name": "Tempering machine", "turn_on": [], "turn_off": []}
    assert await async_setup_component(home, "homeassistant", {})
    assert await async_setup_component(home, "template", {"template": [{"switch": machine}]})
    await home.async_block_till_done()
    # What happens does not depend on the past, and it takes long to fetch years of it.
    world.fail(host=ARCHIVE, kind="status", status=500)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Obrador",
        data=KEYED,
        options={CONF_TRAINER: TrainerChoice.NUMPY},
        entry_id="obrador",
    )
    yield Kitchen(home, entry, world)
    # No run waits for more after the test.
    await home.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)


async def test_an_unbearable_hour_stops_the_machine_and_is_told_once(
    kitchen: Kitchen, pass_by: Pass
) -> None:
    await kitchen.set_up()
    await kitchen.turn_on()
    await kitchen.use_blueprint()
    await pass_by(2 * STEP)
    assert kitchen.says != "halt"
    assert (kitchen.turned, kitchen.told) == (["on"], [])

    kitchen.make_unbearable(NOON, NOON + HOUR)
    await pass_by(2 * STEP)
    assert kitchen.says == "halt"
    assert kitchen.turned == ["on", "off"]
    assert kitchen.told == [STOPPED]

    # Weather and prices go on coming, and what is turned on meanwhile is left alone.
    await kitchen.turn_on()
    kitchen.world.app[LOG].clear()
    await pass_by(7 * STEP)
    assert kitchen.says == "halt"
    assert kitchen.world.asked(OPENWEATHERMAP) > 1
    assert kitchen.turned == ["on", "off", "on"]
    assert kitchen.told == [STOPPED]

    # When it is bearable again, that is all over: the next time is another one.
    await pass_by(7 * STEP)
    assert kitchen.says != "halt"
    assert kitchen.told == [STOPPED, (None, "clear_notification")]
    assert kitchen.turned == ["on", "off", "on"]
    kitchen.make_unbearable(NOON + HOUR, NOON + 3 * HOUR)
    await pass_by(2 * STEP)
    assert kitchen.says == "halt"
    assert kitchen.turned == ["on", "off", "on", "off"]
    assert kitchen.told[2:] == [STOPPED]


async def test_it_is_told_once_however_often_anything_is_reloaded(
    kitchen: Kitchen, pass_by: Pass
) -> None:
    hass = kitchen.hass
    await kitchen.set_up()
    await kitchen.turn_on()
    await kitchen.use_blueprint()
    kitchen.make_unbearable(NOON, NOON + 5 * HOUR)
    await pass_by(2 * STEP)
    assert kitchen.told == [STOPPED]
    await kitchen.turn_on()
    for _ in range(2):
        assert await hass.config_entries.async_reload(kitchen.entry.entry_id)
        await pass_by()
        await kitchen.reload()
        await pass_by()
    assert kitchen.says == "halt"
    assert kitchen.turned == ["on", "off", "on"]
    assert kitchen.told == [STOPPED]


@pytest.mark.parametrize(
    ("hours_ago", "turned", "told"), [(2, ["on"], []), (13, ["on", "off"], [STOPPED])]
)
async def test_after_a_restart_it_is_told_only_if_it_was_not_told_before(
    kitchen: Kitchen,
    pass_by: Pass,
    hours_ago: int,
    turned: list[str],
    told: list[tuple[str, str]],
) -> None:
    hass = kitchen.hass
    before = {"last_triggered": (NOON - hours_ago * HOUR).isoformat()}
    mock_restore_cache(hass, [State("automation.it", "on", before)])
    hass.set_state(CoreState.not_running)
    kitchen.make_unbearable(NOON, NOON + HOUR)
    await kitchen.turn_on()
    await kitchen.set_up()
    await kitchen.use_blueprint()
    await hass.async_start()
    await calm(hass)
    await pass_by(2 * STEP)
    assert kitchen.says == "halt"
    assert (kitchen.turned, kitchen.told) == (turned, told)
