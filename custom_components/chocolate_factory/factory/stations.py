"""Where AEMET measures, and for which municipalities it forecasts."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Final, Protocol

from .weather import Measure, Place

_EARTH_RADIUS: Final = 6371.0
"""km; the mean radius."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A place where AEMET measures."""

    code: str
    """AEMET's `idema`."""
    name: str
    place: Place
    height: float
    """m above the sea."""
    measures: frozenset[Measure] = frozenset()
    """What it has measured lately, if it observes by the hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """A municipality by its code of the national statistics institute, five digits."""

    code: str
    name: str
    place: Place


class _Placed(Protocol):
    @property
    def place(self) -> Place: ...


def distance(one: Place, other: Place) -> float:
    """Return how far two places are apart, in km, along the great circle (haversine)."""
    north = radians(other.latitude - one.latitude)
    east = radians(other.longitude - one.longitude)
    half = (
        sin(north / 2) ** 2
        + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(east / 2) ** 2
    )
    return 2 * _EARTH_RADIUS * asin(sqrt(min(half, 1)))


def nearest[T: _Placed](places: Iterable[T], to: Place) -> list[T]:
    """Return the places, the nearest first."""
    return sorted(places, key=lambda one: distance(one.place, to))
