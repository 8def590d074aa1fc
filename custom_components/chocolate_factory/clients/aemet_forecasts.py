"""AEMET's forecasts of a municipality, by the hour and by the day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
import re
from typing import Any, Final
from zoneinfo import ZoneInfo

from ..factory.daily import Day, Extremes
from ..factory.series import Source
from ..factory.spread import spread
from ..factory.weather import HOUR, Condition, Measure, WeatherHours
from .aemet_sky import sky
from .aemet_values import LAST_MINUTE, known, number, plausible
from .errors import NoDataError, SourceError

_MADRID: Final = ZoneInfo("Europe/Madrid")
_CANARY: Final = ZoneInfo("Atlantic/Canary")
# Las Palmas and Santa Cruz de Tenerife.
_CANARIES: Final = ("35", "38")
_KMH: Final = 1 / 3.6
# 07, 0713 or 07-13: the first hour, and the one after the last.
_PERIOD: Final = re.compile(r"(\d\d)(?:-?(\d\d))?", re.ASCII)
_BEARINGS: Final = {
    direction: 45.0 * number
    for number, direction in enumerate(("N", "NE", "E", "SE", "S", "SO", "O", "NO"))
}

type _Said = dict[datetime, dict[Measure, float]]
"""What is forecast for hours, by their beginnings in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyForecast:
    """A forecast by the day: extremes, and what holds for parts of the day."""

    issued: datetime
    zone: ZoneInfo
    days: tuple[Day, ...]
    said: Mapping[datetime, Mapping[Measure, float]]
    """Condition, chance of rain and wind, by the beginnings of hours in UTC."""

    def hours(self) -> WeatherHours:
        """Return the forecast spread over its hours."""
        hours = {at: dict(said) for at, said in self.said.items()}
        if self.days:
            drawn = spread(self.days, self.zone, Source.AEMET_DAILY, issued=self.issued)
            for measure, values in drawn.values.items():
                for index, value in enumerate(values.tolist()):
                    hours.setdefault(drawn.start + index * HOUR, {})[measure] = value
        return WeatherHours.checked(Source.AEMET_DAILY, hours, issued=self.issued)


def parse_hourly(records: Iterable[Any], *, municipality: str) -> WeatherHours:
    """Return the forecast of a municipality by the hour."""
    zone = zone_of(municipality)
    forecast = _forecast(records, municipality)
    said: _Said = {}
    for day in forecast["prediccion"]["dia"]:
        sheet = _Sheet(said, datetime.fromisoformat(day["fecha"]).date(), zone)
        for measure, name in (
            (Measure.TEMPERATURE, "temperatura"),
            (Measure.HUMIDITY, "humedadRelativa"),
            (Measure.PRECIPITATION, "precipitacion"),
            (Measure.PRECIPITATION_PROBABILITY, "probPrecipitacion"),
        ):
            sheet.fill(measure, ((row, number(row.get("value"))) for row in day.get(name, ())))
        sheet.fill(
            Measure.CONDITION,
            ((row, sky(row.get("value"))) for row in day.get("estadoCielo", ())),
        )
        # Gusts are in the same list.
        wind = [row for row in day.get("vientoAndRachaMax", ()) if "velocidad" in row]
        sheet.fill(Measure.WIND_SPEED, ((row, _speed(row["velocidad"][0])) for row in wind))
        sheet.fill(
            Measure.WIND_BEARING, ((row, _BEARINGS.get(row["direccion"][0])) for row in wind)
        )
    if not said:
        raise NoDataError(f"AEMET forecasts nothing for {municipality}")
    return WeatherHours.checked(Source.AEMET_HOURLY, said, issued=_issued(forecast, zone))


def parse_daily(records: Iterable[Any], *, municipality: str) -> DailyForecast:
    """Return the forecast of a municipality by the day."""
    zone = zone_of(municipality)
    forecast = _forecast(records, municipality)
    days = []
    said: _Said = {}
    for row in forecast["prediccion"]["dia"]:
        day = datetime.fromisoformat(row["fecha"]).date()
        extremes = {
            Measure.TEMPERATURE: _extremes(Measure.TEMPERATURE, row.get("temperatura")),
            Measure.HUMIDITY: _extremes(Measure.HUMIDITY, row.get("humedadRelativa")),
        }
        if found := {measure: one for measure, one in extremes.items() if one}:
            days.append(Day(day=day, extremes=found))
        sheet = _Sheet(said, day, zone)
        sheet.fill(
            Measure.PRECIPITATION_PROBABILITY,
            ((part, number(part.get("value"))) for part in row.get("probPrecipitacion", ())),
        )
        sheet.fill(
            Measure.CONDITION,
            ((part, sky(part.get("value"))) for part in row.get("estadoCielo", ())),
        )
        # A part of the day that is over has no direction, and a speed of 0 that means nothing.
        wind = [part for part in row.get("viento", ()) if part.get("direccion")]
        sheet.fill(Measure.WIND_SPEED, ((part, _speed(part.get("velocidad"))) for part in wind))
        sheet.fill(
            Measure.WIND_BEARING, ((part, _BEARINGS.get(part["direccion"])) for part in wind)
        )
    if not (days or said):
        raise NoDataError(f"AEMET forecasts nothing for {municipality}")
    return DailyForecast(
        issued=_issued(forecast, zone), zone=zone, days=tuple(days), said=_by_daylight(said, zone)
    )


