"""Diagnostics help with a bug report and give nothing away."""

import json

from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import JSONEncoder
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.diagnostics import async_get_config_entry_diagnostics

from .conftest import PVPC, World, settle


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
