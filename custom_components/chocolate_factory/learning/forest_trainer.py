"""What any trainer of forests offers, and how large a forest it grows."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .forest import Forest

type Check = Callable[[float], None]
"""Told the fraction done, 0 to 1; raises to cancel."""


class TrainerName(StrEnum):
    """Who grows forests."""

    SCIKIT_LEARN = "scikit-learn"
    NUMPY = "numpy"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestSettings:
    """How a forest is grown."""

    trees: int = 100
    depth: int = 14
    """The most questions from the root to a leaf."""
    leaf: int = 20
    """The fewest drawn rows in a leaf; a row that is drawn twice counts twice."""
    features: int = 5
    """How many features, drawn anew at every node, are tried there."""
    share: float = 1.0
    """How many rows are drawn for a tree, one by one, as a share of all."""
    seed: int = 0

    def draws(self, rows: int) -> int:
        """Return how many rows are drawn for a tree."""
        return max(round(self.share * rows), 1)


class ForestTrainer(Protocol):
    """Grows forests; rows are drawn with a probability that is proportional to their weight."""

    @property
    def name(self) -> TrainerName:
        """Return who this is."""

    def regression(
        self,
        inputs: NDArray[np.float64],
        targets: NDArray[np.float64],
        weights: NDArray[np.float64],
        *,
        names: tuple[str, ...],
        settings: ForestSettings,
        check: Check,
    ) -> Forest:
        """Return a forest for targets (n,) or (n, outputs) from inputs (n, f), NaN if missing."""

    def classification(
        self,
        inputs: NDArray[np.float64],
        classes: NDArray[np.int64],
        weights: NDArray[np.float64],
        *,
        count: int,
        names: tuple[str, ...],
        settings: ForestSettings,
        check: Check,
    ) -> Forest:
        """Return a forest whose outputs are the probabilities of the classes 0 to count - 1."""
