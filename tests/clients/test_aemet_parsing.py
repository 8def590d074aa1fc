from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import islice
import json
from math import exp, isnan
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.clients.aemet_answers import handed, promised
from custom_components.chocolate_factory.clients.aemet_climatology import (
    check_range,
    parse_climatology,
)
from custom_components.chocolate_factory.clients.aemet_forecasts import parse_daily, parse_hourly
from custom_components.chocolate_factory.clients.aemet_key import AemetKey
from custom_components.chocolate_factory.clients.aemet_lists import (
    parse_climate_stations,
    parse_municipalities,
)
from custom_components.chocolate_factory.clients.aemet_observations import (
    parse_observations,
    parse_observing_stations,
)
from custom_components.chocolate_factory.clients.errors import (
    AuthenticationError,
    NoDataError,
    SourceError,
)
from custom_components.chocolate_factory.clients.transport import Reply
from custom_components.chocolate_factory.factory.daily import Day
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.weather import (
    HOUR,
    PLAUSIBLE,
    Condition,
    Measure,
    Place,
    WeatherHours,
)
from simulator.aemet import key
from tests.clients.far_side import NOON, reply

T, H, P = Measure.TEMPERATURE, Measure.HUMIDITY, Measure.PRESSURE
WIND, BEARING = Measure.WIND_SPEED, Measure.WIND_BEARING
RAIN, CHANCE, SKY = (
    Measure.PRECIPITATION,
    Measure.PRECIPITATION_PROBABILITY,
    Measure.CONDITION,
)
MADRID = ZoneInfo("Europe/Madrid")
KEY = AemetKey.parse(key(NOON + timedelta(days=30)))

type Record = dict[str, Any]


def read[T](body: object, parse: Callable[[Iterable[Any]], T], charset: str | None = None) -> T:
    """Return what is made of the body of a second step."""
    whole = reply(body)
    return handed(
        Reply(status=whole.status, body=whole.body, charset=charset),
        parse=parse,
        expired=SourceError,
    )


def at(hours: WeatherHours, measure: Measure) -> dict[datetime, float]:
    """Return the values of a measure where there are any."""
    column = hours.values.get(measure, np.array([]))
    return {
        hours.start + number * HOUR: value
        for number, value in enumerate(column.tolist())
        if not isnan(value)
    }


def local(text: str, zone: ZoneInfo = MADRID) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


# --- Observations


def observed(fint: str = "2026-08-05T09:00:00+0000", **measured: Any) -> Record:
    where = {"idema": "3195", "lon": -3.68, "lat": 40.41, "alt": 667.0, "ubi": "MADRID RETIRO"}
    return where | {"fint": fint} | measured


def observations(*records: Record, station: str = "3195") -> WeatherHours:
    return read(list(records), partial(parse_observations, station=station))


def test_every_recorded_observation_is_read(recordings: Path) -> None:
    body = (recordings / "aemet/observation_station-3195_2021-01-08_data.json").read_bytes()
    records = json.loads(body)

    hours = read(body, partial(parse_observations, station="3195"))

    assert hours.source is Source.AEMET
    assert hours.start == datetime(2021, 1, 8, 14, tzinfo=UTC)
    assert (len(hours), hours.dropped, hours.issued) == (len(records), 0, None)
    for measure, name in ((T, "ta"), (H, "hr"), (P, "pres_nmar"), (RAIN, "prec")):
        recorded = {
            datetime.fromisoformat(record["fint"]).replace(tzinfo=UTC): record[name]
            for record in records
        }
        assert at(hours, measure) == recorded
    assert set(hours.values) == {T, H, P, RAIN}


def test_a_recorded_observation_with_an_offset_is_in_utc(recordings: Path) -> None:
    name = "aemet/observation_3191E_2024-06-25_one-record_wind_plus0000.json"

    hours = read((recordings / name).read_bytes(), partial(parse_observations, station="3191E"))

    assert (hours.start, len(hours)) == (datetime(2024, 6, 25, 19, tzinfo=UTC), 1)
    seven = datetime(2024, 6, 25, 19, tzinfo=UTC)
    assert at(hours, T) == {seven: 24.7}
    assert at(hours, WIND) == {seven: 3.5}
    assert at(hours, BEARING) == {seven: 103}
    # 897.5 hPa at 1004 m, by the barometric formula with the mean temperature of the air below.
    below = 24.7 + 273.15 + 0.0065 * 1004 / 2
    assert at(hours, P)[seven] == pytest.approx(897.5 * exp(1004 / (29.27 * below)), abs=0.3)


