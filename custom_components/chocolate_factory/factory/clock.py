"""The clock on the wall, for many instants at a time."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

# Nowhere are clocks changed twice as quickly.
_WEEK: Final = 7 * 86_400


def local_hours(start: datetime, count: int, zone: ZoneInfo) -> NDArray[np.int64]:
    """Return the local times of consecutive hours, as hours since 1970-01-01 00:00 on the wall.

    So `% 24` is the hour of the day, and `// 24` numbers the days. The start is a full hour; of a
    zone that is off by a part of an hour, that part is left out.
    """
    hours = int(start.timestamp()) // 3600 + np.arange(count)
    return wall_seconds(3600 * hours, zone) // 3600


def wall_seconds(instants: NDArray[np.int64], zone: ZoneInfo) -> NDArray[np.int64]:
    """Return what the clock shows at Unix seconds, as seconds since 1970-01-01 00:00 on the wall.

    So `% 86_400` is the time of the day, and `// 86_400` numbers the days. The instants may come in
    any order.
    """
    if not instants.size:
        return instants.copy()
    first, last = (
        datetime.fromtimestamp(int(one), UTC).year for one in (instants.min(), instants.max())
    )
    years = [_offsets(zone, year) for year in range(first, last + 1)]
    since, offsets = (np.concatenate(parts) for parts in zip(*years, strict=True))
    shown: NDArray[np.int64] = instants + offsets[since.searchsorted(instants, side="right") - 1]
    return shown


@cache
def _offsets(zone: ZoneInfo, year: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the offsets of a year in UTC, in seconds, and the Unix seconds since when they hold.

    The first holds since the year began.
    """
    start, end = (int(datetime(each, 1, 1, tzinfo=UTC).timestamp()) for each in (year, year + 1))
    since, offsets = [start], [_offset(start, zone)]
    for week in range(start, end, _WEEK):
        before, after = week, min(week + _WEEK, end - 1)
        offset = _offset(after, zone)
        if offset == offsets[-1]:
            continue
        while after - before > 1:
            middle = (before + after) // 2
            if _offset(middle, zone) == offset:
                after = middle
            else:
                before = middle
        since.append(after)
        offsets.append(offset)
    return np.array(since), np.array(offsets)


def _offset(at: int, zone: ZoneInfo) -> int:
    return round((datetime.fromtimestamp(at, zone).utcoffset() or timedelta()).total_seconds())
