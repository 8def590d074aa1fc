"""Tuning a factory: each form keeps to its part, and what makes no sense is refused."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.factory.comfort import ComfortLimits
from custom_components.chocolate_factory.factory.hybrid import SourceHours
from custom_components.chocolate_factory.sites import aemet_hours, comfort_limits

from .conftest import PVPC, settle
from .forms import TEXTS, names, readable, suggested

TAXES = {
    "include_electricity_tax": False,
    "electricity_tax": 5.11269632,
    "include_vat": True,
    "vat": 10,
}
LIMITS = {limit.name: limit.default for limit in fields(ComfortLimits)}


@pytest.fixture
def tuned(home: HomeAssistant) -> Iterator[MockConfigEntry]:
    """Return a factory with some options that never really starts."""
    entry = MockConfigEntry(domain=DOMAIN, title="Obrador", data=PVPC, options=TAXES)
    entry.add_to_hass(home)
    with patch("custom_components.chocolate_factory.async_setup_entry", return_value=True):
        yield entry


async def choose(hass: HomeAssistant, entry: MockConfigEntry, step: str) -> ConfigFlowResult:
    """Choose a form from the menu."""
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    assert menu["type"] is FlowResultType.MENU
    assert isinstance(menu["menu_options"], list)
    assert set(menu["menu_options"]) == TEXTS["options"]["step"]["init"]["menu_options"].keys()
    form = await hass.config_entries.options.async_configure(
        menu["flow_id"], {"next_step_id": step}
    )
    readable(form, "options")
    return form


async def fill_in(
    hass: HomeAssistant, form: ConfigFlowResult, answers: dict[str, Any]
) -> ConfigFlowResult:
    result = await hass.config_entries.options.async_configure(form["flow_id"], answers)
    readable(result, "options")
    return result


async def test_taxes_are_added_to_the_price(home: HomeAssistant, factory: MockConfigEntry) -> None:
    before = home.states.get("sensor.obrador_electricity_price")
    form = await choose(home, factory, "taxes")
    result = await fill_in(home, form, TAXES)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(home)
    after = home.states.get("sensor.obrador_electricity_price")
    assert before
    assert after
    assert float(after.state) == pytest.approx(float(before.state) * 1.1, abs=1e-5)


async def test_the_weather_keeps_its_hours_and_sensors_beside_the_taxes(
    home: HomeAssistant, tuned: MockConfigEntry
) -> None:
    assert aemet_hours(tuned.options) == SourceHours(0, 8)
    home.states.async_set("sensor.room", "20", {"device_class": "temperature"})
    form = await choose(home, tuned, "weather")
    answers = {"aemet_from": 22, "aemet_until": 6, "room_temperature": "sensor.room"}
    await fill_in(home, form, answers)
    assert tuned.options == TAXES | answers
    assert aemet_hours(tuned.options) == SourceHours(22, 6)


async def test_a_sensor_whose_field_is_emptied_is_used_no_more(
    home: HomeAssistant, tuned: MockConfigEntry
) -> None:
    form = await choose(home, tuned, "weather")
    hours = {"aemet_from": 0, "aemet_until": 8}
    await fill_in(home, form, hours | {"room_humidity": "sensor.not_there_yet"})
    form = await choose(home, tuned, "weather")
    assert suggested(form) == hours | {"room_humidity": "sensor.not_there_yet"}
    await fill_in(home, form, hours)
    assert tuned.options == TAXES | hours


@pytest.mark.parametrize(
    ("answers", "errors"),
    [
        ({"aemet_from": 7.5}, {"aemet_from": "no_full_hour"}),
        ({"room_temperature": "sensor.damp"}, {"room_temperature": "other_sensor"}),
        ({"room_pressure": "sensor.damp"}, {"room_pressure": "other_sensor"}),
    ],
)
async def test_hours_that_are_none_and_sensors_of_something_else_are_refused(
    home: HomeAssistant, tuned: MockConfigEntry, answers: dict[str, Any], errors: dict[str, str]
) -> None:
    home.states.async_set("sensor.damp", "50", {"device_class": "humidity"})
    form = await choose(home, tuned, "weather")
    hours = {"aemet_from": 0, "aemet_until": 8}
    form = await fill_in(home, form, hours | answers)
    assert form["errors"] == errors
    await fill_in(home, form, hours | {"room_humidity": "sensor.damp"})
    assert tuned.options == TAXES | hours | {"room_humidity": "sensor.damp"}


async def test_every_limit_of_comfort_can_be_changed(
    home: HomeAssistant, tuned: MockConfigEntry
) -> None:
    assert comfort_limits(tuned.options) == ComfortLimits()
    form = await choose(home, tuned, "comfort")
    assert names(form) == LIMITS.keys()
    changed = LIMITS | {"fat_bloom": 25, "surface_temperature": 16}
    await fill_in(home, form, changed)
    assert comfort_limits(tuned.options) == ComfortLimits(fat_bloom=25, surface_temperature=16)
    form = await choose(home, tuned, "comfort")
    assert suggested(form) == changed


async def test_limits_that_contradict_each_other_are_refused(
    home: HomeAssistant, tuned: MockConfigEntry
) -> None:
    form = await choose(home, tuned, "comfort")
    form = await fill_in(home, form, LIMITS | {"fat_bloom": 21})
    assert form["errors"] == {"base": "limits_out_of_order"}
    assert suggested(form)["fat_bloom"] == 21
    assert "comfort" not in tuned.options


async def test_notices_can_be_switched_off(home: HomeAssistant, tuned: MockConfigEntry) -> None:
    form = await choose(home, tuned, "notices")
    await fill_in(home, form, {"notify": False})
    assert tuned.options == TAXES | {"notify": False}


async def test_who_trains_the_models_can_be_chosen(
    home: HomeAssistant, tuned: MockConfigEntry
) -> None:
    form = await choose(home, tuned, "models")
    answers = {"trainer": "numpy", "price_drivers": False}
    assert names(form) == answers.keys()
    await fill_in(home, form, answers)
    assert tuned.options == TAXES | answers


async def test_what_becomes_of_the_statistics_can_be_chosen(
    home: HomeAssistant, tuned: MockConfigEntry
) -> None:
    form = await choose(home, tuned, "statistics")
    assert names(form) == {"statistics"}
    await fill_in(home, form, {"statistics": "until_removed"})
    assert tuned.options == TAXES | {"statistics": "until_removed"}
