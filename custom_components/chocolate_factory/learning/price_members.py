"""The members of the forecast: each foretells the hours of seven days in its own way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from .price_deviations import Deviations
from .price_levels import Levels
from .price_panel import LEADS, LOOKBACK, Panel, targets

YEAR: Final = 365
# What is older says nothing about the market of today.
_LONGEST: Final = 3 * YEAR
# With fewer days to learn from, a regression on prices diverges.
_LEAST_DAYS: Final = 45


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Members:
    """Those that a history is long enough for; what is usual is foretold in any case."""

    deviations: Deviations | None = None
    """Of up to three years."""
    recent: Deviations | None = None
    """Of the last year."""
    levels: Levels | None = None

    @classmethod
    def fit(cls, panel: Panel, end: int, tick: Callable[[], None]) -> Self:
        """Learn from the days before a position in the panel; `tick` raises to cancel."""
        origins = np.arange(max(LOOKBACK, end - _LONGEST), end - LEADS)
        whole = np.logical_and.reduce(panel.grid.known, axis=1)
        origins = origins[whole[targets(origins)].all(axis=0)]
        if len(origins) < _LEAST_DAYS:
            return cls()
        if len(origins) < YEAR:
            return cls(recent=_recent(panel, origins))
        recent = _recent(panel, origins[-YEAR:])
        tick()
        deviations = Deviations.fit(panel, origins, penalty=100, is_lasting=True)
        tick()
        levels = Levels.fit(panel, origins, penalty=30)
        tick()
        return cls(deviations=deviations, recent=recent, levels=levels)

    def predict(self, panel: Panel, origins: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what each foretells in €/kWh, (members, leads, n, 24); NaN by who is missing."""
        usual = panel.usual.expected(origins, targets(origins))
        missing = np.full(usual.shape, np.nan)
        return np.stack(
            [
                usual,
                *(
                    missing if member is None else member.predict(panel, origins)
                    for member in (self.deviations, self.recent, self.levels)
                ),
            ]
        )


def _recent(panel: Panel, origins: NDArray[np.int64]) -> Deviations:
    """Learn from few days: nearly nothing that is not clear."""
    return Deviations.fit(panel, origins, penalty=1000, is_lasting=False)
