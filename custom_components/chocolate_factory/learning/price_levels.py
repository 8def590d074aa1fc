"""Foretell prices from those of the days before, without an idea of what is usual."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from .price_panel import LOOKBACK, Panel, running_mean, targets
from .price_ridge import Inputs, Regression

_FARTHEST: Final = 5
# Of a normal distribution the standard deviation, in median distances from the median.
_NORMAL: Final = 1.4826
# €/kWh: prices that hardly move at all are still not divided by nothing.
_LEAST_SCALE: Final = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """A ridge on prices, on a scale that tames their tails.

    The scale is the inverse hyperbolic sine of the standardised price (Uniejewski, Weron, Ziel:
    Variance stabilizing transformations for electricity spot price forecasting, 2018).
    """

    regression: Regression
    centre: float
    """The median price, €/kWh."""
    scale: float
    """The usual distance from it, €/kWh."""

    @classmethod
    def fit(cls, panel: Panel, origins: NDArray[np.int64], *, penalty: float) -> Self:
        """Learn from the days after some origins."""
        prices = panel.usual.tame[origins]
        centre = float(np.median(prices))
        scale = max(_NORMAL * float(np.median(np.abs(prices - centre))), _LEAST_SCALE)
        outputs = np.arcsinh((panel.grid.prices[targets(origins)] - centre) / scale)
        inputs = _inputs(panel, origins, centre, scale)
        return cls(Regression.fit(inputs, outputs, penalty=penalty), centre, scale)

    def predict(self, panel: Panel, origins: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the prices of the days after each origin in €/kWh, (leads, n, 24)."""
        outputs = self.regression.predict(_inputs(panel, origins, self.centre, self.scale))
        np.clip(outputs, -_FARTHEST, _FARTHEST, out=outputs)
        return np.sinh(outputs) * self.scale + self.centre


def _inputs(panel: Panel, origins: NDArray[np.int64], centre: float, scale: float) -> Inputs:
    """Return days by the hour, two weeks by the day, extremes and the level of a month."""
    prices = np.arcsinh((panel.usual.tame - centre) / scale)
    day = prices.mean(axis=1)
    last = prices[origins]
    return panel.inputs(
        origins,
        last,
        prices[origins - 1],
        prices[origins - 6],
        # The same day of the week before.
        prices[targets(origins) - 7],
        np.stack([day[origins - lag] for lag in range(LOOKBACK)], axis=1),
        np.stack([last.min(axis=1), last.max(axis=1), running_mean(day, 28)[origins]], axis=1),
    )
