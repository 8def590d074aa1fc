"""What really happened can be told, read and taken back; and only admins tell."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth.permissions import system_policies as policies
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.setup import async_setup_component
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockGroup, MockUser
import yaml

from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.history.errors import StoreError
from custom_components.chocolate_factory.history.store import Store

from .advice import HOUR, begin
from .conftest import NOON, World
from .told import ask

DOCS = Path(__file__).parent.parent / "docs"
# Two hours of the morning, in Madrid's time.
MORNING: dict[str, Any] = {
    "start": "2026-08-05 09:00:00",
    "end": "2026-08-05 11:00:00",
    "outcome": "spoiled",
}


@pytest.fixture
async def actions(home: HomeAssistant) -> None:
    """Register the actions, without any factory."""
    assert await async_setup_component(home, DOMAIN, {})


@pytest.fixture
async def factory(
    home: HomeAssistant, world: World, monkeypatch: pytest.MonkeyPatch
) -> MockConfigEntry:
    """Set up a factory."""
    return await begin(home, world, monkeypatch)


async def outcomes(hass: HomeAssistant, **data: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await ask(hass, "get_outcomes", **data))["outcomes"]
    return found


@pytest.mark.usefixtures("factory")
async def test_what_was_told_is_kept_with_its_time_in_utc_and_can_be_read(
    home: HomeAssistant,
) -> None:
    told = await ask(home, "record_outcome", **MORNING, note="Bloom on the bars")
    assert told == {
        "id": told["id"],
        "start": "2026-08-05T07:00:00+00:00",
        "end": "2026-08-05T09:00:00+00:00",
        "outcome": "spoiled",
        "note": "Bloom on the bars",
    }
    assert await outcomes(home) == [told | {"recorded": NOON.isoformat()}]


@pytest.mark.usefixtures("factory")
async def test_what_has_just_ended_needs_no_end(home: HomeAssistant) -> None:
    told = await ask(home, "record_outcome", start="2026-08-05 10:00:00", outcome="good")
    assert (told["end"], told["note"]) == (NOON.isoformat(), "")


@pytest.mark.usefixtures("factory")
async def test_what_is_told_again_of_the_same_time_takes_its_place(home: HomeAssistant) -> None:
    first = await ask(home, "record_outcome", **MORNING)
    second = await ask(home, "record_outcome", **MORNING | {"outcome": "acceptable"})
    (kept,) = await outcomes(home)
    assert kept["outcome"] == "acceptable"
    assert kept["id"] == second["id"] != first["id"]


@pytest.mark.usefixtures("factory")
async def test_a_mistake_can_be_taken_back_once(home: HomeAssistant) -> None:
    mistake = await ask(home, "record_outcome", **MORNING)
    right = await ask(home, "record_outcome", **MORNING | {"end": "2026-08-05 10:00:00"})
    assert await ask(home, "delete_outcome", id=mistake["id"]) == {"id": mistake["id"]}
    assert [one["id"] for one in await outcomes(home)] == [right["id"]]
    with pytest.raises(ServiceValidationError) as caught:
        await ask(home, "delete_outcome", id=mistake["id"])
    assert caught.value.translation_key == "no_such_outcome"
    assert str(mistake["id"]) in str(caught.value)


@pytest.mark.usefixtures("factory")
async def test_only_the_outcomes_of_the_time_in_question_are_answered(
    home: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    told = await ask(home, "record_outcome", **MORNING)
    for start, end, count in (
        ("2026-08-05 10:30:00", "2026-08-05 12:00:00", 1),
        ("2026-08-05 11:00:00", "2026-08-05 12:00:00", 0),
        ("2026-08-01 00:00:00", "2026-08-05 09:00:00", 0),
    ):
        assert len(await outcomes(home, start=start, end=end)) == count
    freezer.move_to(NOON + timedelta(days=366))
    assert await outcomes(home) == []
    assert [one["id"] for one in await outcomes(home, start="2026-08-01 00:00:00")] == [told["id"]]


async def test_each_factory_has_its_own_outcomes(
    home: HomeAssistant,
    factory: MockConfigEntry,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await begin(home, world, monkeypatch, entry_id="tienda")
    told = await ask(home, "record_outcome", **MORNING, config_entry_id="tienda")
    assert await outcomes(home, config_entry_id=factory.entry_id) == []
    assert len(await outcomes(home, config_entry_id="tienda")) == 1
    with pytest.raises(ServiceValidationError):
        await ask(home, "delete_outcome", id=told["id"], config_entry_id=factory.entry_id)


@pytest.mark.usefixtures("factory")
@pytest.mark.parametrize(
    ("action", "data", "key"),
    [
        ("record_outcome", MORNING | {"end": "2026-08-05 09:00:00"}, "invalid_range"),
        ("record_outcome", MORNING | {"end": "2026-08-05 08:00:00"}, "invalid_range"),
        ("record_outcome", MORNING | {"start": "2026-07-29 10:59:59"}, "invalid_range"),
        ("record_outcome", MORNING | {"end": "2026-08-05 12:00:01"}, "not_happened_yet"),
        ("record_outcome", MORNING | {"start": "1926-08-05 09:00:00"}, "invalid_range"),
        (
            "record_outcome",
            MORNING | {"start": "1926-08-05 09:00:00", "end": "1926-08-05 10:00:00"},
            "invalid_range",
        ),
        ("get_outcomes", {"start": "2026-08-05 12:00:00"}, "invalid_range"),
        ("get_outcomes", {"start": "2001-08-05 12:00:00"}, "invalid_range"),
        ("delete_outcome", {"id": 4711}, "no_such_outcome"),
    ],
)
async def test_nonsense_is_refused_with_an_explanation(
    home: HomeAssistant, action: str, data: dict[str, Any], key: str
) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await ask(home, action, **data)
    assert caught.value.translation_key == key
    assert key not in str(caught.value), "there are words for it"
    assert await outcomes(home) == []


@pytest.mark.usefixtures("actions")
@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("record_outcome", {}),
        ("record_outcome", MORNING | {"outcome": "delicious"}),
        ("record_outcome", MORNING | {"start": "this morning"}),
        ("record_outcome", MORNING | {"note": "x" * 501}),
        ("get_outcomes", {"outcome": "good"}),
        ("delete_outcome", {}),
        ("delete_outcome", {"id": 0}),
        ("delete_outcome", {"id": 1.5}),
        ("delete_outcome", {"id": float("inf")}),
        ("delete_outcome", {"id": "the first"}),
    ],
)
async def test_a_call_of_the_wrong_shape_is_refused(
    home: HomeAssistant, action: str, data: dict[str, Any]
) -> None:
    with pytest.raises(probatio.Invalid):
        await ask(home, action, **data)


@pytest.mark.usefixtures("factory")
@pytest.mark.parametrize(
    ("action", "method", "data"),
    [
        ("record_outcome", "record_outcome", MORNING),
        ("get_outcomes", "read_outcomes", {}),
        ("delete_outcome", "forget_outcome", {"id": 1}),
    ],
)
async def test_a_store_that_fails_is_said_in_the_users_words(
    home: HomeAssistant, action: str, method: str, data: dict[str, Any]
) -> None:
    with (
        patch.object(Store, method, side_effect=StoreError("disk is full")),
        pytest.raises(HomeAssistantError) as caught,
    ):
        await ask(home, action, **data)
    assert caught.value.translation_key == "store_failed"


@pytest.mark.usefixtures("factory")
async def test_reading_is_for_everyone_and_telling_for_admins(
    home: HomeAssistant, hass_read_only_user: MockUser
) -> None:
    told = await ask(home, "record_outcome", **MORNING)
    context = Context(user_id=hass_read_only_user.id)
    assert (await ask(home, "get_outcomes", context))["outcomes"]
    for action, data in (("record_outcome", MORNING), ("delete_outcome", {"id": told["id"]})):
        with pytest.raises(Unauthorized):
            await home.services.async_call(DOMAIN, action, data, blocking=True, context=context)
    assert len(await outcomes(home)) == 1


@pytest.mark.usefixtures("factory")
async def test_a_button_on_the_wall_can_tell_for_everyone(home: HomeAssistant) -> None:
    (automation,) = (
        config
        for block in (DOCS / "outlook.md").read_text().split("```yaml")
        if "chocolate_factory.record_outcome" in block.split("```")[0]
        for config in yaml.safe_load(block.split("```")[0])["automation"]
    )
    assert await async_setup_component(home, "input_button", {"input_button": {"spoiled": {}}})
    assert await async_setup_component(home, "automation", {"automation": [automation]})
    await home.async_block_till_done()
    worker = MockUser(groups=[MockGroup("Users", policies.USER_POLICY)]).add_to_hass(home)
    await home.services.async_call(
        "input_button",
        "press",
        {"entity_id": "input_button.spoiled"},
        blocking=True,
        context=Context(user_id=worker.id),
    )
    await home.async_block_till_done()
    (told,) = await outcomes(home)
    assert (told["start"], told["end"]) == ((NOON - 2 * HOUR).isoformat(), NOON.isoformat())
    assert told["outcome"] == "spoiled"
