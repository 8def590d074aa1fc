"""The clock on the wall, for many hours at a time."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

_HOUR: Final = timedelta(hours=1)
# Nowhere are clocks changed twice as quickly.
_WEEK: Final = 7 * 24


def local_hours(start: datetime, count: int, zone: ZoneInfo) -> NDArray[np.int64]:
    """Return the local times of consecutive hours, as hours since 1970-01-01 00:00 on the wall.

    So `% 24` is the hour of the day, and `// 24` numbers the days. The start is a full hour; of a
    zone that is off by a part of an hour, that part is left out.
    """
    start = start.astimezone(UTC)
    hours = int(start.timestamp()) // 3600 + np.arange(count)

    def offset(hour: int) -> int:
        at = (start + hour * _HOUR).astimezone(zone)
        return (at.utcoffset() or timedelta()) // _HOUR

    before = offset(0)
    for week in range(0, count, _WEEK):
        following = min(week + _WEEK, count)
        after = offset(following)
        turn = following
        while before != after and offset(turn - 1) == after:
            turn -= 1
        hours[week:turn] += before
        hours[turn:following] += after
        before = after
    return hours
