from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.factory.joined_forecast import (
    LONGEST,
    RANKING,
    DayAhead,
    JoinedForecast,
    join,
)
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.weather import (
    HOUR,
    Condition,
    Measure,
    WeatherHours,
)

MADRID = ZoneInfo("Europe/Madrid")
MIDNIGHT = datetime(2026, 8, 4, 22, tzinfo=UTC)
"""In Madrid, before the fifth of August."""
DAY = timedelta(days=1)
NAN = float("nan")

CELL = st.sampled_from([NAN, 0.0, 3.0, 14.0])


def forecast(
    source: Source,
    values: Mapping[Measure, list[float]],
    *,
    start: datetime = MIDNIGHT,
    issued: datetime | None = MIDNIGHT,
) -> dict[Source, WeatherHours]:
    columns = {measure: np.array(column, dtype=np.float64) for measure, column in values.items()}
    return {source: WeatherHours(source=source, start=start, values=columns, issued=issued)}


def warm(
    source: Source, count: int, *, shift: int = 0, age: timedelta = HOUR
) -> dict[Source, WeatherHours]:
    """Return a forecast of nothing but temperature, which is the rank of its source."""
    values = {Measure.TEMPERATURE: [float(RANKING.index(source))] * count}
    return forecast(source, values, start=MIDNIGHT + shift * HOUR, issued=MIDNIGHT - age)


def days_of(
    values: Mapping[Measure, list[float]], *, start: datetime = MIDNIGHT, count: int | None = None
) -> list[DayAhead]:
    length = max(len(column) for column in values.values())
    values = {Measure.TEMPERATURE: [20.0] * length} | dict(values)
    hours = forecast(Source.OPEN_METEO, values, start=start, issued=start)
    return join(hours, start, count or length).days(MADRID)


def test_each_hour_is_from_the_best_source_that_knows_it() -> None:
    forecasts = (
        warm(Source.OPENWEATHERMAP, 10)
        | warm(Source.AEMET_HOURLY, 4, shift=2)
        | warm(Source.OPEN_METEO, 5, shift=8)
        | warm(Source.AEMET_DAILY, 200, shift=-3)
        | warm(Source.OPEN_METEO, 5, shift=8)
    )

    joined = join(forecasts, MIDNIGHT)

    assert len(joined) == 168
    ranks = [1] * 2 + [0] * 4 + [1] * 4 + [2] * 3 + [3] * 155
    assert joined.values[Measure.TEMPERATURE].tolist() == ranks
    assert joined.sources[Measure.TEMPERATURE].tolist() == ranks
    assert joined.source(Measure.TEMPERATURE, MIDNIGHT) is Source.OPENWEATHERMAP
    assert joined.source(Measure.TEMPERATURE, MIDNIGHT + 3.5 * HOUR) is Source.AEMET_HOURLY
    assert joined.source(Measure.TEMPERATURE, joined.end) is None
    assert joined.source(Measure.HUMIDITY, MIDNIGHT) is None
    assert joined.values.keys() == set(Measure)


@given(
    said=st.dictionaries(
        st.sampled_from([*RANKING, Source.AEMET]),
        st.tuples(
            st.integers(-3, 3),
            st.dictionaries(st.sampled_from(Measure), st.lists(CELL, min_size=4, max_size=4)),
        ),
    )
)
def test_every_value_is_what_its_source_says_and_nobody_better_says_anything(
    said: dict[Source, tuple[int, dict[Measure, list[float]]]],
) -> None:
    forecasts: dict[Source, WeatherHours] = {}
    for source, (shift, values) in said.items():
        forecasts |= forecast(source, values, start=MIDNIGHT + shift * HOUR)

    joined = join(forecasts, MIDNIGHT, 6)

    for measure in Measure:
        for number in range(6):
            told = [
                (source, said[source][1][measure][index])
                for source in RANKING
                if source in said and measure in said[source][1]
                if 0 <= (index := number - said[source][0]) < 4
                and not np.isnan(said[source][1][measure][index])
            ]
            at = MIDNIGHT + number * HOUR
            found = joined.source(measure, at), joined.value(measure, at)
            assert found == (told[0] if told else (None, None))


@pytest.mark.parametrize("source", RANKING)
def test_a_forecast_is_used_until_it_is_too_old(source: Source) -> None:
    hours = {Source.AEMET_DAILY: 48}.get(source, 24)

    for age, used in ((hours * HOUR, True), (hours * HOUR + timedelta(seconds=1), False)):
        joined = join(warm(source, 5, age=age), MIDNIGHT)
        assert (joined.source(Measure.TEMPERATURE, MIDNIGHT) is source) is used


def test_how_old_a_forecast_may_be_can_be_told() -> None:
    forecasts = warm(Source.AEMET_HOURLY, 5, age=3 * HOUR) | warm(Source.OPEN_METEO, 5)
    patience = dict(LONGEST) | {Source.AEMET_HOURLY: 2 * HOUR}

    joined = join(forecasts, MIDNIGHT, longest=patience)

    assert joined.source(Measure.TEMPERATURE, MIDNIGHT) is Source.OPEN_METEO


def test_what_was_never_issued_is_no_forecast() -> None:
    values = {Measure.TEMPERATURE: [1.0]}

    joined = join(forecast(Source.OPEN_METEO, values, issued=None), MIDNIGHT)

    assert np.all(np.isnan(joined.values[Measure.TEMPERATURE]))
    assert joined.days(MADRID) == []


@pytest.mark.parametrize("start", [MIDNIGHT + timedelta(minutes=5), MIDNIGHT.astimezone(MADRID)])
def test_it_begins_at_a_full_hour_in_utc(start: datetime) -> None:
    with pytest.raises(ValueError, match="full hour"):
        join({}, start)


