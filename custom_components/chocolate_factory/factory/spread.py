"""Make hours out of days of which only the extremes are known.

Half a cosine leads from each known value to the next: it is flat where the curve turns, and stays
between the two.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import islice, pairwise
from math import cos, isfinite, pi
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from .daily import Day
from .reach import FIRST_YEAR
from .series import Source
from .tariff import local_day
from .weather import KEPT, Measure, WeatherHours

_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR
# When a measure is extreme if nobody says when: hours by the sun, which in Spain are those of UTC
# within half an hour or so, and one less on the Canaries. The air is coldest at sunrise, which is
# at these hours from January on, and warmest three hours after noon; humidity is its mirror, and
# pressure has its tide.
_SUNRISE: Final = (7, 7, 6, 6, 5, 5, 5, 5, 6, 6, 7, 7)
_WARMEST: Final = 15
_PRESSURE: Final = (16, 10)
# How far from its usual hour an extreme may be and still count as usual.
_NEAR: Final = 3 * _HOUR
# Nobody asks for as many days at once.
_LONGEST: Final = 50 * 366

type _Knot = tuple[float, float]
"""An instant in Unix seconds, and the value then."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known, or assumed, of one measure on one day, in Unix seconds."""

    start: float
    end: float
    lowest: float
    highest: float
    knots: Sequence[_Knot]
    """Within the day, oldest first, at least one."""


def spread(
    days: Iterable[Day], zone: ZoneInfo, source: Source, *, issued: datetime | None = None
) -> WeatherHours:
    """Return temperature, humidity and pressure at every hour of days that are local in a zone.

    A measure that is missing on a day is NaN in its hours; no value leaves the extremes of its
    day. Of a day that comes twice the last one counts. Raises ValueError when there is no day, or
    one of another age.
    """
    by_date = {day.day: day for day in days}
    if not by_date:
        raise ValueError("no day")
    ordered = [by_date[date] for date in sorted(by_date)]
    first, last = ordered[0].day, ordered[-1].day
    if first.year < FIRST_YEAR or (last - first).days > _LONGEST:
        raise ValueError("days of another age")
    starts, ends = zip(*(local_day(day.day, zone) for day in ordered), strict=True)
    hours = np.arange(starts[0].timestamp(), ends[-1].timestamp(), _HOUR)
    values = {}
    for measure in KEPT:
        told = [
            _tell(day, measure, zone, start.timestamp(), end.timestamp())
            for day, start, end in zip(ordered, starts, ends, strict=True)
            if measure in day.extremes
        ]
        if told:
            values[measure] = np.full(len(hours), np.nan)
        for run in _runs(told):
            inside = (hours >= run[0].start) & (hours < run[-1].end)
            values[measure][inside] = _draw(run, hours[inside])
    return WeatherHours(source=source, start=starts[0], values=values, issued=issued)


def _tell(day: Day, measure: Measure, zone: ZoneInfo, start: float, end: float) -> _Told:
    """Put what is known of a measure on a day, and what is usual, in the order of time."""
    extremes = day.extremes[measure]
    lowest, highest = extremes.lowest, extremes.highest

    def unix(at: time) -> float:
        return datetime.combine(day.day, at, zone).timestamp()

    known = {
        unix(at): min(max(value, lowest), highest)
        for at, value in extremes.points
        if isfinite(value)
    }
    lowest_at, highest_at = (None if at is None else unix(at) for at in _times(day, measure))
    pairs = ((lowest_at, lowest), (highest_at, highest))
    known |= {at: value for at, value in pairs if at is not None}

    # The hour by the sun that lies in the day, wherever that has its midnight.
    low, high = (start + (_HOUR * hour - start) % _DAY for hour in _usual(day, measure))
    # A day that is coldest when others are warmest is upside down.
    if highest_at is not None and abs(highest_at - low) <= _NEAR:
        low = high
    elif lowest_at is not None and abs(lowest_at - high) <= _NEAR:
        high = low
    for value, usual in ((lowest, low), (highest, high)):
        if value not in known.values():
            known |= dict.fromkeys(_free(usual, known, start, end), value)
    return _Told(start, end, lowest, highest, sorted(known.items()))


