from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import numpy as np
from numpy.typing import NDArray
import pytest

from custom_components.chocolate_factory.factory.comfort import ComfortLimits
from custom_components.chocolate_factory.factory.features import (
    FEATURES,
    NAMES,
    Air,
    Surroundings,
    features,
)
from custom_components.chocolate_factory.factory.hybrid import SourceHours
from custom_components.chocolate_factory.factory.local_weather import LocalWeather, RoomReading
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.tariff import (
    AccessTariff,
    TariffCalendar,
    Zone,
    local_day,
)
from custom_components.chocolate_factory.factory.weather import Measure, WeatherHours

MADRID = ZoneInfo("Europe/Madrid")
NAN = float("nan")
LIMITS = ComfortLimits()
CALENDAR = TariffCalendar(AccessTariff.T3_0TD, Zone.PENINSULA)
FIRST = date(2026, 7, 20)
COUNT = 20 * 24
STARTS = int(local_day(FIRST, MADRID)[0].timestamp()) + 3600 * np.arange(COUNT)
HOURS = np.full(COUNT, 3600)


def some_air(count: int = COUNT) -> Air:
    generator = np.random.default_rng(11)
    return Air(
        temperature=generator.normal(22, 8, count),
        humidity=generator.uniform(15, 95, count),
        pressure=generator.normal(1015, 6, count),
    )


def some_prices(seed: int = 5) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(0.1, 0.05, COUNT)


def matrix(price: NDArray[np.float64], air: Air | None = None) -> NDArray[np.float64]:
    return features(STARTS, HOURS, price, air or some_air(), CALENDAR, LIMITS)


def test_there_are_thirteen_and_their_order_is_part_of_every_saved_model() -> None:
    assert NAMES == (
        "price",
        "price_rank",
        "price_to_week",
        "tariff_period",
        "hour_sin",
        "hour_cos",
        "working_day",
        "temperature",
        "humidity",
        "pressure",
        "dew_point",
        "chocolate_production_index",
        "heat_stress_factor",
    )
    assert [feature.unit for feature in FEATURES] == [
        "€/kWh", "0 to 1", "ratio", "1 to 6", "-1 to 1", "-1 to 1", "0 or 1",
        "°C", "%", "hPa", "°C", "0 to 100", "0 to 1",
    ]  # fmt: skip


def test_an_hour_in_thirteen_numbers() -> None:
    """Noon of a working Wednesday in August, at 26 °C and 40 %, the 13th cheapest hour of 24."""
    price = np.full(COUNT, 0.1)
    noon = 16 * 24 + 12
    price[16 * 24 : 17 * 24] = 0.1 + 0.01 * np.arange(-6, 18)
    air = Air(
        temperature=np.full(COUNT, 26.0),
        humidity=np.full(COUNT, 40.0),
        pressure=np.full(COUNT, 1012.0),
    )

    row = dict(zip(NAMES, matrix(price, air)[noon].tolist(), strict=True))

    assert datetime.fromtimestamp(int(STARTS[noon]), MADRID) == datetime(
        2026, 8, 5, 12, tzinfo=MADRID
    )
    assert row == pytest.approx(
        {
            "price": 0.16,
            "price_rank": 12.5 / 24,
            "price_to_week": 0.16 / ((6 * 0.1 + 0.155) / 7),
            "tariff_period": 3,
            "hour_sin": -0.1305,
            "hour_cos": -0.9914,
            "working_day": 1,
            "temperature": 26,
            "humidity": 40,
            "pressure": 1012,
            "dew_point": 11.36,
            "chocolate_production_index": 25,
            "heat_stress_factor": 0.4,
        },
        rel=1e-3,
    )


def test_a_working_day_is_none_at_weekends_and_on_holidays_of_the_tariff() -> None:
    starts = int(local_day(date(2026, 12, 1), MADRID)[0].timestamp()) + 86_400 * np.arange(30)

    rows = features(starts, np.full(30, 86_400), np.full(30, 0.1), some_air(30), CALENDAR, LIMITS)

    working = [number + 1 for number in np.flatnonzero(rows[:, NAMES.index("working_day")])]
    # 8 and 25 December are holidays; the 6th is a Sunday, and Christmas Eve a day like others.
    assert working == [
        1, 2, 3, 4, 7, 9, 10, 11, 14, 15, 16, 17, 18, 21, 22, 23, 24, 28, 29, 30,
    ]  # fmt: skip


def test_the_quarters_of_an_hour_lie_around_what_the_hour_has() -> None:
    columns = slice(NAMES.index("hour_sin"), NAMES.index("hour_cos") + 1)
    quarters = STARTS[:24, None] + 900 * np.arange(4)
    price = np.full(96, 0.1)

    by_hour = matrix(some_prices())[:24, columns]
    by_quarter = features(
        quarters.ravel(), np.full(96, 900), price, some_air(96), CALENDAR, LIMITS
    )[:, columns]

    angle = np.unwrap(np.arctan2(*by_quarter.T))
    hourly = np.unwrap(np.arctan2(*by_hour.T))
    assert angle.reshape(24, 4).mean(axis=1).tolist() == pytest.approx(hourly.tolist())
    assert np.hypot(*by_quarter.T).tolist() == pytest.approx([1] * 96)


