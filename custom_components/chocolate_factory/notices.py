"""What a factory tells its people about its history: how far it is, and how it went."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from homeassistant.components import persistent_notification
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.translation import async_get_translations

from .const import CONF_NOTIFY, DOMAIN

# Fired on Home Assistant's bus, with what the event entity shows.
EVENT_DATA: Final = f"{DOMAIN}_data"


class DataEvent(StrEnum):
    """What can happen to the history."""

    GAPS_FILLED = "gaps_filled"
    BACKFILL_FINISHED = "backfill_finished"
    BACKFILL_FAILED = "backfill_failed"
    IMPORT_FINISHED = "import_finished"
    IMPORT_FAILED = "import_failed"


type Listener = Callable[[DataEvent, Mapping[str, Any]], None]


@dataclass(kw_only=True)
class Notices:
    """The ways in which one factory tells what happens to its history."""

    hass: HomeAssistant
    entry: ConfigEntry
    _listeners: list[Listener] = field(default_factory=list, init=False)

    @callback
    def async_listen(self, listener: Listener) -> CALLBACK_TYPE:
        """Call somebody at every event, until told otherwise."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def async_fire(self, event: DataEvent, data: Mapping[str, Any]) -> None:
        """Tell automations and the event entity what happened."""
        self.hass.bus.async_fire(
            EVENT_DATA,
            {ATTR_CONFIG_ENTRY_ID: self.entry.entry_id, "type": event.value, **data},
        )
        for listener in tuple(self._listeners):
            listener(event, data)

    async def async_notify(self, key: str, **placeholders: object) -> None:
        """Show a notice in the language of the house, unless nobody wants any.

        There is one at a time: the next one takes its place.
        """
        if not self.entry.options.get(CONF_NOTIFY, True):
            return
        texts = await async_get_translations(
            self.hass, self.hass.config.language, "common", {DOMAIN}
        )
        text = texts[f"component.{DOMAIN}.common.{key}"]
        persistent_notification.async_create(
            self.hass,
            text.format(**placeholders),
            title=self.entry.title,
            notification_id=f"{DOMAIN}_data_{self.entry.entry_id}",
        )
