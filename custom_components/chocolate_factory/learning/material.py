"""What training is made from: a factory's history, and how it becomes a past by the hour."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..factory.comfort import ComfortLimits
from ..factory.conditions import HourlyAir
from ..factory.contract import Contract
from ..factory.outcome import Outcome
from ..factory.score import REACH
from .foreseen import Foreseen
from .past import DAY, HOUR, LEADS, Past
from .price_forecast import PriceHistory, TooLittleHistoryError, backtest
from .price_walk import Check


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Material:
    """All that is kept about one factory."""

    contract: Contract
    limits: ComfortLimits
    market: PriceHistory | None
    """The published prices that the contract follows; None if it follows no market."""
    air: HourlyAir
    """As measured, by the hour."""
    foreseen: Foreseen = field(default_factory=Foreseen.nothing)
    """As it was forecast, as far as that was kept."""
    outcomes: Sequence[Outcome]


def past_of(material: Material, check: Check) -> Past:
    """Return the hours of a history; raises TooLittleHistoryError when there are too few.

    Prices that had to be forecast are forecast anew, from what was known then: that takes seconds.
    """
    starts, market, forecasts = _market(material, check)
    contract = material.contract
    return Past(
        starts=starts,
        price=contract.all_in(starts, market),
        forecasts=np.stack([contract.all_in(starts, row) for row in forecasts]),
        air=material.air.at(starts),
        foreseen=material.foreseen,
        calendar=contract.calendar,
        limits=material.limits,
        outcomes=tuple(material.outcomes),
    )


def _market(
    material: Material, check: Check
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the hours, (n,), their prices on the market, and those forecast at leads 1 to 7."""
    if material.market is None or material.contract.market is None:
        # A price that is agreed is known at all times.
        count = len(material.air.air.temperature)
        unknown = np.full((LEADS - 1, count), np.nan)
        return material.air.start + HOUR * np.arange(count), unknown[0], unknown
    history = material.market
    if not len(history.starts):
        raise TooLittleHistoryError("no prices")
    first, end = int(history.starts[0]) // HOUR, int(history.starts[-1]) // HOUR + 1
    hour = history.starts // HOUR - first
    seconds = np.bincount(hour, history.seconds, end - first)
    spent = np.bincount(hour, history.seconds * history.prices, end - first)
    with np.errstate(invalid="ignore"):
        market = np.where(seconds > 0, spent / seconds, np.nan)
    # Without the weather that drives the price: what was forecast of that is not known, and with
    # what came of it instead, forecasts would look better than they could have been.
    tested = backtest(history, material.contract.market, first=first * HOUR, check=check)
    forecasts = np.full((LEADS - 1, end - first), np.nan)
    at = tested.starts // HOUR - first
    inside = (at >= 0) & (at < end - first)
    forecasts[:, at[inside]] = tested.middle[:, inside]
    delay = int(material.contract.delay.total_seconds())
    return HOUR * np.arange(first, end) + delay, market, forecasts


def labelled_days(material: Material) -> tuple[int, int] | None:
    """Return the first and the last day that have turned out, by their number since 1970-01-01."""
    contract, air = material.contract, material.air
    starts = air.start + HOUR * np.arange(len(air.air.temperature))
    known = np.isfinite(air.air.temperature) & np.isfinite(air.air.humidity)
    end = int(starts[-1]) if len(starts) else 0
    if contract.market is not None:
        if material.market is None or not len(material.market.starts):
            return None
        priced = material.market.starts + int(contract.delay.total_seconds())
        known &= np.isin(starts, priced // HOUR * HOUR)
        end = int(priced[-1])
    turned_out = starts[known & (starts <= end - REACH)]
    if not len(turned_out):
        return None
    return int(turned_out[0]) // DAY, int(turned_out[-1]) // DAY
