"""System health says who can be reached, within each host's budget."""

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import get_system_health_info

from custom_components.chocolate_factory.const import DOMAIN

from .conftest import World


@pytest.mark.usefixtures("factory")
async def test_each_host_is_reached_or_not(home: HomeAssistant, world: World) -> None:
    assert await async_setup_component(home, "system_health", {})
    await home.async_block_till_done()
    world.fail(kind="reset", host="www.omie.es")
    info = await get_system_health_info(home, DOMAIN)
    found = {
        key: await value if hasattr(value, "__await__") else value for key, value in info.items()
    }
    size = found.pop("store_size")
    assert size.endswith(" MB")
    assert found == {
        "apidatos_ree_es": "ok",
        "api_esios_ree_es": "ok",
        "www_omie_es": {"type": "failed", "error": "unreachable"},
        "opendata_aemet_es": "ok",
        "api_openweathermap_org": "ok",
        "api_open_meteo_com": "ok",
        "archive_api_open_meteo_com": "ok",
    }
