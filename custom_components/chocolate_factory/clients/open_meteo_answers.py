"""What Open-Meteo's answers say: hours of weather at one place or at several, or an error."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
import re
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..factory.series import Source
from ..factory.weather import HOUR, PLAUSIBLE, Condition, Measure, Place, WeatherHours
from .errors import AuthenticationError, NoDataError, RefusedError, SourceError
from .transport import Reply

type _Column = NDArray[np.float64]

NAMES: Final = {
    Measure.TEMPERATURE: "temperature_2m",
    Measure.HUMIDITY: "relative_humidity_2m",
    Measure.PRESSURE: "pressure_msl",
    Measure.WIND_SPEED: "wind_speed_10m",
    Measure.WIND_BEARING: "wind_direction_10m",
    Measure.PRECIPITATION: "precipitation",
    Measure.PRECIPITATION_PROBABILITY: "precipitation_probability",
    Measure.RADIATION: "shortwave_radiation",
}
SKY: Final = ("weather_code", "is_day")

_MOST_HOURS: Final = 24 * 400
# Degrees: models have cells of a quarter of one, and prefer those on land.
_NEAR: Final = 1.0
# Open-Meteo tells these of the hour that ends at a time, everything else of the time itself.
_OF_THE_HOUR_BEFORE: Final = (
    Measure.PRECIPITATION,
    Measure.PRECIPITATION_PROBABILITY,
    Measure.RADIATION,
)
# The codes of WMO table 4677 that Open-Meteo documents; freezing rain counts as sleet.
_CONDITIONS: Final = {
    Condition.SUNNY: (0, 1),
    Condition.PARTLY_CLOUDY: (2,),
    Condition.CLOUDY: (3,),
    Condition.FOG: (45, 48),
    Condition.RAINY: (51, 53, 55, 61, 63, 80, 81),
    Condition.POURING: (65, 82),
    Condition.SNOWY_RAINY: (56, 57, 66, 67),
    Condition.SNOWY: (71, 73, 75, 77, 85, 86),
    Condition.LIGHTNING_RAINY: (95,),
    Condition.HAIL: (96, 99),
}
# Each limit says by its name how long it lasts; a day's limit may be reset at any hour of ours.
_PAUSES: Final = {"daily": 6 * 3600.0, "hourly": 3600.0}
_SHORTEST_PAUSE: Final = 60.0
# Strings, which stay as they are, and what Open-Meteo writes for numbers that are none.
_NO_NUMBER: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|-?\b(?:nan|inf)\b', re.DOTALL)


def parse_forecast(reply: Reply, *, now: datetime) -> tuple[WeatherHours, WeatherHours]:
    """Return the hours up to the current one, and those from it on; `now` is a full hour."""
    return _parted(parse_hours(reply, source=Source.OPEN_METEO), now)


def parse_forecasts(
    reply: Reply, *, places: Sequence[Place], measures: Collection[Measure], now: datetime
) -> list[tuple[WeatherHours, WeatherHours]]:
    """Return the same of several places, in their order."""
    every = parse_places(reply, places=places, measures=measures, source=Source.OPEN_METEO)
    return [_parted(hours, now) for hours in every]


def parse_hours(reply: Reply, *, source: Source) -> WeatherHours:
    """Return all hours of an answer: times in seconds, °C, %, hPa, m/s, mm and W/m²."""
    return _hours(_answer(reply), source)


def parse_places(
    reply: Reply, *, places: Sequence[Place], measures: Collection[Measure], source: Source
) -> list[WeatherHours]:
    """Return the same hours of several places, in their order, with all measures asked for."""
    answer = _answer(reply)
    # One place is answered without a list around it.
    answers = answer if isinstance(answer, list) else [answer]
    if len(answers) != len(places):
        raise SourceError("Open-Meteo answered for more places, or fewer")
    every = [
        _hours(_of_place(one, place), source) for one, place in zip(answers, places, strict=True)
    ]
    if len({(hours.start, len(hours)) for hours in every}) > 1:
        raise SourceError("Open-Meteo answered with another time for each place")
    if any(not hours.values.keys() >= set(measures) for hours in every):
        raise SourceError("Open-Meteo answered less than was asked")
    return every


def _parted(hours: WeatherHours, now: datetime) -> tuple[WeatherHours, WeatherHours]:
    """Return the hours up to the current one, and those from it on."""
    current = (now - hours.start) // HOUR
    if not 0 <= current < len(hours):
        raise SourceError("Open-Meteo answered with another time")
    was = {measure: values[: current + 1] for measure, values in hours.values.items()}
    will_be = {measure: values[current:] for measure, values in hours.values.items()}
    return (
        replace(hours, values=was),
        replace(hours, values=will_be, start=now, issued=now, dropped=0),
    )


def _of_place(answer: Any, place: Place) -> Any:  # noqa: ANN401 - JSON is what it is
    """Return an answer that is about a place, or a grid cell beside it."""
    try:
        north, east = float(answer["latitude"]), float(answer["longitude"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise SourceError("Open-Meteo's answer has an unknown shape") from error
    if abs(north - place.latitude) <= _NEAR and abs(east - place.longitude) <= _NEAR:
        return answer
    raise SourceError("Open-Meteo answered for another place")


def _hours(answer: Any, source: Source) -> WeatherHours:  # noqa: ANN401 - JSON is what it is
    """Return the hours of one place."""
    try:
        hourly = answer["hourly"]
        start, count = _times(hourly["time"])
        columns = {
            measure: _column(hourly[name], count)
            for measure, name in NAMES.items()
            if name in hourly
        }
        if "weather_code" in hourly:
            columns[Measure.CONDITION] = _conditions(
                *(_column(hourly[name], count) for name in SKY)
            )
        dropped = sum(_drop(measure, column) for measure, column in columns.items())
        for measure in columns.keys() & set(_OF_THE_HOUR_BEFORE):
            columns[measure] = np.append(columns[measure][1:], np.nan)
        hours = WeatherHours(source=source, start=start, values=columns, dropped=dropped)
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise SourceError("Open-Meteo's answer has an unknown shape") from error
    if not any(np.any(np.isfinite(column)) for column in columns.values()):
        if dropped:
            raise SourceError("no plausible value in Open-Meteo's answer")
        raise NoDataError("Open-Meteo knows nothing of this time or place")
    return hours


def _times(seconds: object) -> tuple[datetime, int]:
    """Return the first of consecutive hours, and how many there are."""
    times = np.array(seconds, dtype=np.float64)
    if not (0 < len(times) <= _MOST_HOURS and np.isfinite(times).all()):
        raise ValueError("no times, or more than were asked for")
    if np.any(np.diff(times) != HOUR.total_seconds()):
        raise ValueError("the times are no consecutive hours")
    return datetime.fromtimestamp(times[0], UTC), len(times)


def _column(values: object, count: int) -> _Column:
    """Return numbers as an array; null is NaN there."""
    column = np.array(values, dtype=np.float64)
    if column.shape != (count,):
        raise ValueError("as many values as times")
    return column


def _drop(measure: Measure, column: _Column) -> int:
    """Make holes where a value cannot be true, and return how many."""
    lowest, highest = PLAUSIBLE[measure]
    absurd = (column < lowest) | (column > highest)
    column[absurd] = np.nan
    return int(np.count_nonzero(absurd))


def _conditions(codes: _Column, is_day: _Column) -> _Column:
    """Return the positions of conditions; a code that is not documented is silent."""
    conditions = np.full(len(codes), np.nan)
    for condition, numbers in _CONDITIONS.items():
        conditions[np.isin(codes, numbers)] = condition.code
    conditions[(conditions == Condition.SUNNY.code) & (is_day == 0)] = Condition.CLEAR_NIGHT.code
    return conditions


def _answer(reply: Reply) -> Any:  # noqa: ANN401 - JSON is what it is
    """Return the JSON of a success, or raise what the error means."""
    answer: Any = None
    try:
        answer = _json(reply)
    except SourceError:
        # A page that is no JSON may still have a status that says what is wrong.
        if reply.status == HTTPStatus.OK:
            raise
    error = answer if isinstance(answer, dict) and answer.get("error") is True else {}
    reason = str(error.get("reason")).lower()
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS or "limit exceeded" in reason:
        pause = next((_PAUSES[word] for word in _PAUSES if word in reason), _SHORTEST_PAUSE)
        raise RefusedError(
            "Open-Meteo was asked too often", retry_after=max(pause, reply.retry_after or 0)
        )
    # A missing key is answered with 401, a wrong one with 400.
    if error and (reply.status == HTTPStatus.UNAUTHORIZED or "api key" in reason):
        raise AuthenticationError("Open-Meteo does not accept the key")
    reply.checked()
    if error:
        raise SourceError("Open-Meteo reports an error")
    return answer


def _json(reply: Reply) -> Any:  # noqa: ANN401 - JSON is what it is
    """Return the body as JSON, even if there are numbers in it that JSON does not know."""
    try:
        return reply.json()
    except SourceError:
        if b"nan" not in reply.body and b"inf" not in reply.body:
            raise
    body = _NO_NUMBER.sub(_nan, reply.body)
    return replace(reply, body=body).json()


def _nan(match: re.Match[bytes]) -> bytes:
    token = match[0]
    return token if token.startswith(b'"') else b"NaN"
