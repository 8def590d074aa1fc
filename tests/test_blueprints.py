"""The blueprints turn real entities off and on, once, and leave the last word to the maker."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
import shutil
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import Context, CoreState, HomeAssistant, State, SupportsResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
    mock_restore_cache,
)

from custom_components.chocolate_factory.const import DOMAIN

from .watched import Watched, automate, settle

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "blueprints" / "automation" / DOMAIN
HALT, OPTIMAL = "stop_on_halt", "start_on_optimal"
CONCHE, COOLER = "input_boolean.conche", "input_boolean.cooler"
NOTIFIER = "mobile_app_maria_s_pixel"
NOON = datetime.fromisoformat("2026-08-05T12:00:00+02:00")

type Pass = Callable[[timedelta], Awaitable[None]]


@pytest.fixture
async def factory(
    hass: HomeAssistant,
    enable_custom_integrations: None,
    freezer: FrozenDateTimeFactory,
    tmp_path: Path,
) -> AsyncIterator[Watched]:
    """Return a factory with two machines, and a Home Assistant that has our blueprints."""
    freezer.move_to(NOON)
    hass.config.config_dir = str(tmp_path)
    await hass.config.async_set_time_zone("Europe/Madrid")
    shutil.copytree(FOLDER, tmp_path / "blueprints" / "automation" / DOMAIN)
    assert await async_setup_component(hass, "homeassistant", {})
    machines = {"conche": {"name": "Conche"}, "cooler": {"name": "Cooler"}}
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": machines})
    yield Watched.registered(hass, "obrador")
    # No run waits for more after the test.
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)


@pytest.fixture
def phone(hass: HomeAssistant) -> Phone:
    """Return a phone with the Home Assistant app."""
    return Phone(hass)


@pytest.fixture
def pass_by(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Pass:
    """Return a way to let time pass, in steps as short as the automations take."""

    async def pass_by(time: timedelta) -> None:
        while time:
            step = min(time, timedelta(minutes=5))
            time -= step
            freezer.tick(step)
            async_fire_time_changed(hass)
            await settle()

    return pass_by


class Phone:
    """Shows notifications, and has a button below them."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Register with Home Assistant."""
        self.hass = hass
        entry = MockConfigEntry(domain="mobile_app")
        entry.add_to_hass(hass)
        device = dr.async_get(hass).async_get_or_create(
            config_entry_id=entry.entry_id, identifiers={("mobile_app", "it")}, name="María's Pixel"
        )
        self.device_id = device.id
        self._calls = async_mock_service(hass, "notify", NOTIFIER)

    def break_down(self) -> None:
        """Be out of reach."""
        gone = HomeAssistantError("Out of reach")
        self._calls = async_mock_service(self.hass, "notify", NOTIFIER, raise_exception=gone)

    @property
    def messages(self) -> list[str]:
        return [call.data["message"] for call in self._calls]

    @property
    def last(self) -> dict[str, Any]:
        return dict(self._calls[-1].data)

    async def press(self) -> None:
        """Press the button of the last notification that has one."""
        (button,) = self.last["data"]["actions"]
        self.hass.bus.async_fire(
            "mobile_app_notification_action", {"action": button["action"]}, context=Context()
        )
        await settle()


async def turn(hass: HomeAssistant, state: str, *entities: str) -> None:
    await hass.services.async_call(
        "input_boolean", f"turn_{state}", {"entity_id": list(entities)}, blocking=True
    )
    await settle()


def on(hass: HomeAssistant) -> set[str]:
    """Return the machines that run."""
    return {name for name in (CONCHE, COOLER) if hass.states.is_state(name, "on")}


async def use(
    blueprint: str, factory: Watched, phone: Phone | None = None, **answers: object
) -> None:
    """Make an automation of a blueprint."""
    known = {"factory": factory.device_id, "machines": [CONCHE, COOLER]}
    if phone:
        known["phones"] = [phone.device_id]
    await automate(
        factory.hass,
        use_blueprint={"path": f"{DOMAIN}/{blueprint}.yaml", "input": known | answers},
    )


