"""What all price clients do at the door: count slots in real time, and refuse what is absurd."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
import logging
from typing import Final

from ..factory.prices import PriceCurve, PriceSlot
from ..factory.series import Source
from ..factory.tariff import MARKET_TIME_ZONE, local_day
from .errors import NoDataError, NotPublishedError, SourceError

_LOGGER = logging.getLogger(__name__)

# €/kWh. The market's own limits are -0.5 and 4 (raised step by step in a crisis).
PLAUSIBLE: Final = (-1.0, 10.0)


def market_day(day: date) -> tuple[datetime, datetime]:
    """Return where a day of the market begins and ends, in UTC."""
    return local_day(day, MARKET_TIME_ZONE)


def missing(day: date, *, future: bool) -> NoDataError:
    """Return what it means that a source that works has nothing for a day."""
    if future:
        return NotPublishedError(f"no prices for {day} yet")
    return NoDataError(f"no prices for {day}")


def numbered_slots(day: date, prices: list[float], source: Source) -> PriceCurve:
    """Return the slots of a day from prices in €/MWh in their order, whatever they are called.

    Only a full set of hours or of quarter-hours can be told apart; anything else is refused.
    """
    start, end = market_day(day)
    hours = (end - start) // timedelta(hours=1)
    if len(prices) not in (hours, 4 * hours):
        raise SourceError(f"{len(prices)} prices for a day of {hours} hours")
    length = (end - start) / len(prices)
    edges = [start + index * length for index in range(len(prices) + 1)]
    return plausible(zip(edges, edges[1:], prices, strict=False), source)


def plausible(slots: Iterable[tuple[datetime, datetime, float]], source: Source) -> PriceCurve:
    """Return a curve from starts, ends and prices in €/MWh, without those that cannot be true."""
    lowest, highest = PLAUSIBLE
    kept = []
    dropped = 0
    for start, end, price in slots:
        if lowest <= price / 1000 <= highest:
            kept.append(PriceSlot(start, end, price / 1000, source))
        else:
            dropped += 1
    if dropped:
        _LOGGER.debug("Dropped %d implausible prices from %s", dropped, source)
    if not kept:
        raise SourceError("no plausible price in the answer")
    return PriceCurve(tuple(kept))
