"""Turn hours on the wall into the slots that really pass."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from .price_grid import DAY_HOURS, HOUR, wall_hours


@dataclass(frozen=True, slots=True, eq=False)
class Slots:
    """The slots of some local days: one hour fewer in spring, and one more in autumn."""

    starts: NDArray[np.int64]
    """Unix seconds."""
    days: NDArray[np.int64]
    """Their days, 0 for the first one."""
    hours: NDArray[np.int64]
    """Their hours on the wall, 0 to 23."""
    parts: NDArray[np.int64]
    """Which part of the hour they are, from 0 on."""

    @classmethod
    def of(cls, first: int, days: int, length: int) -> Self:
        """Return the slots of a length in seconds of the days from a day number on."""
        # Local midnight is never a day off that of UTC.
        begin = (first - 1) * DAY_HOURS * HOUR
        cells = wall_hours(begin, (days + 2) * DAY_HOURS) - first * DAY_HOURS
        inside = np.flatnonzero((cells >= 0) & (cells < days * DAY_HOURS))
        parts = np.arange(HOUR // length)
        cells = np.repeat(cells[inside], len(parts))
        return cls(
            (begin + inside[:, None] * HOUR + parts * length).reshape(-1),
            cells // DAY_HOURS,
            cells % DAY_HOURS,
            np.tile(parts, len(inside)),
        )
