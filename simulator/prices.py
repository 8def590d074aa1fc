"""The prices of the simulated world: recorded where they were, modelled where not."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from simulator.madrid import ONE_DAY, at
from simulator.market import FIRST_DAY, Series, african, modelled_spot, pvpc
from simulator.recordings import Kind, Recordings

# When the day before shows the prices of a day, by Madrid's clocks.
OMIE_PUBLISHES = time(13, 50)
SPOT_PUBLISHED = time(14, 40)
PVPC_PUBLISHED = time(20, 25)


def publication(day: date, wall: time) -> datetime:
    """Return when a day's prices come out."""
    return at(day - ONE_DAY, wall)


def published(day: date, wall: time, now: datetime) -> bool:
    """Tell whether a day's prices are out."""
    return day >= FIRST_DAY and publication(day, wall) <= now


@dataclass(frozen=True)
class Prices:
    """One truth about prices, which every host tells in its own words."""

    recordings: Recordings = field(default_factory=Recordings)

    def of(self, kind: Kind, day: date) -> Series:
        """Return a day's prices."""
        match kind:
            case Kind.SPOT:
                return self._recorded(kind, day, modelled_spot(day))
            case Kind.PVPC:
                return self._recorded(kind, day, pvpc(day, self.of(Kind.SPOT, day)))
            case Kind.AFRICAN:
                return self._recorded(kind, day, african(self.of(Kind.PVPC, day)))

    def _recorded(self, kind: Kind, day: date, modelled: Series) -> Series:
        recorded = self.recordings.prices[kind]
        return {slot: recorded.get(slot, price) for slot, price in modelled.items()}
