"""Our condition tells whether production is recommended, and for how long."""

from datetime import timedelta
import json
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import (
    ConditionChecker,
    async_from_config,
    async_get_all_descriptions,
    async_validate_condition_config,
)
import probatio
import pytest

from custom_components.chocolate_factory.factory.recommendation import Recommendation

from .watched import Watched

INTEGRATION = Path(__file__).parent.parent / "custom_components" / "chocolate_factory"
IS = "chocolate_factory.recommendation_is"


@pytest.fixture
def factory(hass: HomeAssistant, enable_custom_integrations: None) -> Watched:
    """Return a factory whose sensors are set by hand."""
    return Watched.registered(hass, "obrador")


async def condition(*factories: Watched, **options: Any) -> ConditionChecker:
    hass = factories[0].hass
    config = {
        "condition": IS,
        "target": {"device_id": [factory.device_id for factory in factories]},
        "options": options,
    }
    return await async_from_config(hass, await async_validate_condition_config(hass, config))


async def test_it_holds_for_the_recommendations_that_were_chosen(factory: Watched) -> None:
    holds = await condition(factory, recommendation=["reduced", "halt"])
    for state in Recommendation:
        await factory.say(state)
        assert holds.async_check() is (state in {"reduced", "halt"})


@pytest.mark.parametrize("silence", [STATE_UNAVAILABLE, STATE_UNKNOWN])
async def test_it_does_not_hold_when_nothing_is_said(factory: Watched, silence: str) -> None:
    holds = await condition(factory, recommendation=list(Recommendation))
    assert holds.async_check() is False
    await factory.say(silence)
    assert holds.async_check() is False


async def test_other_sensors_of_the_factory_do_not_count(factory: Watched) -> None:
    holds = await condition(factory, recommendation="halt")
    await factory.say("optimal")
    await factory.say("halt", "price_level")
    assert holds.async_check() is False


async def test_it_has_to_have_held_for_as_long_as_was_asked(
    factory: Watched, freezer: FrozenDateTimeFactory
) -> None:
    await factory.say("halt")
    holds = await condition(
        factory, recommendation=["optimal", "moderate"], **{"for": {"minutes": 15}}
    )
    await factory.say("moderate")
    freezer.tick(timedelta(minutes=10))
    await factory.say("optimal")
    assert holds.async_check() is False
    freezer.tick(timedelta(minutes=5))
    assert holds.async_check() is True
    await factory.say("halt")
    await factory.say("optimal")
    assert holds.async_check() is False
    holds.async_unload()


async def test_of_several_factories_any_or_all_can_be_meant(factory: Watched) -> None:
    other = Watched.registered(factory.hass, "tienda")
    one = await condition(factory, other, recommendation="halt", behavior="any")
    both = await condition(factory, other, recommendation="halt", behavior="all")
    await factory.say("halt")
    await other.say("optimal")
    assert (one.async_check(), both.async_check()) == (True, False)
    await other.say("halt")
    assert (one.async_check(), both.async_check()) == (True, True)


@pytest.mark.parametrize("options", [{}, {"recommendation": []}, {"recommendation": "excellent"}])
async def test_what_nobody_ever_says_cannot_be_asked(
    factory: Watched, options: dict[str, Any]
) -> None:
    with pytest.raises(probatio.Invalid):
        await condition(factory, **options)


async def test_the_editor_offers_it_with_all_values_and_words(factory: Watched) -> None:
    await condition(factory, recommendation="halt")
    description = (await async_get_all_descriptions(factory.hass))[IS]
    assert description
    select = description["fields"]["recommendation"]["selector"]["select"]
    assert select["options"] == list(Recommendation)
    words = json.loads((INTEGRATION / "translations" / "en.json").read_text())
    assert words["selector"][select["translation_key"]]["options"].keys() == set(Recommendation)
    assert words["conditions"]["recommendation_is"]["fields"].keys() == description["fields"].keys()
    icons = json.loads((INTEGRATION / "icons.json").read_text())
    assert icons["conditions"].keys() == words["conditions"].keys()