@pytest.mark.parametrize("name", [HALT, OPTIMAL])
def test_a_blueprint_can_be_imported_from_where_it_says(name: str) -> None:
    text = (FOLDER / f"{name}.yaml").read_text()
    prefix = "https://github.com/chocolate-factory/chocolate-factory/blob/main/"
    (url,) = (line.split(": ")[1] for line in text.splitlines() if "source_url" in line)
    assert ROOT / url.removeprefix(prefix) == FOLDER / f"{name}.yaml"


async def test_halt_turns_off_what_runs_and_tells_the_phone(factory: Watched, phone: Phone) -> None:
    await factory.say("moderate")
    await turn(factory.hass, "on", CONCHE)
    await use(HALT, factory, phone)
    await factory.say("reduced")
    assert on(factory.hass) == {CONCHE}
    await factory.say("halt")
    assert not on(factory.hass)
    assert phone.messages == ["Turned off: Conche."]
    assert phone.last["title"] == "Production: Halt"
    assert phone.last["data"]["actions"][0]["title"] == "Turn on again anyway"


async def test_one_halt_is_told_once_however_it_flickers(
    factory: Watched, phone: Phone, pass_by: Pass
) -> None:
    await factory.say("moderate")
    await turn(factory.hass, "on", CONCHE)
    await use(HALT, factory, phone)
    for state in ("halt", "reduced", "halt", STATE_UNAVAILABLE, "halt"):
        await factory.say(state, confidence=90)
        await factory.say(state, confidence=80)
        await turn(factory.hass, "on", COOLER)
        await pass_by(timedelta(minutes=10))
    await pass_by(timedelta(hours=2))
    assert phone.messages == ["Turned off: Conche."]
    assert on(factory.hass) == {COOLER}


async def test_the_next_halt_is_another_one(factory: Watched, phone: Phone, pass_by: Pass) -> None:
    await factory.say("moderate")
    await turn(factory.hass, "on", CONCHE)
    await use(HALT, factory, phone)
    await factory.say("halt")
    await pass_by(timedelta(hours=1))
    await factory.say("moderate")
    await pass_by(timedelta(minutes=25))
    assert phone.messages == ["Turned off: Conche.", "clear_notification"]
    assert not on(factory.hass), "turned on again only if asked to"
    await turn(factory.hass, "on", COOLER)
    await factory.say("halt")
    assert phone.messages[2:] == ["Turned off: Cooler."]
    assert not on(factory.hass)


async def test_the_button_turns_on_what_was_turned_off_and_that_stays(
    factory: Watched, phone: Phone, pass_by: Pass
) -> None:
    await factory.say("moderate")
    await turn(factory.hass, "on", CONCHE)
    await use(HALT, factory, phone)
    await factory.say("halt")
    await pass_by(timedelta(hours=2))
    await phone.press()
    assert on(factory.hass) == {CONCHE}
    await factory.say("reduced")
    await factory.say("halt")
    await pass_by(timedelta(hours=1))
    assert on(factory.hass) == {CONCHE}
    assert len(phone.messages) == 1


async def test_the_button_of_another_notification_turns_nothing_on(
    factory: Watched, phone: Phone
) -> None:
    await factory.say("moderate")
    await turn(factory.hass, "on", CONCHE)
    await use(HALT, factory, phone)
    await factory.say("halt")
    factory.hass.bus.async_fire("mobile_app_notification_action", {"action": "chocolate_factory_1"})
    await settle()
    assert not on(factory.hass)


async def test_a_short_halt_can_be_ignored(factory: Watched, pass_by: Pass) -> None:
    await factory.say("moderate")
    await turn(factory.hass, "on", CONCHE)
    await use(HALT, factory, hold={"minutes": 10})
    await factory.say("halt")
    await pass_by(timedelta(minutes=9))
    await factory.say("moderate")
    await factory.say("halt")
    await pass_by(timedelta(minutes=9))
    assert on(factory.hass) == {CONCHE}
    await pass_by(timedelta(minutes=2))
    assert not on(factory.hass)


