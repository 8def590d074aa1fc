"""What follows from temperature, humidity and pressure; scalars or arrays, NaN where one is NaN."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

# Magnus' formula over water, for -45 to 60 °C: D. Sonntag, Zeitschrift für Meteorologie 40 (1990),
# as in WMO-No. 8, annex 4.B.
_MAGNUS_FACTOR: Final = 17.62
_MAGNUS_TEMPERATURE: Final = 243.12
_KELVIN: Final = 273.15
# The standard atmosphere: ISO 2533:1975.
_LAPSE_RATE: Final = 0.0065
_EXPONENT: Final = 5.25588


def dew_point[V: (float, NDArray[np.float64])](temperature: V, humidity: V) -> V:
    """Return the dew point in °C of air with a temperature in °C and a relative humidity in %."""
    # Dry air has no dew point: a thousandth is drier than any sensor can tell.
    gamma = np.log(np.maximum(humidity, 1e-3) / 100) + _magnus(temperature)
    result: V = _MAGNUS_TEMPERATURE * gamma / (_MAGNUS_FACTOR - gamma)
    return result


def humidity_at[V: (float, NDArray[np.float64])](temperature: V, dew: V) -> V:
    """Return the relative humidity in % of air with a temperature and a dew point in °C."""
    result: V = np.minimum(100 * np.exp(_magnus(dew) - _magnus(temperature)), 100)
    return result


def sea_level_pressure[V: (float, NDArray[np.float64])](
    pressure: V, height: float, temperature: V
) -> V:
    """Return a station's pressure in hPa reduced to sea level, from its height in m."""
    step = _LAPSE_RATE * height
    result: V = pressure * (1 - step / (temperature + step + _KELVIN)) ** -_EXPONENT
    return result


def _magnus[V: (float, NDArray[np.float64])](temperature: V) -> V:
    result: V = _MAGNUS_FACTOR * temperature / (_MAGNUS_TEMPERATURE + temperature)
    return result
