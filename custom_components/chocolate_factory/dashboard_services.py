"""The action that answers everything that a dashboard shows."""

from typing import Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError
import probatio

from .calls import FACTORY, factory, store_failed
from .const import DOMAIN
from .history.errors import StoreError

_GET_DASHBOARD: Final = probatio.Schema(FACTORY)


@callback
def async_setup_dashboard_services(hass: HomeAssistant) -> None:
    """Register the action."""
    hass.services.async_register(
        DOMAIN, "get_dashboard", _async_get_dashboard, _GET_DASHBOARD, SupportsResponse.ONLY
    )


async def _async_get_dashboard(call: ServiceCall) -> ServiceResponse:
    """Answer what the subscription of the cards sends."""
    try:
        shown = await factory(call).dashboard.async_look()
    except StoreError as error:
        raise store_failed(error) from error
    if shown is None:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="no_outlook")
    return shown
