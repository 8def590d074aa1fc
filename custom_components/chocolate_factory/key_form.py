"""Keys that are typed into a form: each is checked, and none is ever shown again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    BooleanSelector,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.util import dt as dt_util
import probatio

from .clients.aemet_key import AemetKey
from .const import (
    CONF_AEMET_KEY,
    CONF_AEMET_SECOND_KEY,
    CONF_OPEN_METEO_KEY,
    CONF_OPENWEATHERMAP_KEY,
    CONF_OPENWEATHERMAP_KEY_SINCE,
)
from .factory.weather import Place
from .history.errors import StoreError
from .key_checks import KeyChecks, KeyDoubt
from .shared import async_get_shared
from .sites import Service

CONF_SKIP_KEY_CHECK: Final = "skip_key_check"
CONF_KEY_IS_NEW: Final = "key_is_new"

SERVICES: Final = {
    CONF_AEMET_KEY: Service.AEMET,
    CONF_AEMET_SECOND_KEY: Service.AEMET,
    CONF_OPENWEATHERMAP_KEY: Service.OPENWEATHERMAP,
    CONF_OPEN_METEO_KEY: Service.OPEN_METEO,
}
# Doubts for which the user may take responsibility, and the switch that does it.
_SWITCHES: Final = {
    KeyDoubt.MAYBE_NEW: CONF_KEY_IS_NEW,
    KeyDoubt.UNREACHABLE: CONF_SKIP_KEY_CHECK,
    KeyDoubt.REFUSED: CONF_SKIP_KEY_CHECK,
}
_SECRET: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
)


@dataclass(kw_only=True)
class KeyForm:
    """The fields for some keys, what was typed there, and what is wrong with it."""

    hass: HomeAssistant
    names: tuple[str, ...]
    """Under which the entry keeps the keys; also the names of the fields."""
    doubts: dict[str, KeyDoubt] = field(default_factory=dict, init=False)
    """By field, since the last answers."""
    _waiting: dict[str, str] = field(default_factory=dict, init=False, repr=False)
    _expired: str = field(default="", init=False)

    @property
    def schema(self) -> dict[Any, Any]:
        """Return the fields, and the switches that the doubts call for."""
        switches = {_SWITCHES[doubt] for doubt in self.doubts.values() if doubt in _SWITCHES}
        return {probatio.Optional(probatio.Secret(name)): _SECRET for name in self.names} | {
            probatio.Optional(switch, default=False): BooleanSelector()
            for switch in sorted(switches)
        }

    @property
    def placeholders(self) -> dict[str, str]:
        """Return what the texts of the form and of its errors want to know."""
        return {"expired": self._expired}

    async def async_take(self, answers: Mapping[str, Any], place: Place) -> dict[str, str]:
        """Return what the entry shall keep of the keys that were typed, and note the doubts.

        A key in doubt waits until the user turns on the switch, and need not be typed again.
        """
        typed = {name: (answers.get(name) or "").strip() for name in self.names}
        for name, doubt in self.doubts.items():
            if not typed[name] and answers.get(_SWITCHES.get(doubt, "")):
                typed[name] = self._waiting[name]
        typed = {name: key for name, key in typed.items() if key}
        self.doubts = await self._async_doubts(typed, answers, place)
        self._waiting = {name: typed[name] for name in self.doubts}
        good = {name: key for name, key in typed.items() if name not in self.doubts}
        if CONF_OPENWEATHERMAP_KEY in good:
            good[CONF_OPENWEATHERMAP_KEY_SINCE] = dt_util.utcnow().isoformat()
        return good

    async def _async_doubts(
        self, typed: Mapping[str, str], answers: Mapping[str, Any], place: Place
    ) -> dict[str, KeyDoubt]:
        """Ask the services, one after the other: rarely is more than one key new."""
        if not typed:
            return {}
        try:
            shared = await async_get_shared(self.hass)
        except StoreError:
            return dict.fromkeys(typed, KeyDoubt.UNREACHABLE)
        checks = KeyChecks(transport=shared.transport, place=place, clock=dt_util.utcnow)
        is_new = answers.get(CONF_KEY_IS_NEW, False)
        doubts: dict[str, KeyDoubt] = {}
        for name, key in typed.items():
            doubt = await checks.doubt(SERVICES[name], key, is_new=is_new)
            if doubt is KeyDoubt.EXPIRED:
                self._expired = _expiry(key)
            if doubt and not (
                answers.get(CONF_SKIP_KEY_CHECK) and _SWITCHES.get(doubt) == CONF_SKIP_KEY_CHECK
            ):
                doubts[name] = doubt
        return doubts


def _expiry(key: str) -> str:
    expires = AemetKey.parse(key).expires
    return dt_util.as_local(expires).date().isoformat() if expires else ""