@pytest.mark.parametrize("zone", Zone)
def test_day_and_hour_are_those_on_the_wall_of_the_zone(zone: Zone) -> None:
    calendar = TariffCalendar(AccessTariff.T2_0TD, zone)
    price = some_prices()

    rows = features(STARTS, HOURS, price, some_air(), calendar, LIMITS)

    walls = [datetime.fromtimestamp(start, zone.time_zone) for start in STARTS.tolist()]
    turns = [2 * np.pi * (wall.hour + 0.5) / 24 for wall in walls]
    assert rows[:, NAMES.index("hour_cos")].tolist() == pytest.approx(np.cos(turns).tolist())
    today = [index for index, wall in enumerate(walls) if wall.date() == date(2026, 7, 30)]
    ranks = (np.argsort(np.argsort(price[today])) + 0.5) / 24
    assert rows[today, 1].tolist() == pytest.approx(ranks.tolist())


@pytest.mark.parametrize(
    ("missing", "unknown"),
    [
        ("temperature", {"temperature", "dew_point", "chocolate_production_index",
                         "heat_stress_factor"}),
        ("humidity", {"humidity", "dew_point", "chocolate_production_index"}),
        ("pressure", {"pressure"}),
    ],
)  # fmt: skip
def test_what_is_missing_in_the_air_leaves_out_what_depends_on_it(
    missing: str, unknown: set[str]
) -> None:
    price = some_prices()
    whole = matrix(price)

    rows = matrix(price, replace(some_air(), **{missing: np.full(COUNT, NAN)}))

    for column, name in enumerate(NAMES):
        if name in unknown:
            assert np.isnan(rows[:, column]).all()
        else:
            assert rows[:, column].tolist() == pytest.approx(whole[:, column].tolist(), nan_ok=True)


def test_a_slot_without_a_price_has_its_other_features() -> None:
    price = some_prices()
    price[200] = NAN

    rows = matrix(price)

    assert np.isnan(rows[200]).tolist() == 3 * [True] + 10 * [False]
    assert not np.isnan(rows[3 * 24 :][np.arange(COUNT - 72) != 200 - 72]).any()


@given(day=st.integers(8, 19), lead=st.integers(0, 7), seed=st.integers(0, 100))
def test_no_feature_knows_a_price_that_was_not_published_then(
    day: int, lead: int, seed: int
) -> None:
    """Prices of the day itself are forecasts; what was published ends `lead` days before it."""
    surroundings = Surroundings.of(STARTS, HOURS, some_air(), CALENDAR, LIMITS)
    published, price = some_prices(), some_prices(seed)
    other, dearer = published.copy(), price.copy()
    other[(day - lead + 1) * 24 :] += 1
    dearer[(day + 1) * 24 :] += 1

    before = surroundings.with_prices(price, published, lead=lead)
    after = surroundings.with_prices(dearer, other, lead=lead)

    until = (day + 1) * 24
    assert np.array_equal(before[:until], after[:until], equal_nan=True)
    assert not np.array_equal(before, after, equal_nan=True) or day == 19


def test_the_same_surroundings_serve_many_prices() -> None:
    surroundings = Surroundings.of(STARTS, HOURS, some_air(), CALENDAR, LIMITS)

    for price in (some_prices(1), some_prices(2)):
        assert np.array_equal(surroundings.with_prices(price), matrix(price), equal_nan=True)


def test_what_is_forecast_is_compared_with_the_last_published_week() -> None:
    published = some_prices()
    published[15 * 24 :] = NAN
    price = np.where(np.isnan(published), 0.3, published)

    rows = features(STARTS, HOURS, price, some_air(), CALENDAR, LIMITS, published=published)

    week = published[8 * 24 : 15 * 24].mean()
    assert rows[15 * 24 :, 2].tolist() == pytest.approx([0.3 / week] * (5 * 24))
    assert rows[15 * 24 :, 1].tolist() == [0.5] * (5 * 24)


@pytest.mark.parametrize("level", [0.0, -0.02, 0.004])
def test_where_energy_is_all_but_free_prices_are_still_told_apart(level: float) -> None:
    price = level + np.tile(np.linspace(-0.001, 0.001, 24), 20)

    to_week = matrix(price)[10 * 24 : 11 * 24, 2]

    assert (np.diff(to_week) > 0).all()
    assert np.abs(to_week).max() < 3


def test_comfort_is_that_of_the_sensors_without_a_room_of_their_own() -> None:
    hours = WeatherHours(
        source=Source.OPENWEATHERMAP,
        start=datetime.fromtimestamp(int(STARTS[0]), UTC),
        values={
            Measure.TEMPERATURE: some_air().temperature,
            Measure.HUMIDITY: some_air().humidity,
        },
    )
    weather = LocalWeather(
        observed={Source.OPENWEATHERMAP: hours},
        forecasts={},
        hours=SourceHours(),
        zone=MADRID,
        limits=LIMITS,
    )

    rows = matrix(some_prices())

    for index in range(0, COUNT, 7):
        at = datetime.fromtimestamp(int(STARTS[index]), UTC)
        comfort = weather.comfort(at, RoomReading())
        assert comfort is not None
        assert rows[index, -2:].tolist() == pytest.approx([comfort.index, comfort.heat_stress])


def test_a_leap_of_the_clock_costs_no_slot() -> None:
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25)):
        start, end = (int(one.timestamp()) for one in local_day(day, MADRID))
        starts = np.arange(start - 86_400 * 7, end + 86_400, 3600)
        count = len(starts)

        rows = features(
            starts, np.full(count, 3600), np.arange(count) / 100, some_air(count), CALENDAR, LIMITS
        )

        today = rows[(starts >= start) & (starts < end)]
        assert today[:, 1].tolist() == pytest.approx(((np.arange(hours) + 0.5) / hours).tolist())
        assert not np.isnan(today).any()
        assert (end - start) // 3600 == hours == len(today)
