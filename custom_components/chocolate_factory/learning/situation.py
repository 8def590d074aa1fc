"""What is known of slots at a moment, and what forests are asked about them."""

from dataclasses import dataclass, replace
from typing import Final

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

    @property
    def ahead(self) -> NDArray[np.intp]:
        """Return the positions of the slots that are not over."""
        return np.flatnonzero(self.starts + self.seconds > self.now)

    def inputs(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the inputs of some slots, (rows, f)."""
        around = Surroundings.of(self.starts, self.seconds, self.air, self.calendar, self.limits)
        features = around.with_prices(self.price, self.published)[rows]
        if self.room is not None:
            for column, value in zip(_COMFORT, self.room, strict=True):
                features[self._is_now[rows], column] = value
        hours = np.maximum(self.starts[rows] - self.now, 0) / _HOUR
        return inputs(features, self._rule(rows), self._leads(rows), hours)

    def asked(
        self, at: int, price: float, temperature: float, humidity: float, pressure: float | None
    ) -> tuple[Situation, int]:
        """Return the situation if one slot were otherwise, and where that slot is.

        If it is the one in force, the air asked about outranks what the room's sensors say. Raises
        ValueError for a time that is in none of the slots.
        """
        row = int(np.searchsorted(self.starts, at, side="right")) - 1
        if row < 0 or at >= self.starts[row] + self.seconds[row]:
            raise ValueError("nothing is known of that time")

        def put(values: NDArray[np.float64], value: float) -> NDArray[np.float64]:
            changed = values.copy()
            changed[row] = value
            return changed

        air = Air(
            temperature=put(self.air.temperature, temperature),
            humidity=put(self.air.humidity, humidity),
            pressure=self.air.pressure if pressure is None else put(self.air.pressure, pressure),
        )
        room = None if self._is_now[row] else self.room
        return replace(self, price=put(self.price, price), air=air, room=room), row

    @property
    def _is_now(self) -> NDArray[np.bool_]:
        """Tell which slot is in force, (n,)."""
        is_now: NDArray[np.bool_] = self.starts <= self.now
        is_now &= self.now < self.starts + self.seconds
        return is_now

    def _rule(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the energy optimization scores; beyond the last slot all is as a week before."""
        cost = costs(self.price, self.air.temperature, self.limits)
        end = self.starts[-1] + self.seconds[-1]
        again = np.flatnonzero((self.starts >= end - _WEEK) & (self.starts < end - _WEEK + REACH))
        return scores(
            np.append(self.starts, self.starts[again] + _WEEK),
            np.append(self.seconds, self.seconds[again]),
            np.append(cost, cost[again]),
            rows=rows,
            enough=FIRST_WORD,
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
