"""The part of the set-up about the weather: where the factory is, and who may be asked."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_LATITUDE, CONF_LOCATION, CONF_LONGITUDE
from homeassistant.helpers.selector import (
    BooleanSelector,
    LocationSelector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from homeassistant.util import dt as dt_util
import probatio

from .clients.errors import SourceError
from .const import (
    CONF_AEMET_KEY,
    CONF_AEMET_SECOND_KEY,
    CONF_OPEN_METEO,
    CONF_OPEN_METEO_KEY,
    CONF_OPENWEATHERMAP_KEY,
    CONF_OPENWEATHERMAP_KEY_SINCE,
    CONF_STATION,
)
from .factory.weather import Place
from .history.errors import StoreError
from .key_form import CONF_KEY_IS_NEW, SERVICES, KeyForm
from .shared import async_get_shared
from .sites import Service, clients_for, home_place, place_data, site_from
from .station_choice import STATION_NAMES, StationChoice

CONF_WITHOUT_STATION: Final = "without_station"

# The switches that remove keys, and what goes with them.
_REMOVALS: Final = {
    "remove_aemet_keys": (CONF_AEMET_KEY, CONF_AEMET_SECOND_KEY),
    "remove_openweathermap_key": (CONF_OPENWEATHERMAP_KEY, CONF_OPENWEATHERMAP_KEY_SINCE),
    "remove_open_meteo_key": (CONF_OPEN_METEO_KEY,),
}
_PLACE: Final = (CONF_LATITUDE, CONF_LONGITUDE)
_NAMES: Final = frozenset(
    {*_PLACE, *SERVICES, CONF_OPENWEATHERMAP_KEY_SINCE, CONF_OPEN_METEO, *STATION_NAMES}
)


class WeatherFlow(ConfigFlow):
    """Ask where the factory is, for keys, and for AEMET's station if there is a key of AEMET.

    What was accepted stays so while another answer is mended: its field may be left empty then.
    """

    _weather: dict[str, Any]
    """What the entry shall say of the weather."""
    _keys: KeyForm
    _choice: StationChoice | None = None

    @abstractmethod
    def _finish(self, weather: dict[str, Any]) -> ConfigFlowResult:
        """Keep the answers."""

    async def _async_ask_weather(self, before: Mapping[str, Any]) -> ConfigFlowResult:
        """Ask about the weather, beginning with what an entry says of it."""
        self._weather = {name: before[name] for name in _NAMES & before.keys()}
        self._keys = KeyForm(hass=self.hass, names=tuple(SERVICES))
        return await self.async_step_weather()

    async def async_step_weather(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where the factory is, and for keys."""
        answers = user_input or {}
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = await self._async_take(user_input)
            if not errors:
                if CONF_AEMET_KEY in self._weather:
                    return await self.async_step_station()
                self._forget_stations()
                return self._finish(self._weather)
        suggested: dict[str, Any] = {
            CONF_LOCATION: place_data(self._place()),
            CONF_OPEN_METEO: self._weather.get(CONF_OPEN_METEO, True),
        }
        # What was answered before; keys are not among it.
        for name in (CONF_LOCATION, CONF_KEY_IS_NEW):
            if name in answers:
                suggested[name] = answers[name]
        return self.async_show_form(
            step_id="weather",
            data_schema=self.add_suggested_values_to_schema(self._schema(), suggested),
            errors=errors,
            description_placeholders=self._keys.placeholders
            | {f"{service}_page": service.page for service in Service},
        )

    async def async_step_station(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where AEMET shall observe; what belongs to the station is found by itself."""
        answers = user_input or {}
        if answers.get(CONF_WITHOUT_STATION):
            return self._finish(self._weather)
        if self._choice is None:
            try:
                self._choice = await self._async_fetch_choice()
            except SourceError, StoreError:
                return self.async_show_form(
                    step_id="station",
                    data_schema=probatio.Schema(
                        {probatio.Optional(CONF_WITHOUT_STATION, default=False): BooleanSelector()}
                    ),
                    errors={"base": "no_stations"},
                )
        if CONF_STATION in answers:
            return self._finish(self._weather | self._choice.data(answers[CONF_STATION]))
        before = self._weather.get(CONF_STATION, {}).get("code")
        field = probatio.Required(CONF_STATION, default=self._choice.default(before))
        return self.async_show_form(
            step_id="station",
            data_schema=probatio.Schema(
                {
                    field: SelectSelector(
                        SelectSelectorConfig(
                            options=self._choice.options, mode=SelectSelectorMode.DROPDOWN
                        )
                    )
                }
            ),
        )

    async def _async_take(self, answers: Mapping[str, Any]) -> dict[str, str]:
        """Take over what is right, and return what is wrong with the rest, by field."""
        try:
            place = Place(**{name: answers[CONF_LOCATION][name] for name in _PLACE})
        except ValueError:
            return {CONF_LOCATION: "no_place"}
        if place != self._place():
            # They were near the old place.
            self._forget_stations()
        self._weather |= place_data(place) | {CONF_OPEN_METEO: answers[CONF_OPEN_METEO]}
        for switch, names in _REMOVALS.items():
            for name in names if answers.get(switch) else ():
                self._weather.pop(name, None)
        self._weather |= await self._keys.async_take(answers, place)
        errors = {name: str(doubt) for name, doubt in self._keys.doubts.items()}
        errors |= self._put_aemet_keys_in_order() if not errors else {}
        if not (errors or answers[CONF_OPEN_METEO] or self._weather.keys() & SERVICES.keys()):
            errors["base"] = "no_source"
        return errors

    def _put_aemet_keys_in_order(self) -> dict[str, str]:
        """Let a second key that is alone be the first; two equal ones are of no use."""
        first = self._weather.get(CONF_AEMET_KEY)
        second = self._weather.get(CONF_AEMET_SECOND_KEY)
        if second is not None and first in {None, second}:
            del self._weather[CONF_AEMET_SECOND_KEY]
            self._weather[CONF_AEMET_KEY] = second
        return {CONF_AEMET_SECOND_KEY: "same_key"} if second is not None and first == second else {}

    def _forget_stations(self) -> None:
        for name in STATION_NAMES:
            self._weather.pop(name, None)

    def _schema(self) -> probatio.Schema:
        """Return the fields; a switch to remove keys is there when there are some."""
        removals = [
            switch for switch, names in _REMOVALS.items() if self._weather.keys() & set(names)
        ]
        return probatio.Schema(
            {
                probatio.Required(CONF_LOCATION): LocationSelector(),
                probatio.Required(CONF_OPEN_METEO, default=True): BooleanSelector(),
                **self._keys.schema,
                **{
                    probatio.Optional(switch, default=False): BooleanSelector()
                    for switch in removals
                },
            }
        )

    def _place(self) -> Place:
        return site_from(self._weather, home_place(self.hass)).place

    async def _async_fetch_choice(self) -> StationChoice:
        shared = await async_get_shared(self.hass)
        site = site_from(self._weather, home_place(self.hass))
        aemet = clients_for(site, shared.transport, dt_util.utcnow).aemet
        if aemet is None:
            raise SourceError("no key")
        return await StationChoice.fetch(aemet, site.place)