async def test_what_was_turned_off_can_come_back_when_halt_is_over(
    factory: Watched, pass_by: Pass
) -> None:
    await factory.say("moderate")
    await turn(factory.hass, "on", CONCHE)
    await use(HALT, factory, when_over=True)
    await factory.say("halt")
    await factory.say("reduced")
    await pass_by(timedelta(minutes=14))
    assert not on(factory.hass)
    await pass_by(timedelta(minutes=7))
    assert on(factory.hass) == {CONCHE}


async def test_without_a_phone_something_else_can_be_done(factory: Watched) -> None:
    calls = async_mock_service(factory.hass, "test", "bell")
    await factory.say("moderate")
    await turn(factory.hass, "on", CONCHE)
    also = [{"action": "test.bell", "data": {"what": "{{ title }}", "which": "{{ stopped }}"}}]
    await use(HALT, factory, also=also)
    await factory.say("halt")
    assert [dict(call.data) for call in calls] == [{"what": "Production: Halt", "which": [CONCHE]}]


async def test_a_phone_that_cannot_be_reached_stops_nothing(
    factory: Watched, phone: Phone, pass_by: Pass
) -> None:
    phone.break_down()
    await factory.say("moderate")
    await turn(factory.hass, "on", CONCHE)
    await use(HALT, factory, phone, when_over=True)
    await factory.say("halt")
    assert not on(factory.hass)
    await factory.say("moderate")
    await pass_by(timedelta(minutes=25))
    assert on(factory.hass) == {CONCHE}


@pytest.mark.parametrize(
    ("hours_ago", "known_at_once", "stopped"),
    [(None, True, True), (None, False, True), (13, True, True), (2, True, False)],
)
async def test_after_a_restart_a_halt_is_heeded_unless_it_was_already(
    factory: Watched,
    phone: Phone,
    pass_by: Pass,
    hours_ago: int | None,
    known_at_once: bool,
    stopped: bool,
) -> None:
    hass = factory.hass
    if hours_ago:
        before = dt_util.utcnow() - timedelta(hours=hours_ago)
        attributes = {"last_triggered": before.isoformat()}
        mock_restore_cache(hass, [State("automation.it", "on", attributes)])
    hass.set_state(CoreState.not_running)
    await turn(hass, "on", CONCHE)
    await factory.say("halt" if known_at_once else STATE_UNAVAILABLE)
    await use(HALT, factory, phone)
    await hass.async_start()
    await settle()
    if not known_at_once:
        assert on(hass) == {CONCHE}
        await factory.say("halt")
        await pass_by(timedelta(minutes=1))
    assert bool(phone.messages) is stopped
    assert bool(on(hass)) is not stopped


async def test_a_restart_without_halt_turns_nothing_off(
    factory: Watched, phone: Phone, pass_by: Pass
) -> None:
    hass = factory.hass
    hass.set_state(CoreState.not_running)
    await turn(hass, "on", CONCHE)
    await factory.say(STATE_UNAVAILABLE)
    await use(HALT, factory, phone)
    await hass.async_start()
    await factory.say("reduced")
    await pass_by(timedelta(minutes=15))
    assert on(hass) == {CONCHE}
    await factory.say("halt")
    assert phone.messages == ["Turned off: Conche."]


async def test_optimal_turns_on_what_is_off_and_tells_the_phone(
    factory: Watched, phone: Phone
) -> None:
    await factory.say("moderate")
    await turn(factory.hass, "on", COOLER)
    await use(OPTIMAL, factory, phone)
    await factory.say("optimal")
    assert on(factory.hass) == {CONCHE, COOLER}
    assert phone.messages == ["Turned on: Conche."]
    await phone.press()
    assert on(factory.hass) == {COOLER}


