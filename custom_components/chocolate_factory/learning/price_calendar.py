"""What kind of day a day is for the price of electricity in Spain."""

from datetime import date, timedelta
from enum import IntEnum
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..factory.tariff import is_valley_day

_YEAR: Final = 365.2425
_EPOCH: Final = date(1970, 1, 1).toordinal()


class DayType(IntEnum):
    """Days on which the country uses electricity alike."""

    WORKING = 0
    SATURDAY = 1
    SUNDAY = 2
    """And holidays of the whole country."""


def day_types(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the types of days that are numbered from 1970-01-01 on."""
    return np.array([_day_type(day) for day in days.tolist()], dtype=np.int64)


def calendar_inputs(days: NDArray[np.int64], types: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the day of the week, holiday and season of numbered days, (…, 12)."""
    # 1970-01-01 was a Thursday.
    weekday = (days[..., None] + 3) % 7 == np.arange(7)
    holiday = (types == DayType.SUNDAY)[..., None]
    season = days[..., None] * (2 * np.pi / _YEAR)
    waves = [np.sin(season), np.cos(season), np.sin(2 * season), np.cos(2 * season)]
    return np.concatenate([weekday, holiday, *waves], axis=-1)


@cache
def _day_type(number: int) -> DayType:
    day = date.fromordinal(_EPOCH + number)
    if day.weekday() == 5:
        return DayType.SATURDAY
    return DayType.SUNDAY if is_valley_day(day) or day == good_friday(day.year) else DayType.WORKING


@cache
def good_friday(year: int) -> date:
    """Return the Friday before Easter, by the anonymous Gregorian algorithm (Meeus, 1991)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leap, odd = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap - correction + 15) % 30
    quarter, remainder = divmod(rest, 4)
    weekday = (32 + 2 * odd + 2 * quarter - epact - remainder) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1) - timedelta(days=2)