def test_a_recorded_pressure_can_be_reduced_almost_as_aemet_does(recordings: Path) -> None:
    body = (recordings / "aemet/observation_station-3195_2021-01-08_data.json").read_bytes()
    records = json.loads(body)
    for record in records:
        record["told"] = record.pop("pres_nmar")

    hours = read(records, partial(parse_observations, station="3195"))

    told = [record["told"] for record in records]
    assert hours.values[P].tolist() == pytest.approx(told, abs=1.5)


@pytest.mark.parametrize(
    "fint",
    ["2026-08-05T09:00:00", "2026-08-05T09:00:00+0000", "2026-08-05T11:00:00+0200",
     "2026-08-05T09:00:00Z"],
)  # fmt: skip
def test_an_observation_without_an_offset_is_in_utc_too(fint: str) -> None:
    hours = observations(observed(fint, ta=20.5))

    assert at(hours, T) == {datetime(2026, 8, 5, 9, tzinfo=UTC): 20.5}


def test_a_station_without_its_thermometer_still_says_the_rest() -> None:
    hours = observations(
        observed("2026-08-05T08:00:00+0000", ta=20.0, hr=50, pres=930.0),
        observed("2026-08-05T09:00:00+0000", hr=51, pres=930.0, vv=2.0),
    )

    nine = datetime(2026, 8, 5, 9, tzinfo=UTC)
    assert at(hours, H) == {nine - HOUR: 50, nine: 51}
    assert set(at(hours, T)) == {nine - HOUR}
    # Without the temperature the pressure cannot be reduced to sea level.
    assert set(at(hours, P)) == {nine - HOUR}
    assert at(hours, WIND) == {nine: 2}


def test_what_cannot_be_true_is_dropped_and_counted() -> None:
    hours = observations(observed(ta=99.9, hr=120, vv=2.0, dv=990.0))

    assert set(hours.values) == {WIND}
    assert hours.dropped == 3


@pytest.mark.parametrize("alt", [None, -2000, 1e9, "sea"])
def test_pressure_is_not_reduced_from_a_height_that_is_none(alt: object) -> None:
    hours = observations(observed(ta=20.0, pres=930.0) | {"alt": alt})

    assert set(hours.values) == {T}


@pytest.mark.parametrize("records", [[], [observed()], [observed(ta="", hr=None)]])
def test_a_station_that_has_observed_nothing_has_no_data(records: list[Record]) -> None:
    with pytest.raises(NoDataError):
        observations(*records)


def test_another_station_is_no_answer() -> None:
    with pytest.raises(SourceError) as raised:
        observations(observed(ta=20.0), station="5530E")

    assert type(raised.value) is SourceError


def test_a_record_without_a_time_is_skipped() -> None:
    timeless = observed(ta=1.0)
    del timeless["fint"]

    assert at(observations(timeless, observed(ta=20.0)), T) == {NOON - HOUR: 20}
    with pytest.raises(SourceError, match="shape"):
        observations(timeless)


def test_stations_know_what_they_have_measured() -> None:
    stations = read(
        [
            observed(ta=20.0, hr=40),
            observed(pres_nmar=1013.0, vv=999.0),
            {"idema": "0000X"},
            observed() | {"idema": "1111X", "ubi": " A CORUÑA ", "lat": 43.37, "alt": "57"},
            observed() | {"idema": "2222X", "lat": 91},
        ],
        parse_observing_stations,
        charset="utf-8",
    )

    assert [(one.code, one.name, one.height) for one in stations] == [
        ("3195", "MADRID RETIRO", 667),
        ("1111X", "A CORUÑA", 57),
    ]
    assert stations[0].place == Place(40.41, -3.68)
    assert stations[0].measures == {T, H, P}
    assert stations[1].measures == set()


# --- Forecasts by the hour


def hourly(*days: Record, municipality: str = "28065", **envelope: Any) -> WeatherHours:
    return read(
        [
            {
                "elaborado": "2026-08-05T09:53:12",
                "prediccion": {"dia": list(days)},
                "id": municipality,
            }
            | envelope
        ],
        partial(parse_hourly, municipality=municipality),
    )


def values(**by_period: str) -> list[Record]:
    """Return values by periods, which begin with an h here."""
    return [{"value": value, "periodo": name[1:]} for name, value in by_period.items()]


def day(fecha: str = "2026-08-05", **columns: Any) -> Record:
    return {"fecha": f"{fecha}T00:00:00"} | columns


