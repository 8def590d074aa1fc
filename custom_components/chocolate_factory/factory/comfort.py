"""What air does to chocolate: how well it can be worked, and what heat stands in the way."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .atmosphere import dew_point, humidity_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ComfortLimits:
    """What a maker demands of the air, in °C and % of relative humidity.

    The defaults are what the trade recommends: 18 to 22 °C and at most 50 to 55 % for tempering,
    moulding and enrobing. Fat blooms above 24 °C, and surely from 28 °C on, where form IV of cocoa
    butter melts (Wille and Lutton, J. Am. Oil Chem. Soc. 43, 1966). Sugar blooms above 60 to 65 %,
    and wherever dew falls.
    """

    best_temperature: float = 20
    lowest_temperature: float = 18
    highest_temperature: float = 22
    """Between the lowest and the highest temperature, any is ideal."""
    fat_bloom: float = 24
    """°C from which fat may bloom."""
    room_heat: float = 28
    """°C in the room at which it will, and nothing can be done any more."""
    outdoor_heat: float = 32
    """°C outdoors at which a room without cooling cannot be held at an ideal temperature."""
    best_humidity: float = 50
    """% up to which air is ideal; dry air does no harm."""
    highest_humidity: float = 55
    """% up to which air is still good."""
    sugar_bloom: float = 60
    """% from which sugar may bloom."""
    sugar_bloom_certain: float = 65
    """% at which it will."""
    surface_temperature: float = 18
    """°C of the coldest thing that chocolate or its moulds are: dew falls there first."""

    def __post_init__(self) -> None:
        """Refuse limits that contradict one another."""
        rising = (
            (self.highest_temperature, self.fat_bloom, self.room_heat),
            (self.highest_temperature, self.outdoor_heat),
            (0, *self.damp),
        )
        ordered = all(one < other for limits in rising for one, other in pairwise(limits))
        ideal = self.lowest_temperature <= self.best_temperature <= self.highest_temperature
        if not (ordered and ideal and self.sugar_bloom_certain <= 100):
            raise ValueError("limits of comfort are out of order")
        if not self.surface_temperature <= self.best_temperature:
            raise ValueError("a surface is no warmer than the room")

    @property
    def damp(self) -> tuple[float, ...]:
        """Return the limits of humidity, rising."""
        return (
            self.best_humidity,
            self.highest_humidity,
            self.sugar_bloom,
            self.sugar_bloom_certain,
        )


def indoors[V: (float, NDArray[np.float64])](
    temperature: V, humidity: V, limits: ComfortLimits
) -> tuple[V, V]:
    """Return the air of a workroom, temperature and humidity, of which only the outdoors is known.

    Assumes a room that is heated to the best temperature but not cooled, and aired.
    """
    return heated(temperature, humidity, limits.best_temperature)


def heated[V: (float, NDArray[np.float64])](
    temperature: V, humidity: V, at_least: float
) -> tuple[V, V]:
    """Return the air outdoors once it is in a room that is heated to a temperature, in °C and %.

    It is as warm as it was, or as the heating makes it, and holds as much water, which makes it
    drier in relative terms when it is heated.
    """
    warm: V = np.maximum(temperature, at_least)
    return warm, humidity_at(warm, dew_point(temperature, humidity))


def chocolate_production_index[V: (float, NDArray[np.float64])](
    temperature: V, humidity: V, limits: ComfortLimits
) -> V:
    """Return how well chocolate can be worked in a room, 0 to 100.

    100 is ideal; half is left where a kind of bloom may begin, nothing where it is certain or dew
    falls. Cold counts like as much heat: chocolate sets too early, and then blooms as well. What
    temperature and humidity leave is multiplied: fat and sugar bloom for reasons of their own, so
    that a batch has to escape both.
    """
    low, high = limits.lowest_temperature, limits.highest_temperature
    may, will = limits.fat_bloom - high, limits.room_heat - high
    warmth = np.interp(
        temperature,
        [low - will, low - may, low, high, high + may, high + will],
        [0, 50, 100, 100, 50, 0],
    )
    damp = np.interp(humidity, limits.damp, [1, 0.75, 0.5, 0])
    is_dry = dew_point(temperature, humidity) < limits.surface_temperature
    index: V = warmth * damp * is_dry
    return index


def heat_stress_factor[V: (float, NDArray[np.float64])](
    temperature: V, limits: ComfortLimits, *, indoors: bool
) -> V:
    """Return how much heat there is to fight, 0 to 1, by a thermometer in the room or outdoors.

    Nothing up to the highest ideal temperature; all of it at the limit of room or outdoor heat.
    """
    limit = limits.room_heat if indoors else limits.outdoor_heat
    stress: V = np.interp(temperature, [limits.highest_temperature, limit], [0.0, 1.0])
    return stress