def _usual(day: Day, measure: Measure) -> tuple[int, int]:
    """Return the hours by the sun at which a measure is mostly lowest and highest."""
    sunrise = _SUNRISE[day.day.month - 1]
    if measure is Measure.PRESSURE:
        return _PRESSURE
    return (sunrise, _WARMEST) if measure is Measure.TEMPERATURE else (_WARMEST, sunrise)


def _times(day: Day, measure: Measure) -> tuple[time | None, time | None]:
    """Return when a measure was lowest and highest; humid air turns dry as it warms up."""
    times = day.extremes[measure]
    lowest_at, highest_at = times.lowest_at, times.highest_at
    warmth = day.extremes.get(Measure.TEMPERATURE)
    if measure is Measure.HUMIDITY and warmth and lowest_at is highest_at is None:
        lowest_at, highest_at = warmth.highest_at, warmth.lowest_at
    # Some files give both extremes the same time: neither can be believed.
    return (None, None) if lowest_at == highest_at else (lowest_at, highest_at)


def _free(wanted: float, taken: Iterable[float], start: float, end: float) -> list[float]:
    """Return the instant of a day next to one of which nothing is known; none if all is."""
    near = (wanted + step for step in (0, _HOUR, -_HOUR, 2 * _HOUR, -2 * _HOUR, _NEAR, -_NEAR))
    free = (at for at in near if start <= at < end and all(abs(at - it) >= _HOUR for it in taken))
    return list(islice(free, 1))


def _runs(told: Sequence[_Told]) -> Iterator[Sequence[_Told]]:
    """Yield the days that follow one another: what was in between others nobody knows."""
    first = 0
    for index in range(1, len(told) + 1):
        if index == len(told) or told[index].start != told[index - 1].end:
            yield told[first:index]
            first = index


def _draw(run: Sequence[_Told], hours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values at the hours of days that follow one another."""
    first, last = run[0], run[-1]
    # Beyond the ends the same day is assumed again.
    (latest, late), (earliest, early) = first.knots[-1], last.knots[0]
    knots = [(latest - (first.end - first.start), late), *first.knots]
    for one, other in pairwise(run):
        knots += [*_meet(one, other), *other.knots]
    knots.append((earliest + (last.end - last.start), early))
    at, values = np.array(knots).T

    left = np.searchsorted(at, hours, side="right") - 1
    share = (hours - at[left]) / np.diff(at)[left]
    curve = values[left] + np.diff(values)[left] * (1 - np.cos(np.pi * share)) / 2
    # The last digit of a sum can be outside.
    day = np.searchsorted([told.start for told in run], hours, side="right") - 1
    lowest, highest = np.array([(told.lowest, told.highest) for told in run]).T
    bounded: NDArray[np.float64] = np.clip(curve, lowest[day], highest[day])
    return bounded


def _meet(one: _Told, other: _Told) -> list[_Knot]:
    """Return what has to be added at midnight so that the curve stays within both days.

    Mostly that is nothing. Days that have no value in common cannot meet: there the curve jumps.
    """
    (left, before), (right, after) = one.knots[-1], other.knots[0]
    through = before + (after - before) * (1 - cos(pi * (one.end - left) / (right - left))) / 2
    lowest, highest = max(one.lowest, other.lowest), min(one.highest, other.highest)
    if lowest <= through <= highest:
        return []
    # The value that both have, or else the one in the middle between them.
    shared = min(max(through, lowest), highest) if lowest <= highest else (lowest + highest) / 2
    return [(one.end, min(max(shared, told.lowest), told.highest)) for told in (one, other)]
