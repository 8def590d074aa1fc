"""What was and what is to come are shown on one scale of time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from custom_components.chocolate_factory.factory.comfort import ComfortLimits, indoors
from custom_components.chocolate_factory.factory.conditions import Conditions
from custom_components.chocolate_factory.factory.features import FEATURES, Air
from custom_components.chocolate_factory.factory.levels import UNKNOWN
from custom_components.chocolate_factory.factory.outlook import Outlook, PriceOrigin
from custom_components.chocolate_factory.factory.panorama import Panorama, runs
from custom_components.chocolate_factory.factory.recommendation import Engine
from custom_components.chocolate_factory.factory.tariff import (
    AccessTariff,
    TariffCalendar,
    Zone,
    local_day,
)

MADRID = ZoneInfo("Europe/Madrid")
CALENDAR = TariffCalendar(AccessTariff.T2_0TD, Zone.PENINSULA)
LIMITS = ComfortLimits()
DAY = timedelta(days=1)
WEDNESDAY = date(2026, 8, 5)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
PUBLISHED, FORECAST = PriceOrigin.PUBLISHED.position, PriceOrigin.FORECAST.position
NAN = float("nan")


def conditions(day: date, seconds: int = 3600, *, without: tuple[int, ...] = ()) -> Conditions:
    """Return nine days before a local day and eight from it on; those after it are forecast."""
    first = int(local_day(day - 9 * DAY, MADRID)[0].timestamp())
    last = int(local_day(day + 7 * DAY, MADRID)[1].timestamp())
    starts = np.arange(first, last, seconds)
    starts = starts[~np.isin(starts, without)]
    hour = (starts // 3600 % 24).astype(np.float64)
    price = 0.1 + 0.01 * hour
    is_forecast = starts >= local_day(day, MADRID)[1].timestamp()
    return Conditions(
        starts=starts,
        seconds=np.full(len(starts), seconds),
        price=price,
        low=price - 0.02 * is_forecast,
        high=price + 0.02 * is_forecast,
        origin=np.where(is_forecast, FORECAST, PUBLISHED).astype(np.int8),
        air=Air(
            temperature=15 + hour,
            humidity=np.full(len(starts), 60.0),
            pressure=np.full(len(starts), 1013.0),
        ),
    )


def outlook(known: Conditions, now: datetime, *, hours: int = 168) -> Outlook:
    """Return an outlook from the slot in force on, in which the room has sensors of its own."""
    ends = known.starts + known.seconds
    ahead = (ends > now.timestamp()) & (known.starts < now.timestamp() + 3600 * hours)
    starts = known.starts[ahead]
    count = len(starts)
    nothing = np.full(count, np.nan)
    room = indoors(known.air.temperature[ahead], known.air.humidity[ahead], LIMITS)
    return Outlook(
        issued=now,
        zone=MADRID,
        engine=Engine.RULE,
        score_engine=Engine.RULE,
        starts=starts,
        seconds=known.seconds[ahead],
        price=known.price[ahead],
        price_low=known.low[ahead],
        price_high=known.high[ahead],
        origin=known.origin[ahead],
        temperature=known.air.temperature[ahead],
        humidity=known.air.humidity[ahead],
        features=np.full((count, len(FEATURES)), np.nan),
        index=np.where(np.arange(count) == 0, 12.0, 50 + room[0] / 10),
        heat_stress=np.where(np.arange(count) == 0, 0.12, 0.5),
        score=nothing,
        probabilities=np.full((count, 4), np.nan),
        recommendation=np.full(count, -1, dtype=np.int8),
        reasons=((),) * count,
    )


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=MADRID).astimezone(UTC)


def panorama(known: Conditions, now: datetime, *, hours: int = 168) -> Panorama:
    yesterday = now.astimezone(MADRID).date() - DAY
    start = local_day(yesterday, MADRID)[0]
    return Panorama.of(known, outlook(known, now, hours=hours), CALENDAR, LIMITS, start)


@pytest.mark.parametrize("seconds", [3600, 900])
@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (WEDNESDAY, 24), (AUTUMN, 25)])
def test_it_begins_at_yesterdays_midnight_and_ends_with_the_outlook(
    day: date, hours: int, seconds: int
) -> None:
    known = conditions(day + DAY, seconds)
    shown = panorama(known, at(day + DAY, 12, 20))
    assert shown.starts[0] == local_day(day, MADRID)[0].timestamp()
    midnight = local_day(day, MADRID)[1].timestamp()
    assert (shown.starts < midnight).sum() == hours * 3600 // seconds
    assert shown.starts[-1] == shown.outlook.starts[-1]
    # The hour in force, and the one that it is a week later, are both there in part.
    assert len(shown.rooms.index) == hours + 12 + 168 + 1


@pytest.mark.parametrize("seconds", [3600, 900])
def test_the_slots_of_the_outlook_follow_those_that_are_over(seconds: int) -> None:
    now = at(WEDNESDAY, 12, 20)
    shown = panorama(conditions(WEDNESDAY, seconds), now)
    in_force = int(now.timestamp()) // seconds * seconds
    assert shown.starts[shown.ahead] == in_force
    np.testing.assert_array_equal(shown.starts[shown.ahead :], shown.outlook.starts)
    np.testing.assert_array_equal(shown.price[shown.ahead :], shown.outlook.price)
    np.testing.assert_array_equal(shown.origin[shown.ahead :], shown.outlook.origin)


def test_every_slot_has_its_tariff_period_and_its_level() -> None:
    shown = panorama(conditions(WEDNESDAY), at(WEDNESDAY, 12))
    for start, period in zip(shown.starts.tolist(), shown.period.tolist(), strict=True):
        told = CALENDAR.period(datetime.fromtimestamp(start, UTC))
        assert told.value == f"p{period + 1}"
    cheapest = shown.price == shown.price.min()
    assert set(shown.level[cheapest].tolist()) == {0}
    assert UNKNOWN not in shown.level


@pytest.mark.parametrize("seconds", [3600, 900])
@pytest.mark.parametrize("minute", [0, 20, 50])
def test_in_the_hour_of_the_slot_in_force_the_rooms_own_sensors_count(
    seconds: int, minute: int
) -> None:
    now = at(WEDNESDAY, 12, minute)
    shown = panorama(conditions(WEDNESDAY, seconds), now)
    hour = (int(now.timestamp()) - shown.rooms.start) // 3600
    assert shown.rooms.index[hour] == 12
    assert shown.rooms.heat_stress[hour] == 0.12
    assert 12 not in np.delete(shown.rooms.index, hour)
    # The air is still the one outdoors, and what it would make of the room.
    room = indoors(shown.rooms.air.temperature, shown.rooms.air.humidity, LIMITS)
    np.testing.assert_array_equal(shown.rooms.temperature, room[0])
    np.testing.assert_array_equal(shown.rooms.humidity, room[1])


def test_the_hours_of_quarters_are_those_of_hours() -> None:
    now = at(WEDNESDAY, 12)
    by_hour, by_quarter = (
        panorama(conditions(WEDNESDAY, seconds), now).rooms for seconds in (3600, 900)
    )
    assert by_hour.start == by_quarter.start
    np.testing.assert_array_equal(by_hour.air.temperature, by_quarter.air.temperature)
    np.testing.assert_array_equal(by_hour.humidity, by_quarter.humidity)


def test_a_quarter_that_is_missing_leaves_a_hole_in_the_slots_but_none_in_the_hours() -> None:
    hole = int(at(WEDNESDAY, 9).timestamp())
    shown = panorama(conditions(WEDNESDAY, 900, without=(hole,)), at(WEDNESDAY, 12))
    whole = panorama(conditions(WEDNESDAY, 900), at(WEDNESDAY, 12))
    assert len(shown.starts) == len(whole.starts) - 1
    np.testing.assert_array_equal(shown.rooms.air.temperature, whole.rooms.air.temperature)
    before, after = runs(shown.starts, shown.seconds)
    assert before == (int(whole.starts[0]), 900, (hole - int(whole.starts[0])) // 900)
    assert after[0] == hole + 900
    assert before[2] + after[2] == len(shown.starts)


def test_of_what_nobody_knows_nothing_is_made_up() -> None:
    known = conditions(WEDNESDAY)
    unknown = Conditions(
        starts=known.starts,
        seconds=known.seconds,
        price=np.full(len(known.starts), NAN),
        low=np.full(len(known.starts), NAN),
        high=np.full(len(known.starts), NAN),
        origin=known.origin,
        air=Air(
            temperature=np.full(len(known.starts), NAN),
            humidity=known.air.humidity,
            pressure=known.air.pressure,
        ),
    )
    shown = panorama(unknown, at(WEDNESDAY, 12))
    assert set(shown.level.tolist()) == {UNKNOWN}
    for column in (shown.rooms.temperature, shown.rooms.humidity):
        assert np.isnan(column).all()


def test_an_outlook_without_slots_shows_nothing() -> None:
    shown = panorama(conditions(WEDNESDAY), at(WEDNESDAY, 12), hours=-200)
    assert (len(shown.starts), shown.ahead, len(shown.rooms.index)) == (0, 0, 0)
    assert list(runs(shown.starts, shown.seconds)) == []


def test_slots_that_follow_each_other_are_one_run_as_long_as_they_are_of_one_length() -> None:
    starts = np.array([0, 3600, 7200, 8100, 9000, 18000])
    seconds = np.array([3600, 3600, 900, 900, 900, 3600])
    assert list(runs(starts, seconds)) == [(0, 3600, 2), (7200, 900, 3), (18000, 3600, 1)]
