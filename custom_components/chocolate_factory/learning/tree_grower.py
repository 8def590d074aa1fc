"""Grows trees, all nodes of a level at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .bins import Bins
from .crowd import Crowd
from .forest_trainer import ForestSettings
from .splits import CELLS, Splits
from .targets import Targets

# So many nodes at a time that their cells stay in the processor's cache.
_NODES: Final = 64


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Tree:
    """The nodes of a tree, as a `Forest` has them; but for means it has what they come from."""

    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    missing_left: NDArray[np.bool_]
    sums: NDArray[np.float64]
    """The weight and the sum of every output, (1 + outputs, nodes)."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TreeGrower:
    """Grows trees of the same kind from the same rows."""

    bins: Bins
    targets: Targets
    settings: ForestSettings

    def grow(self, crowd: Crowd, generator: np.random.Generator, check: Callable[[], None]) -> Tree:
        """Return the tree of a crowd, all of which is at the root."""
        everything = self.targets.summing(crowd.rows, crowd.weights, 1)
        sums = everything(np.zeros(len(crowd.rows), dtype=np.int64))
        useless = np.zeros((1, len(self.bins.codes)), dtype=np.bool_)
        levels = []
        for depth in range(self.settings.depth + 1):
            check()
            level = _leaves(sums)
            levels.append(level)
            is_large = sums[0] >= 2 * self.settings.leaf
            if depth == self.settings.depth or not is_large.any():
                break
            crowd = crowd.at(is_large)
            useless = useless[is_large]
            tried = self._tried(useless, generator)
            splits, feature, gains = self._splits(crowd, tried)
            np.put_along_axis(useless, tried, gains == 0, axis=1)
            is_parted = splits.gain > 0
            if not is_parted.any():
                break
            nodes = np.flatnonzero(is_large)[is_parted]
            splits, feature = splits.at(is_parted), feature[is_parted]
            level.feature[nodes] = feature
            level.threshold[nodes] = self.bins.edges[feature, splits.bin]
            level.missing_left[nodes] = splits.missing_left
            crowd = crowd.at(is_parted).parted(self.bins, feature, splits)
            useless = np.repeat(useless[is_parted], 2, axis=0)
            sums = np.stack([splits.left, sums[:, nodes] - splits.left], axis=2)
            sums = sums.reshape(len(sums), -1)
        return Tree(
            feature=np.concatenate([level.feature for level in levels]),
            threshold=np.concatenate([level.threshold for level in levels]),
            missing_left=np.concatenate([level.missing_left for level in levels]),
            sums=np.concatenate([level.sums for level in levels], axis=1),
        )

    def _tried(
        self, useless: NDArray[np.bool_], generator: np.random.Generator
    ) -> NDArray[np.int64]:
        """Return which features are tried at each node, (nodes, slots)."""
        # What could not part a node above comes last, so that it takes nobody's place.
        lots: NDArray[np.float32] = generator.random(useless.shape, dtype=np.float32) + useless
        return lots.argsort(axis=1, kind="stable")[:, : self.settings.features]

    def _splits(
        self, crowd: Crowd, tried: NDArray[np.int64]
    ) -> tuple[Splits, NDArray[np.int64], NDArray[np.float64]]:
        """Return the best splits of nodes, their features, and the gains of all, (nodes, slots)."""
        best, gains = [], []
        for some, part in crowd.in_parts(_NODES):
            of_slots = self._splits_by(tried[some], part)
            gain = np.stack([splits.gain for splits in of_slots])
            slot, nodes = gain.argmax(axis=0), np.arange(gain.shape[1])
            best.append(Splits.joined(of_slots).at(slot * len(nodes) + nodes))
            gains.append(gain.T)
        gain = np.concatenate(gains)
        feature = np.take_along_axis(tried, gain.argmax(axis=1)[:, None], axis=1)[:, 0]
        return Splits.joined(best), feature, gain

    def _splits_by(self, tried: NDArray[np.int64], crowd: Crowd) -> list[Splits]:
        """Return of each slot the best splits of some nodes by the features in it."""
        cells = len(tried) * CELLS
        codes, rows = self.bins.codes.ravel(), self.bins.codes.shape[1]
        summing = self.targets.summing(crowd.rows, crowd.weights, cells)
        first = np.repeat(np.arange(0, cells, CELLS), crowd.sizes)
        splits = []
        for feature in tried.T:
            at = np.repeat(feature * rows, crowd.sizes)
            at += crowd.rows
            cell: NDArray[np.int64] = np.add(first, codes.take(at))
            splits.append(Splits.best(summing(cell), self.settings.leaf))
        return splits


def _leaves(sums: NDArray[np.float64]) -> Tree:
    """Return nodes that are leaves, so far."""
    count = sums.shape[1]
    return Tree(
        feature=np.full(count, -1, dtype=np.int16),
        threshold=np.zeros(count, dtype=np.float32),
        missing_left=np.zeros(count, dtype=np.bool_),
        sums=sums,
    )