def test_a_day_in_short_has_extremes_means_sums_and_the_strongest_wind() -> None:
    hours = list(map(float, range(24)))
    days = days_of(
        {
            Measure.TEMPERATURE: [20 + hour / 2 for hour in hours],
            Measure.HUMIDITY: [40.0] * 9 + [50.0] * 9 + [NAN] * 6,
            Measure.PRESSURE: [1010.0, 1014.0] * 12,
            Measure.PRECIPITATION: [0.5] * 3 + [0.0] * 21,
            Measure.PRECIPITATION_PROBABILITY: [NAN, *hours[1:]],
            Measure.WIND_SPEED: [1.0] * 9 + [7.0] + [NAN] + [2.0] * 13,
            Measure.WIND_BEARING: [10 * hour for hour in hours],
            Measure.CONDITION: [Condition.CLOUDY.code] * 24,
        }
    )

    assert days == [
        DayAhead(
            day=date(2026, 8, 5),
            start=MIDNIGHT,
            highest=31.5,
            lowest=20,
            humidity=45,
            pressure=1012,
            precipitation=1.5,
            precipitation_probability=23,
            wind_speed=7,
            wind_bearing=90,
            condition=Condition.CLOUDY,
        )
    ]


def test_what_nobody_speaks_of_is_left_out_of_a_day() -> None:
    (day,) = days_of({Measure.TEMPERATURE: [20.0] * 24, Measure.WIND_SPEED: [3.0] * 24})

    assert (day.lowest, day.highest, day.wind_speed) == (20, 20, 3)
    assert (day.humidity, day.pressure, day.condition) == (None, None, None)
    assert (day.precipitation, day.precipitation_probability) == (None, None)
    assert day.wind_bearing is None


def test_there_are_the_rest_of_today_and_complete_days() -> None:
    start = MIDNIGHT + 15 * HOUR

    days = days_of({Measure.TEMPERATURE: [float(hour) for hour in range(9 + 48 + 23)]}, start=start)

    assert [(one.day.day, one.lowest, one.highest) for one in days] == [
        (5, 0, 8),
        (6, 9, 32),
        (7, 33, 56),
    ]
    assert [one.start for one in days] == [MIDNIGHT, MIDNIGHT + DAY, MIDNIGHT + 2 * DAY]


def test_a_day_with_a_hole_in_its_temperature_is_not_told() -> None:
    temperature = [20.0] * 72
    temperature[30] = NAN

    assert [one.day.day for one in days_of({Measure.TEMPERATURE: temperature})] == [5, 7]


@pytest.mark.parametrize(
    ("midnight", "length"),
    [(datetime(2026, 3, 28, 23, tzinfo=UTC), 23), (datetime(2026, 10, 24, 22, tzinfo=UTC), 25)],
)
def test_the_days_on_which_the_clocks_change_are_as_long_as_they_are(
    midnight: datetime, length: int
) -> None:
    temperature = [float(hour) for hour in range(length + 24)]

    first, second = days_of({Measure.TEMPERATURE: temperature}, start=midnight)

    assert (first.lowest, first.highest) == (0, length - 1)
    assert (second.lowest, second.highest) == (length, length + 23)
    assert second.start == midnight + length * HOUR
    assert [
        one.day for one in days_of({Measure.TEMPERATURE: temperature}, start=midnight, count=length)
    ] == [first.day]
    assert days_of({Measure.TEMPERATURE: temperature}, start=midnight, count=length - 1) == []


CLEAR, SUNNY, CLOUDY, RAINY, STORM = (
    Condition.CLEAR_NIGHT,
    Condition.SUNNY,
    Condition.CLOUDY,
    Condition.RAINY,
    Condition.LIGHTNING_RAINY,
)


@pytest.mark.parametrize(
    ("sky", "condition"),
    [
        # The night does not count, however wet it is.
        ([RAINY] * 8 + [SUNNY] * 12 + [RAINY] * 4, SUNNY),
        # What is there most of the time, but an hour of rain is worth telling.
        ([CLEAR] * 8 + [SUNNY] * 5 + [CLOUDY] * 7 + [CLEAR] * 4, CLOUDY),
        ([CLEAR] * 8 + [SUNNY] * 11 + [RAINY] + [CLEAR] * 4, RAINY),
        ([CLEAR] * 8 + [RAINY] + [SUNNY] * 11 + [CLEAR] * 4, RAINY),
        ([CLEAR] * 8 + [RAINY] * 11 + [STORM] + [CLEAR] * 4, STORM),
        # A late sunrise does not make a clear night of a day.
        ([CLEAR] * 24, SUNNY),
        ([None] * 8 + [SUNNY] * 2 + [None] * 10 + [STORM] * 4, SUNNY),
        # When nobody speaks of daytime, the night has to do.
        ([STORM] * 8 + [None] * 12 + [CLEAR] * 4, STORM),
        ([None] * 24, None),
    ],
)
def test_the_condition_of_a_day_is_what_there_is_to_tell(
    sky: list[Condition | None], condition: Condition | None
) -> None:
    (day,) = days_of({Measure.CONDITION: [one.code if one else NAN for one in sky]})

    assert day.condition is condition


def test_late_in_the_evening_the_night_is_all_there_is_to_tell() -> None:
    (today,) = days_of({Measure.CONDITION: [CLEAR.code] * 3}, start=MIDNIGHT + 21 * HOUR)

    assert today.condition is CLEAR


def test_a_joined_forecast_is_one() -> None:
    assert isinstance(join({}, MIDNIGHT), JoinedForecast)
