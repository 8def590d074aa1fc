"""The room's own sensors, which know better than the weather outside."""

from collections.abc import Mapping
import math
from typing import Any, Final

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.util.unit_conversion import TemperatureConverter

from .const import CONF_ROOM_HUMIDITY, CONF_ROOM_PRESSURE, CONF_ROOM_TEMPERATURE
from .factory.local_weather import RoomReading
from .factory.weather import PLAUSIBLE, Measure

_SENSORS: Final = (CONF_ROOM_TEMPERATURE, CONF_ROOM_HUMIDITY, CONF_ROOM_PRESSURE)


def room_entities(options: Mapping[str, Any]) -> list[str]:
    """Return the sensors that a factory has named as its room's own."""
    return [options[key] for key in _SENSORS if options.get(key)]


def room_reading(hass: HomeAssistant, options: Mapping[str, Any]) -> RoomReading:
    """Return what the room's own sensors say; what cannot be true counts as nothing."""
    return RoomReading(
        temperature=_value(hass, options.get(CONF_ROOM_TEMPERATURE), Measure.TEMPERATURE),
        humidity=_value(hass, options.get(CONF_ROOM_HUMIDITY), Measure.HUMIDITY),
    )


def _value(hass: HomeAssistant, entity_id: str | None, measure: Measure) -> float | None:
    state = hass.states.get(entity_id) if entity_id else None
    if state is None:
        return None
    try:
        value = float(state.state)
    except ValueError:
        return None
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    if measure is Measure.TEMPERATURE and unit in TemperatureConverter.VALID_UNITS:
        value = TemperatureConverter.convert(value, unit, UnitOfTemperature.CELSIUS)
    lowest, highest = PLAUSIBLE[measure]
    return value if math.isfinite(value) and lowest <= value <= highest else None
