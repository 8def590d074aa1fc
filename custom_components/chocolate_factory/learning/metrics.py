"""How near predictions come to what happened."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..factory.recommendation import Recommendation

CLASSES: Final = len(Recommendation)
_BINS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFigures:
    """How near predicted scores came."""

    r2: float
    """The part of the variance that was foreseen: 1 is all, 0 no more than the mean does."""
    mae: float
    """How many points they were off."""
    spearman: float
    """How well their order was, -1 to 1."""

    @classmethod
    def of(cls, truth: NDArray[np.float64], predicted: NDArray[np.float64]) -> ScoreFigures:
        """Return the figures of predictions, (n,)."""
        error = predicted - truth
        variance = float(np.var(truth))
        return cls(
            r2=1 - float(np.mean(error**2)) / variance if variance else 0.0,
            mae=float(np.mean(np.abs(error))),
            spearman=_correlation(_ranks(truth), _ranks(predicted)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFigures:
    """How often predicted classes were right."""

    accuracy: float
    """How often, 0 to 1."""
    macro_f1: float
    """The mean over the classes of the harmonic mean of precision and recall."""
    confusion: tuple[tuple[int, ...], ...]
    """How many hours of each class, in turn, were called each."""
    calibration_error: float | None = None
    """How far the probabilities of what was said are from how often it was right, 0 to 1."""

    @classmethod
    def of(
        cls,
        truth: NDArray[np.int8],
        predicted: NDArray[np.int8],
        confidence: NDArray[np.float64] | None = None,
    ) -> ClassFigures:
        """Return the figures of predictions, (n,), and of the confidence in them."""
        table = confusion(truth, predicted)
        right = np.diag(table)
        both = table.sum(axis=0) + table.sum(axis=1)
        return cls(
            accuracy=float(right.sum() / max(table.sum(), 1)),
            macro_f1=float(np.mean(2 * right[both > 0] / both[both > 0])) if both.any() else 0.0,
            confusion=tuple(tuple(int(cell) for cell in row) for row in table),
            calibration_error=(
                None if confidence is None else _calibration_error(truth == predicted, confidence)
            ),
        )


def confusion(truth: NDArray[np.int8], predicted: NDArray[np.int8]) -> NDArray[np.int64]:
    """Return how many of each class were called each, (4, 4)."""
    cells = truth.astype(np.int64) * CLASSES + predicted
    return np.bincount(cells, minlength=CLASSES**2).reshape(CLASSES, CLASSES)


def _calibration_error(is_right: NDArray[np.bool_], confidence: NDArray[np.float64]) -> float:
    """Return the mean distance between confidence and its truth, in bins of a tenth.

    Naeini, Cooper and Hauskrecht, Obtaining Well Calibrated Probabilities, AAAI 2015.
    """
    bins = np.minimum((confidence * _BINS).astype(np.int64), _BINS - 1)
    apart = np.bincount(bins, is_right - confidence, minlength=_BINS)
    return float(np.abs(apart).sum() / max(len(confidence), 1))


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the ranks of values; equal ones share theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: NDArray[np.float64] = (ends - (counts - 1) / 2)[inverse]
    return ranks


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    if not (np.ptp(one) and np.ptp(other)):
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
