"""How complete a series is, day by day."""

from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ..factory.tariff import local_day
from .gaps import Coverage, stretches, within

_DAY: Final = timedelta(days=1)


def daily_completeness(coverage: Coverage, zone: ZoneInfo) -> dict[date, float]:
    """Return the share of each local day that is there, 0 to 100, of the time that is due."""
    missing = stretches(coverage.gaps)
    shares = {}
    day = coverage.start.astimezone(zone).date()
    while (begin := max((edges := local_day(day, zone))[0], coverage.start)) < coverage.end:
        end = min(edges[1], coverage.end)
        gone = within(missing, begin, end)
        lost = int((gone[:, 1] - gone[:, 0]).sum())
        shares[day] = 100.0 * (1 - lost / (end - begin).total_seconds())
        day += _DAY
    return shares
