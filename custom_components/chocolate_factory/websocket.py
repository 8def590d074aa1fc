"""The one subscription that all cards of a factory live on; reading is for everyone."""

from typing import Any, Final

from homeassistant.components import websocket_api
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util.json import JsonObjectType
import probatio

from .const import DOMAIN
from .coordinator import FactoryConfigEntry

_TYPE: Final = f"{DOMAIN}/outlook"


@callback
def async_setup_websocket(hass: HomeAssistant) -> None:
    """Register the commands."""
    websocket_api.async_register_command(hass, _subscribe)


@websocket_api.websocket_command(
    {
        probatio.Required("type"): _TYPE,
        probatio.Optional(ATTR_CONFIG_ENTRY_ID): str,
    }
)
@callback
def _subscribe(
    hass: HomeAssistant, connection: websocket_api.ActiveConnection, msg: dict[str, Any]
) -> None:
    """Send what a factory shows, now and whenever it changes, whether or not it is there yet."""
    subscription = _Subscription(hass, connection, msg["id"], msg.get(ATTR_CONFIG_ENTRY_ID))
    connection.subscriptions[msg["id"]] = subscription.async_end
    connection.send_result(msg["id"])
    subscription.async_begin()


class _Subscription:
    """What one connection wants to see of one factory, through all its reloads."""

    def __init__(
        self,
        hass: HomeAssistant,
        connection: websocket_api.ActiveConnection,
        number: int,
        wanted: str | None,
    ) -> None:
        """Want a factory, or the first one that there is."""
        self._hass = hass
        self._connection = connection
        self._number = number
        self._wanted = wanted
        self._factories: list[dict[str, Any]] | None = None
        self._watched: object = None
        self._leave: CALLBACK_TYPE | None = None
        self._forget: CALLBACK_TYPE | None = None

    @callback
    def async_begin(self) -> None:
        """Follow the coming and going of factories, and the one that is wanted."""
        self._forget = async_dispatcher_connect(
            self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed
        )
        self._async_look()

    @callback
    def async_end(self) -> None:
        """Follow nothing any more."""
        self._async_leave()
        if self._forget:
            self._forget()
            self._forget = None

    @callback
    def _async_leave(self) -> None:
        if self._leave:
            self._leave()
        self._leave = self._watched = None

    @callback
    def _entry_changed(self, _change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain == DOMAIN:
            self._async_look()

    @callback
    def _async_look(self) -> None:
        """See which factories there are, and whether the one that is wanted is another now."""
        entries: list[FactoryConfigEntry] = self._hass.config_entries.async_entries(
            DOMAIN, include_ignore=False, include_disabled=False
        )
        wanted = next((one for one in entries if self._wanted in (None, one.entry_id)), None)
        dashboard = (
            wanted.runtime_data.dashboard
            if wanted and wanted.state is ConfigEntryState.LOADED
            else None
        )
        factories = [
            {
                "id": one.entry_id,
                "title": one.title,
                "is_loaded": one.state is ConfigEntryState.LOADED,
            }
            for one in entries
        ]
        if dashboard is self._watched and factories == self._factories:
            return
        self._factories = factories
        if dashboard is None or dashboard is not self._watched:
            self._async_leave()
        if dashboard is None:
            self._async_send(None)
        elif self._leave is None:
            self._watched = dashboard
            self._leave = dashboard.async_watch(self._async_send)
        else:
            dashboard.async_tell()

    @callback
    def _async_send(self, dashboard: JsonObjectType | None) -> None:
        self._connection.send_event(
            self._number, {"factories": self._factories, "dashboard": dashboard}
        )