def test_every_recorded_hour_is_read(recordings: Path) -> None:
    name = "aemet/forecast-hourly_28065_2021-01-09_data_first-day-only.json"
    body = (recordings / name).read_bytes()
    recorded = json.loads(body)[0]["prediccion"]["dia"][0]

    hours = read(body, partial(parse_hourly, municipality="28065"), charset="utf-8")

    assert hours.source is Source.AEMET_HOURLY
    assert hours.issued == local("2021-01-09T11:47:45")
    assert hours.start == local("2021-01-09T07:00")
    assert hours.dropped == 0
    for measure, column in ((T, "temperatura"), (H, "humedadRelativa"), (RAIN, "precipitacion")):
        told = {
            local(f"2021-01-09T{row['periodo']}:00"): float(row["value"])
            for row in recorded[column]
        }
        assert at(hours, measure) == told
    wind = [row for row in recorded["vientoAndRachaMax"] if "velocidad" in row]
    assert list(at(hours, WIND).values()) == pytest.approx(
        [float(row["velocidad"][0]) / 3.6 for row in wind]
    )
    assert at(hours, BEARING)[hours.start] == 45
    # From 07 to 13, 13 to 19 and 19 to 01 it is certain; nothing is said of 01 to 07.
    assert at(hours, CHANCE) == {hours.start + n * HOUR: 100 for n in range(18)}
    sky = [Condition.of(code) for code in at(hours, SKY).values()]
    assert sky == [
        *[Condition.SNOWY] * 7, *[Condition.RAINY] * 2, *[Condition.SNOWY] * 3,
        *[Condition.RAINY] * 2, *[Condition.CLOUDY] * 2, Condition.PARTLY_CLOUDY,
    ]  # fmt: skip


def test_minus_zero_is_zero_a_trace_is_little_and_nothing_is_nothing() -> None:
    hours = hourly(
        day(
            temperatura=values(h10="-0", h11="-1", h12="", h13="warm"),
            precipitacion=values(h10="Ip", h11="0", h12="2,5", h13=""),
        )
    )

    assert at(hours, T) == {local("2026-08-05T10:00"): 0, local("2026-08-05T11:00"): -1}
    assert str(hours.values[T][0]) == "0.0"
    assert list(at(hours, RAIN).values()) == [0.05, 0, 2.5]


def test_a_chance_holds_for_its_period_which_may_end_tomorrow() -> None:
    hours = hourly(
        day(probPrecipitacion=values(h0107="", h0713="5", h1319="10", h1901="90")),
        day("2026-08-06", probPrecipitacion=values(h0107="20")),
    )

    begin = local("2026-08-05T07:00")
    assert at(hours, CHANCE) == {
        begin + n * HOUR: chance
        for n, chance in enumerate([5] * 6 + [10] * 6 + [90] * 6 + [20] * 6)
    }


def test_a_forecast_for_the_canaries_keeps_their_time() -> None:
    for code, zone in (("35016", "Atlantic/Canary"), ("38038", "Atlantic/Canary"),
                       ("28065", "Europe/Madrid"), ("03139", "Europe/Madrid")):  # fmt: skip
        hours = hourly(day(temperatura=values(h07="20")), municipality=code)

        assert hours.start == local("2026-08-05T07:00", ZoneInfo(zone))
        assert hours.issued == local("2026-08-05T09:53:12", ZoneInfo(zone))


def test_a_calm_has_no_direction() -> None:
    wind = [
        {"direccion": ["C"], "velocidad": ["0"], "periodo": "10"},
        {"value": "9", "periodo": "10"},
        {"direccion": ["SO"], "velocidad": ["36"], "periodo": "11"},
        {"value": "50", "periodo": "11"},
    ]

    hours = hourly(day(vientoAndRachaMax=wind))

    ten = local("2026-08-05T10:00")
    assert at(hours, WIND) == {ten: 0, ten + HOUR: pytest.approx(10)}
    assert at(hours, BEARING) == {ten + HOUR: 225}


@pytest.mark.parametrize(
    ("code", "condition"),
    [
        ("11", Condition.SUNNY), ("11n", Condition.CLEAR_NIGHT), ("12n", Condition.PARTLY_CLOUDY),
        ("13", Condition.PARTLY_CLOUDY), ("17n", Condition.CLOUDY), ("26", Condition.RAINY),
        ("27n", Condition.POURING), ("46n", Condition.RAINY), ("36", Condition.SNOWY),
        ("74n", Condition.SNOWY), ("52", Condition.LIGHTNING), ("64n", Condition.LIGHTNING_RAINY),
        ("81", Condition.FOG), ("82n", Condition.FOG), ("83", Condition.EXCEPTIONAL),
        ("", None), ("n", None), ("99", None), ("nn11", None),
    ],
)  # fmt: skip
def test_the_sky_has_a_condition(code: str, condition: Condition | None) -> None:
    hours = hourly(day(estadoCielo=values(h10=code), temperatura=values(h10="20")))

    found = at(hours, SKY).get(local("2026-08-05T10:00"), float("nan"))
    assert Condition.of(found) is condition


