"""Tunes a factory: taxes, weather, limits of the air, models, who sees its history, notices."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final, Literal

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import ATTR_DEVICE_CLASS, Platform, UnitOfRatio, UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    EntityWithDeviceFilterSelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
)
import probatio

from .const import (
    CONF_AEMET_FROM,
    CONF_AEMET_UNTIL,
    CONF_COMFORT,
    CONF_ELECTRICITY_TAX,
    CONF_INCLUDE_ELECTRICITY_TAX,
    CONF_INCLUDE_VAT,
    CONF_NOTIFY,
    CONF_PRICE_DRIVERS,
    CONF_ROOM_HUMIDITY,
    CONF_ROOM_PRESSURE,
    CONF_ROOM_TEMPERATURE,
    CONF_STATISTICS,
    CONF_TRAINER,
    CONF_VAT,
)
from .contracts import DEFAULT_ELECTRICITY_TAX, DEFAULT_VAT
from .factory.comfort import ComfortLimits
from .influx_flow import InfluxFlow
from .learning.trainers import TrainerChoice
from .recording import StatisticsChoice
from .sites import DEFAULT_AEMET_FROM, DEFAULT_AEMET_UNTIL, comfort_limits


def _number(unit: str | None, most: float, step: float | Literal["any"] = "any") -> NumberSelector:
    config = NumberSelectorConfig(min=0, max=most, step=step, mode=NumberSelectorMode.BOX)
    if unit:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


_HOUR: Final = _number("h", 24, 1)
_PERCENT: Final = _number(UnitOfRatio.PERCENTAGE, 100)
_DEGREES: Final = _number(UnitOfTemperature.CELSIUS, 50)
_SWITCH: Final = BooleanSelector()

_ROOM_SENSORS: Final = {
    CONF_ROOM_TEMPERATURE: (SensorDeviceClass.TEMPERATURE,),
    CONF_ROOM_HUMIDITY: (SensorDeviceClass.HUMIDITY,),
    CONF_ROOM_PRESSURE: (SensorDeviceClass.ATMOSPHERIC_PRESSURE, SensorDeviceClass.PRESSURE),
}

_TAXES: Final = probatio.Schema(
    {
        probatio.Required(CONF_INCLUDE_ELECTRICITY_TAX, default=False): _SWITCH,
        probatio.Required(CONF_ELECTRICITY_TAX, default=DEFAULT_ELECTRICITY_TAX): _PERCENT,
        probatio.Required(CONF_INCLUDE_VAT, default=False): _SWITCH,
        probatio.Required(CONF_VAT, default=DEFAULT_VAT): _PERCENT,
    }
)
_WEATHER: Final = probatio.Schema(
    {
        probatio.Required(CONF_AEMET_FROM, default=DEFAULT_AEMET_FROM): _HOUR,
        probatio.Required(CONF_AEMET_UNTIL, default=DEFAULT_AEMET_UNTIL): _HOUR,
        **{
            probatio.Optional(name): EntitySelector(
                EntitySelectorConfig(
                    filter=EntityWithDeviceFilterSelectorConfig(
                        domain=Platform.SENSOR, device_class=list(classes)
                    )
                )
            )
            for name, classes in _ROOM_SENSORS.items()
        },
    }
)
_COMFORT: Final = probatio.Schema(
    {
        probatio.Required(limit.name, default=limit.default): (
            _DEGREES if limit.name.endswith(("temperature", "heat", "fat_bloom")) else _PERCENT
        )
        for limit in fields(ComfortLimits)
    }
)
_MODELS: Final = probatio.Schema(
    {
        probatio.Required(CONF_TRAINER, default=TrainerChoice.AUTO): SelectSelector(
            SelectSelectorConfig(options=list(TrainerChoice), translation_key=CONF_TRAINER)
        ),
        probatio.Required(CONF_PRICE_DRIVERS, default=True): _SWITCH,
    }
)
_STATISTICS: Final = probatio.Schema(
    {
        probatio.Required(CONF_STATISTICS, default=StatisticsChoice.KEEP): SelectSelector(
            SelectSelectorConfig(options=list(StatisticsChoice), translation_key=CONF_STATISTICS)
        )
    }
)
_NOTICES: Final = probatio.Schema({probatio.Required(CONF_NOTIFY, default=True): _SWITCH})


class FactoryOptionsFlow(InfluxFlow):
    """Offer a form for each part; what the others keep stays as it is."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what is to be tuned."""
        return self.async_show_menu(
            step_id="init",
            menu_options=[
                "taxes",
                "weather",
                "comfort",
                "models",
                "statistics",
                "influxdb",
                "notices",
            ],
        )

    async def async_step_taxes(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which taxes the prices shall include."""
        if user_input is not None:
            return self._finish(user_input)
        return self._form("taxes", _TAXES, {}, self.config_entry.options)

    async def async_step_weather(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask when AEMET comes first, and for the room's own sensors."""
        errors: dict[str, str] = {}
        if user_input is not None:
            for name in (CONF_AEMET_FROM, CONF_AEMET_UNTIL):
                if user_input[name] % 1:
                    errors[name] = "no_full_hour"
                else:
                    user_input[name] = int(user_input[name])
            for name, classes in _ROOM_SENSORS.items():
                if name in user_input and not _can_be(self.hass, user_input[name], classes):
                    errors[name] = "other_sensor"
            if not errors:
                # What was emptied in the form is not in the answers.
                return self._finish(dict.fromkeys(_ROOM_SENSORS) | user_input)
        values = {
            name: value for name, value in self.config_entry.options.items() if value is not None
        }
        return self._form("weather", _WEATHER, errors, user_input or values)

    async def async_step_comfort(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the limits of the air in which chocolate is made here."""
        errors: dict[str, str] = {}
        if user_input is not None:
            answers = {CONF_COMFORT: user_input}
            try:
                comfort_limits(answers)
            except ValueError:
                errors["base"] = "limits_out_of_order"
            else:
                return self._finish(answers)
        before = self.config_entry.options.get(CONF_COMFORT, {})
        return self._form("comfort", _COMFORT, errors, user_input or before)

    async def async_step_models(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what trains the models, and whether the weather of Spain may be asked for."""
        if user_input is not None:
            return self._finish(user_input)
        return self._form("models", _MODELS, {}, self.config_entry.options)

    async def async_step_statistics(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what is to become of the statistics."""
        if user_input is not None:
            return self._finish(user_input)
        return self._form("statistics", _STATISTICS, {}, self.config_entry.options)

    async def async_step_notices(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether notices are wanted."""
        if user_input is not None:
            return self._finish(user_input)
        return self._form("notices", _NOTICES, {}, self.config_entry.options)

    def _form(
        self,
        step_id: str,
        schema: probatio.Schema,
        errors: dict[str, str],
        values: Mapping[str, Any],
    ) -> ConfigFlowResult:
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors=errors,
        )

    def _finish(self, answers: Mapping[str, Any]) -> ConfigFlowResult:
        """Keep the answers beside those of the other forms."""
        options = self.config_entry.options | answers
        return self.async_create_entry(
            data={name: value for name, value in options.items() if value is not None}
        )


def _can_be(hass: HomeAssistant, entity_id: str, classes: tuple[SensorDeviceClass, ...]) -> bool:
    """Tell a sensor that measures something else; one that says nothing yet may be right."""
    state = hass.states.get(entity_id)
    found = state.attributes.get(ATTR_DEVICE_CLASS) if state else None
    return found is None or found in classes
