"""The prices of one factory's contract around now, and what its entities want to know of them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .contract import Breakdown, Contract
from .prices import PriceCurve, PriceLevel, PriceSlot
from .series import Series
from .tariff import MARKET_TIME_ZONE, local_day

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class ContractPrices:
    """All-in prices around now, from a week back to the end of what is known."""

    contract: Contract
    energy: PriceCurve
    """Energy prices in €/kWh, taxes not included."""
    curve: PriceCurve
    """All-in prices in €/kWh, with the taxes the user wants to see."""
    updated: datetime | None
    """When a price last changed."""

    @classmethod
    def of(
        cls,
        contract: Contract,
        market: PriceCurve,
        start: datetime,
        end: datetime,
        updated: datetime | None,
    ) -> ContractPrices:
        """Apply a contract to the prices of its market between two instants."""
        energy = contract.energy_curve(market, start, end)
        return cls(
            contract=contract, energy=energy, curve=contract.with_taxes(energy), updated=updated
        )

    def now(self, now: datetime) -> PriceSlot | None:
        """Return the slot in force."""
        return self.curve.at(now)

    def next(self, now: datetime) -> PriceSlot | None:
        """Return the slot after the one in force."""
        return self.curve.next_change(now)

    def today(self, now: datetime) -> PriceCurve:
        """Return the local day that an instant belongs to."""
        return self.curve.day(self._date(now), self._zone)

    def breakdown(self, now: datetime) -> Breakdown | None:
        """Return what the price in force consists of."""
        slot = self.energy.at(now)
        return self.contract.breakdown(slot.price) if slot else None

    def level(self, now: datetime) -> PriceLevel | None:
        """Return how the price in force compares with the past week and today."""
        slot = self.now(now)
        around = self.curve.between(now - timedelta(days=7), self._day(self._date(now))[1])
        percentile = around.percentile(slot.price) if slot else None
        return None if percentile is None else PriceLevel.of(percentile)

    def rank_today(self, now: datetime) -> int | None:
        """Return the place of the price in force among today's, from 1 for the cheapest."""
        slot = self.now(now)
        return self.today(now).rank(slot.price) if slot else None

    def cheapest_hour_ahead(self, now: datetime) -> datetime | None:
        """Return when the cheapest hour to the end of tomorrow begins.

        It may begin with the slot in force, so the answer changes only with the slot.
        """
        slot = self.now(now)
        end = self._day(self._date(now) + timedelta(days=1))[1]
        window = self.curve.between(slot.start if slot else now, end).cheapest(_HOUR)
        return window.start if window else None

    def is_today_known(self, now: datetime) -> bool:
        """Tell whether there is a price, real or estimated, from now to the end of the day."""
        return self.now(now) is not None and self.curve.covers(
            now, self._known_end(self._date(now))
        )

    def is_tomorrow_known(self, now: datetime) -> bool:
        """Tell whether tomorrow's prices are published and here, estimates not counted."""
        tomorrow = self._date(now) + timedelta(days=1)
        day = self.curve.between(self._day(tomorrow)[0], self._known_end(tomorrow))
        return day.covers(self._day(tomorrow)[0], self._known_end(tomorrow)) and not any(
            slot.source.is_estimated for slot in day
        )

    def _known_end(self, day: date) -> datetime:
        """Return where the prices of a day can end at the latest.

        The day of the spot market ends an hour before that of the Canaries.
        """
        end = self._day(day)[1]
        if self.contract.market is Series.SPOT:
            return min(end, local_day(day, MARKET_TIME_ZONE)[1])
        return end

    def _date(self, now: datetime) -> date:
        return now.astimezone(self._zone).date()

    def _day(self, day: date) -> tuple[datetime, datetime]:
        return local_day(day, self._zone)

    @property
    def _zone(self) -> ZoneInfo:
        return self.contract.calendar.zone.time_zone
