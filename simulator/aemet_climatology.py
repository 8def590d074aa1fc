"""AEMET's climatology: what the days were like, some days later, and the stations."""

from datetime import UTC, date, datetime, time, timedelta

from aiohttp import web
import numpy as np

from simulator.aemet_data import NoDataError
from simulator.climate import Values, hours
from simulator.madrid import today
from simulator.noise import noise
from simulator.places import STATIONS, Station
from simulator.sky import Sky

SOURCE = "aemet"
DELAY = timedelta(days=4)
FIRST_DAY = date(1950, 1, 1)
TOO_LONG = "El rango de fechas no puede ser superior a 6 meses"
MEASURES = {
    "temperature": ("tmed", "tmin", "horatmin", "tmax", "horatmax"),
    "rain": ("prec",),
    "wind": ("dir", "velmedia", "racha", "horaracha"),
    "sun": ("sol",),
    "pressure": ("presMax", "horaPresMax", "presMin", "horaPresMin"),
    "humidity": ("hrMedia", "hrMax", "horaHrMax", "hrMin", "horaHrMin"),
}


def inventory(_request: web.Request, _now: datetime, _sky: Sky) -> list[dict[str, str]]:
    """Return all stations."""
    return [
        {
            "latitud": one.latitude,
            "provincia": one.province,
            "altitud": str(one.height),
            "indicativo": one.idema,
            "nombre": one.name,
            "indsinop": one.synop,
            "longitud": one.longitude,
        }
        for one in STATIONS
    ]


def station(request: web.Request, now: datetime, sky: Sky) -> list[dict[str, str]]:
    """Return the days of a station, or of several with commas between them."""
    try:
        start, end = (
            datetime.strptime(request.match_info[key], "%Y-%m-%dT%H:%M:%SUTC")
            .replace(tzinfo=UTC)
            .date()
            for key in ("start", "end")
        )
    except ValueError:
        raise NoDataError("Formato de fecha no válido") from None
    if (end - start) > timedelta(days=183):
        raise NoDataError(TOO_LONG)
    start, end = max(start, FIRST_DAY), min(end, today(now) - DELAY)
    wanted = request.match_info["idema"].split(",")
    found = [one for one in STATIONS if one.idema in wanted]
    if start > end or not found:
        raise NoDataError
    return [day for one in found for day in _days(sky, one, start, (end - start).days + 1)]


def _days(sky: Sky, station: Station, first: date, count: int) -> list[dict[str, str]]:
    begin = datetime.combine(first, time(), UTC)
    seen = sky.weather(station.place, hours(begin, 24 * count), SOURCE)

    def by_day(values: Values) -> Values:
        return values.reshape(count, 24)

    temperature, pressure, humidity = map(
        by_day, (seen.temperature, seen.surface_pressure, seen.humidity)
    )
    wind, gust, direction = map(by_day, (seen.wind_speed, seen.gust, seen.wind_direction))
    rain, radiation = by_day(seen.precipitation), by_day(seen.radiation)
    days = []
    for number in range(count):
        day = first + timedelta(days=number)
        values = {
            "fecha": f"{day}",
            "indicativo": station.idema,
            "nombre": station.name,
            "provincia": station.province,
            "altitud": str(station.height),
            "tmed": _comma(temperature[number].mean()),
            "prec": _rain(float(rain[number].sum()), station, day),
            "tmin": _comma(temperature[number].min()),
            "horatmin": _clock(temperature[number].argmin(), day),
            "tmax": _comma(temperature[number].max()),
            "horatmax": _clock(temperature[number].argmax(), day),
            "dir": "99" if gust[number].max() < 6 else f"{direction[number].mean() / 10:02.0f}",
            "velmedia": _comma(wind[number].mean()),
            "racha": _comma(gust[number].max()),
            "horaracha": _clock(gust[number].argmax(), day),
            "sol": _comma(float((radiation[number] > 120).sum())),
            "presMax": _comma(pressure[number].max()),
            "horaPresMax": _hour(pressure[number].argmax(), day),
            "presMin": _comma(pressure[number].min()),
            "horaPresMin": f"{pressure[number].argmin():02}",
            "hrMedia": f"{humidity[number].mean():.0f}",
            "hrMax": f"{humidity[number].max():.0f}",
            "horaHrMax": "Varias",
            "hrMin": f"{humidity[number].min():.0f}",
            "horaHrMin": _clock(humidity[number].argmin(), day),
        }
        for measure, names in MEASURES.items():
            if noise(f"broken {measure} {station.idema}", day.toordinal())[0] > 0.96:
                for name in names:
                    del values[name]
        days.append(values)
    return days


def _comma(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


def _rain(amount: float, station: Station, day: date) -> str:
    if 0 < amount < 0.1:
        return "Ip"
    # The gauge was read days later, for several days at once.
    accumulated = amount and noise(f"gauge {station.idema}", day.toordinal())[0] > 0.97
    return "Acum" if accumulated else _comma(amount)


def _clock(hour: np.intp, day: date) -> str:
    minute = int(30 * (noise("minute", day.toordinal() * 24 + int(hour))[0] + 1))
    return f"{hour:02}:{minute:02}"


def _hour(hour: np.intp, day: date) -> str:
    return "Varias" if noise("several", day.toordinal())[0] > 0.4 else f"{hour:02}"
