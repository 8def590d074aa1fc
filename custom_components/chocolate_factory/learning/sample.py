"""Rows to learn from, drawn from the past."""

from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from .inputs import RULE_SCORE
from .past import Labels
from .rows import Looks

# More hours than these, each looked at twice, made no forest better.
_MOST_HOURS: Final = 12_000


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Rows in random order."""

    hours: NDArray[np.intp]
    """Which hour each is about."""
    inputs: NDArray[np.float64]
    labels: Labels

    @classmethod
    def draw(cls, looks: Looks, labels: Labels, seed: int) -> Self:
        """Draw rows about hours that are labelled; none that the maker spoke of is left out."""
        generator = np.random.default_rng(seed)
        told = np.flatnonzero(labels.is_known & labels.is_told)
        rest = np.flatnonzero(labels.is_known & ~labels.is_told)
        drawn = generator.permutation(rest)[:_MOST_HOURS]
        hours, inputs = looks.sample(np.sort(np.append(drawn, told)), generator)
        # Of prices that nobody could forecast yet there is nothing to be learned.
        said = ~np.isnan(inputs[:, RULE_SCORE])
        return cls(hours[said], inputs[said], labels)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.hours)

    @property
    def told(self) -> int:
        """Return of how many hours the maker told the outcome."""
        return int(np.count_nonzero(self.labels.is_known & self.labels.is_told))

    def until(self, hour: int) -> Self:
        """Return the rows about hours before one."""
        keep = self.hours < hour
        return replace(self, hours=self.hours[keep], inputs=self.inputs[keep])