def numbered(hours: Iterable[int]) -> list[Record]:
    """Return as many degrees as there are hours, in their order."""
    return [{"value": str(n), "periodo": f"{hour:02}"} for n, hour in enumerate(hours)]


def test_the_long_day_has_an_hour_twice() -> None:
    hours = hourly(day("2026-10-25", temperatura=numbered([0, 1, 2, 2, *range(3, 24)])))

    begin = local("2026-10-25T00:00")
    assert at(hours, T) == {begin + n * HOUR: n for n in range(25)}


def test_an_hour_that_is_there_twice_but_told_once_is_the_same_twice() -> None:
    hours = hourly(day("2026-10-25", temperatura=numbered(range(24))))

    assert hours.values[T].tolist() == [0, 1, 2, 2, *range(3, 24)]


@pytest.mark.parametrize("told", [[0, 1, *range(3, 24)], [0, 1, 2, *range(3, 24)]])
def test_the_short_day_lacks_an_hour(told: list[int]) -> None:
    hours = hourly(day("2026-03-29", temperatura=numbered(told)))

    degrees = {hour: n for n, hour in enumerate(told) if hour != 2}
    assert len(hours) == 23
    assert hours.values[T].tolist() == list(degrees.values())


def test_a_chance_on_a_day_of_the_clock_change_holds_for_all_its_hours() -> None:
    chances = values(h0107="20", h0713="30")

    assert hourly(day("2026-10-25", probPrecipitacion=chances)).values[CHANCE].tolist() == (
        [20] * 7 + [30] * 6
    )
    assert hourly(day("2026-03-29", probPrecipitacion=chances)).values[CHANCE].tolist() == (
        [20] * 5 + [30] * 6
    )


@pytest.mark.parametrize("code", ["28065", 28065, 28065.0, None])
def test_a_municipality_is_known_by_its_number(code: object) -> None:
    assert len(hourly(day(temperatura=values(h10="20")), id=code)) == 1


@pytest.mark.parametrize("envelope", [{"id": "28079"}, {"elaborado": ""}, {"prediccion": {}}])
def test_another_municipality_or_no_forecast_is_an_error(envelope: Record) -> None:
    with pytest.raises(SourceError) as raised:
        hourly(day(temperatura=values(h10="20")), **envelope)

    assert type(raised.value) is SourceError


@pytest.mark.parametrize("days", [[], [day()], [day(temperatura=values(h10=""))]])
def test_a_forecast_that_says_nothing_has_no_data(days: list[Record]) -> None:
    with pytest.raises(NoDataError, match="28065"):
        hourly(*days)


# --- Forecasts by the day


def daily(*days: Record, municipality: str = "28065") -> WeatherHours:
    body = [{"elaborado": "2026-08-05T09:53:12", "prediccion": {"dia": list(days)}, "id": 28065}]
    return read(body, lambda records: parse_daily(records, municipality=municipality).hours())


def test_every_recorded_day_is_read(recordings: Path) -> None:
    body = (recordings / "aemet/forecast-daily_28065_2021-01-09_data.json").read_bytes()
    recorded = json.loads(body)[0]["prediccion"]["dia"]

    forecast = read(body, partial(parse_daily, municipality="28065"), charset="utf-8")

    assert forecast.issued == local("2021-01-09T11:54:00")
    assert [one.day for one in forecast.days] == [date(2021, 1, 9 + n) for n in range(7)]
    for one, told in zip(forecast.days, recorded, strict=True):
        for measure, name in ((T, "temperatura"), (H, "humedadRelativa")):
            extremes = one.extremes[measure]
            assert (extremes.lowest, extremes.highest) == (
                told[name]["minima"],
                told[name]["maxima"],
            )
            assert (extremes.lowest_at, extremes.highest_at) == (None, None)
    first = forecast.days[0].extremes
    assert first[T].points == ((time(6), -1), (time(12), 0), (time(18), 1), (time(23, 59), 1))
    assert first[H].points[-1] == (time(23, 59), 75)
    assert forecast.days[6].extremes[T].points == ()

    hours = forecast.hours()

    assert hours.source is Source.AEMET_DAILY
    assert hours.issued == forecast.issued
    assert (hours.start, len(hours)) == (local("2021-01-09T00:00"), 7 * 24)
    assert set(hours.values) == {T, H, SKY, CHANCE, WIND, BEARING}
    for measure in (T, H):
        by_day = hours.values[measure].reshape(7, 24)
        for one, column in zip(forecast.days, by_day, strict=True):
            assert one.extremes[measure].lowest <= column.min()
            assert column.max() <= one.extremes[measure].highest
    assert hours.values[T][6] == -1
    assert hours.values[T][12] == 0


