from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.factory.tariff import (
    AccessTariff,
    Period,
    TariffCalendar,
    Zone,
    is_valley_day,
    local_day,
    valley_days,
)
from tests.factory import law

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MADRID = ZoneInfo("Europe/Madrid")
CANARY = ZoneInfo("Atlantic/Canary")

YEARS = range(2021, 2028)
CLOCK_CHANGES = [law.clock_change(year, month).date() for year in YEARS for month in (3, 10)]

some_calendars = st.builds(TariffCalendar, st.sampled_from(AccessTariff), st.sampled_from(Zone))
some_instants = st.datetimes(
    datetime(2021, 6, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, MADRID, CANARY, ZoneInfo("Asia/Kolkata")]),
)


@pytest.mark.parametrize("zone", law.ZONES)
def test_every_hour_since_june_2021_has_the_period_of_the_law(zone: str) -> None:
    calendars = {tariff: TariffCalendar(AccessTariff(tariff), Zone(zone)) for tariff in law.TARIFFS}
    at = datetime(2021, 5, 31, 23, tzinfo=UTC)
    wrong = []
    while at.year < 2028:
        clock = law.wall(zone, at)
        for tariff, calendar in calendars.items():
            if calendar.period(at) != law.period(tariff, zone, clock):
                wrong.append((tariff, at))
        at += HOUR

    assert wrong == []


@pytest.mark.parametrize("zone", law.ZONES)
def test_so_have_all_hours_of_a_year_at_once(zone: str) -> None:
    start = datetime(2023, 12, 31, 22, tzinfo=UTC)
    hours = [start + number * HOUR for number in range(366 * 24)]
    starts = int(start.timestamp()) + 3600 * np.arange(len(hours))
    for tariff in law.TARIFFS:
        periods = TariffCalendar(AccessTariff(tariff), Zone(zone)).periods(starts)

        lawful = [law.period(tariff, zone, law.wall(zone, hour)) for hour in hours]
        assert periods.dtype == np.int8
        assert [tuple(Period)[position] for position in periods] == lawful


def test_no_zone_tariff_or_period_is_missing_from_the_law() -> None:
    assert {str(zone) for zone in Zone} == set(law.ZONES)
    assert {str(tariff) for tariff in AccessTariff} == set(law.TARIFFS)
    assert AccessTariff.T2_0TD.periods == ("p1", "p2", "p3")
    for tariff in (AccessTariff.T3_0TD, AccessTariff.T6_XTD):
        assert tariff.periods == ("p1", "p2", "p3", "p4", "p5", "p6")


@pytest.mark.parametrize(
    ("holiday", "weekday"),
    [
        (date(2025, 1, 1), 3),
        (date(2026, 1, 6), 2),
        (date(2026, 5, 1), 5),
        (date(2025, 8, 15), 5),
        (date(2026, 10, 12), 1),
        (date(2024, 11, 1), 5),
        (date(2024, 12, 6), 5),
        (date(2026, 12, 8), 2),
        (date(2025, 12, 25), 4),
        (date(2099, 1, 1), 4),
    ],
    ids=str,
)
def test_a_fixed_holiday_on_a_working_day_is_valley_all_day(holiday: date, weekday: int) -> None:
    assert holiday.isoweekday() == weekday
    assert is_valley_day(holiday)
    for zone in Zone:
        midnight, _ = local_day(holiday, zone.time_zone)
        for tariff, valley in zip(AccessTariff, ("p3", "p6", "p6"), strict=True):
            calendar = TariffCalendar(tariff, zone)
            assert {calendar.period(midnight + hour * HOUR) for hour in range(24)} == {valley}


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 4, 3),  # Good Friday
        date(2026, 4, 2),  # Maundy Thursday
        date(2026, 4, 6),  # Easter Monday
        date(2026, 3, 19),  # Saint Joseph
        date(2024, 7, 25),  # Saint James
        date(2026, 1, 5),
        date(2026, 1, 7),
        date(2026, 11, 2),  # when a region moves All Saints from a Sunday
        date(2026, 12, 7),
        date(2026, 12, 24),
        date(2026, 12, 31),
    ],
    ids=str,
)
def test_a_feast_that_moves_or_is_not_nationwide_is_a_working_day(day: date) -> None:
    assert not is_valley_day(day)
    for zone in Zone:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone.time_zone)
        assert TariffCalendar(AccessTariff.T2_0TD, zone).period(noon) == "p1"
        assert TariffCalendar(AccessTariff.T3_0TD, zone).period(noon) != "p6"


