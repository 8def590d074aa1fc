from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.factory.hybrid import (
    RANKING,
    Observation,
    SourceHours,
    hybrid,
    now,
)
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.weather import HOUR, KEPT, Measure, WeatherHours

MADRID = ZoneInfo("Europe/Madrid")
CANARIES = ZoneInfo("Atlantic/Canary")
# Late in the evening before each: a day in summer, and those on which the clocks change.
SUMMER, SPRING, AUTUMN = (
    datetime(2026, 8, 4, 20, tzinfo=UTC),
    datetime(2026, 3, 28, 20, tzinfo=UTC),
    datetime(2026, 10, 24, 20, tzinfo=UTC),
)
TEMPERATURE = Measure.TEMPERATURE
NAN = float("nan")

SOURCE_HOURS = st.builds(SourceHours, st.integers(0, 24), st.integers(0, 24))


def said(source: Source, *values: float, start: datetime = SUMMER) -> dict[Source, WeatherHours]:
    """Return what a source says of the temperature."""
    column = np.array(values, dtype=np.float64)
    return {source: WeatherHours(source=source, start=start, values={TEMPERATURE: column})}


def constant(
    source: Source, value: float, start: datetime, count: int
) -> dict[Source, WeatherHours]:
    return said(source, *[value] * count, start=start)


@st.composite
def weather(draw: st.DrawFn) -> dict[Source, WeatherHours]:
    """Draw hours of some sources, each with a time of its own; one that only forecasts is there."""
    start = draw(st.sampled_from([SUMMER, SPRING, AUTUMN]))
    spoken = st.dictionaries(st.sampled_from((*RANKING, Source.AEMET_HOURLY)), st.integers(0, 5))
    found = {}
    for number, (source, shift) in enumerate(draw(spoken.filter(bool)).items()):
        count = draw(st.integers(1, 12))
        values = st.lists(
            st.sampled_from([NAN, number, number + 0.5]), min_size=count, max_size=count
        )
        found[source] = WeatherHours(
            source=source,
            start=start + shift * HOUR,
            values={
                measure: np.array(draw(values), dtype=np.float64)
                for measure in draw(st.sets(st.sampled_from(KEPT)))
            },
        )
    assume(any(len(hours) for hours in found.values()))
    return found


def value_of(hours: WeatherHours, measure: Measure, at: datetime) -> float | None:
    """Return what one source says of an hour, the slow way."""
    number = (at - hours.start) // HOUR
    values = hours.values.get(measure, np.empty(0)).tolist()
    return values[number] if 0 <= number < len(values) and not np.isnan(values[number]) else None


@settings(max_examples=50)
@given(weather=weather(), hours=SOURCE_HOURS, zone=st.sampled_from([MADRID, CANARIES]))
def test_every_value_is_what_its_source_says_and_nobody_better_says_anything(
    weather: dict[Source, WeatherHours], hours: SourceHours, zone: ZoneInfo
) -> None:
    blend = hybrid(weather, hours, zone)

    assert blend.start == min(one.start for one in weather.values())
    assert blend.end == max(one.end for one in weather.values())
    for number in range(len(blend)):
        at = blend.start + number * HOUR
        preferred = hours.preferred(at, zone)
        ranked = sorted(RANKING, key=lambda source: source is not preferred)
        for measure in KEPT:
            told = [
                (source, value)
                for source in ranked
                if source in weather
                and (value := value_of(weather[source], measure, at)) is not None
            ]
            found = blend.source(measure, at), blend.value(measure, at)
            assert found == (told[0] if told else (None, None))
            assert np.isnan(blend.values[measure][number]) == (not told)


@pytest.mark.parametrize(
    ("start", "first_of_aemet"),
    # Midnight in Madrid; eight hours later by the wall, the other takes over.
    [(SUMMER, 2), (SPRING, 3), (AUTUMN, 2)],
)
def test_by_night_aemet_is_preferred_and_by_day_openweathermap(
    start: datetime, first_of_aemet: int
) -> None:
    weather = constant(Source.AEMET, 1, start, 24) | constant(Source.OPENWEATHERMAP, 2, start, 24)
    night = {SUMMER: 8, SPRING: 7, AUTUMN: 9}[start]

    blend = hybrid(weather, SourceHours(), MADRID)

    values = blend.values[TEMPERATURE].tolist()
    day_after = first_of_aemet + night
    assert values == [2] * first_of_aemet + [1] * night + [2] * (24 - day_after)


@pytest.mark.parametrize(
    ("hours", "preferring"),
    [
        (SourceHours(), range(8)),
        (SourceHours(22, 6), [22, 23, *range(6)]),
        (SourceHours(5, 5), []),
        (SourceHours(0, 24), range(24)),
        (SourceHours(24, 0), []),
        (SourceHours(24, 8), range(8)),
    ],
)
def test_the_hours_may_go_over_midnight_or_be_none_or_all(
    hours: SourceHours, preferring: list[int]
) -> None:
    assert [hour for hour in range(24) if hour in hours] == sorted(preferring)


@pytest.mark.parametrize("hours", [(-1, 8), (0, 25)])
def test_hours_that_no_clock_shows_are_refused(hours: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="0 to 24"):
        SourceHours(*hours)