def test_the_shortest_part_of_the_day_knows_best() -> None:
    hours = daily(
        day(
            probPrecipitacion=[
                {"value": 30, "periodo": "00-24"},
                {"value": 15, "periodo": "06-12"},
                {"value": 25, "periodo": "00-12"},
                {"value": "", "periodo": "12-18"},
            ]
        ),
        day("2026-08-06", probPrecipitacion=[{"value": 55}]),
    )

    assert hours.start == local("2026-08-05T00:00")
    assert hours.values[CHANCE].tolist() == [25] * 6 + [15] * 6 + [30] * 12 + [55] * 24
    assert set(hours.values) == {CHANCE}


def test_a_part_of_the_day_that_is_over_has_no_wind() -> None:
    hours = daily(
        day(
            viento=[
                {"direccion": "", "velocidad": 0, "periodo": "00-06"},
                {"direccion": "NE", "velocidad": 36, "periodo": "06-12"},
                {"direccion": "C", "velocidad": 0, "periodo": "12-18"},
            ]
        )
    )

    six = local("2026-08-05T06:00")
    assert at(hours, WIND) == {six + n * HOUR: pytest.approx(10) if n < 6 else 0 for n in range(12)}
    assert at(hours, BEARING) == {six + n * HOUR: 45 for n in range(6)}


def test_a_clear_day_has_a_clear_night() -> None:
    hours = daily(
        day(estadoCielo=[{"value": "11"}]), day("2026-08-06", estadoCielo=[{"value": "14"}])
    )

    sky = [Condition.of(code) for code in hours.values[SKY]]
    assert sky == [
        *[Condition.CLEAR_NIGHT] * 8, *[Condition.SUNNY] * 12, *[Condition.CLEAR_NIGHT] * 4,
        *[Condition.CLOUDY] * 24,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "temperature",
    [
        {"maxima": 20, "minima": 21},
        {"maxima": 99, "minima": 10},
        {"maxima": "", "minima": 10},
        {"maxima": 20},
        None,
    ],
)
def test_extremes_that_are_none_are_not_believed(temperature: Record | None) -> None:
    hours = daily(day(temperatura=temperature, humedadRelativa={"maxima": 80, "minima": 40}))

    assert set(hours.values) == {H}


def test_a_point_beyond_the_extremes_is_not_believed() -> None:
    hours = daily(
        day(
            temperatura={
                "maxima": 20,
                "minima": 10,
                "dato": [{"value": 25, "hora": 12}, {"value": 14, "hora": 18}],
            }
        )
    )

    assert hours.values[T].max() <= 20
    assert hours.values[T][18] == 14


@pytest.mark.parametrize(("first", "count"), [("2026-10-25", 25), ("2026-03-29", 23)])
def test_a_day_of_the_clock_change_has_its_hours(first: str, count: int) -> None:
    hours = daily(
        day(first, temperatura={"maxima": 20, "minima": 10}, estadoCielo=[{"value": "15"}])
    )

    assert len(hours) == count
    assert np.isfinite(hours.values[T]).all()
    assert set(hours.values[SKY]) == {Condition.CLOUDY.code}


def test_a_forecast_by_the_day_that_says_nothing_has_no_data() -> None:
    with pytest.raises(NoDataError, match="28065"):
        daily(day(estadoCielo=[{"value": ""}]))


# --- Climatology

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 31)


def climate_day(fecha: str = "2026-01-05", **measured: str) -> Record:
    where = {"indicativo": "5530E", "nombre": "GRANADA AEROPUERTO", "altitud": "560"}
    return where | {"fecha": fecha} | measured


def climatology(*records: Record) -> tuple[Day, ...]:
    return read(list(records), partial(parse_climatology, station="5530E", first=FIRST, last=LAST))


