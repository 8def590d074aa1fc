"""The days of the Iberian market: Madrid's, with 23, 24 or 25 hours."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MADRID = ZoneInfo("Europe/Madrid")
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
ONE_DAY = timedelta(days=1)


def at(day: date, wall: time) -> datetime:
    """Return the instant when Madrid's clocks show the time."""
    return datetime.combine(day, wall, MADRID).astimezone(UTC)


def today(now: datetime) -> date:
    """Return the date in Madrid."""
    return now.astimezone(MADRID).date()


def starts(day: date, step: timedelta) -> list[datetime]:
    """Return the starts of the day's slots, in UTC, where no hour is missing or double."""
    begin, end = at(day, time()), at(day + ONE_DAY, time())
    return [begin + number * step for number in range((end - begin) // step)]


def local_hours(instants: list[datetime]) -> list[float]:
    """Return what Madrid's clocks show, in hours since midnight."""
    walls = (instant.astimezone(MADRID) for instant in instants)
    return [wall.hour + wall.minute / 60 for wall in walls]
