from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
import json
from math import pi
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.factory.daily import Day, Extremes
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.spread import spread
from custom_components.chocolate_factory.factory.tariff import local_day
from custom_components.chocolate_factory.factory.weather import HOUR, KEPT, Measure, WeatherHours

MADRID, CANARIES, UNIVERSAL = map(ZoneInfo, ("Europe/Madrid", "Atlantic/Canary", "UTC"))
SUMMER, SPRING, AUTUMN = date(2026, 8, 5), date(2026, 3, 29), date(2026, 10, 25)
DAY = timedelta(days=1)

# Quarters, so that times and values of different things often fall together.
LEVELS = st.integers(-40, 160).map(lambda quarter: quarter / 4)
QUARTERS = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
FULL_HOURS = st.integers(0, 23).map(time)


def hours_of(*days: Day, zone: ZoneInfo = UNIVERSAL) -> WeatherHours:
    return spread(days, zone, Source.AEMET_CLIMATOLOGY)


def warmth(number: int, extremes: Extremes) -> Day:
    return Day(day=SUMMER + number * DAY, extremes={Measure.TEMPERATURE: extremes})


def temperatures(*extremes: Extremes) -> list[float]:
    """Return the hours of consecutive days in UTC."""
    days = [warmth(number, one) for number, one in enumerate(extremes)]
    values: list[float] = hours_of(*days).values[Measure.TEMPERATURE].tolist()
    return values


@st.composite
def extremes(draw: st.DrawFn, times: st.SearchStrategy[time] = QUARTERS) -> Extremes:
    lowest, highest = sorted((draw(LEVELS), draw(LEVELS)))
    return Extremes(
        lowest=lowest,
        highest=highest,
        lowest_at=draw(st.none() | times),
        highest_at=draw(st.none() | times),
        points=tuple(draw(st.lists(st.tuples(times, LEVELS), max_size=4))),
    )


@st.composite
def stretches(draw: st.DrawFn) -> list[Day]:
    """Draw days, some of them around a change of the clocks; some are missing, or measures are."""
    first = draw(st.sampled_from([SUMMER, SPRING - DAY, AUTUMN - DAY]))
    said = st.dictionaries(st.sampled_from(KEPT), extremes(), max_size=3)
    told = draw(st.lists(st.none() | said, min_size=1, max_size=5))
    days = [
        Day(day=first + number * DAY, extremes=one)
        for number, one in enumerate(told)
        if one is not None
    ]
    assume(days)
    return days


@settings(max_examples=50)
@given(days=stretches(), zone=st.sampled_from([MADRID, CANARIES, UNIVERSAL]))
def test_every_hour_is_within_the_extremes_of_its_day_and_others_have_no_value(
    days: list[Day], zone: ZoneInfo
) -> None:
    hours = hours_of(*days, zone=zone)

    if hours.values:
        assert hours.start == local_day(days[0].day, zone)[0]
        assert hours.end == local_day(days[-1].day, zone)[1]
    assert hours.values.keys() == {measure for day in days for measure in day.extremes}
    told_of = {day.day: day.extremes for day in days}
    for measure, values in hours.values.items():
        for number, value in enumerate(values.tolist()):
            local = (hours.start + number * HOUR).astimezone(zone).date()
            told = told_of.get(local, {}).get(measure)
            if told is None:
                assert np.isnan(value)
            else:
                assert told.lowest <= value <= told.highest


@settings(max_examples=50)
@given(days=stretches(), data=st.data())
def test_the_order_of_the_days_is_irrelevant(days: list[Day], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(days))
    one, other = hours_of(*days, zone=MADRID), hours_of(*shuffled, zone=MADRID)

    assert one.start == other.start
    for measure in KEPT:
        np.testing.assert_array_equal(one.values.get(measure, 0), other.values.get(measure, 0))


@given(told=st.lists(extremes(FULL_HOURS), min_size=1, max_size=4))
def test_every_day_gets_as_low_and_as_high_as_it_was(told: list[Extremes]) -> None:
    values = temperatures(*told)

    for number, one in enumerate(told):
        day = values[24 * number : 24 * number + 24]
        assert (min(day), max(day)) == (one.lowest, one.highest)


@given(told=extremes(FULL_HOURS))
def test_the_curve_goes_through_what_is_known(told: Extremes) -> None:
    assume(told.lowest_at != told.highest_at)
    known = {at: min(max(value, told.lowest), told.highest) for at, value in told.points}
    known |= {told.lowest_at: told.lowest} if told.lowest_at else {}
    known |= {told.highest_at: told.highest} if told.highest_at else {}

    values = temperatures(told)
    assert {at: values[at.hour] for at in known} == known