def test_every_recorded_day_of_the_climatology_is_read(recordings: Path) -> None:
    body = (recordings / "aemet/daily-climatology_5530E_2020-01_data.json").read_bytes()
    recorded = json.loads(body)

    days = read(
        body,
        partial(parse_climatology, station="5530E", first=date(2020, 1, 1), last=date(2020, 2, 2)),
    )

    assert [one.day.isoformat() for one in days] == [record["fecha"] for record in recorded]
    for one, record in zip(days, recorded, strict=True):
        told = {
            name: float(record[name].replace(",", "."))
            for name in ("tmin", "tmax", "hrMin", "hrMax")
        }
        warmth, damp, pressure = (one.extremes[measure] for measure in (T, H, P))
        assert (warmth.lowest, warmth.highest) == (told["tmin"], told["tmax"])
        assert (damp.lowest, damp.highest) == (told["hrMin"], told["hrMax"])
        assert warmth.lowest_at == time.fromisoformat(record["horatmin"])
        assert (damp.highest_at is None) is (record["horaHrMax"] == "Varias")
        # 560 m are some 66 hPa.
        assert 1000 < pressure.lowest <= pressure.highest < 1040
        assert pressure.highest - pressure.lowest < 20
    first, eighteenth = days[0].extremes[P], days[17].extremes[P]
    assert (first.lowest_at, first.highest_at) == (time(14), time(10))
    # "24"
    assert eighteenth.lowest_at == time(23, 59)


def test_days_outside_what_was_asked_for_are_left_out() -> None:
    days = climatology(
        climate_day("2026-02-01", tmin="1,0", tmax="2,0"),
        climate_day("2026-01-31", tmin="3,0", tmax="4,0"),
        climate_day("2026-01-02", tmin="-5,5", tmax="-1,0"),
        climate_day("2026-01-02", tmin="-6,5", tmax="-1,0"),
        climate_day("2025-12-31", tmin="1,0", tmax="2,0"),
    )

    assert [(one.day.day, one.extremes[T].lowest) for one in days] == [(2, -6.5), (31, 3)]


@pytest.mark.parametrize("rain", ["Ip", "Acum", "Varias", "0,0", ""])
def test_rain_in_words_does_not_matter(rain: str) -> None:
    (one,) = climatology(climate_day(tmin="1,0", tmax="9,5", prec=rain))

    assert (one.extremes[T].lowest, one.extremes[T].highest) == (1, 9.5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("07:34", time(7, 34)), ("7:34", time(7, 34)), ("14", time(14)), ("00", time(0)),
        ("24", time(23, 59)), ("24:00", time(23, 59)), ("Varias", None), ("", None),
        ("25:00", None), ("12:60", None), ("24:01", None), ("-1", None), ("1:2:3", None),
    ],
)  # fmt: skip
def test_the_time_of_an_extreme_is_one_or_none(text: str, expected: time | None) -> None:
    (one,) = climatology(climate_day(tmin="1,0", horatmin=text, tmax="9,5"))

    assert one.extremes[T].lowest_at == expected
    assert one.extremes[T].highest_at is None


@pytest.mark.parametrize(
    ("measured", "reduced"),
    [
        ({"tmed": "10,0"}, True),
        ({"tmin": "5,0", "tmax": "15,0"}, True),
        ({"tmed": "Acum", "tmin": "5,0", "tmax": "15,0"}, True),
        ({"tmin": "5,0"}, False),
        ({"tmed": "99,0"}, False),
        ({}, False),
        ({"tmed": "10,0", "altitud": ""}, False),
    ],
)
def test_pressure_is_reduced_with_what_is_known_of_the_temperature(
    measured: dict[str, str], reduced: bool
) -> None:
    pressures = {"presMin": "950,0", "presMax": "955,0", "hrMin": "10", "hrMax": "90"}

    (one,) = climatology(climate_day(**pressures | measured))

    assert (P in one.extremes) is reduced
    if reduced:
        assert one.extremes[P].lowest == pytest.approx(1016, abs=1)
        assert one.extremes[P].highest == pytest.approx(1021.4, abs=1)


@pytest.mark.parametrize(
    "measured",
    [
        {"tmin": "12,0", "tmax": "11,9"},
        {"tmin": "-31,0", "tmax": "5,0"},
        {"tmin": "5,0", "tmax": "55,1"},
        {"tmin": "5,0"},
        {"tmax": "5,0"},
        {"tmin": "Acum", "tmax": "5,0"},
    ],
)
def test_what_cannot_be_the_extremes_of_a_day_is_dropped(measured: dict[str, str]) -> None:
    (one,) = climatology(climate_day(hrMin="10", hrMax="90", **measured))

    assert set(one.extremes) == {H}


@pytest.mark.parametrize("records", [[], [climate_day()], [climate_day("2027-01-01", tmin="1,0")]])
def test_a_climatology_without_days_has_no_data(records: list[Record]) -> None:
    with pytest.raises(NoDataError):
        climatology(*records)


