"""Looks after the keys of one factory, and asks the user for new ones when only that helps."""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import datetime
import logging

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_SERVICE
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from .clients.aemet import AemetClient
from .clients.errors import (
    AuthenticationError,
    NoDataError,
    PlanError,
    SourceError,
    YoungKeyError,
)
from .clients.openweathermap import YOUTH
from .key_repairs import async_clear_key_issues, async_update_key_issues
from .sites import Service, WeatherClients

_LOGGER = logging.getLogger(__name__)


@dataclass(kw_only=True)
class Credentials:
    """The keys of a factory as the services see them.

    `async_check` is called at the start and daily, `async_update_issues` whenever somebody looks
    at the factory anyway, `async_clear` when the factory goes.
    """

    hass: HomeAssistant
    entry: ConfigEntry
    clients: WeatherClients
    _cancel_recheck: CALLBACK_TYPE | None = field(default=None, init=False)

    @property
    def aemet_key_expires(self) -> datetime | None:
        """Return when the key of AEMET that is in use expires, or the last one did."""
        if self.clients.aemet is None:
            return None
        keyring = self.clients.aemet.keys
        if keyring.current is not None:
            return keyring.current.expires
        return max((key.expires for key in keyring.keys if key.expires), default=None)

    async def async_check(self) -> str | None:
        """Ask each service whether its key works, and return what they said, in few words.

        Never raises a SourceError: what a key lacks is for the user, what a service lacks for the
        next check.
        """
        found: dict[Service, str] = {}
        if self.clients.aemet:
            found[Service.AEMET] = await self._async_ask(
                Service.AEMET, self._async_check_aemet(self.clients.aemet)
            )
        if openweathermap := self.clients.openweathermap:
            openweathermap.forgive()
            found[Service.OPENWEATHERMAP] = await self._async_ask(
                Service.OPENWEATHERMAP, openweathermap.check()
            )
        open_meteo = self.clients.open_meteo
        if open_meteo and open_meteo.key:
            open_meteo.forgive()
            found[Service.OPEN_METEO] = await self._async_ask(
                Service.OPEN_METEO, open_meteo.check()
            )
        self.async_update_issues()
        said = (f"{service.label}: {outcome}" for service, outcome in found.items())
        return ", ".join(said) or None

    @callback
    def async_heed(self, service: Service, error: SourceError) -> str:
        """Do what an error asks for, and say in few words what that was.

        Only a key that the service itself calls wrong or dead is worth asking the user for.
        """
        match error:
            case YoungKeyError():
                _LOGGER.debug("The key of %s is too new to work yet", service.label)
                self._async_recheck_later()
                return "the key is too new"
            case PlanError() | NoDataError():
                return "the key works"
            case AuthenticationError():
                # Nothing happens if the user is being asked already.
                self.entry.async_start_reauth(self.hass, data={CONF_SERVICE: service.value})
                return "the key was rejected"
            case _:
                return "not reached"

    @callback
    def async_update_issues(self) -> None:
        """Say which keys have to be renewed soon; asks nobody but the clock."""
        if self.clients.aemet is not None:
            async_update_key_issues(
                self.hass, self.entry, self.clients.aemet.keys, dt_util.utcnow()
            )

    @callback
    def async_clear(self) -> None:
        """Leave nothing behind."""
        self._async_cancel_recheck()
        async_clear_key_issues(self.hass, self.entry)

    @staticmethod
    async def _async_check_aemet(aemet: AemetClient) -> None:
        """Ask with the first key, even if it was rejected before, and then with the second."""
        rejected = aemet.keys.rejected
        aemet.keys.forgive()
        try:
            await aemet.check()
        except AuthenticationError:
            raise
        except SourceError:
            # Nothing was found out.
            for key in rejected:
                aemet.keys.reject(key)
            raise

    async def _async_ask(self, service: Service, check: Awaitable[object]) -> str:
        try:
            await check
        except SourceError as error:
            return self.async_heed(service, error)
        return "the key works"

    @callback
    def _async_recheck_later(self) -> None:
        self._async_cancel_recheck()

        async def recheck(_now: datetime) -> None:
            self._cancel_recheck = None
            await self.async_check()

        self._cancel_recheck = async_track_point_in_utc_time(
            self.hass, recheck, dt_util.utcnow() + YOUTH
        )

    @callback
    def _async_cancel_recheck(self) -> None:
        if self._cancel_recheck:
            self._cancel_recheck()
            self._cancel_recheck = None
