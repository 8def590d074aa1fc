"""Our triggers fire when something really becomes another thing, and only then."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from enum import StrEnum
import json
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.helpers.trigger import async_get_all_descriptions
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from custom_components.chocolate_factory.factory.recommendation import Recommendation
from custom_components.chocolate_factory.factory.tariff import Period
from simulator import SKY, Spell

from .conftest import NOON, World, settle
from .told import ARCHIVE
from .watched import Watched, automate

INTEGRATION = Path(__file__).parent.parent / "custom_components" / "chocolate_factory"
BECAME = "chocolate_factory.recommendation_became"
CHANGED = "chocolate_factory.tariff_period_changed"


@pytest.fixture
def factory(hass: HomeAssistant, enable_custom_integrations: None) -> Watched:
    """Return a factory whose sensors are set by hand."""
    return Watched.registered(hass, "obrador")


@pytest.fixture
def ran(hass: HomeAssistant) -> list[ServiceCall]:
    """Return what the automation has done."""
    calls: list[ServiceCall] = async_mock_service(hass, "test", "ran")
    return calls


async def wait_for(
    factory: Watched, trigger: str, target: Mapping[str, Any] | None = None, **options: Any
) -> None:
    await automate(
        factory.hass,
        triggers={
            "trigger": trigger,
            "target": target or {"device_id": factory.device_id},
            "options": options,
        },
        actions={
            "action": "test.ran",
            "data": {"to": "{{ trigger.to_state.state }}", "who": "{{ trigger.entity_id }}"},
        },
    )


async def real(home: HomeAssistant, world: World, entry: MockConfigEntry) -> Watched:
    """Set up a factory that knows the prices and the weather, but no years of them."""
    asyncio.get_running_loop().set_debug(False)
    world.fail(host=ARCHIVE, kind="status", status=500)
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    (device,) = dr.async_entries_for_config_entry(dr.async_get(home), entry.entry_id)
    return Watched(home, device.id, "")


def said(ran: list[ServiceCall]) -> list[str]:
    return [call.data["to"] for call in ran]


async def test_it_fires_for_the_recommendations_that_were_chosen(
    factory: Watched, ran: list[ServiceCall]
) -> None:
    await factory.say("moderate")
    await wait_for(factory, BECAME, recommendation=["optimal", "halt"])
    for state in ("reduced", "halt", "moderate", "optimal", "halt"):
        await factory.say(state)
    assert said(ran) == ["halt", "optimal", "halt"]
    assert ran[0].data["who"] == "sensor.obrador_x_production_recommendation"


async def test_without_a_choice_it_fires_for_all_of_them(
    factory: Watched, ran: list[ServiceCall]
) -> None:
    await factory.say("halt")
    await wait_for(factory, BECAME)
    for state in Recommendation:
        await factory.say(state)
    assert said(ran) == list(Recommendation)


async def test_more_details_of_the_same_are_no_change(
    factory: Watched, ran: list[ServiceCall]
) -> None:
    await factory.say("moderate")
    await wait_for(factory, BECAME)
    await factory.say("moderate", confidence=80)
    assert not ran


@pytest.mark.parametrize("silence", [STATE_UNAVAILABLE, STATE_UNKNOWN])
async def test_a_silence_changes_nothing_and_hides_nothing(
    factory: Watched, ran: list[ServiceCall], silence: str
) -> None:
    await factory.say("moderate")
    await wait_for(factory, BECAME)
    await factory.say("halt")
    await factory.say(silence)
    await factory.say(STATE_UNAVAILABLE)
    await factory.say("halt")
    assert said(ran) == ["halt"]
    await factory.say(silence)
    await factory.say("reduced")
    assert said(ran) == ["halt", "reduced"]


async def test_the_first_word_after_a_restart_is_no_change(
    factory: Watched, ran: list[ServiceCall]
) -> None:
    await factory.say(STATE_UNAVAILABLE)
    await wait_for(factory, BECAME)
    await factory.say(STATE_UNKNOWN)
    await factory.say("halt")
    assert not ran
    await factory.say("reduced")
    assert said(ran) == ["reduced"]


@pytest.mark.parametrize("interlude", ["moderate", STATE_UNAVAILABLE])
async def test_it_has_to_hold_for_as_long_as_was_asked(
    factory: Watched, ran: list[ServiceCall], freezer: FrozenDateTimeFactory, interlude: str
) -> None:
    async def pass_by(minutes: int) -> None:
        freezer.tick(timedelta(minutes=minutes))
        async_fire_time_changed(factory.hass)
        await factory.hass.async_block_till_done()

    await factory.say("moderate")
    await pass_by(30)
    await wait_for(factory, BECAME, None, recommendation="halt", **{"for": "00:05:00"})
    await factory.say("halt")
    await pass_by(3)
    await factory.say(interlude)
    await pass_by(3)
    await factory.say("halt")
    await pass_by(4)
    assert not ran
    await pass_by(2)
    assert said(ran) == ["halt"]
    await factory.say(STATE_UNAVAILABLE)
    await factory.say("halt")
    await pass_by(30)
    assert said(ran) == ["halt"]


async def test_only_the_sensor_in_question_counts(factory: Watched, ran: list[ServiceCall]) -> None:
    factory.hass.states.async_set("sensor.obrador_production_recommendation", "moderate")
    await factory.say("moderate")
    await factory.say("p1", "tariff_period")
    await factory.say("cheap", "price_level")
    await wait_for(factory, BECAME)
    await factory.say("p2", "tariff_period")
    await factory.say("halt", "price_level")
    factory.hass.states.async_set("sensor.obrador_production_recommendation", "halt")
    await factory.hass.async_block_till_done()
    assert not ran


async def test_an_area_and_the_entity_itself_are_targets_too(
    factory: Watched, ran: list[ServiceCall]
) -> None:
    area = ar.async_get(factory.hass).async_create("Obrador")
    dr.async_get(factory.hass).async_update_device(factory.device_id, area_id=area.id)
    await factory.say("moderate")
    await automate(
        factory.hass,
        triggers=[
            {"trigger": BECAME, "target": {"area_id": area.id}},
            {
                "trigger": BECAME,
                "target": {"entity_id": "sensor.obrador_x_production_recommendation"},
            },
        ],
        mode="parallel",
        actions={"action": "test.ran", "data": {"to": "trigger {{ trigger.idx }}"}},
    )
    await factory.say("halt")
    assert sorted(said(ran)) == ["trigger 0", "trigger 1"]


@pytest.mark.parametrize(
    ("behavior", "fired"), [("each", ["halt", "halt"]), ("first", ["halt"]), ("all", ["halt"])]
)
async def test_of_several_factories_each_the_first_or_all_can_be_waited_for(
    factory: Watched, ran: list[ServiceCall], behavior: str, fired: list[str]
) -> None:
    other = Watched.registered(factory.hass, "tienda")
    await factory.say("moderate")
    await other.say("moderate")
    devices = {"device_id": [factory.device_id, other.device_id]}
    await wait_for(factory, BECAME, devices, recommendation="halt", behavior=behavior)
    await factory.say("halt")
    assert len(ran) == (behavior != "all")
    await other.say("halt")
    assert said(ran) == fired


async def test_the_tariff_period_fires_when_it_changes_to_one_that_was_chosen(
    factory: Watched, ran: list[ServiceCall]
) -> None:
    await factory.say("p1", "tariff_period")
    await wait_for(factory, CHANGED, period=["p3"])
    for state in ("p2", "p3", STATE_UNAVAILABLE, "p3", "p1"):
        await factory.say(state, "tariff_period")
        await factory.say("moderate")
    assert said(ran) == ["p3"]


async def test_the_tariff_period_of_a_real_factory_is_the_one_that_counts(
    home: HomeAssistant,
    world: World,
    entry: MockConfigEntry,
    tick: Callable[..., Awaitable[None]],
    ran: list[ServiceCall],
) -> None:
    await wait_for(await real(home, world, entry), CHANGED)
    await tick(timedelta(hours=2))
    assert said(ran) == ["p2"]


async def test_the_recommendation_of_a_real_factory_is_the_one_that_counts(
    home: HomeAssistant,
    world: World,
    entry: MockConfigEntry,
    tick: Callable[..., Awaitable[None]],
    ran: list[ServiceCall],
) -> None:
    next_hour = NOON + timedelta(hours=1)
    world.app[SKY].spells.append(
        Spell(start=next_hour, end=next_hour + timedelta(hours=1), temperature=15)
    )
    await wait_for(await real(home, world, entry), BECAME, recommendation="halt")
    await tick(timedelta(minutes=30))
    assert not ran
    await tick(timedelta(minutes=30))
    assert said(ran) == ["halt"]


@pytest.mark.parametrize(
    ("trigger", "options"),
    [
        (BECAME, {"recommendation": "excellent"}),
        (BECAME, {"recommendation": []}),
        (CHANGED, {"period": ["p7"]}),
    ],
)
async def test_what_nobody_ever_says_cannot_be_waited_for(
    factory: Watched, trigger: str, options: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(AssertionError, match="not valid"):
        await wait_for(factory, trigger, **options)
    assert "Automation" in caplog.text


@pytest.mark.parametrize(
    ("trigger", "field", "values"),
    [(BECAME, "recommendation", Recommendation), (CHANGED, "period", Period)],
)
async def test_the_editor_offers_it_with_all_values_and_words(
    factory: Watched, trigger: str, field: str, values: type[StrEnum]
) -> None:
    await wait_for(factory, trigger)
    description = (await async_get_all_descriptions(factory.hass))[trigger]
    assert description
    select = description["fields"][field]["selector"]["select"]
    assert select["options"] == list(values)
    words = json.loads((INTEGRATION / "translations" / "en.json").read_text())
    assert words["selector"][select["translation_key"]]["options"].keys() == set(values)
    texts = words["triggers"][trigger.removeprefix("chocolate_factory.")]
    assert texts["fields"].keys() == description["fields"].keys()
    icons = json.loads((INTEGRATION / "icons.json").read_text())
    assert icons["triggers"].keys() == words["triggers"].keys()
