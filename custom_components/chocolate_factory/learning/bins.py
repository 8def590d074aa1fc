"""Inputs sorted into bins, so that where to split is a matter of counting."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

BINS: Final = 255
"""Bins of a feature; the code of a missing value."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Bins:
    """In which bin each input of each row is; the bins of a feature hold about as many rows."""

    edges: NDArray[np.float32]
    """The highest value in each bin or a lower one, (f, bins); infinite in the last."""
    codes: NDArray[np.uint8]
    """The bin of each value, (f, n)."""

    @classmethod
    def of(cls, inputs: NDArray[np.float64]) -> Bins:
        """Return inputs (n, f), NaN if missing, in bins."""
        # Infinite is what is too large for the single precision that forests predict in.
        with np.errstate(over="ignore"):
            columns = np.ascontiguousarray(inputs.T, dtype=np.float32)
        edges = np.full((len(columns), BINS), np.inf, dtype=np.float32)
        codes = np.full(columns.shape, BINS, dtype=np.uint8)
        for column, edge, code in zip(columns, edges, codes, strict=True):
            is_known = ~np.isnan(column)
            known = column[is_known]
            between = _between(known)
            edge[: len(between)] = between
            code[is_known] = np.searchsorted(between, known)
        return cls(edges=edges, codes=codes)


def _between(known: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what parts a feature's known values into bins of about the same number of rows."""
    values, counts = np.unique(known, return_counts=True)
    lower = np.arange(len(values) - 1)
    if len(values) > BINS:
        shares = len(known) * np.arange(1, BINS) / BINS
        last = np.searchsorted(np.cumsum(counts), shares)
        lower = np.unique(last[last < len(values) - 1])
    low, high = values[lower], values[lower + 1]
    # Below the higher one of both, however close they are; nothing is between the infinite ones.
    with np.errstate(invalid="ignore"):
        middle = low / 2 + high / 2
    return np.where((low <= middle) & (middle < high), middle, low)
