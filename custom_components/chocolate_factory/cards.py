"""Serves the cards to every browser, and puts the panel into the sidebar."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from homeassistant.components import frontend, panel_custom
from homeassistant.components.http import StaticPathConfig
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN

PANEL: Final = "chocolate-factory"
_FOLDER: Final = Path(__file__).parent / "www"
_LOADER: Final = "chocolate-factory.js"
_URL: HassKey[str] = HassKey(f"{DOMAIN}_cards")
_IS_SHOWN: HassKey[bool] = HassKey(f"{DOMAIN}_panel")


async def async_setup_cards(hass: HomeAssistant) -> None:
    """Let every page load what defines the cards."""
    # The loader names all other files by what is in them: browsers keep them for a month.
    digest = await hass.async_add_executor_job(_digest)
    path = f"/{DOMAIN}/{digest}"
    await hass.http.async_register_static_paths(
        [StaticPathConfig(path, str(_FOLDER), cache_headers=True)]
    )
    hass.data[_URL] = f"{path}/{_LOADER}"
    frontend.add_extra_js_url(hass, hass.data[_URL])


async def async_show_panel(hass: HomeAssistant) -> None:
    """Put the panel into the sidebar, unless another factory has, or a dashboard is there."""
    if frontend.async_panel_exists(hass, PANEL):
        return
    await panel_custom.async_register_panel(
        hass,
        PANEL,
        "chocolate-factory-panel",
        sidebar_title="Chocolate Factory",
        sidebar_icon="mdi:candy-outline",
        module_url=hass.data[_URL],
    )
    hass.data[_IS_SHOWN] = True


@callback
def async_remove_panel(hass: HomeAssistant) -> None:
    """Take the panel away, because there is no factory any more."""
    # Somebody may have a dashboard of that name.
    if hass.data.pop(_IS_SHOWN, False):
        frontend.async_remove_panel(hass, PANEL)


def _digest() -> str:
    return sha256((_FOLDER / _LOADER).read_bytes()).hexdigest()[:16]
