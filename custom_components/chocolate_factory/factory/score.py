"""How cheap a slot is among those around it: known afterwards, or as far as anyone can see."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from .comfort import ComfortLimits
from .cooling import cooling_share

# Half a week in either direction: a batch can be moved by days, but hardly further.
REACH: Final = 302_400
# Of the week around a slot so much has to have a price: for the last word on it, and for a first.
LAST_WORD: Final = 0.9
FIRST_WORD: Final = 0.1

_CHUNK: Final = 2048


def costs(
    price: NDArray[np.float64], temperature: NDArray[np.float64], limits: ComfortLimits
) -> NDArray[np.float64]:
    """Return what a kWh costs with its cooling, by °C outdoors; without it where they are NaN."""
    return price * (1 + np.nan_to_num(cooling_share(temperature, limits)))


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Of m slots the slots around them."""

    rows: NDArray[np.intp]
    """Positions of the m slots."""
    first: NDArray[np.intp]
    """Positions of the first of the slots around each, which are in a row, itself among them."""
    seconds: NDArray[np.float32]
    """How long those last, (m, w), exactly: sums are whole and small. 0 where there are fewer."""

    def around[T: np.generic](self, values: NDArray[T]) -> NDArray[T]:
        """Return what n slots have, for those around each, (m, w); where there are fewer, any."""
        return _in_a_row(values, self.seconds.shape[1])[self.first]

    def scores(
        self, own: NDArray[np.float64], others: NDArray[np.float64], enough: float
    ) -> NDArray[np.float64]:
        """Return the share of time around that costs more than the slots do, 0 to 100.

        Given are the costs of the slots, (m,), and of those around them, (m, w). What costs the
        same counts half. NaN where a slot has no cost, or too little of the time around it has.
        """
        known = self._time(~np.isnan(others))
        dearer = self._time(others > own[:, None])
        no_cheaper = self._time(others >= own[:, None])
        is_said = ~np.isnan(own) & (known > 0) & (known >= enough * 2 * REACH)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(is_said, 50 * (dearer + no_cheaper) / known, np.nan)

    def _time(self, which: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return how many seconds some of the slots around last, (m,)."""
        time: NDArray[np.float64] = np.einsum("ij,ij->i", self.seconds, which).astype(np.float64)
        return time


def windows(
    starts: NDArray[np.int64], seconds: NDArray[np.int64], rows: NDArray[np.intp]
) -> Iterator[Window]:
    """Yield the slots around some of n slots, oldest first: whose middles lie within reach."""
    middles = starts + seconds // 2
    lasting = seconds.astype(np.float32)
    for chunk in range(0, len(rows), _CHUNK):
        some = rows[chunk : chunk + _CHUNK]
        first = np.searchsorted(middles, middles[some] - REACH)
        count = np.searchsorted(middles, middles[some] + REACH, side="right") - first
        most = int(count.max())
        around = _in_a_row(lasting, most)[first]
        around *= np.arange(most) < count[:, None]
        yield Window(some, first, around)


def scores(
    starts: NDArray[np.int64],
    seconds: NDArray[np.int64],
    cost: NDArray[np.float64],
    *,
    rows: NDArray[np.intp] | None = None,
    enough: float,
) -> NDArray[np.float64]:
    """Return how n slots, or some rows of them, rank in cost in the seven days around them.

    100 is the cheapest, 0 the dearest. With costs that were paid, and most of those days over, that
    is the energy score; with what is published and forecast, it is the energy optimization score:
    what the energy score will be if the forecasts come true.
    """
    wanted = np.arange(len(starts)) if rows is None else rows
    parts = [
        window.scores(cost[window.rows], window.around(cost), enough)
        for window in windows(starts, seconds, wanted)
    ]
    return np.concatenate([np.empty(0), *parts])


def _in_a_row[T: np.generic](values: NDArray[T], count: int) -> NDArray[T]:
    """Return so many values from each position on, (n, count), with zeros after the last."""
    return sliding_window_view(np.append(values, np.zeros(count - 1, dtype=values.dtype)), count)
