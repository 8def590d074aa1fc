"""From the root of every tree to a leaf, for many rows at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

type _Numbers = NDArray[np.int64]

# A node is one number, so that a step looks up only two: the threshold's rank in the upper half,
# below it the left child (the right one is next to it) and which input is asked for.
_INPUT_BITS: Final = 10
_CHILD_BITS: Final = 22
MOST_FEATURES: Final = 2 ** (_INPUT_BITS - 1)
MOST_NODES: Final = 2**_CHILD_BITS
_HIGHEST: Final = 2**31 - 1
_LOWEST: Final = -(2**31)
# So many walks at a time that what they touch stays in the processor's cache.
_WALKS: Final = 4096
_ROWS: Final = 1024


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Nodes:
    """The nodes of a forest, ready to be walked through."""

    packed: _Numbers
    """(nodes,)."""
    roots: _Numbers
    """(trees,)."""
    depths: _Numbers
    """How many steps each tree takes at most, (trees,)."""
    features: int

    @classmethod
    def of(
        cls,
        *,
        feature: NDArray[np.int16],
        threshold: NDArray[np.float32],
        missing_left: NDArray[np.bool_],
        left: NDArray[np.int32],
        roots: NDArray[np.int64],
        features: int,
    ) -> Nodes:
        """Pack the nodes of a forest; a leaf, whose feature is -1, has itself as left child."""
        is_leaf = feature < 0
        # Each input is there twice: as if missing were lower than anything, and higher.
        asked = np.where(is_leaf, 0, np.where(missing_left, feature, feature + features))
        # Nothing ranks higher than a leaf's threshold: whoever arrives stays.
        rank = np.where(is_leaf, _HIGHEST, _ranks(threshold))
        packed = rank << 32 | left.astype(np.int64) << _INPUT_BITS | asked
        depths = _depths(is_leaf, left, roots)
        return cls(packed=packed, roots=roots, depths=depths, features=features)

    def leaves(self, inputs: NDArray[np.float64]) -> Iterator[tuple[slice, _Numbers]]:
        """Yield blocks of rows and trees: which rows, and the leaves that they come to.

        All trees walk a row, in one block or several. The leaves are (trees of the block, rows).
        """
        keys = self._keys(inputs)
        for first in range(0, len(inputs), _ROWS):
            rows = slice(first, min(first + _ROWS, len(inputs)))
            bases = np.arange(rows.start, rows.stop) * 2 * self.features
            trees = max(_WALKS // len(bases), 1)
            for tree in range(0, len(self.roots), trees):
                yield rows, self._walk(slice(tree, tree + trees), bases, keys)

    def _walk(self, trees: slice, bases: _Numbers, keys: _Numbers) -> _Numbers:
        """Return where some roots lead rows whose keys begin at the bases."""
        roots = self.roots[trees]
        nodes = np.repeat(roots, len(bases)).reshape(len(roots), -1)
        # Whoever arrives early stays.
        for _ in range(self.depths[trees].max()):
            packed = self.packed.take(nodes)
            asked = packed & (1 << _INPUT_BITS) - 1
            asked += bases
            nodes = packed >> _INPUT_BITS
            nodes &= (1 << _CHILD_BITS) - 1
            # Whatever is in the lower half of a node is less than one rank.
            nodes += packed < keys.take(asked)
        return nodes

    def _keys(self, inputs: NDArray[np.float64]) -> _Numbers:
        """Return the ranks of inputs (n, f) in the upper half, (n · 2f,)."""
        # Infinite is what is too large for the single precision that forests are grown in.
        with np.errstate(over="ignore"):
            single = inputs.astype(np.float32)
        missing, ranks = np.isnan(single), _ranks(single)
        low, high = np.where(missing, _LOWEST, ranks), np.where(missing, _HIGHEST, ranks)
        keys: _Numbers = np.concatenate([low, high], axis=1).ravel() << 32
        return keys


def _ranks(values: NDArray[np.float32]) -> _Numbers:
    """Return whole numbers in the order of single precision numbers."""
    # Their bits are in that order, but backwards below zero; adding makes one of both zeros.
    bits = (values + np.float32(0)).view(np.int32)
    return np.where(bits < 0, bits ^ _HIGHEST, bits).astype(np.int64)


def _depths(
    is_leaf: NDArray[np.bool_], left: NDArray[np.int32], roots: NDArray[np.int64]
) -> _Numbers:
    """Return how deep each tree is."""
    depths = np.zeros(len(roots), dtype=np.int64)
    trees, nodes = np.arange(len(roots)), roots
    for depth in range(len(is_leaf)):
        depths[trees] = depth
        inner = ~is_leaf[nodes]
        if not inner.any():
            break
        trees, nodes = np.repeat(trees[inner], 2), np.repeat(left[nodes[inner]], 2)
        nodes[1::2] += 1
    return depths
