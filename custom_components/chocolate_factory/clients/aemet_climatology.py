"""AEMET's daily climatology: the extremes of each day at a station, from 4 days ago backwards."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, time
import re
from typing import Any, Final

from ..factory.daily import Day, Extremes
from ..factory.weather import Measure
from .aemet_values import LAST_MINUTE, at_sea_level, number, plausible, readable
from .errors import NoDataError

_TIME: Final = re.compile(r"(\d{1,2})(?::(\d\d))?", re.ASCII)
# Lowest, its time, highest, its time.
_NAMES: Final = {
    Measure.TEMPERATURE: ("tmin", "horatmin", "tmax", "horatmax"),
    Measure.HUMIDITY: ("hrMin", "horaHrMin", "hrMax", "horaHrMax"),
    Measure.PRESSURE: ("presMin", "horaPresMin", "presMax", "horaPresMax"),
}


def check_range(first: date, last: date) -> None:
    """Raise ValueError for days that AEMET does not tell in one answer: more than six months."""
    year, month = divmod(first.year * 12 + first.month - 1 + 6, 12)
    # The sixth month may be too short to have that day.
    end = date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
    if not first <= last < end:
        raise ValueError("no days, or more than six months of them")


def parse_climatology(
    records: Iterable[Any], *, station: str, first: date, last: date
) -> tuple[Day, ...]:
    """Return the days of which anything is known, oldest first; NoDataError when there is none.

    Times are UTC.
    """

    def read(record: Mapping[str, Any]) -> Day:
        if record["indicativo"].strip() != station:
            raise ValueError("another station")
        return Day(day=date.fromisoformat(record["fecha"]), extremes=_extremes(record))

    days = {
        day.day: day for day in readable(records, read) if first <= day.day <= last and day.extremes
    }
    if not days:
        raise NoDataError(f"nothing is known of station {station} from {first} to {last}")
    return tuple(days[day] for day in sorted(days))


def _extremes(record: Mapping[str, Any]) -> dict[Measure, Extremes]:
    """Return what is known of a day; any of it may be missing."""
    extremes = {}
    for measure, (lowest, lowest_at, highest, highest_at) in _NAMES.items():
        ends = number(record.get(lowest)), number(record.get(highest))
        if measure is Measure.PRESSURE:
            height, warmth = number(record.get("altitud")), _mean(record)
            ends = at_sea_level(ends[0], height, warmth), at_sea_level(ends[1], height, warmth)
        low, high = plausible(measure, ends[0]), plausible(measure, ends[1])
        if low is not None and high is not None and low <= high:
            extremes[measure] = Extremes(
                lowest=low,
                highest=high,
                lowest_at=_time(record.get(lowest_at)),
                highest_at=_time(record.get(highest_at)),
            )
    return extremes


def _mean(record: Mapping[str, Any]) -> float | None:
    """Return the mean temperature of a day, or what is halfway between its extremes."""
    if (mean := number(record.get("tmed"))) is not None:
        return mean
    lowest, highest = number(record.get("tmin")), number(record.get("tmax"))
    return None if lowest is None or highest is None else (lowest + highest) / 2


def _time(text: object) -> time | None:
    """Return the time of 07:34 or 14; Varias is several times, and so none."""
    read = _TIME.fullmatch(text.strip()) if isinstance(text, str) else None
    if read is None:
        return None
    hour, minute = int(read[1]), int(read[2] or 0)
    if (hour, minute) == (24, 0):
        return LAST_MINUTE
    return time(hour, minute) if hour < 24 and minute < 60 else None
