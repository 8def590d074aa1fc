"""The hours of the past as they looked before they came: what a forest learns from."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ..factory.clock import wall_seconds
from ..factory.features import Air, Surroundings
from ..factory.score import FIRST_WORD, costs, windows
from .expected_air import Habits
from .foreseen import EVENING
from .inputs import inputs
from .past import HOUR, LEADS, Past

_DAY: Final = 24
_WEEK: Final = 7 * _DAY
# The week around an hour at the last lead reaches so many days beyond it.
_BEYOND: Final = 4
# Where lead 0 is among what hours looked as if they would cost.
_LEAD_0: Final = 2
# Of the rows whose price was published, so many look at the hour that begins.
_NOW: Final = 0.5

MOMENTS: Final = 1 + LEADS
"""When an hour is looked at to see how well that works: as it begins, and on the evenings on which
prices were out that were those of 0 to 7 days before it."""


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """How each of n hours looked when it was 0 to 7 days after the last with published prices."""

    past: Past
    habits: Habits
    days: NDArray[np.int64]
    """The number of each hour's local day."""
    hours: NDArray[np.int64]
    """The hour on the wall."""
    costs: NDArray[np.float64]
    """As paid, and as known in the evening at leads -1 to 11, €/kWh, (14, n)."""

    @classmethod
    def of(cls, past: Past) -> Self:
        """Look at a past."""
        wall = wall_seconds(past.starts, past.calendar.zone.time_zone) // HOUR
        days, hours = np.divmod(wall, _DAY)
        habits = Habits.of(past.air)
        # On the evening itself some hours are still to come.
        tonight = _air(past, habits, np.maximum(hours - EVENING, 0))
        rows = [
            costs(past.price, past.air.temperature, past.limits),
            costs(past.price, tonight.temperature, past.limits),
        ]
        for lead in range(LEADS):
            air = _air(past, habits, _longest(hours, lead))
            rows.append(costs(past.price_at(lead), air.temperature, past.limits))
        # Beyond the last lead everything is taken to be as a week before.
        nothing = np.full(_WEEK, np.nan)
        first = _LEAD_0 + 1
        rows += [np.append(nothing, row)[: len(past)] for row in rows[first : first + _BEYOND]]
        return cls(past, habits, days, hours, np.stack(rows))

    def at(
        self, rows: NDArray[np.intp], lead: int, ahead: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the inputs of some hours, (rows, f), when each of the n was some hours ahead."""
        past = self.past
        air = _air(past, self.habits, ahead)
        price = past.price_at(lead)
        around = Surroundings.of(past.starts, past.seconds, air, past.calendar, past.limits)
        features = around.with_prices(price, past.price, lead=lead)[rows]
        own = costs(price, air.temperature, past.limits)
        return inputs(features, self._rule(rows, lead, own), np.full(len(rows), lead), ahead[rows])

    def moment(self, rows: NDArray[np.intp], moment: int) -> NDArray[np.float64]:
        """Return the inputs of some hours at a moment of `MOMENTS`, (rows, f)."""
        if moment == 0:
            return self.at(rows, 0, np.zeros(len(self.past), dtype=np.int64))
        return self.at(rows, moment - 1, _longest(self.hours, moment - 1))

    def sample(
        self, rows: NDArray[np.intp], generator: np.random.Generator
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return two looks at each of some hours, in random order: which hours, and the inputs.

        One with the price published, half of them when the hour began, and one at another lead; at
        any time of the day, as outlooks are made.
        """
        is_now = generator.random(len(rows)) < _NOW
        leads = generator.integers(1, LEADS, len(rows))
        hours = [rows[is_now]]
        found = [self.moment(rows[is_now], 0)]
        for lead in range(LEADS):
            some = rows[leads == lead] if lead else rows[~is_now]
            longest = _longest(self.hours, lead)
            ahead = longest - generator.integers(0, np.minimum(longest, _DAY) + 1)
            hours.append(some)
            found.append(self.at(some, lead, ahead))
        order = generator.permutation(2 * len(rows))
        return np.concatenate(hours)[order], np.concatenate(found)[order]

    def _rule(
        self, rows: NDArray[np.intp], lead: int, own: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the energy optimization scores of some hours that looked as if they would cost."""
        past = self.past
        flat, hours = self.costs.ravel(), np.arange(len(past))
        parts = []
        for window in windows(past.starts, past.seconds, rows):
            away = window.around(self.days) - self.days[window.rows, None]
            which = np.clip(lead + away + _LEAD_0, 0, len(self.costs) - 1)
            others = flat.take(which * len(past) + window.around(hours))
            parts.append(window.scores(own[window.rows], others, FIRST_WORD))
        return np.concatenate([np.empty(0), *parts])


def _longest(hours: NDArray[np.int64], lead: int) -> NDArray[np.int64]:
    """Return how many hours ahead the prices were out at a lead."""
    return _DAY * (lead + 1) + hours - EVENING


def _air(past: Past, habits: Habits, ahead: NDArray[np.int64]) -> Air:
    """Return the air as it was forecast some hours ahead of each, or else was to be expected."""
    expected = habits.expected(ahead)
    said = past.foreseen.at(past.starts, ahead)

    def foreseen(
        said: NDArray[np.float64], habit: NDArray[np.float64], came: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        nearer = habit + past.foresight * (came - habit)
        stand_in = np.where(np.isnan(nearer), habit, nearer)
        return np.where(np.isnan(said), stand_in, said)

    return Air(
        temperature=foreseen(said.temperature, expected.temperature, past.air.temperature),
        humidity=foreseen(said.humidity, expected.humidity, past.air.humidity),
        pressure=foreseen(said.pressure, expected.pressure, past.air.pressure),
    )
