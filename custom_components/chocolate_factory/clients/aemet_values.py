"""How AEMET writes records and numbers, and what to make of a station's pressure."""

from collections.abc import Callable, Iterable
from datetime import time
from math import isfinite
from typing import Any, Final

from ..factory.atmosphere import sea_level_pressure
from ..factory.weather import PLAUSIBLE, Measure
from .errors import NoDataError, SourceError

UNREADABLE: Final = (
    AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError,
)  # fmt: skip
# A day has no 24:00.
LAST_MINUTE: Final = time(23, 59)
# Ip, inapreciable: it rained, but less than 0.1 mm.
TRACE: Final = 0.05
# m; between them there is no shore below and no mountain above.
_HEIGHTS: Final = (-500, 9000)


def readable[T](records: Iterable[Any], read: Callable[[Any], T]) -> list[T]:
    """Return what `read` makes of records, without those that it cannot read.

    Raises NoDataError when there are none, SourceError when it can read none of them.
    """
    found = []
    bad = 0
    for record in records:
        try:
            found.append(read(record))
        except UNREADABLE:
            bad += 1
    if found:
        return found
    if bad:
        raise SourceError("AEMET's records have an unknown shape")
    raise NoDataError("AEMET's answer has no records")


def filled(text: str) -> str:
    """Return a text without the blanks around it, or raise ValueError if that is nothing."""
    if not (stripped := text.strip()):
        raise ValueError("nothing there")
    return stripped


def known(value: object) -> float:
    """Return a number that has to be there, or raise ValueError."""
    if (read := number(value)) is None:
        raise ValueError("no number")
    return read


def number(value: object) -> float | None:
    """Return a number as AEMET writes it: 0.1, "0.1", "0,1", "-0" or "Ip"; nothing for ""."""
    if value == "Ip":
        return TRACE
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        read = float(value.strip().replace(",", ".") if isinstance(value, str) else value)
    except ValueError, OverflowError:
        return None
    # Minus zero becomes zero.
    return read + 0.0 if isfinite(read) else None


def plausible(measure: Measure, value: float | None) -> float | None:
    """Return a value if it can be true."""
    lowest, highest = PLAUSIBLE[measure]
    return value if value is not None and lowest <= value <= highest else None


def at_sea_level(
    pressure: float | None, height: float | None, temperature: float | None
) -> float | None:
    """Return a station's pressure reduced to sea level, if enough is known for that."""
    warmth = plausible(Measure.TEMPERATURE, temperature)
    if pressure is None or height is None or warmth is None:
        return None
    lowest, highest = _HEIGHTS
    return sea_level_pressure(pressure, height, warmth) if lowest <= height <= highest else None
