"""The price of electricity in the week after the last published one, with its uncertainty."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ..factory.series import Series
from .price_backtest import Backtest, backtest
from .price_drivers import Drivers, useful_drivers
from .price_grid import PriceHistory, TooLittleHistoryError, laid_out
from .price_members import Members
from .price_panel import LEADS, Panel
from .price_quarters import QUARTER, quarter_shapes
from .price_slots import Slots
from .price_tracker import Tracker
from .price_walk import FIRST_ORIGIN, Check, follow, go_on, walk

__all__ = [
    "Backtest",
    "Drivers",
    "PriceForecast",
    "PriceForecaster",
    "PriceHistory",
    "TooLittleHistoryError",
    "backtest",
]

# Days on which members and band are tried before they are put to work.
_TRIAL_DAYS: Final = 112
# The share of the work that this is.
_TRIAL_SHARE: Final = 0.7
# Days of the past that a forecast looks at.
_LOOK_BACK_DAYS: Final = 120
# Days of the past that a fit looks at: three years, and what is needed to begin with.
_LEARNED_DAYS: Final = 3 * 365 + _TRIAL_DAYS + 60


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PriceForecast:
    """Prices of the slots after the last published one, oldest first, in €/kWh."""

    series: Series
    known_until: int
    """Unix seconds: where the last published slot ends."""
    starts: NDArray[np.int64]
    """Unix seconds."""
    seconds: NDArray[np.int64]
    low: NDArray[np.float64]
    middle: NDArray[np.float64]
    high: NDArray[np.float64]
    """The 10, 50 and 90 % quantiles."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PriceForecaster:
    """A forecaster that has seen a history; it holds nothing but arrays."""

    series: Series
    fitted: int
    """The number of the last day that it learned from, counted from 1970-01-01."""
    names: tuple[str, ...]
    """The drivers that it looks at."""
    members: Members
    tracker: Tracker

    @classmethod
    def fit(
        cls,
        history: PriceHistory,
        series: Series,
        drivers: Drivers | None = None,
        *,
        check: Check = go_on,
    ) -> Self:
        """Learn from a history; raises TooLittleHistoryError when it is shorter than two weeks.

        `check` is told the share that is done, and raises to cancel.
        """
        names = useful_drivers(drivers)
        panel = Panel.of(laid_out(history.last(_LEARNED_DAYS)), drivers, names)
        first = max(FIRST_ORIGIN, len(panel.grid) - _TRIAL_DAYS)
        tried = walk(panel, first, lambda done: check(done * _TRIAL_SHARE))
        members = Members.fit(panel, len(panel.grid), lambda: check(_TRIAL_SHARE))
        check(1)
        return cls(
            series=series,
            fitted=panel.grid.first + len(panel.grid) - 1,
            names=names,
            members=members,
            tracker=tried.tracker,
        )

    def forecast(
        self, history: PriceHistory, drivers: Drivers | None = None, *, days: int = LEADS
    ) -> PriceForecast:
        """Return the prices of the local days after the last one that is published as a whole.

        What the newest days taught is taken into account.
        """
        known_until = int(history.starts[-1] + history.seconds[-1])
        recent = history.last(_LOOK_BACK_DAYS)
        grid = laid_out(recent)
        panel = Panel.of(grid, drivers, self.names)
        new = self.fitted + 1 - grid.first
        first = min(max(new - LEADS, FIRST_ORIGIN), len(grid) - 1)
        foretold = self.members.predict(panel, np.arange(first, len(grid)))
        issued = follow(panel, self.tracker.copy(), foretold, first, new)[:, :, -1]

        length = int(history.seconds[-1])
        slots = Slots.of(grid.first + len(grid), days, length)
        prices = issued[:, slots.days, slots.hours]
        if length == QUARTER:
            shapes = quarter_shapes(recent, grid, panel.types)[-1]
            kinds = panel.types[len(grid) + slots.days]
            prices = prices + shapes[kinds, slots.hours, slots.parts]
        ahead = slots.starts >= known_until
        low, middle, high = prices[:, ahead]
        return PriceForecast(
            series=self.series,
            known_until=known_until,
            starts=slots.starts[ahead],
            seconds=np.full(len(middle), length),
            low=low,
            middle=middle,
            high=high,
        )
