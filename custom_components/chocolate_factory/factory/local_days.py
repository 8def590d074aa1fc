"""Slots by the local days they are in, and what prices are worth among those of their time."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Of a day or a week, so much has to have a price; of less, nothing is said.
_ENOUGH: Final = 0.5
_WEEK: Final = 7
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True, eq=False)
class LocalDays:
    """The local days of n slots, oldest first; days and slots may be missing."""

    positions: NDArray[np.int64]
    """Of each slot the day, counted from that of the first."""
    seconds: NDArray[np.int64]
    """How long each slot lasts."""

    @classmethod
    def of(cls, days: NDArray[np.int64], seconds: NDArray[np.int64]) -> LocalDays:
        """Return the days of slots, told by any running number of the day."""
        return cls(days - days[:1], seconds)

    def ranks(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return of each price the share of its day's time that is cheaper, 0 to 1.

        What costs the same counts half. NaN where there is no price, and on days with a price for
        less than half of them.
        """
        # By day, and by price within it; NaN comes last. NumPy sorts 16 bits many times as quickly
        # as 64, and they are enough for 179 years.
        order = np.argsort(prices)
        order = order[np.argsort(self.positions[order].astype(np.uint16), kind="stable")]
        day, price = self.positions[order], prices[order]
        weight = np.where(np.isnan(price), 0, self.seconds[order])
        known = np.bincount(day, weight)
        passed = np.cumsum(weight) - weight
        is_new = np.ones(len(order), dtype=np.bool_)
        is_new[1:] = (price[1:] != price[:-1]) | (day[1:] != day[:-1])
        firsts = np.flatnonzero(is_new)
        of_group = np.diff(np.append(passed[firsts], weight.sum()))
        group = np.cumsum(is_new) - 1
        before_day = (np.cumsum(known) - known)[day]
        with np.errstate(invalid="ignore"):
            share = (passed[firsts][group] - before_day + of_group[group] / 2) / known[day]
        is_said = ~np.isnan(price) & (known[day] >= _ENOUGH * _DAY)
        ranks: NDArray[np.float64] = np.empty(len(prices))
        ranks[order] = np.where(is_said, share, np.nan)
        return ranks

    def trailing_means(
        self, published: NDArray[np.float64], *, lead: int = 0
    ) -> NDArray[np.float64]:
        """Return for each slot the mean price of the last week of which prices are published.

        It ends with the day `lead` days before that of the slot, or with the last day that is
        published, if that is earlier. Weighted by time; NaN where less than half of it is known.
        """
        is_known = ~np.isnan(published)
        weight = np.where(is_known, self.seconds, 0)
        known = np.bincount(self.positions, weight)
        spent = np.bincount(self.positions, np.where(is_known, published, 0) * weight)
        days = np.flatnonzero(known >= _ENOUGH * _DAY)
        if not len(days):
            return np.full(len(published), np.nan)
        # Everything that was known or spent before each day, with a week of nothing in front.
        ends = np.clip(np.arange(len(known)) - lead, -1, days[-1]) + _WEEK + 1
        known, spent = (np.cumsum(np.append(np.zeros(_WEEK + 1), sums)) for sums in (known, spent))
        time = known[ends] - known[ends - _WEEK]
        with np.errstate(invalid="ignore", divide="ignore"):
            means: NDArray[np.float64] = (spent[ends] - spent[ends - _WEEK]) / time
        means[time < _ENOUGH * _WEEK * _DAY] = np.nan
        of_slots: NDArray[np.float64] = means[self.positions]
        return of_slots
