"""A model of the Iberian electricity market: plausible prices for any day."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from simulator.madrid import HOUR, QUARTER, local_hours, starts
from simulator.noise import noise, smooth_noise
from simulator.tolls import toll

type Series = dict[datetime, float]
"""Euros per megawatt-hour by the start of the slot, in UTC, oldest first."""

FIRST_DAY = date(2014, 1, 1)
QUARTERS_SINCE = date(2025, 10, 1)
NEGATIVE_SINCE = date(2024, 4, 1)

# What a year's average was like, and how much of the midday power its sun gave.
YEARS = [2014, 2019, 2020, 2021, 2022, 2023, 2024, 2026]
LEVELS = [52, 52, 36, 105, 165, 88, 66, 72]
SOLAR = [0.1, 0.2, 0.3, 0.4, 0.6, 0.85, 1.0, 1.1]

# The PVPC follows the spot market alone until 2023, then partly the futures.
SPOT_SHARE = {2024: 0.75, 2025: 0.6}
SPOT_SHARE_BEFORE, SPOT_SHARE_AFTER = 1.0, 0.45
LOSSES = 1.12
ADJUSTMENT_SERVICES = 14.0


def spot_step(day: date) -> timedelta:
    """Return how long the day's spot price lasts."""
    return QUARTER if day >= QUARTERS_SINCE else HOUR


def modelled_spot(day: date) -> Series:
    """Return a day's spot prices."""
    step = spot_step(day)
    slots = starts(day, step)
    hours = np.array(local_hours(slots)) + step / HOUR / 2
    weekend = day.weekday() >= 5
    winter = np.cos(2 * np.pi * (_day_of_year(day) - 15) / 365.25)
    spring = np.exp(-(((_day_of_year(day) - 115) / 40) ** 2))
    late = (1 - winter) / 2  # by Madrid's clocks the summer sun is late

    position = day.toordinal() + hours / 24
    wind = 0.6 * smooth_noise("wind", position / 3) + 0.4 * smooth_noise("wind", position)
    cloud = smooth_noise("cloud", position / 2)

    solar = _of_year(day, SOLAR) * (0.45 + 0.45 * spring + 0.15 * late) * (1 - 0.3 * cloud)
    shape = (
        1
        + (0.08 if weekend else 0.36) * _bump(hours, 8.2, 1.6)
        + 0.6 * _bump(hours, 20.1 + 1.3 * late, 2.1)
        - 0.16 * _bump(hours, 4.0, 3.0)
        - (1.3 if weekend else 0.95) * solar * _bump(hours, 13.6 + 1.4 * late, 3.9)
    )
    level = futures(day) * (0.88 if weekend else 1.0) * (1 - 0.4 * wind)
    jitter = noise("jitter", [int(slot.timestamp()) for slot in slots])
    prices = level * (shape + 0.03 * jitter) - 12 * spring * (1 + wind) * solar
    # Surplus power is given away; only a lot of it is paid to be taken.
    surplus = 0.03 * np.minimum(prices + 6, 0) if day >= NEGATIVE_SINCE else 0 * prices
    settled = np.where(prices > 0, prices, surplus)
    return {slot: _cents(price) for slot, price in zip(slots, settled, strict=True)}


def futures(day: date) -> float:
    """Return what the day was expected to cost, without its weather."""
    winter = np.cos(2 * np.pi * (_day_of_year(day) - 15) / 365.25)
    spring = np.exp(-(((_day_of_year(day) - 115) / 40) ** 2))
    return float(_of_year(day, LEVELS) * (1.08 + 0.08 * winter - 0.22 * spring))


def pvpc(day: date, spot: Series) -> Series:
    """Return the regulated tariff that follows from a day's spot prices."""
    share = SPOT_SHARE.get(
        day.year, SPOT_SHARE_BEFORE if day.year < min(SPOT_SHARE) else SPOT_SHARE_AFTER
    )
    fixed = (1 - share) * futures(day)
    return {
        hour: _cents(LOSSES * (share * price + fixed) + ADJUSTMENT_SERVICES + toll(hour))
        for hour, price in hourly(spot).items()
    }


def african(tariff: Series) -> Series:
    """Return the tariff of Ceuta and Melilla, whose tolls keep other hours."""
    return {
        hour: _cents(price - toll(hour) + toll(hour, african=True))
        for hour, price in tariff.items()
    }


def hourly(prices: Series) -> Series:
    """Return the mean of each hour."""
    return {
        hour: float(np.mean([prices[slot] for slot in slots]))
        for hour, slots in groupby(prices, lambda slot: slot.replace(minute=0))
    }


def _day_of_year(day: date) -> int:
    return day.timetuple().tm_yday


def _of_year(day: date, by_year: Sequence[float]) -> float:
    # Half a year back, because a year's value stands for its middle.
    return float(np.interp(day.year + _day_of_year(day) / 366 - 0.5, YEARS, by_year))


def _bump(hours: NDArray[np.float64], middle: float, width: float) -> NDArray[np.float64]:
    bump: NDArray[np.float64] = np.exp(-(((hours - middle) / width) ** 2))
    return bump


def _cents(price: float) -> float:
    return round(float(price), 2) + 0.0  # adding it turns -0.0 into 0.0