def test_only_the_hours_asked_for_are_returned() -> None:
    weather = constant(Source.AEMET, 1, SUMMER, 4)

    blend = hybrid(weather, SourceHours(), MADRID, start=SUMMER + 2 * HOUR, end=SUMMER + 4.5 * HOUR)

    assert (blend.start, blend.end) == (SUMMER + 2 * HOUR, SUMMER + 5 * HOUR)
    np.testing.assert_array_equal(blend.values[TEMPERATURE], [1, 1, NAN])
    assert blend.value(TEMPERATURE, SUMMER + HOUR) is None
    assert blend.value(TEMPERATURE, SUMMER + 5 * HOUR) is None
    assert blend.value(TEMPERATURE, SUMMER + 3.9 * HOUR) == 1


@settings(max_examples=50)
@given(weather=weather(), hours=SOURCE_HOURS, first=st.integers(-30, 30), count=st.integers(0, 30))
def test_any_part_of_the_hours_is_as_in_the_whole(
    weather: dict[Source, WeatherHours], hours: SourceHours, first: int, count: int
) -> None:
    whole = hybrid(weather, hours, MADRID)
    start = whole.start + first * HOUR

    part = hybrid(weather, hours, MADRID, start=start, end=start + count * HOUR)

    assert (part.start, len(part)) == (start, count)
    for measure in KEPT:
        for at in (start + number * HOUR for number in range(count)):
            assert part.value(measure, at) == whole.value(measure, at)
            assert part.source(measure, at) is whole.source(measure, at)


def test_without_any_weather_the_hours_asked_for_are_empty() -> None:
    blend = hybrid({}, SourceHours(), MADRID, start=SUMMER, end=SUMMER + 3 * HOUR)

    assert {measure: len(values) for measure, values in blend.values.items()} == dict.fromkeys(
        KEPT, 3
    )
    assert all(np.all(np.isnan(values)) for values in blend.values.values())
    with pytest.raises(ValueError, match="min"):
        hybrid({}, SourceHours(), MADRID)


@pytest.mark.parametrize("start", [SUMMER, SPRING, AUTUMN])
@pytest.mark.parametrize("hours", [SourceHours(), SourceHours(23, 3)])
def test_at_the_hour_the_preferred_source_changes_at_once(
    start: datetime, hours: SourceHours
) -> None:
    weather = constant(Source.AEMET, 1, start, 20) | constant(Source.OPENWEATHERMAP, 2, start, 20)
    changes = 0

    for hour in range(1, 20):
        at = start + hour * HOUR
        before = now(weather, at - timedelta(microseconds=1), hours, MADRID).source
        after = now(weather, at, hours, MADRID).source
        assert after is hours.preferred(at, MADRID)
        if before is not after:
            changes += 1
            wall = at.astimezone(MADRID).hour
            # In spring the clock goes from two to three at once.
            assert wall == (hours.first if after is Source.AEMET else hours.last)
    assert changes == 2


@settings(max_examples=50)
@given(weather=weather(), hours=SOURCE_HOURS, minutes=st.integers(0, 20 * 60))
def test_now_is_the_newest_of_the_first_who_is_fresh_or_the_least_stale_of_all(
    weather: dict[Source, WeatherHours], hours: SourceHours, minutes: int
) -> None:
    at = min(one.start for one in weather.values()) + timedelta(minutes=minutes)
    hour = at.replace(minute=0)
    preferred = hours.preferred(at, MADRID)
    ranked = sorted(RANKING, key=lambda source: source is not preferred)

    reading = now(weather, at, hours, MADRID)

    # By age, then by rank: but what is of this hour or the last is equally good.
    for measure in Measure:
        told = [
            (max(age, 1), rank, age, value)
            for rank, source in enumerate(ranked)
            if source in weather
            for age in range(4)
            if (value := value_of(weather[source], measure, hour - age * HOUR)) is not None
        ]
        expected = None
        if told:
            _, rank, age, value = min(told, key=lambda one: one[:3])
            expected = Observation(
                value=value, source=ranked[rank], hour=hour - age * HOUR, stale=age > 1
            )
        assert reading.observations.get(measure) == expected
        assert reading.value(measure) == (expected and expected.value)


@pytest.mark.parametrize(
    ("hour", "expected", "stale"),
    [(2, 7, False), (3, 7, False), (4, 7, True), (5, 7, True), (6, None, None)],
)
def test_a_value_is_stale_after_an_hour_and_gone_after_three(
    hour: int, expected: float | None, stale: bool | None
) -> None:
    weather = said(Source.OPENWEATHERMAP, NAN, NAN, 7)

    reading = now(weather, SUMMER + hour * HOUR + timedelta(minutes=59), SourceHours(), MADRID)

    assert reading.value(TEMPERATURE) == expected
    if expected is None:
        assert reading.source is None
    else:
        observation = reading.observations[TEMPERATURE]
        assert (observation.stale, observation.hour) == (stale, SUMMER + 2 * HOUR)


def test_the_future_is_not_now() -> None:
    weather = said(Source.OPEN_METEO, 1, 2, 3)

    assert now(weather, SUMMER + HOUR, SourceHours(), MADRID).value(TEMPERATURE) == 2
    assert now(weather, SUMMER - HOUR, SourceHours(), MADRID).value(TEMPERATURE) is None


def test_the_zone_in_which_one_asks_is_irrelevant() -> None:
    weather = constant(Source.AEMET, 1, SUMMER, 24) | constant(Source.OPENWEATHERMAP, 2, SUMMER, 24)

    for hour in range(24):
        at = SUMMER + hour * HOUR
        local = at.astimezone(ZoneInfo("Asia/Kolkata"))
        assert now(weather, local, SourceHours(), MADRID) == now(weather, at, SourceHours(), MADRID)
