"""Weigh the members of the forecast by how good they were lately, and say how sure it is."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from .price_grid import DAY_HOURS
from .price_panel import LEADS

MEMBERS: Final = 4
# Days after which an error counts half.
_MEMORY: Final = 30
_SPREAD_MEMORY: Final = 20
# A member is heard after so many days.
_TRIAL: Final = 7
_SHARPNESS: Final = 6
# The share of prices that may be below the band, and above it.
_TAIL: Final = 0.1
# How far the band moves, in spreads, on a day that is all beyond it.
_STEP: Final = 0.15
_HOUR_STEP: Final = 0.05
# Where the tails of a normal distribution begin, in mean distances from its middle.
_START: Final = 1.6
_LEAST_MARGIN: Final = 0.1
_LEAST_SPREAD: Final = 1e-5
_FARTHEST: Final = 8
# Of what was off so much is put right the next day, half as much at each further lead, and so much
# of what was put right stays so.
_PUT_RIGHT: Final = 0.04 * 0.5 ** np.arange(LEADS)[:, None]
_STAYING: Final = 0.9


@dataclass(slots=True, eq=False, kw_only=True)
class Tracker:
    """What the errors up to a day teach; it is updated day by day.

    The band is adaptive conformal: where too many prices are beyond it, it becomes wider, where
    too few, narrower (Gibbs, Candès, 2021; Angelopoulos, Candès, Tibshirani, 2023).
    """

    errors: NDArray[np.float64]
    """Faded sums of the mean absolute errors in €/kWh, (members, leads)."""
    weights: NDArray[np.float64]
    """The faded numbers of days in them."""
    spread: NDArray[np.float64]
    """The usual error of the forecast in €/kWh, (leads, 24)."""
    margins: NDArray[np.float64]
    """How far the band reaches below and above the forecast, in spreads, (2, leads, 24)."""
    drift: NDArray[np.float64]
    """What is added to the members' forecast, since prices were higher of late, (leads, 24)."""

    @classmethod
    def start(cls, spread: float) -> Self:
        """Begin with what is usual, and with a band for errors of some size."""
        return cls(
            errors=np.zeros((MEMBERS, LEADS)),
            weights=np.zeros((MEMBERS, LEADS)),
            spread=np.full((LEADS, DAY_HOURS), max(spread, _LEAST_SPREAD)),
            margins=np.full((2, LEADS, DAY_HOURS), _START),
            drift=np.zeros((LEADS, DAY_HOURS)),
        )

    def copy(self) -> Tracker:
        """Return one that can learn without changing this one."""
        return Tracker(
            errors=self.errors.copy(),
            weights=self.weights.copy(),
            spread=self.spread.copy(),
            margins=self.margins.copy(),
            drift=self.drift.copy(),
        )

    def issue(self, foretold: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return low, middle and high of what members foretell, (members, leads, 24)."""
        heard = np.isfinite(foretold[:, :, 0]) & (self.weights >= _TRIAL)
        # What is usual can be foretold even before there is any error to judge it by.
        heard[0] |= ~heard.any(axis=0)
        errors = np.maximum(self.errors / np.maximum(self.weights, 1), _LEAST_SPREAD)
        best = np.where(heard, errors, np.inf).min(axis=0)
        shares = np.where(heard, (best / errors) ** _SHARPNESS, 0)
        shares /= shares.sum(axis=0)
        middle = (np.nan_to_num(foretold) * shares[:, :, None]).sum(axis=0) + self.drift
        below, above = self.margins * self.spread
        return np.stack([middle - below, middle, middle + above])

    def learn(
        self,
        foretold: NDArray[np.float64],
        issued: NDArray[np.float64],
        actual: NDArray[np.float64],
    ) -> None:
        """Learn from a day what was foretold (members, leads, 24) and issued (3, leads, 24) for it.

        Both are NaN at leads at which nothing was; so are prices (24,) that are not known.
        """
        known = np.isfinite(actual)
        if not known.any():
            return
        told = np.isfinite(foretold[:, :, 0])
        off = np.abs(foretold[:, :, known] - actual[known]).mean(axis=2)
        fade = 0.5 ** (1 / _MEMORY)
        self.errors = np.where(told, self.errors * fade + off, self.errors)
        self.weights = np.where(told, self.weights * fade + 1, self.weights)

        hours = np.isfinite(issued[1]) & known
        error = np.clip(actual - issued[1], -_FARTHEST * self.spread, _FARTHEST * self.spread)
        self.drift = np.where(hours, _STAYING * self.drift + _PUT_RIGHT * error, self.drift)
        step = 1 - 0.5 ** (1 / _SPREAD_MEMORY)
        self.spread += np.where(hours, step * (np.abs(error) - self.spread), 0)
        np.maximum(self.spread, _LEAST_SPREAD, out=self.spread)
        beyond = np.stack([actual < issued[0], actual > issued[2]]) - _TAIL
        beyond = np.where(hours, beyond, 0)
        count = np.maximum(hours.sum(axis=1), 1)
        self.margins += _STEP * (beyond.sum(axis=2) / count)[:, :, None] + _HOUR_STEP * beyond
        np.maximum(self.margins, _LEAST_MARGIN, out=self.margins)
