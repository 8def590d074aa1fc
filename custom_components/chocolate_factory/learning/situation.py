"""What is known of slots at a moment, and what forests are asked about them."""

from dataclasses import dataclass, field
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ..factory.clock import wall_seconds
from ..factory.comfort import ComfortLimits
from ..factory.features import NAMES, Air, Surroundings
from ..factory.score import FIRST_WORD, REACH, costs, scores
from ..factory.tariff import TariffCalendar
from .inputs import inputs
from .past import LEADS

_COMFORT: Final = (
    NAMES.index("chocolate_production_index"),
    NAMES.index("heat_stress_factor"),
)
_HOUR: Final = 3600
_DAY: Final = 86_400
_WEEK: Final = 7 * _DAY


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Situation:
    """Slots in a row, n of them, from whole local days at least a week before the moment on."""

    now: int
    """Unix seconds."""
    starts: NDArray[np.int64]
    """Unix seconds."""
    seconds: NDArray[np.int64]
    price: NDArray[np.float64]
    """All-in, published or forecast, €/kWh; NaN where unknown."""
    published: NDArray[np.float64]
    """The same where it is no forecast, else NaN."""
    air: Air
    """Measured up to the moment, then forecast."""
    calendar: TariffCalendar
    limits: ComfortLimits
    room: tuple[float, float] | None = None
    """The chocolate production index and the heat stress factor by the room's own sensors, if it
    has any: in the slot in force they know better than the air outdoors."""
    _frame: _Frame = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Reckon once what no question changes."""
        object.__setattr__(self, "_frame", _Frame.of(self))

    @property
    def ahead(self) -> NDArray[np.intp]:
        """Return the positions of the slots that are not over."""
        return np.flatnonzero(self.starts + self.seconds > self.now)

    def inputs(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the inputs of some slots, (rows, f)."""
        features = self._frame.around.beside(self.price, self._frame.week)[rows]
        if self.room is not None:
            for column, value in zip(_COMFORT, self.room, strict=True):
                features[self._is_now[rows], column] = value
        return self._inputs(rows, features, self.price, self.air.temperature)

    def inputs_if(
        self, at: int, price: float, temperature: float, humidity: float, pressure: float | None
    ) -> NDArray[np.float64]:
        """Return the inputs of the slot that an instant is in, (1, f), if it were otherwise.

        If it is the one in force, the air asked about outranks what the room's sensors say. Raises
        ValueError for a time that is in none of the slots.
        """
        row = int(np.searchsorted(self.starts, at, side="right")) - 1
        if row < 0 or at >= self.starts[row] + self.seconds[row]:
            raise ValueError("nothing is known of that time")
        prices, temperatures = self.price.copy(), self.air.temperature.copy()
        prices[row], temperatures[row] = price, temperature
        air = Air(
            temperature=np.array([temperature]),
            humidity=np.array([humidity]),
            pressure=self.air.pressure[[row]] if pressure is None else np.array([pressure]),
        )
        rows = np.array([row])
        around = self._frame.around.with_air(row, air, self.limits)
        features = around.beside(prices, self._frame.week)[rows]
        return self._inputs(rows, features, prices, temperatures)

    @property
    def _is_now(self) -> NDArray[np.bool_]:
        """Tell which slot is in force, (n,)."""
        is_now: NDArray[np.bool_] = self.starts <= self.now
        is_now &= self.now < self.starts + self.seconds
        return is_now

    def _inputs(
        self,
        rows: NDArray[np.intp],
        features: NDArray[np.float64],
        price: NDArray[np.float64],
        temperature: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return the inputs of some slots from their features, and from what all slots cost."""
        rule = self._rule(rows, costs(price, temperature, self.limits))
        hours = np.maximum(self.starts[rows] - self.now, 0) / _HOUR
        return inputs(features, rule, self._leads(rows), hours)

    def _rule(self, rows: NDArray[np.intp], cost: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the energy optimization scores by what all slots cost."""
        frame = self._frame
        return scores(
            frame.starts, frame.seconds, cost.take(frame.again), rows=rows, enough=FIRST_WORD
        )

    def _leads(self, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return how many local days the slots come after the last one with published prices.

        Prices that follow no market are known forever; but no market's are known beyond tomorrow,
        and by those the distances are learned.
        """
        zone = self.calendar.zone.time_zone
        known = np.flatnonzero(~np.isnan(self.published))
        last = self.starts[known[-1]] if len(known) else self.now - _DAY
        days = wall_seconds(np.append([self.now, last], self.starts[rows]), zone) // _DAY
        last_day = min(days[0] + 1, days[1])
        leads: NDArray[np.int64] = np.clip(days[2:] - last_day, 0, LEADS - 1)
        return leads


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """What is the same of a situation whatever one of its slots costs, or its air is."""

    around: Surroundings
    week: NDArray[np.float64]
    """The mean price that each slot's is compared with."""
    again: NDArray[np.intp]
    """The positions of the slots, and of those that come again: beyond the last one all is as a
    week before."""
    starts: NDArray[np.int64]
    """When those begin, in Unix seconds."""
    seconds: NDArray[np.int64]
    """How long those last."""

    @classmethod
    def of(cls, situation: Situation) -> Self:
        """Return the frame of a situation."""
        starts, seconds = situation.starts, situation.seconds
        around = Surroundings.of(
            starts, seconds, situation.air, situation.calendar, situation.limits
        )
        end = starts[-1] + seconds[-1]
        again = np.flatnonzero((starts >= end - _WEEK) & (starts < end - _WEEK + REACH))
        return cls(
            around,
            around.days.trailing_means(situation.published),
            np.append(np.arange(len(starts)), again),
            np.append(starts, starts[again] + _WEEK),
            np.append(seconds, seconds[again]),
        )