@pytest.mark.parametrize(
    ("instant", "madrid", "las_palmas"),
    [
        ("2026-08-05T07:59Z", "p2", "p2"),
        ("2026-08-05T08:00Z", "p1", "p2"),
        ("2026-08-05T09:00Z", "p1", "p1"),
        ("2026-08-05T22:00Z", "p3", "p2"),
        ("2026-01-15T07:00Z", "p2", "p3"),
        ("2026-01-15T08:00Z", "p2", "p2"),
        ("2026-08-07T22:30Z", "p3", "p2"),  # Saturday has begun in Madrid only
        ("2026-08-09T22:30Z", "p3", "p3"),
    ],
)
def test_the_canaries_keep_their_own_time(instant: str, madrid: str, las_palmas: str) -> None:
    at = datetime.fromisoformat(instant)

    assert TariffCalendar(AccessTariff.T2_0TD, Zone.PENINSULA).period(at) == madrid
    assert TariffCalendar(AccessTariff.T2_0TD, Zone.CANARIES).period(at) == las_palmas


@settings(max_examples=100)
@given(at=some_instants, calendar=some_calendars)
def test_a_period_does_not_depend_on_how_the_instant_is_written(
    at: datetime, calendar: TariffCalendar
) -> None:
    assert calendar.period(at) == calendar.period(at.astimezone(UTC))
    assert calendar.next_change(at) == calendar.next_change(at.astimezone(UTC))


@given(
    instants=st.lists(st.integers(0, 4_000_000_000), max_size=20),
    calendar=some_calendars,
)
def test_many_instants_at_once_have_the_period_of_each(
    instants: list[int], calendar: TariffCalendar
) -> None:
    periods = calendar.periods(np.array(instants, dtype=np.int64))

    one_by_one = [calendar.period(datetime.fromtimestamp(instant, UTC)) for instant in instants]
    assert [tuple(Period)[position] for position in periods] == one_by_one


def test_many_days_at_once_are_valley_days_as_each_of_them_is() -> None:
    days = np.arange(-400, 30_000)

    valley = valley_days(days)

    first = date(1970, 1, 1)
    assert valley.tolist() == [is_valley_day(first + int(day) * DAY) for day in days]


@pytest.mark.parametrize("zone", law.ZONES)
def test_when_the_clocks_change_a_local_day_has_an_hour_more_or_less(zone: str) -> None:
    calendar = TariffCalendar(AccessTariff.T3_0TD, Zone(zone))
    for day in CLOCK_CHANGES:
        start, end = local_day(day, Zone(zone).time_zone)

        assert law.wall(zone, start).replace(tzinfo=None) == datetime.fromisoformat(f"{day}")
        assert (start.tzinfo, end.tzinfo) == (UTC, UTC)
        hours = (end - start) // HOUR
        assert hours == (23 if day.month == 3 else 25)
        # The change is on a Sunday, which is valley from its first hour to its last and no longer.
        assert [calendar.period(start + hour * HOUR) for hour in range(hours)] == hours * ["p6"]
        assert calendar.next_change(start) == end + 8 * HOUR or is_valley_day(day + DAY)


@settings(max_examples=100)
@given(day=st.dates(date(2021, 1, 1), date(2027, 12, 31)), zone=st.sampled_from(Zone))
def test_local_days_follow_each_other_without_a_gap(day: date, zone: Zone) -> None:
    start, end = local_day(day, zone.time_zone)

    assert local_day(day + DAY, zone.time_zone)[0] == end
    assert f"{start.astimezone(zone.time_zone):%Y-%m-%d %H:%M:%S}" == f"{day} 00:00:00"
    odd = {date(2021, 3, 28), *CLOCK_CHANGES}
    assert ((end - start) // HOUR == 24) is (day not in odd)


@settings(max_examples=200)
@given(at=some_instants, calendar=some_calendars)
def test_the_next_change_is_the_first_instant_with_another_period(
    at: datetime, calendar: TariffCalendar
) -> None:
    def lawful(instant: datetime) -> str:
        clock = law.wall(calendar.zone, instant.astimezone(UTC))
        return law.period(calendar.tariff, calendar.zone, clock)

    change = calendar.next_change(at)

    assert change.tzinfo is UTC
    assert timedelta() < change - at.astimezone(UTC) < 10 * DAY
    assert lawful(change) != lawful(at)
    before = change - timedelta(microseconds=1)
    while before > at:
        assert lawful(before) == lawful(at)
        before -= HOUR / 2


def test_a_change_is_always_still_to_come() -> None:
    calendar = TariffCalendar(AccessTariff.T2_0TD, Zone.PENINSULA)
    eight, ten = (datetime(2026, 8, 5, hour, tzinfo=MADRID) for hour in (8, 10))

    assert calendar.next_change(eight - timedelta(seconds=1)) == eight
    assert calendar.next_change(eight) == ten
    # A night, Christmas, a weekend and another night.
    assert calendar.next_change(datetime(2026, 12, 25, tzinfo=MADRID)) == datetime(
        2026, 12, 28, 8, tzinfo=MADRID
    )
