"""The calendar of the Spanish access tariffs: which period is in force, when, and where.

Source: CNMC Circular 3/2020, article 7 (BOE-A-2020-1066), in force since 2021-06-01.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from .clock import wall_seconds

# The wholesale market keeps the time of Madrid, also for the islands.
MARKET_TIME_ZONE = ZoneInfo("Europe/Madrid")


class Zone(StrEnum):
    """The parts of Spain with a tariff calendar of their own."""

    PENINSULA = "peninsula"
    BALEARICS = "balearics"
    CANARIES = "canaries"
    CEUTA = "ceuta"
    MELILLA = "melilla"

    @property
    def time_zone(self) -> ZoneInfo:
        """Return the time zone in which the tariff counts its hours."""
        return _CANARY_TIME_ZONE if self is Zone.CANARIES else MARKET_TIME_ZONE


class AccessTariff(StrEnum):
    """The tariff of the grid connection: low voltage up to 15 kW, above it, and high voltage."""

    T2_0TD = "2_0td"
    T3_0TD = "3_0td"
    T6_XTD = "6_xtd"

    @property
    def periods(self) -> tuple[Period, ...]:
        """Return the energy periods that the tariff knows, the dearest first."""
        return tuple(Period)[:3] if self is AccessTariff.T2_0TD else tuple(Period)


class Period(StrEnum):
    """A tariff period, the dearest first."""

    P1 = "p1"
    P2 = "p2"
    P3 = "p3"
    P4 = "p4"
    P5 = "p5"
    P6 = "p6"


_CANARY_TIME_ZONE = ZoneInfo("Atlantic/Canary")

# Nationwide holidays with a fixed date that the regions cannot move, and Epiphany, as (month, day).
# Good Friday is not among them: its date moves.
_HOLIDAYS = frozenset(
    {(1, 1), (1, 6), (5, 1), (8, 15), (10, 12), (11, 1), (12, 6), (12, 8), (12, 25)}
)

# The hours of a working day, one letter each: valley, shoulder, peak.
_EARLY_2_0TD = "v" * 8 + "s" * 2 + "p" * 4 + "s" * 4 + "p" * 4 + "s" * 2
_LATE_2_0TD = "v" * 8 + "s" * 3 + "p" * 4 + "s" * 4 + "p" * 4 + "s" * 1
_HOURS_2_0TD = {
    Zone.PENINSULA: _EARLY_2_0TD,
    Zone.BALEARICS: _EARLY_2_0TD,
    Zone.CANARIES: _EARLY_2_0TD,
    Zone.CEUTA: _LATE_2_0TD,
    Zone.MELILLA: _LATE_2_0TD,
}
_PENINSULA_3_0TD = "v" * 8 + "s" * 1 + "p" * 5 + "s" * 4 + "p" * 4 + "s" * 2
_ISLANDS_3_0TD = "v" * 8 + "s" * 2 + "p" * 5 + "s" * 3 + "p" * 4 + "s" * 2
_AFRICA_3_0TD = "v" * 8 + "s" * 2 + "p" * 5 + "s" * 4 + "p" * 4 + "s" * 1
_HOURS_3_0TD = {
    Zone.PENINSULA: _PENINSULA_3_0TD,
    Zone.BALEARICS: _ISLANDS_3_0TD,
    Zone.CANARIES: _ISLANDS_3_0TD,
    Zone.CEUTA: _AFRICA_3_0TD,
    Zone.MELILLA: _AFRICA_3_0TD,
}

# For every season of a zone: its months, and the period of its peak and of its shoulder hours.
_SEASONS: dict[Zone, tuple[tuple[tuple[int, ...], Period, Period], ...]] = {
    Zone.PENINSULA: (
        ((1, 2, 7, 12), Period.P1, Period.P2),
        ((3, 11), Period.P2, Period.P3),
        ((6, 8, 9), Period.P3, Period.P4),
        ((4, 5, 10), Period.P4, Period.P5),
    ),
    Zone.BALEARICS: (
        ((6, 7, 8, 9), Period.P1, Period.P2),
        ((5, 10), Period.P2, Period.P3),
        ((1, 2, 12), Period.P3, Period.P4),
        ((3, 4, 11), Period.P4, Period.P5),
    ),
    Zone.CANARIES: (
        ((7, 8, 9, 10), Period.P1, Period.P3),
        ((11, 12), Period.P2, Period.P3),
        ((1, 2, 3), Period.P2, Period.P4),
        ((4, 5, 6), Period.P4, Period.P5),
    ),
    Zone.CEUTA: (
        ((1, 2, 8, 9), Period.P1, Period.P4),
        ((7, 10), Period.P2, Period.P3),
        ((3, 11, 12), Period.P2, Period.P4),
        ((4, 5, 6), Period.P3, Period.P5),
    ),
    Zone.MELILLA: (
        ((1, 7, 8, 9), Period.P1, Period.P2),
        ((2, 12), Period.P2, Period.P3),
        ((6, 10, 11), Period.P3, Period.P4),
        ((3, 4, 5), Period.P4, Period.P5),
    ),
}


def is_valley_day(day: date) -> bool:
    """Tell whether the cheapest period lasts the whole day: weekends and fixed holidays."""
    return day.weekday() >= 5 or (day.month, day.day) in _HOLIDAYS


def valley_days(days: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell of days, numbered since 1970-01-01, which are valley days."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    in_year = 100 * (months.astype(np.int64) % 12 + 1) + (dates - months).astype(np.int64) + 1
    # 1970-01-01 was a Thursday.
    is_weekend = (days + 3) % 7 >= 5
    return is_weekend | np.isin(in_year, [100 * month + day for month, day in _HOLIDAYS])


@dataclass(frozen=True, slots=True)
class TariffCalendar:
    """The energy periods of one access tariff in one zone."""

    tariff: AccessTariff
    zone: Zone

    def period(self, at: datetime) -> Period:
        """Return the period in force at an aware instant."""
        local = at.astimezone(self.zone.time_zone)
        if is_valley_day(local):
            return self.tariff.periods[-1]
        return _working_day(self.tariff, self.zone, local.month)[local.hour]

    def periods(self, starts: NDArray[np.int64]) -> NDArray[np.int8]:
        """Return the periods in force at Unix seconds, as positions in `Period`."""
        hours = wall_seconds(starts, self.zone.time_zone) // 3600
        days = hours // 24
        months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
        in_force = _positions(self.tariff, self.zone)[months, hours % 24]
        in_force[valley_days(days)] = len(self.tariff.periods) - 1
        return in_force

    def next_change(self, at: datetime) -> datetime:
        """Return the first instant after `at` at which another period is in force, in UTC."""
        now = self.period(at)
        # The longest stay is a weekend beside holidays, as over New Year: always under ten days.
        return next(hour for hour in _hours_after(at) if self.period(hour) != now)


@cache
def _working_day(tariff: AccessTariff, zone: Zone, month: int) -> tuple[Period, ...]:
    """Return the periods of the 24 hours of a working day."""
    if tariff is AccessTariff.T2_0TD:
        hours, peak, shoulder = _HOURS_2_0TD[zone], Period.P1, Period.P2
    else:
        hours = _HOURS_3_0TD[zone]
        peak, shoulder = next(periods for months, *periods in _SEASONS[zone] if month in months)
    named = {"p": peak, "s": shoulder, "v": tariff.periods[-1]}
    return tuple(named[hour] for hour in hours)


@cache
def _positions(tariff: AccessTariff, zone: Zone) -> NDArray[np.int8]:
    """Return the periods of the working days of each month, (12, 24), as positions in `Period`."""
    order = list(Period)
    return np.array(
        [
            [order.index(period) for period in _working_day(tariff, zone, month)]
            for month in range(1, 13)
        ],
        dtype=np.int8,
    )


def local_day(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return where a local day begins and ends, in UTC: 23, 24 or 25 hours apart."""
    start, end = (
        datetime.combine(midnight, time(), zone).astimezone(UTC)
        for midnight in (day, day + timedelta(days=1))
    )
    return start, end


def _hours_after(at: datetime) -> Iterator[datetime]:
    """Yield the full hours after an instant, in UTC."""
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while True:
        hour += timedelta(hours=1)
        yield hour