def test_days_of_another_station_are_no_answer() -> None:
    with pytest.raises(SourceError) as raised:
        climatology(climate_day(tmin="1,0", tmax="2,0") | {"indicativo": "3195"})

    assert type(raised.value) is SourceError


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2025-07-01", "2025-12-31"), ("2025-09-01", "2026-02-28"), ("2025-08-31", "2026-02-27"),
        ("2026-01-05", "2026-01-05"),
    ],
)  # fmt: skip
def test_six_months_can_be_asked_for(first: str, last: str) -> None:
    check_range(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("first", "last"),
    [("2025-07-01", "2026-01-01"), ("2025-08-31", "2026-02-28"), ("2026-01-05", "2026-01-04")],
)
def test_more_than_six_months_cannot_be_asked_for(first: str, last: str) -> None:
    with pytest.raises(ValueError, match="six months"):
        check_range(date.fromisoformat(first), date.fromisoformat(last))


@given(first=st.dates(date(1920, 1, 1), date(2100, 1, 1)))
def test_181_days_are_never_more_than_six_months(first: date) -> None:
    check_range(first, first + timedelta(days=180))
    with pytest.raises(ValueError, match="six months"):
        check_range(first, first + timedelta(days=184))


# --- Lists


def test_every_station_of_the_inventory_is_read(recordings: Path) -> None:
    body = (recordings / "aemet/station-inventory_full_2025-07_data.json").read_bytes()
    recorded = json.loads(body)

    stations = read(body, parse_climate_stations, charset="utf-8")

    assert len(stations) == len(recorded) == 947
    assert [one.code for one in stations] == [record["indicativo"] for record in recorded]
    for one in stations:
        assert 27 < one.place.latitude < 44
        assert -19 < one.place.longitude < 5
        assert -1 <= one.height < 3400
    (retiro,) = (one for one in stations if one.code == "3195")
    assert retiro.place.name == "40.412,-3.678"
    assert retiro.height == 667


@pytest.mark.parametrize("charset", [None, "ISO-8859-15", "no such charset", "undefined", "hex"])
def test_accents_are_read_as_aemet_writes_them(recordings: Path, charset: str | None) -> None:
    name = "aemet/station-inventory_accented-subset.iso-8859-15.json"
    body = (recordings / name).read_bytes()

    stations = read(body, parse_climate_stations, charset=charset)

    names = {one.name for one in stations}
    assert {"SÓLLER, PUERTO", "CALVIÀ, ES CAPDELLÀ", "SANTANYÍ"} <= names
    assert not any("\N{REPLACEMENT CHARACTER}" in name for name in names)


@pytest.mark.parametrize("charset", ["UTF-8", "utf8"])
def test_accents_are_read_as_the_header_says(charset: str) -> None:
    record = {
        "indicativo": "1387", "nombre": "A CORUÑA", "latitud": "432157N", "longitud": "082517W",
        "altitud": "57",
    }  # fmt: skip
    body = json.dumps([record], ensure_ascii=False).encode()

    (station,) = read(body, parse_climate_stations, charset=charset)
    (garbled,) = read(body, parse_climate_stations)

    assert station.name == "A CORUÑA"
    assert garbled.name != "A CORUÑA"
    assert station.place.name == "43.366,-8.421"


def test_every_recorded_municipality_is_read(recordings: Path) -> None:
    body = (recordings / "aemet/maestro-municipios_2025-05_first100_mis-decoded.json").read_bytes()

    municipalities = read(body, parse_municipalities, charset="utf-8")

    assert len(municipalities) == 100
    assert (municipalities[0].code, municipalities[0].name) == ("44001", "Ababuj")
    assert municipalities[0].place == Place(40.54845854, -0.80780117)


def test_bad_rows_of_a_list_are_skipped() -> None:
    good = {"id": "id28065", "nombre": "Getafe", "latitud_dec": "40.3", "longitud_dec": "-3.7"}
    bad: list[object] = [
        None, 1, [], {}, good | {"id": "28065"}, good | {"id": "id2806"}, good | {"nombre": " "},
        good | {"latitud_dec": ""}, good | {"latitud_dec": "95"}, good | {"nombre": None},
    ]  # fmt: skip

    assert [one.code for one in read([*bad, good, *bad], parse_municipalities)] == ["28065"]
    with pytest.raises(SourceError, match="shape"):
        read(bad, parse_municipalities)


# --- Whatever AEMET says


def test_records_are_read_one_by_one() -> None:
    def first_two(records: Iterable[Any]) -> list[Any]:
        return list(islice(records, 2))

    assert read(b' [ {"a": 1} ,\n2, and then nonsense', first_two) == [{"a": 1}, 2]
    assert read(b"[\n]\n", list) == []
    for body in (b"", b"[", b"[1", b"[1,", b"[1,]", b"[1 2]", b"[,1]", b"1", b'"[1]"', b"null"):
        with pytest.raises(SourceError):
            read(body, list)


