"""Walk through a history day by day and forecast the week after each day from what was known."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .price_grid import DAY_HOURS
from .price_members import Members
from .price_panel import LEADS, Panel
from .price_tracker import MEMBERS, Tracker

type Check = Callable[[float], None]
"""Is told the share of the work that is done, and raises to cancel it."""

REFIT_DAYS: Final = 14
# The first days say what is usual at all.
FIRST_ORIGIN: Final = 13


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """What was forecast from consecutive days."""

    tracker: Tracker
    """What the errors taught up to the last day."""
    issued: NDArray[np.float64]
    """Low, middle and high in €/kWh, (3, leads, days, 24), by the day that they are made on."""


def go_on(_done: float) -> None:
    """Let the work go on."""


def walk(panel: Panel, first: int, check: Check) -> Walk:
    """Forecast from each day of a panel from one on, with members that learned before."""
    count = len(panel.grid) - first
    foretold = np.empty((MEMBERS, LEADS, count, DAY_HOURS))
    for block in range(0, count, REFIT_DAYS):
        check(block / count)
        tick = partial(check, block / count)
        origins = np.arange(block, min(block + REFIT_DAYS, count))
        members = Members.fit(panel, first + block + 1, tick)
        foretold[:, :, origins] = members.predict(panel, first + origins)
    tracker = Tracker.start(float(panel.usual.spreads[first]))
    return Walk(tracker, follow(panel, tracker, foretold, first, first + 1))


def follow(
    panel: Panel,
    tracker: Tracker,
    foretold: NDArray[np.float64],
    first: int,
    new: int,
) -> NDArray[np.float64]:
    """Issue what members foretell from consecutive days, `first` on; learn from the days `new` on.

    Returns low, middle and high in €/kWh, (3, leads, days, 24).
    """
    count = foretold.shape[2]
    issued = np.full((3, *foretold.shape[1:]), np.nan)
    leads = np.arange(LEADS)
    for index in range(count):
        if first + index >= new:
            actual = np.where(
                panel.grid.known[first + index], panel.grid.prices[first + index], np.nan
            )
            told = index > leads
            made = np.where(told, index - 1 - leads, 0)
            past = foretold[:, leads, made].copy()
            then = issued[:, leads, made].copy()
            past[:, ~told] = np.nan
            then[:, ~told] = np.nan
            tracker.learn(past, then, actual)
        issued[:, :, index] = tracker.issue(foretold[:, :, index])
    return issued
