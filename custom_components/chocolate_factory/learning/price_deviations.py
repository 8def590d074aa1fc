"""Foretell how prices will differ from what is usual for the type of the day."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from .price_panel import LOOKBACK, Panel, running_mean, targets
from .price_profile import Profiles
from .price_ridge import Inputs, Regression

# In spreads: what was farther off counts as if it were no farther, and nothing farther is foretold.
_FARTHEST: Final = 3
# The mean price is ten times as large as what moves it, yet says less.
_LEVEL_SHARE: Final = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Deviations:
    """A ridge on deviations: where it has learned little, it expects what is usual."""

    regression: Regression
    is_lasting: bool
    """Whether what is usual is what was so for months, or for weeks."""

    @classmethod
    def fit(
        cls, panel: Panel, origins: NDArray[np.int64], *, penalty: float, is_lasting: bool
    ) -> Self:
        """Learn from the days after some origins."""
        usual = panel.lasting if is_lasting else panel.usual
        outputs = usual.deviations(origins, targets(origins), panel.grid.prices)
        np.clip(outputs, -_FARTHEST, _FARTHEST, out=outputs)
        inputs = _inputs(panel, usual, origins)
        return cls(Regression.fit(inputs, outputs, penalty=penalty), is_lasting)

    def predict(self, panel: Panel, origins: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the prices of the days after each origin in €/kWh, (leads, n, 24)."""
        usual = panel.lasting if self.is_lasting else panel.usual
        deviations = self.regression.predict(_inputs(panel, usual, origins))
        np.clip(deviations, -_FARTHEST, _FARTHEST, out=deviations)
        return usual.expected(origins, targets(origins)) + deviations * usual.spreads[origins, None]


def _inputs(panel: Panel, usual: Profiles, origins: NDArray[np.int64]) -> Inputs:
    """Return two days by the hour, two weeks by the day, the trend and the level."""
    tame = usual.tame
    lags = [usual.deviations(origins, origins - lag, tame) for lag in range(LOOKBACK)]
    day = tame.mean(axis=1)
    week, month, season = (running_mean(day, days)[origins] for days in (7, 28, 90))
    spreads = usual.spreads[origins]
    level = _LEVEL_SHARE * usual.expected(origins, targets(origins)).mean(axis=2) / spreads
    return panel.inputs(
        origins,
        *lags[:2],
        np.stack([lag.mean(axis=1) for lag in lags], axis=1),
        np.stack([week - month, month - season], axis=1) / spreads[:, None],
        level[..., None],
    )
