"""Something that recurs is due when its schedule says so, whatever the clocks on the wall do."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.chocolate_factory.schedule import Every, Weekly

MADRID = ZoneInfo("Europe/Madrid")
SUNDAY = Weekly(6, time(2), MADRID)

instants = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone


@pytest.mark.parametrize(
    ("before", "due"),
    [
        # The clocks skip from two to three ...
        ("2026-03-28T12:00+01:00", "2026-03-29T03:00+02:00"),
        ("2026-03-29T03:00+02:00", "2026-04-05T02:00+02:00"),
        # ... and show the time from two to three twice.
        ("2026-10-24T12:00+02:00", "2026-10-25T02:00+02:00"),
        ("2026-10-25T02:00+02:00", "2026-11-01T02:00+01:00"),
        ("2026-10-25T02:00+01:00", "2026-11-01T02:00+01:00"),
        # In an ordinary week.
        ("2026-08-09T01:59:59+02:00", "2026-08-09T02:00+02:00"),
        ("2026-08-09T02:00+02:00", "2026-08-16T02:00+02:00"),
    ],
)
def test_sunday_at_two_is_there_when_the_clocks_change(before: str, due: str) -> None:
    assert SUNDAY.after(datetime.fromisoformat(before)) == datetime.fromisoformat(due)


@given(
    instant=instants,
    weekday=st.integers(0, 6),
    hour=st.integers(0, 23),
    zone=st.sampled_from(["Europe/Madrid", "Atlantic/Canary", "UTC", "America/New_York"]),
)
def test_every_week_has_its_day_and_time_once(
    instant: datetime, weekday: int, hour: int, zone: str
) -> None:
    schedule = Weekly(weekday, time(hour), ZoneInfo(zone))
    due = schedule.after(instant)
    assert timedelta(0) < due - instant <= schedule.interval
    local = due.astimezone(ZoneInfo(zone))
    assert local.weekday() == weekday
    assert local.hour == hour or (local.hour == hour + 1 and local.dst())
    following = schedule.after(due)
    assert following.astimezone(ZoneInfo(zone)).date() - local.date() == timedelta(weeks=1)


@given(instant=instants, minutes=st.integers(1, 10_000))
def test_an_interval_is_an_interval(instant: datetime, minutes: int) -> None:
    interval = timedelta(minutes=minutes)
    assert Every(interval).after(instant) - instant == interval


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (Every(timedelta(minutes=5)), "every 5 minutes"),
        (Every(timedelta(hours=2)), "every 2 hours"),
        (Every(timedelta(minutes=90)), "every 90 minutes"),
        (Every(timedelta(days=1)), "every day"),
        (Every(timedelta(milliseconds=1500)), "every 1.5 seconds"),
        (SUNDAY, "Sunday 02:00"),
    ],
)
def test_a_schedule_has_words(schedule: object, words: str) -> None:
    assert str(schedule) == words
