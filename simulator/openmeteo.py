"""Open-Meteo: forecasts and the archive, for any place; customers have hosts and keys."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
import json
import math
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
import numpy as np

from simulator.climate import Place, Values, Weather
from simulator.places import anywhere
from simulator.quota import Quota
from simulator.sky import Sky
from simulator.world import World

HOST = "api.open-meteo.com"
ARCHIVE_HOST = "archive-api.open-meteo.com"
CUSTOMER_HOST, CUSTOMER_ARCHIVE_HOST = f"customer-{HOST}", f"customer-{ARCHIVE_HOST}"
MORE_HOSTS = (ARCHIVE_HOST, CUSTOMER_HOST, CUSTOMER_ARCHIVE_HOST)
A_MINUTE = 600
FIRST_DAY = date(1940, 1, 1)
ARCHIVE_DELAY = timedelta(days=5)
FORECAST_DAYS, LONGEST_FORECAST, LONGEST_PAST = 7, 16, 92
WIND_UNITS = {"kmh": (3.6, "km/h"), "ms": (1.0, "m/s"), "mph": (2.23694, "mp/h"),
              "kn": (1.94384, "kn")}  # fmt: skip


@dataclass(frozen=True)
class Variable:
    """Something that one can ask for."""

    unit: str
    values: Callable[[Weather], Values]
    digits: int = 1
    of_the_hour_before: bool = False
    """Whether it is told of the hour that ends at a time, and not of the time itself."""


def _codes(seen: Weather) -> Values:
    """Return the weather by WMO table 4677."""
    wet, grey = seen.precipitation, seen.cloud
    skies = [wet > 4, wet > 1, wet > 0.1, grey > 0.85, grey > 0.5, grey > 0.25]
    return np.select(skies, [65.0, 63.0, 61.0, 3.0, 2.0, 1.0], 0.0)


VARIABLES = {
    "temperature_2m": Variable("°C", lambda seen: seen.temperature),
    "relative_humidity_2m": Variable("%", lambda seen: seen.humidity, 0),
    "dew_point_2m": Variable("°C", lambda seen: seen.dew_point),
    "apparent_temperature": Variable("°C", lambda seen: seen.feels_like),
    "pressure_msl": Variable("hPa", lambda seen: seen.sea_level_pressure),
    "surface_pressure": Variable("hPa", lambda seen: seen.surface_pressure),
    "wind_speed_10m": Variable("", lambda seen: seen.wind_speed),
    "wind_gusts_10m": Variable("", lambda seen: seen.gust),
    "wind_direction_10m": Variable("°", lambda seen: seen.wind_direction, 0),
    "cloud_cover": Variable("%", lambda seen: 100 * seen.cloud, 0),
    "shortwave_radiation": Variable("W/m²", lambda seen: seen.radiation, of_the_hour_before=True),
    "precipitation": Variable("mm", lambda seen: seen.precipitation, 2, of_the_hour_before=True),
    "precipitation_probability": Variable(
        "%", lambda seen: np.clip(200 * seen.precipitation, 0, 100), 0, of_the_hour_before=True
    ),
    "weather_code": Variable("wmo code", _codes, 0),
    "is_day": Variable("", lambda seen: np.where(seen.radiation > 0, 1.0, 0.0), 0),
}
WIND = ("wind_speed_10m", "wind_gusts_10m")


def routes(world: World) -> list[web.RouteDef]:
    """Return what the two hosts answer."""
    quota = Quota(world.clock)

    def handler(
        period: Callable[[Mapping[str, str], date], tuple[date, date]],
        *,
        archive: bool,
        customers: bool = False,
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            query, now = request.query, world.clock.now()
            if customers:
                if not (key := query.get("apikey")):
                    return _error(401, "API key required. Please add &apikey= to the URL.")
                if key.startswith("bad"):
                    return _error(400, "The supplied API key is invalid.")
            if "latitude" not in query or "longitude" not in query:
                return web.Response(content_type="application/json")
            try:
                places = _places(query["latitude"], query["longitude"])
                answers = [
                    _answer(world.sky, place, query, now, period, archive=archive)
                    for place in places
                ]
                calls = sum(map(weight, answers))
            except ValueError as error:
                return _error(400, str(error))
            if not customers and quota.remaining(HOST, "", A_MINUTE, calls) < 0:
                reason = "Minutely API request limit exceeded. Please try again in one minute."
                return _error(429, reason)
            text = json.dumps(answers if len(answers) > 1 else answers[0], ensure_ascii=False)
            # The real service writes what JSON does not know in small letters.
            text = text.replace("NaN", "nan")
            return web.Response(text=text, content_type="application/json")

        return handle

    return [
        web.get(f"/{HOST}/v1/forecast", handler(_forecast_period, archive=False)),
        web.get(f"/{ARCHIVE_HOST}/v1/archive", handler(_archive_period, archive=True)),
        web.get(
            f"/{CUSTOMER_HOST}/v1/forecast",
            handler(_forecast_period, archive=False, customers=True),
        ),
        web.get(
            f"/{CUSTOMER_ARCHIVE_HOST}/v1/archive",
            handler(_archive_period, archive=True, customers=True),
        ),
    ]


def weight(answer: Mapping[str, Any]) -> float:
    """Return as how many calls an answer counts: ten variables for two weeks are one."""
    columns = answer.get("hourly", {"time": []})
    variables, days = (len(columns) - 1) / 10, len(columns["time"]) / 24
    return max(1, variables, variables * days / 14)


def _error(status: int, reason: str) -> web.Response:
    body = json.dumps({"reason": reason, "error": True}, ensure_ascii=False)
    return web.Response(text=body, status=status, content_type="application/json")


def _places(latitudes: str, longitudes: str) -> list[Place]:
    north = [float(text) for text in latitudes.split(",")]
    east = [float(text) for text in longitudes.split(",")]
    if len(north) != len(east):
        raise ValueError(
            "Parameter 'latitude' and 'longitude' must have the same number of elements"
        )
    for name, values, most in (("Latitude", north, 90), ("Longitude", east, 180)):
        for value in values:
            if not abs(value) <= most:
                raise ValueError(f"{name} must be in range of -{most} to {most}°. Given: {value}.")
    return [anywhere(*pair) for pair in zip(north, east, strict=True)]


def _forecast_period(query: Mapping[str, str], today: date) -> tuple[date, date]:
    if "start_date" in query or "end_date" in query:
        return _dates(
            query, today - timedelta(days=LONGEST_PAST), today + timedelta(days=LONGEST_FORECAST)
        )
    ahead = _whole(query, "forecast_days", FORECAST_DAYS, LONGEST_FORECAST)
    past = _whole(query, "past_days", 0, LONGEST_PAST)
    return today - timedelta(days=past), today + timedelta(days=ahead - 1)


def _archive_period(query: Mapping[str, str], today: date) -> tuple[date, date]:
    return _dates(query, FIRST_DAY, today)


def _dates(query: Mapping[str, str], first: date, last: date) -> tuple[date, date]:
    found = []
    for name in ("start_date", "end_date"):
        if name not in query:
            raise ValueError(f"Parameter '{name}' is required")
        try:
            day = date.fromisoformat(query[name])
        except ValueError:
            raise ValueError(
                f"Invalid date format. Make sure to use 'YYYY-MM-DD' for '{name}'"
            ) from None
        if not first <= day <= last:
            raise ValueError(f"Parameter '{name}' is out of allowed range from {first} to {last}")
        found.append(day)
    start, end = found
    if start > end:
        raise ValueError("End-date must be larger or equals than start-date")
    return start, end


def _whole(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    value = int(query.get(name, default))
    if not 0 <= value <= most:
        raise ValueError(f"Parameter '{name}' is out of allowed range from 0 to {most}")
    return value


def _answer(
    sky: Sky,
    place: Place,
    query: Mapping[str, str],
    now: datetime,
    period: Callable[[Mapping[str, str], date], tuple[date, date]],
    *,
    archive: bool,
) -> dict[str, Any]:
    zone = _zone(query.get("timezone", "GMT"), place)
    local = now.astimezone(zone)
    offset = local.utcoffset() or timedelta()
    start, end = period(query, local.date())
    begin = datetime.combine(start, time(), UTC) - offset
    hours = np.arange(24 * ((end - start).days + 1), dtype=np.float64) * 3600 + begin.timestamp()
    source = "open-meteo archive" if archive else "open-meteo"
    known = (now - ARCHIVE_DELAY).timestamp() if archive else math.inf
    # Nobody asks for the weather of other countries; the model knows only this one.
    outside = not (26 <= place.latitude <= 45 and -20 <= place.longitude <= 6)

    answer: dict[str, Any] = {
        "latitude": round(place.latitude * 16) / 16,
        "longitude": round(place.longitude * 16) / 16,
        "generationtime_ms": 0.25,
        "utc_offset_seconds": int(offset.total_seconds()),
        "timezone": zone.key,
        "timezone_abbreviation": local.tzname(),
        "elevation": math.nan if outside else place.height,
    }
    for block, times in (("current", np.array([_quarter(now)])), ("hourly", hours)):
        names = [name for name in query.get(block, "").split(",") if name]
        if not names or (archive and block == "current"):
            continue
        issued = None if archive else now
        seen = sky.weather_at(place, times, source, issued)
        earlier = sky.weather_at(place, times - 3600, source, issued)
        columns: dict[str, list[Any]] = {"time": _stamps(times, query, offset)}
        units = {"time": "unixtime" if query.get("timeformat") == "unixtime" else "iso8601"}
        for name in names:
            units[name], values, digits = _column(name, seen, earlier, query)
            column = _rounded(values[times <= known], digits)
            missing = len(times) - len(column)
            columns[name] = [math.nan] * len(times) if outside else column + [None] * missing
        if block == "current":
            units["interval"] = "seconds"
            answer["current_units"] = units
            answer["current"] = {key: column[0] for key, column in columns.items()} | {
                "interval": 900
            }
        else:
            answer |= {"hourly_units": units, "hourly": columns}
    return answer


def _zone(name: str, place: Place) -> ZoneInfo:
    if name == "auto":
        name = "Atlantic/Canary" if place.canary else "Europe/Madrid"
    try:
        return ZoneInfo(name)
    except KeyError, ValueError:
        raise ValueError("Invalid timezone") from None


def _quarter(now: datetime) -> float:
    return now.timestamp() // 900 * 900


def _stamps(times: Values, query: Mapping[str, str], offset: timedelta) -> list[Any]:
    if query.get("timeformat") == "unixtime":
        stamps: list[Any] = times.astype(int).tolist()
    else:
        local = (times + offset.total_seconds()).astype("datetime64[s]")
        stamps = np.datetime_as_string(local, unit="m").tolist()
    return stamps


def _column(
    name: str, seen: Weather, earlier: Weather, query: Mapping[str, str]
) -> tuple[str, Values, int]:
    if name not in VARIABLES:
        raise ValueError(
            "Data corrupted at path ''. Cannot initialize "
            f"SurfacePressureAndHeightVariable from invalid String value {name}."
        )
    variable = VARIABLES[name]
    if name not in WIND:
        when = earlier if variable.of_the_hour_before else seen
        return variable.unit, variable.values(when), variable.digits
    wanted = query.get("wind_speed_unit", "kmh")
    if wanted not in WIND_UNITS:
        raise ValueError("Invalid wind_speed_unit")
    factor, unit = WIND_UNITS[wanted]
    return unit, factor * variable.values(seen), variable.digits


def _rounded(values: Values, digits: int) -> list[float | int]:
    rounded = np.round(values, digits) + 0.0
    return [int(value) if value.is_integer() else value for value in rounded.tolist()]
