"""Diagnostics help with a bug report and give nothing away."""

from datetime import timedelta
import json

from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import JSONEncoder
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.diagnostics import async_get_config_entry_diagnostics
from simulator.aemet import key

from .conftest import NOON, PVPC, World, settle


async def test_diagnostics_tell_what_is_missing_and_how_hosts_behave(
    home: HomeAssistant, world: World, entry: MockConfigEntry
) -> None:
    world.fail(kind="status", status=500, host="apidatos.ree.es")
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    found = await async_get_config_entry_diagnostics(home, entry)
    assert found["hosts"]["apidatos.ree.es"]["failures"] == 1
    assert "api.esios.ree.es" not in found["hosts"]
    assert found["prices"]["today_known"] is True
    assert found["prices"]["missing"] == {}
    assert found["store"]["bytes"] > 0
    assert found["health"] == []
    assert found["jobs"]["prices"]["run"]["outcome"] == "partial"
    details = {run["job"]: run["detail"] for run in found["runs"]}
    assert len(details) == len(found["runs"])
    assert details.keys() == {"prices", "weather"}
    assert details["prices"].endswith(" new prices; no answer from redata")
    assert details["weather"].endswith(" new values")
    assert json.dumps(found, cls=JSONEncoder)


async def test_what_a_maker_pays_stays_between_the_maker_and_the_retailer(
    home: HomeAssistant, world: World
) -> None:
    secrets = {
        "p1": 0.123451,
        "p2": 0.123452,
        "p3": 0.123453,
        "losses": 1.23454,
        "margin": 0.0123455,
    }
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Secreta",
        data=PVPC | {"name": "Secreta", "contract": "indexed"} | secrets,
    )
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    text = json.dumps(await async_get_config_entry_diagnostics(home, entry), cls=JSONEncoder)
    for secret in ("Secreta", *map(str, secrets.values())):
        assert secret not in text


async def test_keys_are_hidden_and_places_are_blurred(home: HomeAssistant, world: World) -> None:
    secrets = {
        "aemet_key": key(NOON + timedelta(days=60)),
        "aemet_second_key": key(NOON + timedelta(days=90), name="second"),
        "openweathermap_key": "secret-of-openweathermap",
        "open_meteo_key": "secret-of-open-meteo",
    }
    place = {"latitude": 40.41664, "longitude": -3.70381}
    town = {"code": "28079", "name": "Madrid", **place}
    entry = MockConfigEntry(
        domain=DOMAIN, title="Obrador", data=PVPC | secrets | place | {"municipality": town}
    )
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    found = await async_get_config_entry_diagnostics(home, entry)
    assert found["aemet_keys_expire"] == [NOON + timedelta(days=60), NOON + timedelta(days=90)]
    assert (found["entry"]["latitude"], found["entry"]["longitude"]) == (40.4, -3.7)
    text = json.dumps(found, cls=JSONEncoder)
    for secret in (*secrets.values(), "40.41", "3.70"):
        assert secret not in text