async def test_one_window_is_told_once_and_not_ended_unless_asked_to(
    factory: Watched, phone: Phone, pass_by: Pass
) -> None:
    await factory.say("moderate")
    await use(OPTIMAL, factory, phone)
    await factory.say("optimal")
    await turn(factory.hass, "off", COOLER)
    for state in ("moderate", "optimal", STATE_UNAVAILABLE, "optimal"):
        await factory.say(state)
        await pass_by(timedelta(minutes=10))
    assert phone.messages == ["Turned on: Conche, Cooler."]
    assert on(factory.hass) == {CONCHE}
    await factory.say("moderate")
    await pass_by(timedelta(minutes=30))
    assert on(factory.hass) == {CONCHE}
    assert phone.last["message"] == "clear_notification"


async def test_what_was_turned_on_can_stop_when_the_window_is_over(
    factory: Watched, pass_by: Pass
) -> None:
    await factory.say("moderate")
    await turn(factory.hass, "on", COOLER)
    await use(OPTIMAL, factory, when_over=True)
    await factory.say("optimal")
    await pass_by(timedelta(hours=3))
    assert on(factory.hass) == {CONCHE, COOLER}
    await factory.say("moderate")
    await pass_by(timedelta(minutes=21))
    assert on(factory.hass) == {COOLER}


async def test_nothing_is_turned_on_outside_the_hours_for_it(
    factory: Watched, pass_by: Pass
) -> None:
    await factory.say("moderate")
    await use(OPTIMAL, factory, earliest="14:00:00", latest="16:00:00", when_over=True)
    await factory.say("optimal")
    await pass_by(timedelta(minutes=119))
    assert not on(factory.hass)
    await pass_by(timedelta(minutes=1))
    assert on(factory.hass) == {CONCHE, COOLER}
    await pass_by(timedelta(minutes=126))
    assert not on(factory.hass)


async def test_neither_midnight_nor_a_restart_turns_anything_on(
    factory: Watched, pass_by: Pass, freezer: FrozenDateTimeFactory
) -> None:
    hass = factory.hass
    hass.set_state(CoreState.not_running)
    await factory.say("optimal")
    await use(OPTIMAL, factory)
    await hass.async_start()
    freezer.move_to(NOON + timedelta(hours=11, minutes=58))
    await pass_by(timedelta(minutes=4))
    assert not on(hass)


async def test_something_else_can_be_asked_for(factory: Watched) -> None:
    await factory.say("moderate")
    awake = {"condition": "state", "entity_id": COOLER, "state": "on"}
    await use(OPTIMAL, factory, machines=[CONCHE], only_if=[awake])
    await factory.say("optimal")
    assert not on(factory.hass)
    await factory.say("moderate")
    await turn(factory.hass, "on", COOLER)
    await factory.say("optimal")
    assert on(factory.hass) == {CONCHE, COOLER}


@pytest.mark.parametrize(("hours", "started"), [(2, True), (3, False)])
async def test_a_window_that_is_too_short_is_not_begun(
    factory: Watched,
    hours: float,
    started: bool,
) -> None:
    states = ["optimal", "optimal", "moderate", "optimal", "optimal"]
    slots = [
        {
            "start": (NOON + timedelta(hours=hour)).isoformat(),
            "end": (NOON + timedelta(hours=hour + 1)).isoformat(),
            "recommendation": state,
        }
        for hour, state in enumerate(states)
    ]
    asked = async_mock_service(
        factory.hass,
        DOMAIN,
        "get_outlook",
        response={"slots": slots},
        supports_response=SupportsResponse.ONLY,
    )
    await factory.say("moderate")
    await use(OPTIMAL, factory, lasts=hours)
    await factory.say("optimal")
    assert bool(on(factory.hass)) is started
    assert dict(asked[0].data) == {"config_entry_id": "obrador", "hours": hours + 1}
