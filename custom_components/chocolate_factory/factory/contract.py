"""What a kilowatt-hour costs under the user's own contract."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import override

import numpy as np
from numpy.typing import NDArray

from .prices import PriceCurve, PriceSlot
from .series import Series, Source
from .tariff import Period, TariffCalendar, Zone


@dataclass(frozen=True, slots=True)
class Taxes:
    """Taxes on the energy, in percent; VAT is charged on the electricity tax too."""

    electricity_tax: float = 0
    vat: float = 0

    @property
    def factor(self) -> float:
        """Return how much more is paid than the energy costs, as a ratio."""
        return (1 + self.electricity_tax / 100) * (1 + self.vat / 100)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """What the all-in price of a kilowatt-hour consists of, in €/kWh."""

    energy: float
    electricity_tax: float
    vat: float

    @property
    def all_in(self) -> float:
        """Return the sum."""
        return self.energy + self.electricity_tax + self.vat


@dataclass(frozen=True, kw_only=True)
class Contract(ABC):
    """An agreement about the price of energy, tolls and charges included."""

    calendar: TariffCalendar
    taxes: Taxes = field(default_factory=Taxes)

    @property
    @abstractmethod
    def market(self) -> Series | None:
        """Return the market series that the price follows, None if it follows no market."""

    @property
    def delay(self) -> timedelta:
        """Return how much later than on the market a price holds."""
        return timedelta()

    @abstractmethod
    def energy_curve(self, market: PriceCurve, start: datetime, end: datetime) -> PriceCurve:
        """Return the energy prices between two instants, without taxes.

        `market` holds the prices of the contract's market series in that time.
        """

    @abstractmethod
    def energy_prices(
        self, starts: NDArray[np.int64], market: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the energy prices of slots that begin at Unix seconds, without taxes.

        `market` has the market's price for each slot.
        """

    def all_in(
        self, starts: NDArray[np.int64], market: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Return the all-in prices in €/kWh of slots that begin at Unix seconds, NaN where unknown.

        `market` has for each slot the price that the contract's market lists `delay` earlier; a
        contract that follows no market needs none. What is paid rises with the market price, in a
        straight line: so its quantiles are those of the market price, paid.
        """
        known = np.full(len(starts), np.nan) if market is None else market
        return self.taxes.factor * self.energy_prices(starts, known)

    def breakdown(self, energy: float) -> Breakdown:
        """Return an energy price with its taxes."""
        electricity_tax = energy * self.taxes.electricity_tax / 100
        vat = (energy + electricity_tax) * self.taxes.vat / 100
        # No tax on a negative price is zero, not a negative zero.
        return Breakdown(energy=energy, electricity_tax=electricity_tax + 0.0, vat=vat + 0.0)

    def with_taxes(self, energy: PriceCurve) -> PriceCurve:
        """Return the all-in prices of a curve of energy prices."""
        return PriceCurve(
            tuple(replace(slot, price=self.breakdown(slot.price).all_in) for slot in energy)
        )


@dataclass(frozen=True, kw_only=True)
class PvpcContract(Contract):
    """The regulated price, which includes the tolls and charges of 2.0TD."""

    @property
    @override
    def market(self) -> Series:
        """Return the PVPC of the zone."""
        return pvpc_series(self.calendar.zone)

    @property
    @override
    def delay(self) -> timedelta:
        """Return an hour in the Canaries, where prices keep local hours.

        REE lists the Canaries in the time of Madrid although their hours are local ones: the price
        of 10:00 holds from 10:00 in Las Palmas. Home Assistant's own PVPC integration reads it so.
        """
        return timedelta(hours=self.calendar.zone is Zone.CANARIES)

    @override
    def energy_curve(self, market: PriceCurve, start: datetime, end: datetime) -> PriceCurve:
        """Return the market prices as they are, from when on they hold."""
        if self.delay:
            market = PriceCurve(
                tuple(
                    replace(slot, start=slot.start + self.delay, end=slot.end + self.delay)
                    for slot in market
                )
            )
        return market.between(start, end)

    @override
    def energy_prices(
        self, starts: NDArray[np.int64], market: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the market prices as they are."""
        return market


@dataclass(frozen=True, kw_only=True)
class IndexedContract(Contract):
    """The spot price, grossed up for losses, plus tolls and charges per period and a margin."""

    adders: Mapping[Period, float]
    """Tolls and charges in €/kWh for every period of the tariff."""
    losses: float = 0
    """Grid losses in percent of the energy."""
    margin: float = 0
    """The retailer's margin in €/kWh."""

    @property
    @override
    def market(self) -> Series:
        """Return the day-ahead market."""
        return Series.SPOT

    @override
    def energy_curve(self, market: PriceCurve, start: datetime, end: datetime) -> PriceCurve:
        """Return spot * (1 + losses) + tolls and charges of the period + margin."""
        return PriceCurve(
            tuple(
                PriceSlot(
                    slot.start,
                    slot.end,
                    slot.price * (1 + self.losses / 100)
                    + self.adders[self.calendar.period(slot.start)]
                    + self.margin,
                    slot.source,
                )
                for slot in market.between(start, end)
            )
        )

    @override
    def energy_prices(
        self, starts: NDArray[np.int64], market: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return spot * (1 + losses) + tolls and charges of the period + margin."""
        adders = _by_period(self.adders, self.calendar)
        return (
            market * (1 + self.losses / 100) + adders[self.calendar.periods(starts)] + self.margin
        )


@dataclass(frozen=True, kw_only=True)
class FixedContract(Contract):
    """One price for every period of the tariff, known for all time."""

    prices: Mapping[Period, float]
    """Energy price in €/kWh for every period of the tariff."""

    @property
    @override
    def market(self) -> None:
        """Follow no market."""
        return

    @override
    def energy_curve(self, market: PriceCurve, start: datetime, end: datetime) -> PriceCurve:
        """Return the price of the period in force, hour by hour."""
        hour = timedelta(hours=1)
        first = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        starts = [first + index * hour for index in range(-(-(end - first) // hour))]
        curve = PriceCurve(
            tuple(
                PriceSlot(at, at + hour, self.prices[self.calendar.period(at)], Source.CONTRACT)
                for at in starts
            )
        )
        return curve.between(start, end)

    @override
    def energy_prices(
        self, starts: NDArray[np.int64], market: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the price of the period in force."""
        return _by_period(self.prices, self.calendar)[self.calendar.periods(starts)]


def _by_period(prices: Mapping[Period, float], calendar: TariffCalendar) -> NDArray[np.float64]:
    """Return a price for each position of the tariff's periods."""
    return np.array([prices[period] for period in calendar.tariff.periods])


def pvpc_series(zone: Zone) -> Series:
    """Return the series of the regulated price in a zone."""
    return Series.PVPC_CEUTA_MELILLA if zone in (Zone.CEUTA, Zone.MELILLA) else Series.PVPC
