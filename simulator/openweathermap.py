"""OpenWeatherMap: the free weather and forecast, and the paid One Call."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
import numpy as np

from simulator.climate import Place, Values, Weather, hours, sun
from simulator.madrid import MADRID
from simulator.places import MUNICIPALITIES, anywhere
from simulator.quota import Quota
from simulator.sky import Sky
from simulator.world import World, json_response

HOST = "api.openweathermap.org"
SOURCE = "openweathermap"
A_MINUTE = 60
NEVER_WORKED = ("young", "bad")
INVALID = "Invalid API key. Please see https://openweathermap.org/faq#error401 for more info."
SUBSCRIBE = (
    "Please note that using One Call 3.0 requires a separate subscription to the One Call by "
    "Call plan. Learn more here https://openweathermap.org/price. If you have a valid "
    "subscription to the One Call by Call plan, but still receive this error, then please see "
    "https://openweathermap.org/faq#error401 for more info."
)
BLOCKED = (
    "Your account is temporary blocked due to exceeding of requests limitation of your "
    "subscription type. Please choose the proper subscription https://openweathermap.org/price"
)
SKIES = (
    (0.11, 800, "Clear", "clear sky", "01"),
    (0.25, 801, "Clouds", "few clouds", "02"),
    (0.5, 802, "Clouds", "scattered clouds", "03"),
    (0.85, 803, "Clouds", "broken clouds", "04"),
    (1.1, 804, "Clouds", "overcast clouds", "04"),
)

type Answer = Callable[[Sky, Place, str, datetime], dict[str, Any]]


def routes(world: World) -> list[web.RouteDef]:
    """Return what the host answers."""
    quota = Quota(world.clock)

    def handler(
        answer: Answer, subscription: str = ""
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            query = request.query
            key = query.get("appid", "")
            if not key or key.startswith(NEVER_WORKED):
                return _error(401, INVALID)
            if not key.startswith(subscription):
                return _error(401, SUBSCRIBE)
            if quota.remaining(key, HOST, A_MINUTE) < 0:
                return _error(429, BLOCKED)
            try:
                place = _place(query.get("lat"), query.get("lon"), query.get("q"))
            except LookupError:
                return _error("404", "city not found")
            except ValueError as error:
                return _error("400", str(error))
            units = query.get("units", "standard")
            body = answer(world.sky, place, units, world.clock.now())
            for part in query.get("exclude", "").split(","):
                body.pop(part, None)
            return json_response(body)

        return handle

    return [
        web.get(f"/{HOST}/data/2.5/weather", handler(_current)),
        web.get(f"/{HOST}/data/2.5/forecast", handler(_forecast)),
        web.get(f"/{HOST}/data/3.0/onecall", handler(_onecall, "onecall")),
    ]


def _error(code: int | str, message: str) -> web.Response:
    # Some codes are numbers and some are texts, as in the real service.
    return json_response({"cod": code, "message": message}, int(code))


def _place(latitude: str | None, longitude: str | None, city: str | None) -> Place:
    if latitude is None or longitude is None:
        if city is None:
            raise ValueError("Nothing to geocode")
        name = city.split(",")[0].casefold()
        found = [one.place for one in MUNICIPALITIES if one.name.casefold() == name]
        if not found:
            raise LookupError
        return found[0]
    for text, name, most in ((latitude, "latitude", 90), (longitude, "longitude", 180)):
        try:
            valid = abs(float(text)) <= most
        except ValueError:
            valid = False
        if not valid:
            raise ValueError(f"wrong {name}")
    return anywhere(float(latitude), float(longitude))


def _current(sky: Sky, place: Place, units: str, now: datetime) -> dict[str, Any]:
    seen = sky.weather(place, hours(now, 1), SOURCE)
    rise, sunset = sun(place, now)
    return {
        "coord": _coordinates(place),
        "weather": [_condition(seen, 0)],
        "base": "stations",
        "main": _main(seen, 0, units),
        "visibility": 10000,
        "wind": _wind(seen, 0, units),
        **_rain(seen.precipitation[0], "1h"),
        "clouds": {"all": round(100 * float(seen.cloud[0]))},
        "dt": int(now.timestamp()) // 600 * 600,
        "sys": {
            "country": "ES",
            "sunrise": int(rise.timestamp()),
            "sunset": int(sunset.timestamp()),
        },
        "timezone": _offset(now),
        "id": 0,
        "name": "",
        "cod": 200,
    }


def _forecast(sky: Sky, place: Place, units: str, now: datetime) -> dict[str, Any]:
    first = now + timedelta(hours=3 - now.hour % 3)
    slots = hours(first, 40, step=3)
    seen = sky.weather(place, slots, SOURCE, issued=now)
    # What falls is told of the three hours before.
    before = sky.weather(place, hours(first - timedelta(hours=3), 120), SOURCE, issued=now)
    fallen = before.precipitation.reshape(40, 3)
    rise, sunset = sun(place, now)
    return {
        "cod": "200",
        "message": 0,
        "cnt": len(slots),
        "list": [
            {
                "dt": int(slot.timestamp()),
                "main": _main(seen, row, units) | {"temp_kf": 0},
                "weather": [_condition(seen, row)],
                "clouds": {"all": round(100 * float(seen.cloud[row]))},
                "wind": _wind(seen, row, units),
                "visibility": 10000,
                "pop": _chance(fallen[row].max()),
                **_rain(fallen[row].sum(), "3h"),
                "sys": {"pod": _part_of_day(seen, row)},
                "dt_txt": f"{slot:%Y-%m-%d %H:%M:%S}",
            }
            for row, slot in enumerate(slots)
        ],
        "city": {
            "id": 0,
            "name": "",
            "coord": _coordinates(place),
            "country": "ES",
            "population": 0,
            "timezone": _offset(now),
            "sunrise": int(rise.timestamp()),
            "sunset": int(sunset.timestamp()),
        },
    }


def _onecall(sky: Sky, place: Place, units: str, now: datetime) -> dict[str, Any]:
    slots = hours(now, 48)
    seen = sky.weather(place, slots, SOURCE, issued=now)
    rise, sunset = sun(place, now)
    current = _flat(seen, 0, units) | {
        "dt": int(now.timestamp()),
        "sunrise": int(rise.timestamp()),
        "sunset": int(sunset.timestamp()),
    }
    hourly = [
        {
            "dt": int(slot.timestamp()),
            **_flat(seen, row, units),
            "pop": _chance(seen.precipitation[row]),
        }
        for row, slot in enumerate(slots)
    ]
    return {
        "lat": round(place.latitude, 4),
        "lon": round(place.longitude, 4),
        "timezone": "Atlantic/Canary" if place.canary else "Europe/Madrid",
        "timezone_offset": _offset(now),
        "current": current,
        "hourly": hourly,
        "daily": [_day(sky, place, units, now, number) for number in range(8)],
    }


def _day(sky: Sky, place: Place, units: str, now: datetime, number: int) -> dict[str, Any]:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=number)
    seen = sky.weather(place, hours(midnight, 24), SOURCE, issued=now)
    rise, sunset = sun(place, midnight)
    temperature = _degrees(seen.temperature, units)
    feels = _degrees(seen.feels_like, units)
    parts = {"day": 12, "night": 0, "eve": 18, "morn": 6}
    noon = _flat(seen, 12, units)
    for name in ("temp", "feels_like", "visibility", "rain"):
        noon.pop(name, None)
    return noon | {
        "dt": int(midnight.timestamp()) + 12 * 3600,
        "sunrise": int(rise.timestamp()),
        "sunset": int(sunset.timestamp()),
        "temp": {name: temperature[row] for name, row in parts.items()}
        | {"min": min(temperature), "max": max(temperature)},
        "feels_like": {name: feels[row] for name, row in parts.items()},
        "rain": round(float(seen.precipitation.sum()), 2),
        "pop": _chance(seen.precipitation.max()),
    }


def _flat(seen: Weather, row: int, units: str) -> dict[str, Any]:
    wind = _wind(seen, row, units)
    return {
        "temp": _degrees(seen.temperature, units)[row],
        "feels_like": _degrees(seen.feels_like, units)[row],
        "pressure": round(float(seen.sea_level_pressure[row])),
        "humidity": round(float(seen.humidity[row])),
        "dew_point": _degrees(seen.dew_point, units)[row],
        "uvi": round(float(seen.radiation[row]) / 110, 2),
        "clouds": round(100 * float(seen.cloud[row])),
        "visibility": 10000,
        "wind_speed": wind["speed"],
        "wind_deg": wind["deg"],
        "wind_gust": wind["gust"],
        "weather": [_condition(seen, row)],
        **_rain(seen.precipitation[row], "1h"),
    }


def _main(seen: Weather, row: int, units: str) -> dict[str, Any]:
    temperature = _degrees(seen.temperature, units)[row]
    return {
        "temp": temperature,
        "feels_like": _degrees(seen.feels_like, units)[row],
        "temp_min": temperature,
        "temp_max": temperature,
        "pressure": round(float(seen.sea_level_pressure[row])),
        "sea_level": round(float(seen.sea_level_pressure[row])),
        "grnd_level": round(float(seen.surface_pressure[row])),
        "humidity": round(float(seen.humidity[row])),
    }


def _degrees(celsius: Values, units: str) -> list[float]:
    match units:
        case "metric":
            degrees = celsius
        case "imperial":
            degrees = celsius * 1.8 + 32
        case _:
            degrees = celsius + 273.15
    return [round(float(value), 2) for value in degrees]


def _wind(seen: Weather, row: int, units: str) -> dict[str, Any]:
    factor = 2.23694 if units == "imperial" else 1.0
    return {
        "speed": round(factor * float(seen.wind_speed[row]), 2),
        "deg": round(float(seen.wind_direction[row])),
        "gust": round(factor * float(seen.gust[row]), 2),
    }


def _rain(fallen: float, span: str) -> dict[str, Any]:
    amount = round(float(fallen), 2)
    return {"rain": {span: amount}} if amount else {}


def _chance(fallen: float) -> float:
    return round(float(np.clip(2 * fallen, 0, 1)), 2)


def _part_of_day(seen: Weather, row: int) -> str:
    return "d" if seen.radiation[row] > 1 else "n"


def _condition(seen: Weather, row: int) -> dict[str, Any]:
    cloud, rain = float(seen.cloud[row]), float(seen.precipitation[row])
    number, group, text, icon = next(sky[1:] for sky in SKIES if cloud < sky[0])
    if rain > 0.1:
        number, group, icon = (501 if rain > 1 else 500), "Rain", "10"
        text = "moderate rain" if rain > 1 else "light rain"
    return {
        "id": number,
        "main": group,
        "description": text,
        "icon": icon + _part_of_day(seen, row),
    }


def _coordinates(place: Place) -> dict[str, float]:
    return {"lon": round(place.longitude, 4), "lat": round(place.latitude, 4)}


def _offset(now: datetime) -> int:
    offset = now.astimezone(MADRID).utcoffset() or timedelta()
    return int(offset.total_seconds())