def zone_of(municipality: str) -> ZoneInfo:
    """Return the local time of a municipality, by the province that its code begins with."""
    return _CANARY if municipality.startswith(_CANARIES) else _MADRID


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A day of a forecast, on which AEMET writes what holds for hours and parts of the day."""

    said: _Said
    day: date
    zone: ZoneInfo

    def fill(
        self, measure: Measure, rows: Iterable[tuple[Mapping[str, Any], float | None]]
    ) -> None:
        """Write down values for the periods of their rows; a shorter period knows better."""
        periods = [(_period(row), value) for row, value in rows]
        periods.sort(key=lambda one: one[0][0] - one[0][1])
        seen: dict[tuple[int, int], int] = {}
        for period, value in periods:
            # Where the clock is put back, an hour that is there twice is two hours.
            nth = seen[period] = seen.get(period, -1) + 1
            if value is not None:
                for hour in range(*period):
                    for at in self._hours(hour)[nth:]:
                        self.said.setdefault(at, {})[measure] = value

    def _hours(self, hour: int) -> list[datetime]:
        """Return the beginning of a local hour: on the days of the clock change none or two."""
        wall = datetime.combine(self.day + timedelta(days=hour // 24), time(hour % 24))
        instants = (wall.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        real = (at for at in instants if at.astimezone(self.zone).replace(tzinfo=None) == wall)
        return sorted(set(real))


def _forecast(records: Iterable[Any], municipality: str) -> Mapping[str, Any]:
    """Return the only record, if it is for the municipality."""
    (forecast,) = records
    if number(forecast.get("id")) not in {None, float(municipality)}:
        raise SourceError("AEMET answered for another municipality")
    found: Mapping[str, Any] = forecast
    return found


def _issued(forecast: Mapping[str, Any], zone: ZoneInfo) -> datetime:
    issued = datetime.fromisoformat(forecast["elaborado"])
    return (issued if issued.tzinfo else issued.replace(tzinfo=zone)).astimezone(UTC)


def _period(row: Mapping[str, Any]) -> tuple[int, int]:
    """Return the first hour of a period, and the one after the last; both may be of tomorrow."""
    if "periodo" not in row:
        return 0, 24
    read = _PERIOD.fullmatch(row["periodo"])
    if read is None:
        raise ValueError("no period")
    start = int(read[1])
    end = start + 1 if read[2] is None else int(read[2])
    end = end if end > start else end + 24
    if not 0 <= start < end <= 48:
        raise ValueError("no period of a day")
    return start, end


def _extremes(measure: Measure, row: Mapping[str, Any] | None) -> Extremes | None:
    """Return the extremes of a day and the values at its quarters, as far as they can be true."""
    if row is None:
        return None
    lowest = plausible(measure, number(row.get("minima")))
    highest = plausible(measure, number(row.get("maxima")))
    if lowest is None or highest is None or lowest > highest:
        return None
    points = ((_hour(point["hora"]), number(point.get("value"))) for point in row.get("dato", ()))
    return Extremes(
        lowest=lowest,
        highest=highest,
        points=tuple(
            (at, value) for at, value in points if value is not None and lowest <= value <= highest
        ),
    )


def _hour(hour: object) -> time:
    hours = known(hour)
    return LAST_MINUTE if hours == 24 else time(int(hours))


def _speed(value: object) -> float | None:
    """Return m/s from km/h."""
    speed = number(value)
    return None if speed is None else speed * _KMH


def _by_daylight(said: _Said, zone: ZoneInfo) -> _Said:
    """Return what is forecast, with a clear sky called by the hour: parts of days have both."""
    clear = {Condition.SUNNY.code, Condition.CLEAR_NIGHT.code}
    for at, values in said.items():
        if values.get(Measure.CONDITION) in clear:
            by_day = 8 <= at.astimezone(zone).hour < 20
            values[Measure.CONDITION] = (Condition.SUNNY if by_day else Condition.CLEAR_NIGHT).code
    return said
