"""Asks for a new key in place of one that a service does not accept any more."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_SERVICE
import probatio

from .const import CONF_AEMET_SECOND_KEY
from .key_form import KeyForm
from .sites import Service, home_place, site_from


class ReauthFlow(ConfigFlow):
    """Ask until the key is good, and keep everything else."""

    _service: Service
    _new_key: KeyForm

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Find out whose key it is."""
        self._service = _service(entry_data)
        self._new_key = KeyForm(hass=self.hass, names=(self._service.field,))
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the new key."""
        errors: dict[str, str] = {}
        if user_input is not None:
            entry = self._get_reauth_entry()
            place = site_from(entry.data, home_place(self.hass)).place
            key = await self._new_key.async_take(user_input, place)
            errors = {name: str(doubt) for name, doubt in self._new_key.doubts.items()}
            if key:
                return self.async_update_reload_and_abort(entry, data=self._renewed(entry) | key)
            errors = errors or {self._service.field: "no_key"}
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=probatio.Schema(self._new_key.schema),
            errors=errors,
            description_placeholders=self._new_key.placeholders
            | {"service": self._service.label, "page": self._service.page},
        )

    def _renewed(self, entry: ConfigEntry) -> dict[str, Any]:
        """Return the entry's data without keys that are dead for sure."""
        data = dict(entry.data)
        if self._service is Service.AEMET:
            # Nobody is asked for a new key as long as the second one works.
            data.pop(CONF_AEMET_SECOND_KEY, None)
        return data


def _service(entry_data: Mapping[str, Any]) -> Service:
    """Return the service that was named, or the first one that the entry has a key for."""
    if CONF_SERVICE in entry_data:
        return Service(entry_data[CONF_SERVICE])
    return next((one for one in Service if one.field in entry_data), Service.AEMET)
