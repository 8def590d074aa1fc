"""Setting up and changing a factory through Home Assistant's forms."""

import re
from typing import Any

from homeassistant.components.frontend import async_panel_exists
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.translation import async_get_translations
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.const import DOMAIN

from .conftest import PVPC, World, settle
from .forms import OPEN_METEO_ONLY, STORED, begin, finish, go_on

SIX = {f"p{number}": 0.1 * number for number in range(1, 7)}


@pytest.mark.usefixtures("home")
async def test_a_pvpc_factory_is_set_up_after_a_real_request(
    hass: HomeAssistant, world: World
) -> None:
    result = await finish(hass, await begin(hass))
    assert result["title"] == "Obrador"
    assert result["data"] == PVPC | STORED
    assert world.asked("apidatos.ree.es") >= 1
    # The price that was fetched for the check is there when the factory starts.
    state = hass.states.get("sensor.obrador_electricity_price")
    assert state
    assert float(state.state) > 0
    await settle(hass)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_last_word_of_the_set_up_is_one_click_away_from_the_dashboard(
    home: HomeAssistant, language: str
) -> None:
    result = await finish(home, await begin(home))
    # This is where Home Assistant's dialogue looks for something to say, as Markdown.
    texts = await async_get_translations(home, language, "config", {DOMAIN})
    words = texts[f"component.{DOMAIN}.config.create_entry.{result['description'] or 'default'}"]
    (link,) = re.findall(r"\[[^]]+\]\(/([^)]+)\)", words)
    await settle(home)
    assert async_panel_exists(home, link)


@pytest.mark.usefixtures("home")
async def test_an_indexed_contract_asks_for_the_periods_of_its_tariff(
    hass: HomeAssistant, world: World
) -> None:
    form = await begin(hass, contract="indexed", access_tariff="3_0td")
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "indexed"
    answers = SIX | {"losses": 15.2, "margin": 0.005}
    result = await finish(hass, await go_on(hass, form, answers))
    assert result["data"] == (
        PVPC | {"contract": "indexed", "access_tariff": "3_0td"} | answers | STORED
    )
    await settle(hass)


@pytest.mark.usefixtures("home")
async def test_a_fixed_contract_is_set_up_without_asking_anybody(
    hass: HomeAssistant, world: World
) -> None:
    world.fail(kind="status", status=500)
    form = await begin(hass, contract="fixed")
    assert form["data_schema"]
    assert {str(key) for key in form["data_schema"].schema} == {"p1", "p2", "p3"}
    await finish(hass, await go_on(hass, form, {"p1": 0.2, "p2": 0.15, "p3": 0.1}))
    await settle(hass)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("contract", ["pvpc", "indexed"])
async def test_when_no_source_answers_the_user_may_go_on_anyway(
    hass: HomeAssistant, world: World, contract: str
) -> None:
    world.fail(kind="status", status=500)
    answers: dict[str, Any] = PVPC | {"contract": contract}
    form = await begin(hass, contract=contract)
    if contract == "indexed":
        answers = SIX_OF_2_0TD | {"losses": 0, "margin": 0}
        form = await go_on(hass, form, answers)
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == {"base": "no_price"}
    result = await finish(hass, await go_on(hass, form, answers | {"skip_check": True}))
    assert "skip_check" not in result["data"]
    await settle(hass)


SIX_OF_2_0TD = {f"p{number}": 0.1 for number in (1, 2, 3)}


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("answers", "errors"),
    [
        ({"access_tariff": "3_0td"}, {"contract": "pvpc_needs_2_0td"}),
        ({"name": "   "}, {"name": "no_name"}),
        ({"name": " Taken "}, {"name": "name_taken"}),
    ],
)
async def test_answers_that_do_not_fit_are_explained_and_can_be_mended(
    hass: HomeAssistant, world: World, answers: dict[str, str], errors: dict[str, str]
) -> None:
    MockConfigEntry(domain=DOMAIN, title="taken", data=PVPC).add_to_hass(hass)
    form = await begin(hass, **answers)
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == errors
    await finish(hass, await go_on(hass, form, PVPC))
    await settle(hass)


async def test_reconfiguring_changes_the_contract_and_reloads(
    home: HomeAssistant, factory: MockConfigEntry
) -> None:
    form = await factory.start_reconfigure_flow(home)
    assert form["step_id"] == "reconfigure"
    form = await go_on(home, form, PVPC | {"name": "Nuevo", "contract": "fixed"})
    assert form["step_id"] == "fixed"
    form = await go_on(home, form, {"p1": 0.21, "p2": 0.15, "p3": 0.1})
    result = await go_on(home, form, OPEN_METEO_ONLY)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    await settle(home)
    assert factory.title == "Nuevo"
    assert factory.data == PVPC | {
        "name": "Nuevo", "contract": "fixed", "p1": 0.21, "p2": 0.15, "p3": 0.1, **STORED
    }  # fmt: skip
    state = home.states.get("sensor.obrador_electricity_price")
    assert state
    assert state.state == "0.21"


@pytest.mark.usefixtures("home", "world")
async def test_prices_are_asked_for_until_each_is_there_and_plausible(hass: HomeAssistant) -> None:
    form = await begin(hass, contract="fixed")
    form = await go_on(hass, form, {"p1": 150, "p2": 0.15})
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == {"p1": "not_eur_per_kwh", "p3": "no_value"}
    await finish(hass, await go_on(hass, form, {"p1": 0.2, "p2": 0.15, "p3": 0.1}))
    await settle(hass)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(("before", "suggested"), [("fixed", 0.2), ("indexed", None)])
async def test_old_prices_are_suggested_for_the_same_kind_of_contract_only(
    home: HomeAssistant, before: str, suggested: float | None
) -> None:
    prices = {"p1": 0.2, "p2": 0.15, "p3": 0.1, "losses": 0, "margin": 0}
    entry = MockConfigEntry(
        domain=DOMAIN, title="Obrador", data=PVPC | {"contract": before} | prices
    )
    entry.add_to_hass(home)
    form = await entry.start_reconfigure_flow(home)
    form = await go_on(home, form, PVPC | {"contract": "fixed"})
    assert form["data_schema"]
    (p1,) = (key for key in form["data_schema"].schema if key == "p1")
    assert (p1.description or {}).get("suggested_value") == suggested
