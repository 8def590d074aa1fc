"""What is known of a slot, in 13 numbers: the one way from prices and air to a model's inputs.

NaN stands for what is not known; a model learns what to make of it.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .atmosphere import dew_point
from .clock import wall_seconds
from .comfort import ComfortLimits, chocolate_production_index, heat_stress_factor, indoors
from .local_days import LocalDays
from .tariff import TariffCalendar, valley_days


@dataclass(frozen=True, slots=True)
class Feature:
    """The name of a feature and its unit."""

    name: str
    unit: str


FEATURES: Final = (
    Feature("price", "€/kWh"),
    Feature("price_rank", "0 to 1"),
    Feature("price_to_week", "ratio"),
    Feature("tariff_period", "1 to 6"),
    Feature("hour_sin", "-1 to 1"),
    Feature("hour_cos", "-1 to 1"),
    Feature("working_day", "0 or 1"),
    Feature("temperature", "°C"),
    Feature("humidity", "%"),
    Feature("pressure", "hPa"),
    Feature("dew_point", "°C"),
    Feature("chocolate_production_index", "0 to 100"),
    Feature("heat_stress_factor", "0 to 1"),
)
NAMES: Final = tuple(feature.name for feature in FEATURES)

_REST: Final = slice(3, None)
# Where the air is among those of the surroundings.
_AIR: Final = slice(4, None)
# A price is compared with at least this mean, in €/kWh: where energy is all but free, or less than
# that, a ratio to its mean would say nothing.
_LEAST_MEAN: Final = 0.01
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Air:
    """The air outdoors in some slots, measured or forecast; arrays of (n,), NaN where unknown."""

    temperature: NDArray[np.float64]
    """°C."""
    humidity: NDArray[np.float64]
    """Relative, %."""
    pressure: NDArray[np.float64]
    """At sea level, hPa."""


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What is known of some slots beside their prices: reckoned once, for one price or many."""

    days: LocalDays
    columns: NDArray[np.float64]
    """The features from the fourth on, (n, 10)."""

    @classmethod
    def of(
        cls,
        starts: NDArray[np.int64],
        seconds: NDArray[np.int64],
        air: Air,
        calendar: TariffCalendar,
        limits: ComfortLimits,
    ) -> Surroundings:
        """Return the surroundings of slots, told by their Unix seconds, oldest first."""
        wall = wall_seconds(starts, calendar.zone.time_zone)
        # The middle, so that the quarters of an hour lie around what the hour has.
        turn = 2 * np.pi * (wall % _DAY + seconds / 2) / _DAY
        columns = (
            calendar.periods(starts) + 1,
            np.sin(turn),
            np.cos(turn),
            ~valley_days(wall // _DAY),
            *_of_air(air, limits),
        )
        return cls(LocalDays.of(wall // _DAY, seconds), np.column_stack(columns).astype(np.float64))

    def with_air(self, row: int, air: Air, limits: ComfortLimits) -> Surroundings:
        """Return them with other air, given for one slot, in that slot."""
        columns = self.columns.copy()
        columns[row, _AIR] = np.concatenate(_of_air(air, limits))
        return replace(self, columns=columns)

    def with_prices(
        self,
        price: NDArray[np.float64],
        published: NDArray[np.float64] | None = None,
        *,
        lead: int = 0,
    ) -> NDArray[np.float64]:
        """Return the features of the slots, (n, 13), at all-in prices in €/kWh.

        `published` holds the prices that are no forecasts; all, if it is left out. As if the last
        day with published prices had been `lead` days before that of each slot.
        """
        week = self.days.trailing_means(price if published is None else published, lead=lead)
        return self.beside(price, week)

    def beside(self, price: NDArray[np.float64], week: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the features of the slots, (n, 13), at prices beside the week's mean of each."""
        matrix = np.empty((len(price), len(FEATURES)))
        matrix[:, 0] = price
        matrix[:, 1] = self.days.ranks(price)
        matrix[:, 2] = price / np.maximum(week, _LEAST_MEAN)
        matrix[:, _REST] = self.columns
        return matrix


def features(
    starts: NDArray[np.int64],
    seconds: NDArray[np.int64],
    price: NDArray[np.float64],
    air: Air,
    calendar: TariffCalendar,
    limits: ComfortLimits,
    *,
    published: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Return the features of slots, (n, 13), oldest first.

    Whole local days and the week before them, or what is said of a day and of a week is said of
    less. See `Surroundings` for what is what.
    """
    return Surroundings.of(starts, seconds, air, calendar, limits).with_prices(price, published)


def _of_air(air: Air, limits: ComfortLimits) -> tuple[NDArray[np.float64], ...]:
    """Return the features that follow from the air."""
    room = indoors(air.temperature, air.humidity, limits)
    return (
        air.temperature,
        air.humidity,
        air.pressure,
        dew_point(air.temperature, air.humidity),
        chocolate_production_index(*room, limits),
        heat_stress_factor(air.temperature, limits, indoors=False),
    )
