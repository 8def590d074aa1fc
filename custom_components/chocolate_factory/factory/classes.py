"""What an hour is good for: by how cheap it is in its week, and by what its air does to chocolate.

| recommendation | when |
|---|---|
| halt | bloom is certain, or dew falls: nothing is left of the chocolate production index |
| reduced | bloom may begin (index below 50), or the hour is among the dearest quarter of its week |
| optimal | the air is good (index 75 or more), and the hour among the cheapest third of its week |
| moderate | otherwise |

A third of the week is a shift of eight hours every day.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from .recommendation import Recommendation

CHEAP: Final = 100 * 2 / 3
"""The energy score from which an hour is among the cheapest third."""
DEAR: Final = 25
"""The energy score below which an hour is among the dearest quarter."""
GOOD_AIR: Final = 75
"""The chocolate production index from which air is good."""
FAIR_AIR: Final = 50
"""The chocolate production index below which bloom may begin."""

UNKNOWN: Final = -1


def classes(score: NDArray[np.float64], index: NDArray[np.float64]) -> NDArray[np.int8]:
    """Return what hours are good for, as positions in `Recommendation`, -1 where it is not known.

    Air that nobody knows counts as good: then the price alone decides. Without a score only a halt
    can be told.
    """
    air = np.where(np.isnan(index), 100, index)
    found = np.full(score.shape, Recommendation.MODERATE.position, dtype=np.int8)
    found[(score >= CHEAP) & (air >= GOOD_AIR)] = Recommendation.OPTIMAL.position
    found[(score < DEAR) | (air < FAIR_AIR)] = Recommendation.REDUCED.position
    found[np.isnan(score)] = UNKNOWN
    found[is_unbearable(air)] = Recommendation.HALT.position
    return found


def is_unbearable(index: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell where chocolate blooms for certain, by the chocolate production index."""
    unbearable: NDArray[np.bool_] = index <= 0
    return unbearable
