"""Where AEMET measures, and for which municipalities it forecasts."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
import re
from typing import Final, Protocol

from .weather import KEPT, Measure, Place

_EARTH_RADIUS: Final = 6371.0
"""km; the mean radius."""

# Words that stay small within a Spanish, Catalan or Galician name.
_SMALL: Final = frozenset(
    {
        *("a", "al", "d", "da", "das", "de", "del", "dels", "do", "dos", "e", "el", "els"),
        *("i", "l", "la", "las", "les", "los", "s", "y"),
    }
)


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

    @property
    def spoken_name(self) -> str:
        """Return the name without AEMET's capitals."""
        words = re.split(r"([^\W\d_]+)", self.name)
        # The gaps between words are at the even positions; after a comma a name begins anew.
        for at in range(1, len(words), 2):
            word = words[at].lower()
            begins = at == 1 or words[at - 1].strip() in {",", "/", "-", "("}
            words[at] = word if word in _SMALL and not begins else word.capitalize()
        return "".join(words)

    @property
    def measures_all(self) -> bool:
        """Return whether it measures all that is kept as series."""
        return self.measures.issuperset(KEPT)


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


def climate_station_for(station: Station, candidates: Iterable[Station]) -> Station | None:
    """Return the climatological station that tells of the same place as one that observes.

    Often it has the same code, or the same without a letter at its end (5910 and 5910X); where it
    has neither, the nearest stands in.
    """
    by_code = {one.code: one for one in candidates}
    codes = [station.code]
    if station.code[-1:].isalpha():
        codes.append(station.code[:-1])
    for code in codes:
        if code in by_code:
            return by_code[code]
    return next(iter(nearest(by_code.values(), station.place)), None)
