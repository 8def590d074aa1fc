"""What a forest is asked with."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..factory.features import NAMES

INPUTS: Final = (*NAMES, "energy_optimization_score", "lead", "ahead")
"""The features, the rule's score, how many days the slot comes after the last one with published
prices, and in how many hours."""
RULE_SCORE: Final = INPUTS.index("energy_optimization_score")
INDEX: Final = INPUTS.index("chocolate_production_index")


def corrected(inputs: NDArray[np.float64], correction: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the energy scores, 0 to 100, of a forest that corrects the rule's."""
    return np.clip(inputs[..., RULE_SCORE] + correction, 0, 100)


def inputs(
    features: NDArray[np.float64],
    rule: NDArray[np.float64],
    lead: NDArray[np.int64],
    ahead: NDArray[np.int64] | NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the inputs of n slots, (n, f), from their features and their rule's scores."""
    return np.column_stack([features, rule, lead, ahead])
