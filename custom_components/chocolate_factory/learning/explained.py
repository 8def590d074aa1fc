"""What a forest predicts, and why, in one walk."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from .forest import Forest


@dataclass(frozen=True, slots=True, eq=False)
class ExplainedForest:
    """A forest, and what its inputs move of the worth of what it predicts.

    Every step from a node to its child moves the mean, and counts for the input that the node asked
    for: A. Saabas, treeinterpreter. What has been moved on the way to a leaf is the same for all
    rows that come there, so it is summed up once.
    """

    forest: Forest
    bias: float
    """What is said of any row."""
    moved: NDArray[np.float64]
    """How much each input has moved on the way to each node, (nodes, f)."""

    @classmethod
    def of(cls, forest: Forest, worth: NDArray[np.float64]) -> Self:
        """Explain a forest by what each of its outputs is worth, (outputs,)."""
        value = forest.value @ worth
        moved = np.zeros((len(value), len(forest.names)))
        parents = forest.roots
        while len(parents := parents[forest.feature[parents] >= 0]):
            asked = forest.feature[parents]
            left = forest.left[parents].astype(np.int64)
            for children in (left, left + 1):
                moved[children] = moved[parents]
                moved[children, asked] += value[children] - value[parents]
            parents = np.concatenate([left, left + 1])
        return cls(forest, float(value[forest.roots].mean()), moved)

    def predict(
        self, inputs: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what the forest predicts, (n, outputs), and what moved its worth, (n, f).

        What moved it and the bias add up to the worth.
        """
        predicted = np.zeros((len(inputs), self.forest.outputs))
        moved = np.zeros(inputs.shape)
        for rows, leaves in self.forest.leaves(inputs):
            predicted[rows] += self.forest.value.take(leaves, axis=0).sum(axis=0)
            moved[rows] += self.moved.take(leaves, axis=0).sum(axis=0)
        trees = len(self.forest.sizes)
        return predicted / trees, moved / trees
