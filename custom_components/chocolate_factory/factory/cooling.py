"""What a kilowatt-hour used in the workroom costs once more, because its heat has to leave."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from .comfort import ComfortLimits

# What machines that work with air reach of Carnot's: VDE, Potenziale für Strom im Wärmemarkt bis
# 2050 (2015).
_QUALITY: Final = 0.4
# How much colder than the room one end of the machine is, and how much warmer than the air outdoors
# the other. With it a kWh pumps 3.5 kWh out of a room of 22 °C at 35 °C outdoors, as machines that
# are sold do.
_APPROACH: Final = 10
_KELVIN: Final = 273.15


def cooling_share(temperature: NDArray[np.float64], limits: ComfortLimits) -> NDArray[np.float64]:
    """Return what cooling takes of each kWh used in the room, as a share, at °C outdoors.

    Whatever is used becomes heat. Up to the highest ideal temperature outdoors an open window takes
    it; from there on less and less, as the room may get a little warmer, and nothing where fat may
    bloom. The rest is pumped out of a room at the highest ideal temperature, by a machine that
    reaches a fixed part of Carnot's coefficient. NaN where the temperature is.
    """
    room = limits.highest_temperature
    cold = room - _APPROACH + _KELVIN
    lift = temperature - room + 2 * _APPROACH
    pumped = np.interp(temperature, [room, limits.fat_bloom], [0.0, 1.0])
    share: NDArray[np.float64] = pumped * lift / (_QUALITY * cold)
    return share
