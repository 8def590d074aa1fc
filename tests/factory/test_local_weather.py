from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.factory.atmosphere import dew_point, humidity_at
from custom_components.chocolate_factory.factory.comfort import (
    ComfortLimits,
    chocolate_production_index,
    heat_stress_factor,
)
from custom_components.chocolate_factory.factory.hybrid import SourceHours
from custom_components.chocolate_factory.factory.local_weather import LocalWeather, RoomReading
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.weather import HOUR, Measure, WeatherHours

MADRID = ZoneInfo("Europe/Madrid")
# Ten in the morning in Madrid.
START = datetime(2026, 8, 5, 8, tzinfo=UTC)
NAN = float("nan")
LIMITS = ComfortLimits()
NO_SENSOR = RoomReading()


def local(
    observed: Mapping[Source, tuple[float, ...]],
    humidity: float = 40.0,
    start: datetime = START,
    hours: SourceHours | None = None,
) -> LocalWeather:
    """Return the weather of which sources say temperatures from a start on."""
    return LocalWeather(
        observed={
            source: WeatherHours(
                source=source,
                start=start,
                values={
                    Measure.TEMPERATURE: np.array(values),
                    Measure.HUMIDITY: np.full(len(values), humidity),
                },
            )
            for source, values in observed.items()
        },
        forecasts={},
        hours=hours or SourceHours(),
        zone=MADRID,
        limits=LIMITS,
    )


def test_it_is_known_since_when_a_source_counts_and_who_did_before() -> None:
    weather = local(
        {
            Source.AEMET: (20, 21, 22, 23, 24),
            Source.OPENWEATHERMAP: (NAN, NAN, 22.5, 23.5, 24.5),
        }
    )
    at = START + 4 * HOUR + timedelta(minutes=35)
    assert weather.now(at).source is Source.OPENWEATHERMAP
    assert weather.preference(at) == (START + 2 * HOUR, Source.AEMET)


@pytest.mark.parametrize(
    ("at", "since", "before"),
    [
        # By the clock on the wall in Madrid, two hours ahead.
        (datetime(2026, 8, 5, 5, 59, 59, tzinfo=UTC), 22, Source.OPENWEATHERMAP),
        (datetime(2026, 8, 5, 6, tzinfo=UTC), 30, Source.AEMET),
        (datetime(2026, 8, 5, 21, 59, 59, tzinfo=UTC), 30, Source.AEMET),
        (datetime(2026, 8, 5, 22, tzinfo=UTC), 46, Source.OPENWEATHERMAP),
    ],
)
def test_the_preference_changes_with_the_clock_on_the_wall(
    at: datetime, since: int, before: Source
) -> None:
    midnight = datetime(2026, 8, 4, tzinfo=UTC)
    every_hour = tuple([20.0] * 48)
    weather = local({Source.AEMET: every_hour, Source.OPENWEATHERMAP: every_hour}, start=midnight)
    assert weather.preference(at) == (midnight + since * HOUR, before)


def test_the_first_hour_that_is_known_counts_too() -> None:
    only = local({Source.AEMET: (20, 21, 22)})
    assert only.preference(START + 2 * HOUR) == (START, None)
    both = local({Source.AEMET: (20, 21), Source.OPENWEATHERMAP: (NAN, 21.5)})
    assert both.preference(START + HOUR) == (START + HOUR, Source.AEMET)


def test_a_silence_is_nobody_who_counts() -> None:
    weather = local({Source.OPEN_METEO: (20, NAN, NAN, NAN, NAN, NAN, 26)})
    assert weather.now(START + 5 * HOUR).source is None
    assert weather.preference(START + 5 * HOUR) == (START + 4 * HOUR, Source.OPEN_METEO)
    assert weather.preference(START + 6 * HOUR) == (START + 6 * HOUR, None)


def test_nothing_is_known_of_a_place_that_nobody_speaks_of() -> None:
    weather = local({})
    assert weather.now(START).source is None
    assert weather.preference(START + timedelta(minutes=5)) == (START, None)
    assert weather.comfort(START, NO_SENSOR) is None
    assert np.all(np.isnan(weather.forecast(START).values[Measure.TEMPERATURE]))


@given(minutes=st.integers(0, 59))
def test_within_an_hour_nothing_is_reckoned_twice(minutes: int) -> None:
    weather = local({Source.AEMET: (20, 21)})
    at = START + timedelta(minutes=minutes)
    assert weather.now(at) is weather.now(START)
    assert weather.forecast(at) is weather.forecast(START)
    assert weather.now(at + HOUR).value(Measure.TEMPERATURE) == 21
    assert weather.forecast(at + HOUR).start == START + HOUR


@pytest.mark.parametrize(
    ("outside", "room", "temperature", "humidity", "is_measured"),
    [
        # Warm air comes in as it is.
        (30.0, NO_SENSOR, 30.0, 40.0, False),
        # Cold air is heated, and keeps its moisture.
        (5.0, NO_SENSOR, 20.0, float(humidity_at(20.0, dew_point(5.0, 40.0))), False),
        (30.0, RoomReading(temperature=21.0, humidity=50.0), 21.0, 50.0, True),
        (30.0, RoomReading(humidity=50.0), 30.0, 50.0, False),
        (
            30.0,
            RoomReading(temperature=21.0),
            21.0,
            float(humidity_at(21.0, dew_point(30.0, 40.0))),
            True,
        ),
        (None, RoomReading(temperature=21.0, humidity=50.0), 21.0, 50.0, True),
    ],
)
def test_the_rooms_own_sensors_come_before_the_weather(
    outside: float | None,
    room: RoomReading,
    temperature: float,
    humidity: float,
    is_measured: bool,
) -> None:
    weather = local({} if outside is None else {Source.AEMET: (outside,)})
    comfort = weather.comfort(START, room)
    assert comfort
    assert comfort.temperature == pytest.approx(temperature)
    assert comfort.humidity == pytest.approx(humidity)
    assert comfort.is_measured is is_measured
    assert comfort.dew_point == pytest.approx(float(dew_point(temperature, humidity)))
    assert comfort.index == pytest.approx(
        float(chocolate_production_index(temperature, humidity, LIMITS))
    )
    stressed_by = temperature if is_measured or outside is None else outside
    assert comfort.heat_stress == pytest.approx(
        float(heat_stress_factor(stressed_by, LIMITS, indoors=is_measured))
    )


@pytest.mark.parametrize("room", [RoomReading(temperature=21.0), RoomReading(humidity=50.0)])
def test_half_of_the_air_is_not_enough(room: RoomReading) -> None:
    assert local({}).comfort(START, room) is None
