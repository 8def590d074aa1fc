"""Reckon the regulated price from the spot price while the real one cannot be had."""

from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .prices import PriceCurve, PriceSlot
from .series import Source
from .tariff import Period, TariffCalendar

# With less there may be no weekend or no working day to learn from.
MINIMUM_HISTORY: Final = timedelta(days=3)

_HOUR = timedelta(hours=1)


def estimate_pvpc(
    spot: PriceCurve, known_spot: PriceCurve, known_pvpc: PriceCurve, calendar: TariffCalendar
) -> PriceCurve:
    """Return hourly prices for the full hours of `spot`, marked as estimated.

    PVPC is the spot price in part (the rest follows futures), grossed up for losses, plus tolls
    and charges per period. The share and the sum of the rest are fitted by least squares to the
    hours for which both prices are known, so no table of tolls can be out of date. Hours of a
    period that these do not show are left out, and all of them with less than three days known.

    Mean absolute error with seven days known: 5.3 €/MWh from 2023, 7.0 from 2024, to March 2025.
    """
    spot_of = _by_hour(known_spot)
    pvpc_of = _by_hour(known_pvpc)
    known = sorted(spot_of.keys() & pvpc_of.keys())
    if len(known) < MINIMUM_HISTORY // _HOUR:
        return PriceCurve()
    shown = sorted({calendar.period(hour) for hour in known})
    fit, *_ = np.linalg.lstsq(
        _inputs({hour: spot_of[hour] for hour in known}, calendar, shown),
        np.array([pvpc_of[hour] for hour in known]),
    )
    wanted = {
        hour: price for hour, price in _by_hour(spot).items() if calendar.period(hour) in shown
    }
    return PriceCurve(
        tuple(
            PriceSlot(hour, hour + _HOUR, float(price), Source.ESTIMATE)
            for hour, price in zip(wanted, _inputs(wanted, calendar, shown) @ fit, strict=True)
        )
    )


def _by_hour(curve: PriceCurve) -> dict[datetime, float]:
    """Return the mean price of every hour that the curve covers, oldest first."""
    starts = dict.fromkeys(slot.start.replace(minute=0, second=0, microsecond=0) for slot in curve)
    hours = {start: curve.between(start, start + _HOUR) for start in starts}
    return {
        start: hour.mean
        for start, hour in hours.items()
        if hour.mean is not None and hour.covers(start, start + _HOUR)
    }


def _inputs(
    spot: dict[datetime, float], calendar: TariffCalendar, shown: list[Period]
) -> NDArray[np.float64]:
    """Return a row an hour: the spot price, and a one in the column of the hour's period."""
    rows = [
        [price, *(calendar.period(hour) is period for period in shown)]
        for hour, price in spot.items()
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, 1 + len(shown))
