"""A model of the weather in Spain: plausible at any place and hour, and the same for all."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from simulator.noise import noise, smooth_noise

type Values = NDArray[np.float64]

YEAR = 365.2425 * 86_400
HOTTEST = 200 * 86_400  # 19 July
SOLSTICE = 171 * 86_400  # 21 June


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere in Spain."""

    latitude: float
    longitude: float
    height: float

    @property
    def inland(self) -> float:
        """Return 1 in the middle of the peninsula and 0 by the sea."""
        east = ((self.longitude + 4.2) / 3.6) ** 4
        north = ((self.latitude - 39.8) / 2.9) ** 4
        return float(np.exp(-east - north))

    @property
    def northern(self) -> float:
        """Return 1 on the rainy northern coast and 0 south of the mountains."""
        return min(max((self.latitude - 42) / 1.4, 0.0), 1.0) * (1 - self.inland)

    @property
    def canary(self) -> bool:
        """Tell whether the place is on the Canary Islands."""
        return self.latitude < 30


@dataclass(frozen=True, slots=True)
class Weather:
    """The weather of some hours: °C, hPa, m/s, degrees, W/m², mm, and shares of 1."""

    temperature: Values
    dew_point: Values
    sea_level_pressure: Values
    surface_pressure: Values
    wind_speed: Values
    wind_direction: Values
    cloud: Values
    radiation: Values
    precipitation: Values

    @property
    def humidity(self) -> Values:
        """Return the relative humidity in percent."""
        vapour = _saturation(self.dew_point) / _saturation(self.temperature)
        return np.clip(100 * vapour, 5, 100)

    @property
    def gust(self) -> Values:
        """Return the strongest wind of the hour."""
        return 1.7 * self.wind_speed + 0.5

    @property
    def feels_like(self) -> Values:
        """Return the temperature that people feel."""
        muggy = 0.05 * (self.humidity - 50) * np.clip(self.temperature - 24, 0, 8) / 8
        chill = 0.5 * self.wind_speed * np.clip(12 - self.temperature, 0, 12) / 12
        return self.temperature + muggy - chill


def hours(start: datetime, count: int, step: int = 1) -> list[datetime]:
    """Return whole hours from the one that the start is in."""
    first = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return [first + timedelta(hours=number * step) for number in range(count)]


def weather(
    place: Place, instants: list[datetime], source: str, issued: datetime | None = None
) -> Weather:
    """Return the weather as a source sees it; what lies after its issue is less certain."""
    return weather_at(place, np.array([one.timestamp() for one in instants]), source, issued)


def weather_at(place: Place, times: Values, source: str, issued: datetime | None = None) -> Weather:
    """Return it at times in Unix seconds: years would be slow as datetimes."""
    hour = np.floor(times / 3600)
    lead = np.zeros_like(times) if issued is None else (times - issued.timestamp()) / 86_400
    doubt = 0.3 * noise(source, hour) + 0.35 * np.clip(lead, 0, 7) * smooth_noise(
        f"{source} doubts", hour / 15
    )
    seen = _true_weather(place, times)
    temperature = seen.temperature + doubt
    return Weather(
        temperature=temperature,
        dew_point=np.minimum(seen.dew_point - 0.5 * doubt, temperature - 0.1),
        sea_level_pressure=seen.sea_level_pressure + 0.5 * doubt,
        surface_pressure=seen.surface_pressure + 0.5 * doubt,
        wind_speed=np.clip(seen.wind_speed * (1 + 0.15 * doubt), 0, None),
        wind_direction=seen.wind_direction,
        cloud=np.clip(seen.cloud + 0.05 * doubt, 0, 1),
        radiation=np.clip(seen.radiation * (1 + 0.04 * doubt), 0, None),
        precipitation=seen.precipitation,
    )


