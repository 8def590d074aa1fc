"""AEMET's lists: the stations that keep a climatology, and the municipalities."""

from collections.abc import Iterable, Mapping
import re
from typing import Any, Final

from ..factory.stations import Municipality, Station
from ..factory.weather import Place
from .aemet_values import filled, known, readable

# 402443N, 0034041W: degrees, minutes, seconds, and the side of the equator or of Greenwich.
_DEGREES: Final = re.compile(r"(\d{2,3})(\d\d)(\d\d)([NSEWO])", re.ASCII)
_MUNICIPALITY: Final = re.compile(r"id(\d{5})", re.ASCII)


def parse_climate_stations(records: Iterable[Any]) -> tuple[Station, ...]:
    """Return the stations that keep a climatology."""
    return tuple(readable(records, _station))


def parse_municipalities(records: Iterable[Any]) -> tuple[Municipality, ...]:
    """Return the municipalities."""
    return tuple(readable(records, _municipality))


def _station(record: Mapping[str, Any]) -> Station:
    return Station(
        code=filled(record["indicativo"]),
        name=filled(record["nombre"]),
        place=Place(_degrees(record["latitud"]), _degrees(record["longitud"])),
        height=known(record["altitud"]),
    )


def _municipality(record: Mapping[str, Any]) -> Municipality:
    code = _MUNICIPALITY.fullmatch(record["id"])
    if code is None:
        raise ValueError("no code of a municipality")
    return Municipality(
        code=code[1],
        name=filled(record["nombre"]),
        place=Place(known(record["latitud_dec"]), known(record["longitud_dec"])),
    )


def _degrees(text: str) -> float:
    degrees = _DEGREES.fullmatch(text.strip())
    if degrees is None:
        raise ValueError("no degrees")
    whole, minutes, seconds, side = degrees.groups()
    value = int(whole) + int(minutes) / 60 + int(seconds) / 3600
    return -value if side in "SWO" else value
