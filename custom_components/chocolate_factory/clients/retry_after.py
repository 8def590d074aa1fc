"""How long a host asks to be left alone: the header Retry-After, in both forms that it has."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def seconds_to_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return for how many seconds an answer asks to be left alone, if it does.

    A date is meant by the host's own clock, which the answer shows as a rule.
    """
    wish = headers.get("Retry-After", "")
    if wish.isdecimal():
        return float(wish)
    until = _instant(wish)
    if until is None:
        return None
    there = _instant(headers.get("Date", "")) or now
    return max((until - there).total_seconds(), 0)


def _instant(text: str) -> datetime | None:
    """Return what a date of HTTP means; all of them are in UTC, whether they say so or not."""
    try:
        at = parsedate_to_datetime(text)
    except ValueError, OverflowError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
