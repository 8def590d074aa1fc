"""The rows that are at the nodes of one level of a tree."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .bins import BINS, Bins
from .splits import Splits


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Crowd:
    """Drawn rows, those of a node next to each other."""

    rows: NDArray[np.int64]
    """(r,)."""
    weights: NDArray[np.float64]
    """How often each was drawn, (r,)."""
    sizes: NDArray[np.int64]
    """How many rows are at each node, (nodes,)."""

    @classmethod
    def drawn(
        cls, draws: int, chances: NDArray[np.float64], generator: np.random.Generator
    ) -> Crowd:
        """Return some draws, all at one node, from the running sum of the rows' weights (n,)."""
        lots = np.sort(generator.random(draws)) * chances[-1]
        times = np.diff(np.searchsorted(lots, chances), prepend=0)
        rows = np.flatnonzero(times)
        return cls(rows=rows, weights=times[rows].astype(np.float64), sizes=np.array([len(rows)]))

    def at(self, nodes: NDArray[np.bool_]) -> Crowd:
        """Return only the rows at some nodes, told by (nodes,)."""
        if nodes.all():
            return self
        stays = np.repeat(nodes, self.sizes)
        return Crowd(rows=self.rows[stays], weights=self.weights[stays], sizes=self.sizes[nodes])

    def in_parts(self, count: int) -> Iterator[tuple[slice, Crowd]]:
        """Yield some nodes at a time, and the rows at them."""
        ends = np.cumsum(self.sizes)
        begins = ends - self.sizes
        for first in range(0, len(self.sizes), count):
            nodes = slice(first, first + count)
            rows = slice(begins[nodes][0], ends[nodes][-1])
            part = Crowd(rows=self.rows[rows], weights=self.weights[rows], sizes=self.sizes[nodes])
            yield nodes, part

    def parted(self, bins: Bins, feature: NDArray[np.int64], splits: Splits) -> Crowd:
        """Return the rows at the children: of every node first those that go left."""
        of_row = np.repeat(feature * bins.codes.shape[1], self.sizes)
        codes = bins.codes.ravel().take(of_row + self.rows)
        # Missing values have the highest code.
        goes_left = codes <= np.repeat(splits.bin.astype(np.uint8), self.sizes)
        is_missing = codes == BINS
        if is_missing.any():
            goes_left |= is_missing & np.repeat(splits.missing_left, self.sizes)
        begins = np.cumsum(self.sizes) - self.sizes
        lefts = np.add.reduceat(goes_left, begins, dtype=np.int64)
        before = np.cumsum(lefts) - lefts
        # How many go left up to each row, in all nodes; the other rows go right.
        left = np.cumsum(goes_left)
        place = np.where(
            goes_left,
            left + np.repeat(begins - before - 1, self.sizes),
            np.arange(len(left)) - left + np.repeat(before + lefts, self.sizes),
        )
        rows, weights = np.empty_like(self.rows), np.empty_like(self.weights)
        rows[place], weights[place] = self.rows, self.weights
        sizes = np.stack([lefts, self.sizes - lefts], axis=1).ravel()
        return Crowd(rows=rows, weights=weights, sizes=sizes)
