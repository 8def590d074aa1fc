"""A forest as plain arrays, whoever grew it, and what it predicts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from .walk import MOST_FEATURES, MOST_NODES, Nodes


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Forest:
    """Trees of yes-or-no questions, one tree after the other, each level by level from its root.

    Children come in pairs, in the order of their parents: which nodes are leaves says it all.
    """

    names: tuple[str, ...]
    """What the inputs are, f of them."""
    sizes: NDArray[np.int32]
    """How many nodes each tree has, (trees,)."""
    feature: NDArray[np.int16]
    """Which input a node asks for, (nodes,); -1 at a leaf."""
    threshold: NDArray[np.float32]
    """Up to which value a row goes left, (nodes,); where infinite, with any that is known."""
    missing_left: NDArray[np.bool_]
    """Whether a row whose value is missing goes left, (nodes,)."""
    value: NDArray[np.float64]
    """The mean of the rows that came by in training, (nodes, outputs); a leaf's is its answer."""
    left: NDArray[np.int32] = field(init=False, repr=False)
    """The left child, (nodes,); the right one is the next node. A leaf has itself."""
    _nodes: Nodes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse what is no forest, and find the children."""
        self._check_arrays()
        sizes = self.sizes.astype(np.int64)
        roots = np.cumsum(sizes) - sizes
        left = _children(self.feature < 0, sizes, roots)
        nodes = Nodes.of(
            feature=self.feature,
            threshold=self.threshold,
            missing_left=self.missing_left,
            left=left,
            roots=roots,
            features=len(self.names),
        )
        object.__setattr__(self, "left", left)
        object.__setattr__(self, "_nodes", nodes)

    @classmethod
    def from_arrays(cls, names: tuple[str, ...], arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the forest that `to_arrays` took apart; ValueError where it cannot be one."""
        if arrays.keys() != _DTYPES.keys():
            raise ValueError(f"a forest has other arrays than {', '.join(arrays)}")
        return cls(names=names, **arrays)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return all that the forest is, but for the names of its inputs."""
        return {name: getattr(self, name) for name in _DTYPES}

    @property
    def outputs(self) -> int:
        """Return how many numbers it predicts of a row."""
        return int(self.value.shape[1])

    def predict(self, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean of all trees' answers to inputs (n, f), NaN if missing, (n, outputs)."""
        total = np.zeros((len(inputs), self.outputs))
        for rows, leaves in self.leaves(inputs):
            total[rows] += self.value.take(leaves, axis=0).sum(axis=0)
        return total / len(self.sizes)

    def leaves(self, inputs: NDArray[np.float64]) -> Iterator[tuple[slice, NDArray[np.int64]]]:
        """Yield where all trees lead inputs (n, f), NaN if missing, in blocks as `Nodes` does."""
        if inputs.ndim != 2 or inputs.shape[1] != len(self.names):
            raise ValueError(f"inputs are {inputs.shape}, not (n, {len(self.names)})")
        return self._nodes.leaves(inputs)

    @property
    def roots(self) -> NDArray[np.int64]:
        """Return where each tree begins, (trees,)."""
        return self._nodes.roots

    def _check_arrays(self) -> None:
        """Refuse arrays that do not fit together."""
        for name, dtype in _DTYPES.items():
            if getattr(self, name).dtype != dtype:
                raise ValueError(f"{name} is {getattr(self, name).dtype}, not {dtype}")
        nodes, features = self.feature.size, len(self.names)
        if not 0 < features <= MOST_FEATURES or not 0 < nodes <= MOST_NODES:
            raise ValueError(f"no forest has {nodes} nodes and {features} features")
        flat = (self.feature, self.threshold, self.missing_left)
        if any(array.shape != (nodes,) for array in flat):
            raise ValueError("the nodes' arrays differ in length")
        if self.value.ndim != 2 or len(self.value) != nodes or not self.value.size:
            raise ValueError(f"the values of {nodes} nodes are not {self.value.shape}")
        sizes = self.sizes
        if sizes.ndim != 1 or (sizes < 1).any() or sizes.sum(dtype=np.int64) != nodes:
            raise ValueError("the sizes of the trees do not add up")
        if (self.feature < -1).any() or (self.feature >= features).any():
            raise ValueError("a node asks for a feature that does not exist")
        if np.isnan(self.threshold).any() or not np.isfinite(self.value).all():
            raise ValueError("a threshold or a value is not a number")


def _children(
    is_leaf: NDArray[np.bool_], sizes: NDArray[np.int64], roots: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Return the left child of every node; ValueError where nodes are missing, or left over."""
    first = np.repeat(roots, sizes)
    is_inner = (~is_leaf).astype(np.int64)
    # How many nodes before have children: in all trees, then in the same one.
    before = np.cumsum(is_inner) - is_inner
    before -= before[first]
    nodes = np.arange(len(is_leaf))
    left = np.where(is_leaf, nodes, first + 1 + 2 * before)
    # Twice its inner nodes and the root are a tree. A child comes after its parent.
    inner_of_each = np.add.reduceat(is_inner, roots)
    if (sizes != 2 * inner_of_each + 1).any() or (left < nodes + is_inner).any():
        raise ValueError("the nodes do not form trees")
    return left.astype(np.int32)


_DTYPES: Final = {
    "sizes": np.dtype(np.int32),
    "feature": np.dtype(np.int16),
    "threshold": np.dtype(np.float32),
    "missing_left": np.dtype(np.bool_),
    "value": np.dtype(np.float64),
}
