"""What is shown of the days of a factory: what was, and the outlook, on one scale of time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .comfort import (
    ComfortLimits,
    chocolate_production_index,
    heat_stress_factor,
    indoors,
)
from .conditions import Conditions
from .features import Air
from .levels import price_levels
from .outlook import Outlook
from .tariff import TariffCalendar

_HOUR: Final = 3600


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class HourlyRoom:
    """Consecutive hours, n of them: the air outdoors, and what it means for a workroom."""

    start: int
    """Unix seconds of the first."""
    air: Air
    temperature: NDArray[np.float64]
    """°C in the room, as `comfort.indoors` reckons it; NaN where the air is not known."""
    humidity: NDArray[np.float64]
    """% in the room."""
    index: NDArray[np.float64]
    """Chocolate production index."""
    heat_stress: NDArray[np.float64]
    """Heat stress factor."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Panorama:
    """Slots before an outlook and those of it, n in all; `outlook` holds what is said of those."""

    outlook: Outlook
    starts: NDArray[np.int64]
    """Unix seconds, rising."""
    seconds: NDArray[np.int64]
    price: NDArray[np.float64]
    """All-in, €/kWh; NaN where nobody knows."""
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    """The 10 % and the 90 % quantile; the price itself where it is no forecast."""
    origin: NDArray[np.int8]
    """Positions in `PriceOrigin`."""
    period: NDArray[np.int8]
    """Positions in `Period`."""
    level: NDArray[np.int8]
    """Positions in `PriceLevel`, or `levels.UNKNOWN`."""
    rooms: HourlyRoom

    @property
    def ahead(self) -> int:
        """Return the position of the first slot of the outlook."""
        first = self.outlook.starts[:1]
        return int(np.searchsorted(self.starts, first[0])) if len(first) else len(self.starts)

    @classmethod
    def of(
        cls,
        known: Conditions,
        outlook: Outlook,
        calendar: TariffCalendar,
        limits: ComfortLimits,
        start: datetime,
    ) -> Panorama:
        """Show what is known from an instant on to the end of an outlook.

        What is known begins a week earlier, so that the levels of prices can be told.
        """
        end = outlook.starts[-1] + outlook.seconds[-1] if len(outlook) else start.timestamp()
        rows = np.flatnonzero((known.starts >= start.timestamp()) & (known.starts < end))
        return cls(
            outlook=outlook,
            starts=known.starts[rows],
            seconds=known.seconds[rows],
            price=known.price[rows],
            low=known.low[rows],
            high=known.high[rows],
            origin=known.origin[rows],
            period=calendar.periods(known.starts[rows]),
            level=price_levels(
                known.starts, known.seconds, known.price, calendar.zone.time_zone, rows
            ),
            rooms=_rooms(known, outlook, limits, rows),
        )


def runs(starts: NDArray[np.int64], seconds: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """Yield slots of one length that follow each other: start, seconds of each, and how many."""
    breaks = (starts[1:] != starts[:-1] + seconds[:-1]) | (seconds[1:] != seconds[:-1])
    for run in np.split(np.arange(len(starts)), np.flatnonzero(breaks) + 1):
        if len(run):
            yield int(starts[run[0]]), int(seconds[run[0]]), len(run)


def _rooms(
    known: Conditions, outlook: Outlook, limits: ComfortLimits, rows: NDArray[np.intp]
) -> HourlyRoom:
    hours, first = np.unique(known.starts[rows] // _HOUR, return_index=True)
    own = rows[first]
    temperature, humidity = known.air.temperature[own], known.air.humidity[own]
    room = indoors(temperature, humidity, limits)
    index = chocolate_production_index(*room, limits)
    stress = heat_stress_factor(temperature, limits, indoors=False)
    # In the slot in force the room's own sensors may know better.
    _, ahead, told = np.intersect1d(hours, outlook.starts // _HOUR, return_indices=True)
    index[ahead], stress[ahead] = outlook.index[told], outlook.heat_stress[told]
    return HourlyRoom(
        start=int(hours[0]) * _HOUR if len(hours) else 0,
        air=Air(temperature=temperature, humidity=humidity, pressure=known.air.pressure[own]),
        temperature=room[0],
        humidity=room[1],
        index=index,
        heat_stress=stress,
    )