PARSERS: dict[str, Callable[[Iterable[Any]], object]] = {
    "observation_station-3195_2021-01-08_data": partial(parse_observations, station="3195"),
    "observation_3191E_2024-06-25_one-record_wind_plus0000": parse_observing_stations,
    "forecast-hourly_28065_2021-01-09_data_first-day-only": partial(
        parse_hourly, municipality="28065"
    ),
    "forecast-daily_28065_2021-01-09_data": lambda records: parse_daily(
        records, municipality="28065"
    ).hours(),
    "daily-climatology_5530E_2020-01_data": partial(
        parse_climatology, station="5530E", first=date(2020, 1, 1), last=date(2020, 1, 31)
    ),
    "station-inventory_accented-subset.iso-8859-15": parse_climate_stations,
    "maestro-municipios_2025-05_first100_mis-decoded": parse_municipalities,
}


def check(found: object) -> None:
    """Refuse what no parser may return."""
    if isinstance(found, WeatherHours):
        assert len(found)
        for measure, column in found.values.items():
            lowest, highest = PLAUSIBLE[measure]
            known = column[~np.isnan(column)]
            assert ((lowest <= known) & (known <= highest)).all()
    else:
        assert isinstance(found, tuple)


@pytest.mark.parametrize("name", PARSERS)
# The recordings stay as they are.
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_recording_is_read_or_an_error(
    recordings: Path, name: str, data: st.DataObject
) -> None:
    body = bytearray((recordings / f"aemet/{name}.json").read_bytes()[:6000])
    if data.draw(st.booleans(), "whole"):
        body = bytearray((recordings / f"aemet/{name}.json").read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(body) - 1), max_size=8), "places"):
        body[place] = data.draw(st.integers(0, 255))
    del body[data.draw(st.integers(0, len(body)), "end") if data.draw(st.booleans()) else None :]

    try:
        found = read(bytes(body), PARSERS[name])
    except SourceError:
        return
    check(found)


NAMES = st.sampled_from(
    [
        "idema", "fint", "lat", "lon", "alt", "ubi", "ta", "hr", "pres", "pres_nmar", "vv", "prec",
        "elaborado", "prediccion", "dia", "fecha", "temperatura", "humedadRelativa", "maxima",
        "minima", "dato", "hora", "value", "periodo", "estadoCielo", "viento", "direccion",
        "velocidad", "vientoAndRachaMax", "probPrecipitacion", "precipitacion", "indicativo",
        "altitud", "tmed", "tmin", "tmax", "horatmin", "presMin", "presMax", "hrMin", "hrMax",
        "latitud", "longitud", "nombre", "id", "latitud_dec", "longitud_dec", "estado", "datos",
        "descripcion",
    ]
)  # fmt: skip
TEXTS = st.sampled_from(
    [
        "", "Ip", "Acum", "Varias", "-0", "1,5", "07", "0713", "1901", "9999", "00-24", "24",
        "2026-08-05T00:00:00", "0001-01-01", "9999-12-31T23:59:59", "3195", "28065", "id28065",
        "402443N", "11n", "NE", "nan", "1e999", "no hay datos", "datos expirados",
        "https://opendata.aemet.es/opendata/sh/1",
    ]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=25,
)


@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=50)
@given(body=VALUES | st.lists(st.dictionaries(NAMES, VALUES, max_size=8), max_size=3))
def test_any_json_is_read_or_an_error(name: str, body: object) -> None:
    try:
        found = read(body, PARSERS[name])
    except SourceError:
        return
    check(found)


@pytest.mark.parametrize("name", PARSERS)
@given(
    body=st.binary(max_size=60) | st.sampled_from([b"[" * 100_000, b"[1,]", b"[1 2]", b"[] x"]),
    status=st.sampled_from([200, 200, 401, 403, 404, 429, 500]),
    charset=st.none() | st.text(max_size=8),
)
def test_any_bytes_are_an_error(name: str, body: bytes, status: int, charset: str | None) -> None:
    with pytest.raises(SourceError) as raised:
        handed(
            Reply(status=status, body=body, charset=charset),
            parse=PARSERS[name],
            expired=SourceError,
        )

    assert not isinstance(raised.value, AuthenticationError)


@settings(max_examples=200)
@given(
    body=VALUES | st.dictionaries(NAMES, VALUES, max_size=6) | st.binary(max_size=40),
    status=st.sampled_from([200, 200, 200, 401, 403, 404, 429, 500]),
)
def test_any_promise_is_an_address_of_aemet_or_an_error(body: object, status: int) -> None:
    try:
        url = promised(reply(body, status), key=KEY, now=NOON)
    except SourceError:
        return
    assert status == 200
    assert url.origin().human_repr() == "https://opendata.aemet.es"
