"""What a factory tells its people about its history: how far it is, and how it went."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
import logging
from typing import Any, Final

from homeassistant.components import persistent_notification
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.translation import async_get_cached_translations

from .const import CONF_NOTIFY, DOMAIN

_LOGGER = logging.getLogger(__name__)

# Fired on Home Assistant's bus, with what the event entity shows.
EVENT_DATA: Final = f"{DOMAIN}_data"


class DataEvent(StrEnum):
    """What can happen to the history."""

    GAPS_FILLED = "gaps_filled"
    BACKFILL_FINISHED = "backfill_finished"
    BACKFILL_FAILED = "backfill_failed"
    IMPORT_FINISHED = "import_finished"
    IMPORT_FAILED = "import_failed"


class Matter(StrEnum):
    """What a notice is about; of each matter there is one at a time."""

    BACKFILL = "backfill"
    IMPORT = "import"
    INFLUXDB = "influxdb"
    RESTORE = "restore"


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

    @callback
    def async_notify(self, matter: Matter, key: str, **placeholders: object) -> None:
        """Show a notice in the language of the house, unless nobody wants any.

        It takes the place of the one before about the same matter.
        """
        if not self.entry.options.get(CONF_NOTIFY, True):
            return
        persistent_notification.async_create(
            self.hass,
            self._text("common", f"{matter}_{key}").format(**placeholders),
            title=self.entry.title,
            notification_id=_notification(self.entry, matter),
        )

    @callback
    def async_dismiss(self, matter: Matter) -> None:
        """Take the notice about a matter away."""
        persistent_notification.async_dismiss(self.hass, _notification(self.entry, matter))

    @callback
    def async_tell_failure(self, matter: Matter, task: asyncio.Task[Any]) -> str | None:
        """Show a notice if a task was cut short or has failed, and return why."""
        if task.cancelled():
            self.async_notify(matter, "stopped")
            return "stopped"
        if (error := task.exception()) is None:
            return None
        if isinstance(error, HomeAssistantError):
            said = self._explained(error)
        else:
            # Only our own errors are known to hold no key.
            said = type(error).__name__
            _LOGGER.error("The %s failed unexpectedly", matter, exc_info=error)
        self.async_notify(matter, "failed", error=said)
        return said

    def _explained(self, error: HomeAssistantError) -> str:
        """Return what an error of ours says, in the language of the house."""
        text = self._text("exceptions", f"{error.translation_key}.message")
        return text.format(**(error.translation_placeholders or {}))

    def _text(self, category: str, key: str) -> str:
        # English is there even when the language was changed a moment ago.
        for language in (self.hass.config.language, "en"):
            texts = async_get_cached_translations(self.hass, language, category, DOMAIN)
            if text := texts.get(f"component.{DOMAIN}.{category}.{key}"):
                return text
        return key


@callback
def async_dismiss_notices(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take the notices of a factory away."""
    for matter in Matter:
        persistent_notification.async_dismiss(hass, _notification(entry, matter))


def _notification(entry: ConfigEntry, matter: Matter) -> str:
    return f"{DOMAIN}_{matter}_{entry.entry_id}"
