"""Open-Meteo: what weather models say of any place, past and future, and a reanalysis."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from http import HTTPStatus
import re
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray
from yarl import URL

from ..factory.series import Source
from ..factory.weather import HOUR, KEPT, PLAUSIBLE, Condition, Measure, Place, WeatherHours
from .errors import AuthenticationError, NoDataError, RefusedError, SourceError
from .gatekeeper import Urgency
from .transport import Reply, Transport

type _Column = NDArray[np.float64]

MOST_PAST_DAYS: Final = 92
LONGEST_ARCHIVE: Final = timedelta(days=366)

# A week from any hour of today, and an hour more for what is told of the hour before.
_FORECAST_DAYS: Final = 8
_MOST_HOURS: Final = 24 * 400
_MEASURES: Final = {
    Measure.TEMPERATURE: "temperature_2m",
    Measure.HUMIDITY: "relative_humidity_2m",
    Measure.PRESSURE: "pressure_msl",
    Measure.WIND_SPEED: "wind_speed_10m",
    Measure.WIND_BEARING: "wind_direction_10m",
    Measure.PRECIPITATION: "precipitation",
    Measure.PRECIPITATION_PROBABILITY: "precipitation_probability",
}
# Open-Meteo tells these of the hour that ends at a time, everything else of the time itself.
_OF_THE_HOUR_BEFORE: Final = (Measure.PRECIPITATION, Measure.PRECIPITATION_PROBABILITY)
_SKY: Final = ("weather_code", "is_day")
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


@dataclass(kw_only=True)
class OpenMeteoClient:
    """Read the weather at a place from Open-Meteo.

    Free of charge for what is not commercial; with a commercial key other hosts answer. A key that
    was rejected is not tried again before `forgive`.
    """

    source: ClassVar[Source] = Source.OPEN_METEO
    transport: Transport
    place: Place
    clock: Callable[[], datetime]
    key: str | None = field(default=None, repr=False)
    _is_rejected: bool = field(default=False, init=False)

    @property
    def host(self) -> str:
        """Return who is asked for forecasts."""
        return "customer-api.open-meteo.com" if self.key else "api.open-meteo.com"

    @property
    def archive_host(self) -> str:
        """Return who is asked for the reanalysis."""
        return "customer-archive-api.open-meteo.com" if self.key else "archive-api.open-meteo.com"

    async def check(self, *, urgency: Urgency = Urgency.INSISTENT) -> None:
        """Return if Open-Meteo answers, and accepts the key if there is one."""
        await self._get(
            self.host,
            "/v1/forecast",
            {"hourly": "temperature_2m", "forecast_days": "1"},
            partial(parse_hours, source=self.source),
            urgency,
        )

    def forgive(self) -> None:
        """Try a rejected key again."""
        self._is_rejected = False

    async def forecast(
        self, past_days: int = 2, *, urgency: Urgency = Urgency.USUAL
    ) -> tuple[WeatherHours, WeatherHours]:
        """Return the hours of some days up to the current one, and those from it on.

        The second is the forecast as issued at the current hour, for at least a week.
        """
        if not 0 <= past_days <= MOST_PAST_DAYS:
            raise ValueError(f"Open-Meteo knows the last {MOST_PAST_DAYS} days")
        now = self.clock().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return await self._get(
            self.host,
            "/v1/forecast",
            {
                "hourly": ",".join((*_MEASURES.values(), *_SKY)),
                "past_days": str(past_days),
                "forecast_days": str(_FORECAST_DAYS),
            },
            partial(parse_forecast, now=now),
            urgency,
            is_long=past_days > _FORECAST_DAYS,
        )

    async def archive(
        self, first: date, last: date, *, urgency: Urgency = Urgency.USUAL
    ) -> WeatherHours:
        """Return what is kept of the weather from the reanalysis, for days in UTC, at most a year.

        The last days before today may be silent; a period that is silent as a whole is NoDataError.
        """
        if not timedelta(0) <= last - first < LONGEST_ARCHIVE:
            raise ValueError("the archive is read by the year")
        return await self._get(
            self.archive_host,
            "/v1/archive",
            {
                "hourly": ",".join(_MEASURES[measure] for measure in KEPT),
                "start_date": first.isoformat(),
                "end_date": last.isoformat(),
            },
            partial(parse_hours, source=Source.OPEN_METEO_ARCHIVE),
            urgency,
            is_long=True,
        )

    async def _get[T](
        self,
        host: str,
        path: str,
        query: Mapping[str, str],
        parse: Callable[[Reply], T],
        urgency: Urgency,
        *,
        is_long: bool = False,
    ) -> T:
        if self._is_rejected:
            raise AuthenticationError("Open-Meteo has rejected the key")
        url = URL.build(
            scheme="https",
            host=host,
            path=path,
            query={
                "latitude": f"{self.place.latitude:.4f}",
                "longitude": f"{self.place.longitude:.4f}",
                **query,
                "timeformat": "unixtime",
                "timezone": "UTC",
                "wind_speed_unit": "ms",
                **({"apikey": self.key} if self.key else {}),
            },
        )
        try:
            return await self.transport.get(url, parse, urgency=urgency, in_thread=is_long)
        except AuthenticationError:
            # Nobody would forgive whoever has no key.
            self._is_rejected = self.key is not None
            raise


def parse_forecast(reply: Reply, *, now: datetime) -> tuple[WeatherHours, WeatherHours]:
    """Return the hours up to the current one, and those from it on; `now` is a full hour."""
    hours = parse_hours(reply, source=Source.OPEN_METEO)
    current = (now - hours.start) // HOUR
    if not 0 <= current < len(hours):
        raise SourceError("Open-Meteo answered with another time")
    was = {measure: values[: current + 1] for measure, values in hours.values.items()}
    will_be = {measure: values[current:] for measure, values in hours.values.items()}
    return (
        replace(hours, values=was),
        replace(hours, values=will_be, start=now, issued=now, dropped=0),
    )


def parse_hours(reply: Reply, *, source: Source) -> WeatherHours:
    """Return all hours of an answer: times in seconds, °C, %, hPa, m/s and mm."""
    try:
        hourly = _answer(reply)["hourly"]
        start, count = _times(hourly["time"])
        columns = {
            measure: _column(hourly[name], count)
            for measure, name in _MEASURES.items()
            if name in hourly
        }
        if "weather_code" in hourly:
            columns[Measure.CONDITION] = _conditions(
                *(_column(hourly[name], count) for name in _SKY)
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
