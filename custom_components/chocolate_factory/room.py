"""The room's own sensors, which know better than the weather outside."""

from collections.abc import Mapping
import math
from typing import Any, Final

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, UnitOfPressure, UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.util.unit_conversion import (
    BaseUnitConverter,
    PressureConverter,
    TemperatureConverter,
)

from .const import CONF_ROOM_HUMIDITY, CONF_ROOM_PRESSURE, CONF_ROOM_TEMPERATURE
from .factory.local_weather import RoomReading
from .factory.weather import PLAUSIBLE, Measure

_UNITS: Final[Mapping[Measure, tuple[type[BaseUnitConverter], str]]] = {
    Measure.TEMPERATURE: (TemperatureConverter, UnitOfTemperature.CELSIUS),
    Measure.PRESSURE: (PressureConverter, UnitOfPressure.HPA),
}
_SENSORS: Final = (CONF_ROOM_TEMPERATURE, CONF_ROOM_HUMIDITY, CONF_ROOM_PRESSURE)


def room_entities(options: Mapping[str, Any]) -> list[str]:
    """Return the sensors that a factory has named as its room's own."""
    return [options[key] for key in _SENSORS if options.get(key)]


def room_reading(hass: HomeAssistant, options: Mapping[str, Any]) -> RoomReading:
    """Return what the room's own sensors say; what cannot be true counts as nothing."""
    return RoomReading(
        temperature=_value(hass, options.get(CONF_ROOM_TEMPERATURE), Measure.TEMPERATURE),
        humidity=_value(hass, options.get(CONF_ROOM_HUMIDITY), Measure.HUMIDITY),
        pressure=_value(hass, options.get(CONF_ROOM_PRESSURE), Measure.PRESSURE),
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
    if measure in _UNITS:
        converter, wanted = _UNITS[measure]
        if unit in converter.VALID_UNITS:
            value = converter.convert(value, unit, wanted)
    lowest, highest = PLAUSIBLE[measure]
    return value if math.isfinite(value) and lowest <= value <= highest else None
