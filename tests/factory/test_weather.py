from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.weather import (
    HOUR,
    PLAUSIBLE,
    Condition,
    Measure,
    Place,
    WeatherHours,
)

START = datetime(2026, 10, 24, 22, tzinfo=UTC)
"""Before the night in which the clocks of Madrid go back."""
MINUTE = timedelta(minutes=1)
NAN = float("nan")
TEMPERATURE = Measure.TEMPERATURE

INSTANTS = st.builds(
    lambda minutes, offset: (START + minutes * MINUTE).astimezone(timezone(offset * HOUR)),
    st.integers(0, 6 * 60),
    st.integers(-11, 12),
)
VALUES = st.none() | st.floats(allow_nan=True) | st.integers(-50, 120).map(float)
SAID = st.dictionaries(INSTANTS, st.dictionaries(st.sampled_from(Measure), VALUES))


def is_told(measure: Measure, value: float | None) -> bool:
    lowest, highest = PLAUSIBLE[measure]
    return value is not None and lowest <= value <= highest


@given(said=SAID)
def test_of_each_hour_the_last_plausible_value_is_kept_and_the_rest_is_counted(
    said: dict[datetime, dict[Measure, float | None]],
) -> None:
    told = {
        (measure, (at - START) // HOUR): value
        for at in sorted(said)
        for measure, value in said[at].items()
        if is_told(measure, value)
    }
    if not told:
        with pytest.raises(ValueError, match="no plausible value"):
            WeatherHours.checked(Source.AEMET, said)
        return

    hours = WeatherHours.checked(Source.AEMET, said, issued=START)

    first = (hours.start - START) // HOUR
    found = {
        (measure, first + int(index)): values[index]
        for measure, values in hours.values.items()
        for index in np.flatnonzero(~np.isnan(values))
    }
    assert found == told
    assert first == min(hour for _, hour in told)
    assert hours.end == START + (max(hour for _, hour in told) + 1) * HOUR
    assert (hours.source, hours.issued) == (Source.AEMET, START)
    every = [(measure, value) for one in said.values() for measure, value in one.items()]
    assert hours.dropped == sum(
        value is not None and not np.isnan(value) and not is_told(measure, value)
        for measure, value in every
    )


def test_kelvin_is_not_mistaken_for_the_temperature() -> None:
    hours = WeatherHours.checked(
        Source.OPENWEATHERMAP, {START: {TEMPERATURE: 293.15, Measure.HUMIDITY: 50}}
    )

    assert hours.values.keys() == {Measure.HUMIDITY}
    assert hours.dropped == 1


def test_hours_that_are_ages_apart_are_refused() -> None:
    said = {at: {TEMPERATURE: 20.0} for at in (START, START + timedelta(days=401))}

    with pytest.raises(ValueError, match="ages apart"):
        WeatherHours.checked(Source.AEMET, said)


@pytest.mark.parametrize(
    "start", [START + MINUTE, START.astimezone(timezone(HOUR)), START.replace(tzinfo=None)]
)
def test_weather_begins_at_a_full_hour_in_utc(start: datetime) -> None:
    with pytest.raises(ValueError, match="full hour"):
        WeatherHours(source=Source.AEMET, start=start, values={})


@pytest.mark.parametrize("shapes", [(3, 4), ((2, 2),), ((), ())])
def test_there_are_as_many_values_of_each_measure(
    shapes: tuple[int | tuple[int, ...], ...],
) -> None:
    values = {measure: np.zeros(shape) for measure, shape in zip(Measure, shapes, strict=False)}

    with pytest.raises(ValueError, match="as many values"):
        WeatherHours(source=Source.AEMET, start=START, values=values)


def test_conditions_stand_for_numbers_and_back() -> None:
    assert [Condition.of(condition.code) for condition in Condition] == list(Condition)


@pytest.mark.parametrize("code", [NAN, -1.0, float(len(Condition)), 1e9, float("inf")])
def test_a_number_that_stands_for_nothing_is_no_condition(code: float) -> None:
    assert Condition.of(code) is None


@pytest.mark.parametrize(("latitude", "longitude"), [(90.1, 0), (0, -180.5), (NAN, 0), (0, NAN)])
def test_a_place_is_on_earth(latitude: float, longitude: float) -> None:
    with pytest.raises(ValueError, match="Earth"):
        Place(latitude, longitude)
