"""Where to split nodes: the edge of a feature's bins that parts each best."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .bins import BINS

type _Sums = NDArray[np.float64]

CELLS: Final = BINS + 1
"""The cells of a node: one for each bin, and one for missing values."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Splits:
    """The best split of each of some nodes."""

    gain: _Sums
    """How much less the targets vary on both sides, but for a factor a node, (nodes,)."""
    bin: NDArray[np.int64]
    """The highest bin that goes left, (nodes,)."""
    missing_left: NDArray[np.bool_]
    """Whether missing values go left, (nodes,)."""
    left: _Sums
    """The weight that goes left and the sum of every output, (1 + outputs, nodes)."""

    @classmethod
    def best(cls, sums: _Sums, leaf: int) -> Splits:
        """Return the splits by one feature that leave a least weight on both sides.

        Given are the weights and the sums of every output in all cells, (1 + outputs, nodes ·
        CELLS).
        """
        cells = sums.reshape(len(sums), -1, CELLS)
        left, missing = np.cumsum(cells[..., :BINS], axis=-1), cells[..., BINS]
        total = left[..., -1] + missing
        gain = _gain(left, total, leaf)
        nodes, at = np.arange(len(gain)), gain.argmax(axis=-1)
        best = gain[nodes, at]
        # What was never missing in training goes with the majority, as in scikit-learn.
        missing_left = left[0, nodes, at] * 2 > total[0]
        if missing[0].any():
            other = _gain(left + missing[..., None], total, leaf)
            at_other = other.argmax(axis=-1)
            best_other = other[nodes, at_other]
            missing_left = np.where(missing[0] > 0, best_other > best, missing_left)
            at = np.where(best_other > best, at_other, at)
            best = np.maximum(best, best_other)
        return cls(
            gain=best,
            bin=_halfway(left[0], nodes, at),
            missing_left=missing_left,
            left=left[:, nodes, at] + missing * missing_left,
        )

    @classmethod
    def joined(cls, parts: Sequence[Splits]) -> Splits:
        """Return the splits of nodes, and then those of other nodes."""
        return cls(
            gain=np.concatenate([part.gain for part in parts]),
            bin=np.concatenate([part.bin for part in parts]),
            missing_left=np.concatenate([part.missing_left for part in parts]),
            left=np.concatenate([part.left for part in parts], axis=1),
        )

    def at(self, nodes: NDArray[np.bool_] | NDArray[np.int64]) -> Splits:
        """Return the splits of some nodes."""
        return Splits(
            gain=self.gain[nodes],
            bin=self.bin[nodes],
            missing_left=self.missing_left[nodes],
            left=self.left[:, nodes],
        )


def _gain(left: _Sums, total: _Sums, leaf: int) -> _Sums:
    """Return the gain at each edge, (nodes, BINS); 0 where it leaves too little on a side.

    What variance loses, n_l·n_r/n·(mean_l - mean_r)², is (sum_l - n_l·mean)² · n/(n_l·n_r). For
    outputs that say whether a row is in a class, that is what Gini's impurity loses.
    """
    weight = left[0]
    gain: _Sums = np.zeros_like(weight)
    for part, mean in zip(left[1:], total[1:] / total[0], strict=True):
        apart = weight * mean[:, None]
        np.subtract(part, apart, out=apart)
        apart *= apart
        gain += apart
    rest = total[0, :, None] - weight
    too_little = np.minimum(weight, rest) < leaf
    rest *= weight
    np.copyto(rest, np.inf, where=too_little)
    gain /= rest
    return gain


def _halfway(weight: _Sums, nodes: NDArray[np.int64], at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the bin halfway from one that is not empty to the next one that is not.

    Given are the weights up to every bin, (nodes, BINS).
    """
    is_beyond = weight > weight[nodes, at][:, None]
    following = is_beyond.argmax(axis=1)
    # Without a next one, all that is known goes left.
    return np.where(is_beyond[nodes, following], (at + following - 1) // 2, BINS - 1)
