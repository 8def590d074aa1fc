"""The tariff calendar as the circular's tables have it, read by a way of its own."""

from datetime import UTC, date, datetime, timedelta
from functools import cache

ZONES = ("peninsula", "balearics", "canaries", "ceuta", "melilla")
TARIFFS = ("2_0td", "3_0td", "6_xtd")

# CNMC Circular 3/2020 (BOE-A-2020-1066), article 7.
_HOURS_2_0TD = """
peninsula balearics canaries | P1 10-14 18-22 | P2 8-10 14-18 22-24 | P3 0-8
ceuta melilla                | P1 11-15 19-23 | P2 8-11 15-19 23-24 | P3 0-8
"""
_HOURS_3_0TD = """
peninsula          | peak 9-14 18-22  | shoulder 8-9 14-18 22-24
balearics canaries | peak 10-15 18-22 | shoulder 8-10 15-18 22-24
ceuta melilla      | peak 10-15 19-23 | shoulder 8-10 15-19 23-24
"""
_SEASONS = """
peninsula | 1 2 7 12: P1/P2 | 3 11: P2/P3    | 6 8 9: P3/P4    | 4 5 10: P4/P5
balearics | 6 7 8 9: P1/P2  | 5 10: P2/P3    | 1 2 12: P3/P4   | 3 4 11: P4/P5
canaries  | 7 8 9 10: P1/P3 | 11 12: P2/P3   | 1 2 3: P2/P4    | 4 5 6: P4/P5
ceuta     | 1 2 8 9: P1/P4  | 7 10: P2/P3    | 3 11 12: P2/P4  | 4 5 6: P3/P5
melilla   | 1 7 8 9: P1/P2  | 2 12: P2/P3    | 6 10 11: P3/P4  | 3 4 5: P4/P5
"""
# Day and month.
_HOLIDAYS = {(1, 1), (6, 1), (1, 5), (15, 8), (12, 10), (1, 11), (6, 12), (8, 12), (25, 12)}


def wall(zone: str, at: datetime) -> datetime:
    """Return what the clock on a zone's wall shows: Europe's clocks change at 1:00 UTC."""
    spring, autumn = _clock_changes(at.year)
    return at + timedelta(hours=(zone != "canaries") + (spring <= at < autumn))


@cache
def _clock_changes(year: int) -> tuple[datetime, datetime]:
    return clock_change(year, 3), clock_change(year, 10)


def clock_change(year: int, month: int) -> datetime:
    """Return the last Sunday of a month with 31 days, at 1:00 UTC."""
    last = date(year, month, 31)
    sunday = last - timedelta(days=last.isoweekday() % 7)
    return datetime(sunday.year, sunday.month, sunday.day, 1, tzinfo=UTC)


def period(tariff: str, zone: str, clock: datetime) -> str:
    """Return the period in force when the clock on the wall shows a time."""
    if clock.isoweekday() > 5 or (clock.day, clock.month) in _HOLIDAYS:
        return "p3" if tariff == "2_0td" else "p6"
    return _WORKING_DAYS[tariff, zone, clock.month, clock.hour]


def _spans(text: str) -> list[int]:
    """Return the hours of spans such as 9-14 18-22."""
    spans = [map(int, span.split("-")) for span in text.split()]
    return [hour for first, end in spans for hour in range(first, end)]


def _rows(table: str) -> list[tuple[list[str], list[str]]]:
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return [(line[0].split(), line[1:]) for line in lines]


def _working_days() -> dict[tuple[str, str, int, int], str]:
    """Return the period of every tariff, zone, month and hour."""
    periods = {}
    for zones, cells in _rows(_HOURS_2_0TD):
        for cell in cells:
            name, spans = cell.split(maxsplit=1)
            for zone in zones:
                for hour in _spans(spans):
                    for month in range(1, 13):
                        periods["2_0td", zone, month, hour] = name.lower()
    kinds = {
        (zone, hour): cell.split()[0]
        for zones, cells in _rows(_HOURS_3_0TD)
        for cell in cells
        for zone in zones
        for hour in _spans(cell.split(maxsplit=1)[1])
    }
    for (zone,), cells in _rows(_SEASONS):
        for cell in cells:
            months, names = cell.split(": ")
            peak, shoulder = names.lower().split("/")
            named = {"peak": peak, "shoulder": shoulder}
            for month in map(int, months.split()):
                for hour in range(24):
                    kind = kinds.get((zone, hour))
                    for tariff in ("3_0td", "6_xtd"):
                        periods[tariff, zone, month, hour] = named[kind] if kind else "p6"
    return periods


_WORKING_DAYS = _working_days()