@given(
    bounds=st.lists(st.tuples(LEVELS, LEVELS, LEVELS), min_size=1, max_size=5),
    measure=st.sampled_from(KEPT),
)
def test_days_that_have_a_value_in_common_meet_without_a_jump(
    bounds: list[tuple[float, float, float]], measure: Measure
) -> None:
    # 10 is within all of them.
    told = [Extremes(lowest=min(*one, 10), highest=max(*one, 10)) for one in bounds]
    days = [Day(day=SUMMER + n * DAY, extremes={measure: one}) for n, one in enumerate(told)]
    values = hours_of(*days).values[measure].tolist()

    reach = max(one.highest for one in told) - min(one.lowest for one in told)
    # Half a cosine is steepest in the middle; the usual hours and midnight are 6 hours apart.
    steepest = pi / 2 * reach / 6
    for one, other in pairwise(values):
        assert abs(one - other) <= steepest + 1e-9


def test_days_without_a_common_value_stay_apart() -> None:
    values = temperatures(Extremes(lowest=20, highest=30), Extremes(lowest=0, highest=10))

    assert values[15] == 30
    assert 20 <= values[23] < 21
    assert values[24] == 10
    assert values[29] == 0


def test_an_extreme_at_midnight_is_not_above_the_day_before() -> None:
    hot = Extremes(lowest=18, highest=30, highest_at=time(0), lowest_at=time(23))

    values = temperatures(Extremes(lowest=10, highest=20), hot)

    assert max(values[:24]) == 20
    assert values[24] == 30
    assert values[23] == pytest.approx(20, abs=0.5)


@pytest.mark.parametrize(("month", "sunrise"), [(1, 7), (4, 6), (7, 5), (10, 6), (12, 7)])
def test_without_times_air_is_cold_and_damp_at_sunrise_and_pressure_has_its_tide(
    month: int, sunrise: int
) -> None:
    told = dict.fromkeys(KEPT, Extremes(lowest=10, highest=20))

    hours = hours_of(Day(day=date(2026, month, 5), extremes=told), zone=MADRID)

    usual = {
        Measure.TEMPERATURE: (sunrise, 15),
        Measure.HUMIDITY: (15, sunrise),
        Measure.PRESSURE: (16, 10),
    }
    for measure, low_and_high in usual.items():
        values = hours.values[measure].tolist()
        found = [(hours.start + values.index(value) * HOUR).hour for value in (10, 20)]
        assert tuple(found) == low_and_high
        assert values.count(10) == values.count(20) == 1


def test_between_two_extremes_there_is_half_a_cosine() -> None:
    values = temperatures(Extremes(lowest=10, highest=20, lowest_at=time(6), highest_at=time(14)))

    assert values[6:15] == pytest.approx(
        [10, 10.381, 11.464, 13.087, 15, 16.913, 18.536, 19.619, 20], abs=1e-3
    )


def test_humidity_follows_the_times_of_the_temperature() -> None:
    warm = Extremes(lowest=10, highest=20, lowest_at=time(4), highest_at=time(13))
    damp = Extremes(lowest=30, highest=90)
    measures = {Measure.TEMPERATURE: warm, Measure.HUMIDITY: damp}

    values = hours_of(Day(day=SUMMER, extremes=measures)).values[Measure.HUMIDITY]
    assert (int(np.argmax(values)), int(np.argmin(values))) == (4, 13)

    own = Extremes(lowest=30, highest=90, lowest_at=time(19))
    measures[Measure.HUMIDITY] = own
    values = hours_of(Day(day=SUMMER, extremes=measures)).values[Measure.HUMIDITY]
    assert (int(np.argmax(values)), int(np.argmin(values))) == (5, 19)


def test_extremes_at_the_same_time_are_not_believed() -> None:
    same = Extremes(lowest=10, highest=20, lowest_at=time(9), highest_at=time(9))

    assert temperatures(same) == temperatures(Extremes(lowest=10, highest=20))


def test_a_day_that_is_coldest_in_the_afternoon_was_warmest_in_the_morning() -> None:
    values = temperatures(Extremes(lowest=10, highest=20, lowest_at=time(16)))
    assert (values.index(10), values.index(20)) == (16, 5)

    values = temperatures(Extremes(lowest=10, highest=20, highest_at=time(4)))
    assert (values.index(10), values.index(20)) == (15, 4)


def test_an_extreme_moves_aside_when_its_usual_hour_is_known_to_be_another() -> None:
    points = ((time(5), 12.0), (time(12), 18.0), (time(15), 17.0), (time(16), 18.0))

    values = temperatures(Extremes(lowest=10, highest=20, points=points))

    assert [values[hour] for hour in (5, 6, 12, 14, 15, 16)] == [12, 10, 18, 20, 17, 18]