def sun(place: Place, day: datetime) -> tuple[datetime, datetime]:
    """Return when the sun rises and sets, on the UTC day of an instant."""
    noon = day.astimezone(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    declination = _declination(np.array([noon.timestamp()]))[0]
    half = np.arccos(np.clip(-np.tan(np.radians(place.latitude)) * np.tan(declination), -1, 1))
    middle = noon - timedelta(hours=place.longitude / 15)
    length = timedelta(hours=float(half) * 12 / np.pi)
    return middle - length, middle + length


def _true_weather(place: Place, times: Values) -> Weather:
    # What comes from the west reaches the east half a day later.
    days = times / 86_400 - place.longitude / 20
    summer = np.cos(2 * np.pi * (times - HOTTEST) / YEAR)
    warmth = (summer + 1) / 2
    solar_hour = times / 3600 % 24 + place.longitude / 15

    front = 0.7 * smooth_noise("front", days / 4) + 0.3 * smooth_noise("front", days / 1.3)
    cloud = np.clip(
        0.38
        + 0.55 * smooth_noise("sky", days / 1.5)
        + 0.3 * smooth_noise("sky", days * 2)
        - 0.22 * summer
        + 0.25 * place.northern,
        0,
        1,
    )
    elevation = np.clip(_sun_elevation(place, times, solar_hour), 0, None)
    radiation = 1080 * elevation**1.15 * (1 - 0.72 * cloud**2)

    level = 18.3 + 1.2 * place.inland - 0.6 * (max(place.latitude, 36) - 40)
    level -= 0.0055 * place.height
    mild = 3.2 if place.canary else 6.6 + 4.4 * place.inland - 2.2 * place.northern
    daily_mean = level + mild * summer + (2.0 if place.canary else 4.2) * front
    swing = (3 + place.inland + (0.8 + 2.2 * place.inland) * warmth) * (1.15 - 0.45 * cloud)
    daily_cycle = np.cos(2 * np.pi * (solar_hour - 15.3) / 24)
    daily_cycle += 0.15 * np.cos(4 * np.pi * (solar_hour - 15.3) / 24)
    temperature = daily_mean + swing * daily_cycle

    dryness = 4.5 + place.inland + (2 + 9 * place.inland) * warmth - 2 * place.northern
    dryness += 3 * smooth_noise("air", days / 2) - 4 * (cloud - 0.4)
    dew_point = np.minimum(daily_mean - dryness, temperature - 0.2)

    shower = np.clip(noise("shower", np.floor(times / 3600)), 0, None)
    precipitation = np.where(cloud > 0.82, 9 * (cloud - 0.82) * shower, 0)

    pressure = 1017 + 10 * smooth_noise("pressure", days / 3.5) - 2 * summer - 4 * (cloud - 0.4)
    pressure += 0.8 * np.cos(4 * np.pi * (solar_hour - 10) / 24)
    thickness = 29.27 * (temperature + 273.15 + 0.00325 * place.height)

    breeze = np.clip(np.cos(2 * np.pi * (solar_hour - 16.5) / 24), 0, None)
    wind = 0.8 + 1.6 * (1 + smooth_noise("wind", days)) + (1.5 + warmth) * breeze
    wind += 0.5 * noise("gustiness", np.floor(times / 3600))
    return Weather(
        temperature=temperature,
        dew_point=dew_point,
        sea_level_pressure=pressure,
        surface_pressure=pressure * np.exp(-place.height / thickness),
        wind_speed=np.clip(wind, 0.2, None),
        wind_direction=180 + 179 * smooth_noise("direction", days * 1.5),
        cloud=cloud,
        radiation=radiation,
        precipitation=precipitation,
    )


def _declination(times: Values) -> Values:
    tilt: Values = np.radians(23.44) * np.cos(2 * np.pi * (times - SOLSTICE) / YEAR)
    return tilt


def _sun_elevation(place: Place, times: Values, solar_hour: Values) -> Values:
    """Return the sine of the sun's elevation."""
    declination, latitude = _declination(times), np.radians(place.latitude)
    straight: Values = np.sin(latitude) * np.sin(declination)
    turning: Values = np.cos(latitude) * np.cos(declination)
    sine: Values = straight + turning * np.cos(np.pi * (solar_hour - 12) / 12)
    return sine


def _saturation(temperature: Values) -> Values:
    """Return the saturation vapour pressure, by Magnus."""
    pressure: Values = 6.112 * np.exp(17.62 * temperature / (243.12 + temperature))
    return pressure
