"""The cards come with the integration, and the panel with the first factory."""

from collections.abc import Iterator
from pathlib import Path
import re

from homeassistant.components import frontend
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.chocolate_factory import cards
from custom_components.chocolate_factory.const import DOMAIN

from .conftest import ASKED, PVPC, World, settle

MONTH = 31 * 24 * 3600


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Serve cards of our own, so that it does not matter which ones were built last."""
    folder = tmp_path / "www"
    folder.mkdir()
    (folder / "chocolate-factory.js").write_text("export const cards = 1;")
    (folder / "week-card-1.js").write_text("export const week = 1;")
    monkeypatch.setattr(cards, "_FOLDER", folder)
    return folder


def urls(hass: HomeAssistant) -> list[str]:
    """Return the scripts of ours that every page loads."""
    every: Iterator[str] = iter(hass.data[frontend.DATA_EXTRA_MODULE_URL].urls)
    return [url for url in every if DOMAIN in url]


def panel(hass: HomeAssistant) -> frontend.Panel | None:
    """Return our panel, or what is in its place."""
    return hass.data[frontend.DATA_PANELS].get("chocolate-factory")


async def test_every_page_loads_the_cards_which_browsers_keep(
    home: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    assert await async_setup_component(home, DOMAIN, {})
    (url,) = urls(home)
    client = await hass_client_no_auth()
    for name in ("chocolate-factory.js", "week-card-1.js"):
        response = await client.get(url.replace("chocolate-factory.js", name))
        assert response.status == 200
        assert response.content_type == "text/javascript"
        assert f"max-age={MONTH}" in response.headers["Cache-Control"]
        assert (await response.text()).startswith("export const")


async def test_other_cards_have_another_address(home: HomeAssistant, folder: Path) -> None:
    assert await async_setup_component(home, DOMAIN, {})
    (url,) = urls(home)
    assert re.fullmatch(rf"/{DOMAIN}/[0-9a-f]{{16}}/chocolate-factory\.js", url)
    before = cards._digest()
    assert before in url
    (folder / "chocolate-factory.js").write_text("export const cards = 2;")
    assert cards._digest() != before


async def test_without_a_factory_there_is_no_panel(home: HomeAssistant) -> None:
    assert await async_setup_component(home, DOMAIN, {})
    assert panel(home) is None


async def test_with_the_first_factory_everybody_has_the_panel_and_with_the_last_nobody(
    home: HomeAssistant,
    factory: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
) -> None:
    second = MockConfigEntry(domain=DOMAIN, title="Tienda", data=PVPC | ASKED, entry_id="tienda")
    second.add_to_hass(home)
    assert await home.config_entries.async_setup("tienda")
    await settle(home)
    guest = await hass_ws_client(home, hass_read_only_access_token)
    await guest.send_json_auto_id({"type": "get_panels"})
    shown = (await guest.receive_json())["result"]["chocolate-factory"]
    assert (shown["title"], shown["icon"]) == ("Chocolate Factory", "mdi:candy-outline")
    assert not shown["require_admin"]
    module = shown["config"]["_panel_custom"]
    assert module["name"] == "chocolate-factory-panel"
    assert module["module_url"] in urls(home)
    await home.config_entries.async_remove("obrador")
    assert panel(home)
    await home.config_entries.async_remove("tienda")
    await settle(home)
    assert panel(home) is None


async def test_a_reload_leaves_the_panel_where_it_is(
    home: HomeAssistant, factory: MockConfigEntry
) -> None:
    before = panel(home)
    assert await home.config_entries.async_reload("obrador")
    await settle(home)
    assert panel(home) is before
    await home.config_entries.async_remove("obrador")
    assert panel(home) is None


async def test_a_factory_that_comes_back_brings_the_panel_back(
    home: HomeAssistant, factory: MockConfigEntry
) -> None:
    await home.config_entries.async_remove("obrador")
    again = MockConfigEntry(domain=DOMAIN, title="Obrador", data=PVPC | ASKED, entry_id="again")
    again.add_to_hass(home)
    assert await home.config_entries.async_setup("again")
    await settle(home)
    assert panel(home)


async def test_a_dashboard_of_that_name_stays_its_owners(
    home: HomeAssistant, world: World, entry: MockConfigEntry
) -> None:
    assert await async_setup_component(home, "frontend", {})
    frontend.async_register_built_in_panel(
        home, "lovelace", frontend_url_path="chocolate-factory", sidebar_title="Mine"
    )
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    for _ in range(2):
        mine = panel(home)
        assert mine
        assert mine.sidebar_title == "Mine"
        if home.config_entries.async_entries(DOMAIN):
            await home.config_entries.async_remove(entry.entry_id)