def test_an_extreme_keeps_an_hour_away_from_what_is_known() -> None:
    values = temperatures(Extremes(lowest=10, highest=20, points=((time(5, 15), 18.0),)))

    assert values[4] == min(values) == 10


@given(told=extremes())
def test_a_day_alone_is_like_one_between_two_of_its_kind(told: Extremes) -> None:
    assert temperatures(told) == pytest.approx(temperatures(told, told, told)[24:48])


def test_a_point_that_is_an_extreme_says_when_it_was() -> None:
    values = temperatures(Extremes(lowest=10, highest=20, points=((time(3), 10.0),)))

    assert values[3] == 10
    assert values.count(10) == 1


def test_points_that_are_no_numbers_are_left_out() -> None:
    broken = tuple((time(12), value) for value in (float("nan"), float("inf")))

    assert temperatures(Extremes(lowest=10, highest=20, points=broken)) == temperatures(
        Extremes(lowest=10, highest=20)
    )


def test_a_missing_day_is_not_bridged() -> None:
    first, third = Extremes(lowest=10, highest=20), Extremes(lowest=30, highest=40)

    values = hours_of(warmth(0, first), warmth(2, third)).values[Measure.TEMPERATURE]

    assert values[:24].tolist() == temperatures(first)
    assert np.all(np.isnan(values[24:48]))
    assert values[48:].tolist() == temperatures(third)


@pytest.mark.parametrize(("changed", "length"), [(SPRING, 23), (AUTUMN, 25)])
@pytest.mark.parametrize("zone", [MADRID, CANARIES])
def test_days_on_which_the_clocks_change_keep_the_times_on_the_wall(
    changed: date, length: int, zone: ZoneInfo
) -> None:
    told = Extremes(lowest=10, highest=20, lowest_at=time(5), highest_at=time(17))
    days = [
        Day(day=day, extremes={Measure.TEMPERATURE: told})
        for day in (changed - DAY, changed, changed + DAY)
    ]

    hours = hours_of(*days, zone=zone)

    assert len(hours) == 48 + length
    for number, value in enumerate(hours.values[Measure.TEMPERATURE].tolist()):
        local = (hours.start + number * HOUR).astimezone(zone)
        assert (value == 10) is (local.hour == 5)
        assert (value == 20) is (local.hour == 17)


def test_a_time_that_the_clock_skips_is_an_hour_later() -> None:
    told = Extremes(lowest=10, highest=20, lowest_at=time(2), highest_at=time(17))

    hours = hours_of(Day(day=SPRING, extremes={Measure.TEMPERATURE: told}), zone=MADRID)

    coldest = int(np.argmin(hours.values[Measure.TEMPERATURE]))
    assert (hours.start + coldest * HOUR).astimezone(MADRID).hour == 3


def test_of_a_day_that_comes_twice_the_last_one_counts() -> None:
    one, other = Extremes(lowest=1, highest=2), Extremes(lowest=3, highest=4)

    values = hours_of(warmth(0, one), warmth(0, other)).values[Measure.TEMPERATURE]

    assert values.tolist() == temperatures(other)


def test_the_hours_of_a_forecast_know_who_issued_them_and_when() -> None:
    issued = datetime(2026, 8, 5, 6, tzinfo=UTC)
    days = [warmth(0, Extremes(lowest=1, highest=2))]

    hours = spread(days, MADRID, Source.AEMET_DAILY, issued=issued)

    assert (hours.source, hours.issued) == (Source.AEMET_DAILY, issued)


@pytest.mark.parametrize("years", [(), (1, 2026), (1, 2), (1970, 2026), (2026, 9999)])
def test_no_days_and_days_of_another_age_are_refused(years: tuple[int, ...]) -> None:
    told = {Measure.TEMPERATURE: Extremes(lowest=1, highest=2)}
    days = [Day(day=date(year, 12, 31), extremes=told) for year in years]

    with pytest.raises(ValueError, match="day"):
        hours_of(*days, zone=MADRID)


def test_extremes_alone_tell_the_hours_of_a_recorded_week(recordings: Path) -> None:
    file = recordings / "openmeteo" / "forecast_current-hourly-daily_huescar_2026-06-09.json"
    said = json.loads(file.read_text())["hourly"]
    known = np.array(said["temperature_2m"]).reshape(-1, 24)
    days = [
        Day(
            day=date(2026, 6, 8) + number * DAY,
            extremes={Measure.TEMPERATURE: Extremes(lowest=min(day), highest=max(day))},
        )
        for number, day in enumerate(known.tolist())
    ]

    values = hours_of(*days, zone=MADRID).values[Measure.TEMPERATURE].reshape(-1, 24)

    error = np.mean(np.abs(values - known))
    assert error < 1.7
    # Without the hours, all that could be said is the mean.
    assert error < np.mean(np.abs(known - known.mean(axis=1, keepdims=True))) / 2
