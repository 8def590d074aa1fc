"""What a forest is to learn, as whole numbers: they add up to the same in whatever order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, override

import numpy as np
from numpy.typing import NDArray

type Summing = Callable[[NDArray[np.int64]], NDArray[np.float64]]
"""From the cell of each row to the weight and the sum of every output in each cell."""

# What half the range of a target is cut into; millions of them add up without rounding.
_PARTS: Final = 2**30


class Targets(Protocol):
    """The targets of all rows."""

    def summing(self, rows: NDArray[np.int64], weights: NDArray[np.float64], cells: int) -> Summing:
        """Return what adds up rows in cells, weighted by whole numbers, to (1 + outputs, cells)."""

    def means(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the means (nodes, outputs) that belong to sums (1 + outputs, nodes)."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Numbers(Targets):
    """Targets of a regression."""

    parts: NDArray[np.float64]
    """Whole numbers, (outputs, n)."""
    centre: float
    part: float

    @classmethod
    def of(cls, targets: NDArray[np.float64]) -> Numbers:
        """Return targets (n,) or (n, outputs), rounded to a billionth of their range."""
        columns = targets.reshape(len(targets), -1).T
        low, high = float(columns.min()), float(columns.max())
        centre = low / 2 + high / 2
        part = (high / 2 - low / 2) / _PARTS or 1.0
        return cls(parts=np.rint((columns - centre) / part), centre=centre, part=part)

    @override
    def summing(self, rows: NDArray[np.int64], weights: NDArray[np.float64], cells: int) -> Summing:
        columns = [weights, *(weights * part[rows] for part in self.parts)]

        def sums(cell: NDArray[np.int64]) -> NDArray[np.float64]:
            return np.stack([np.bincount(cell, column, cells) for column in columns])

        return sums

    @override
    def means(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.centre + self.part * _means(sums)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Classes(Targets):
    """Targets of a classification: the outputs say of each class whether a row is in it."""

    classes: NDArray[np.int64]
    """(n,)."""
    count: int

    @override
    def summing(self, rows: NDArray[np.int64], weights: NDArray[np.float64], cells: int) -> Summing:
        first = self.classes[rows] * cells

        def sums(cell: NDArray[np.int64]) -> NDArray[np.float64]:
            of_each = np.bincount(cell + first, weights, self.count * cells)
            of_each = of_each.reshape(self.count, cells)
            return np.concatenate([of_each.sum(axis=0, keepdims=True), of_each])

        return sums

    @override
    def means(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        return _means(sums)


def _means(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    # Whoever looks up the values of a node finds them next to each other.
    return np.ascontiguousarray((sums[1:] / sums[0]).T)
