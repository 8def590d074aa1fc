"""A forecast of prices as it was issued, which nobody changes afterwards."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from .series import Series

_HOUR = 3600


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PriceIssue:
    """What was said of n consecutive slots to come, all of one length, in €/kWh."""

    series: Series
    issued: datetime
    known_until: datetime
    """Where the last slot ended that was published then."""
    starts: NDArray[np.int64]
    """Unix seconds."""
    seconds: int
    """How long each slot lasts: an hour, or a whole part of one."""
    low: NDArray[np.float64]
    """The 10 % quantile; NaN where nothing was said, as in the other two."""
    middle: NDArray[np.float64]
    high: NDArray[np.float64]
    """The 90 % quantile."""

    def __post_init__(self) -> None:
        """Refuse what does not fit together."""
        if self.issued.utcoffset() is None or self.known_until.utcoffset() is None:
            raise ValueError("a forecast is issued at an instant")
        if self.seconds <= 0 or _HOUR % self.seconds:
            raise ValueError("slots are hours, or whole parts of one")
        shapes = {column.shape for column in (self.starts, self.low, self.middle, self.high)}
        if shapes != {(len(self.starts),)} or not len(self.starts):
            raise ValueError("as many values as slots, and some")
        if np.any(np.diff(self.starts) != self.seconds):
            raise ValueError("slots follow one another")

    def __len__(self) -> int:
        """Return the number of slots."""
        return len(self.starts)
