"""AEMET's observations: the last twelve hours of its stations."""

from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from simulator.aemet_data import NoDataError
from simulator.climate import hours
from simulator.noise import noise
from simulator.places import STATIONS, Station
from simulator.sky import Sky

SOURCE = "aemet"
HOURS = 12


def station(request: web.Request, now: datetime, sky: Sky) -> list[dict[str, Any]]:
    """Return what one station observed."""
    found = [one for one in STATIONS if one.observing == request.match_info["idema"]]
    if not found:
        raise NoDataError
    return _observed(sky, found[0], now)


def everywhere(_request: web.Request, now: datetime, sky: Sky) -> list[dict[str, Any]]:
    """Return what all stations observed."""
    return [record for one in STATIONS for record in _observed(sky, one, now)]


def _observed(sky: Sky, station: Station, now: datetime) -> list[dict[str, Any]]:
    ends = hours(now - timedelta(hours=HOURS - 1), HOURS)
    seen = sky.weather(station.place, ends, SOURCE)
    seed = f"thermometer {station.idema}"
    broken = noise(seed, [int(end.timestamp()) // 3600 for end in ends]) > 0.92
    records = []
    for number, end in enumerate(ends):
        temperature = float(seen.temperature[number])
        record = {
            "idema": station.observing,
            "lon": station.place.longitude,
            "fint": f"{end:%Y-%m-%dT%H:%M:%S+0000}",
            "prec": round(float(seen.precipitation[number]), 1),
            "alt": float(station.height),
            "vmax": round(float(seen.gust[number]), 1),
            "vv": round(float(seen.wind_speed[number]), 1),
            "dv": float(round(seen.wind_direction[number])),
            "lat": station.place.latitude,
            "dmax": float(round(seen.wind_direction[number])),
            "ubi": station.name,
            "pres": round(float(seen.surface_pressure[number]), 1),
            "hr": float(round(seen.humidity[number])),
            "pres_nmar": round(float(seen.sea_level_pressure[number]), 1),
            "tpr": round(float(seen.dew_point[number]), 1),
        }
        if not broken[number]:
            record |= {
                "tamin": round(temperature - 0.4, 1),
                "ta": round(temperature, 1),
                "tamax": round(temperature + 0.4, 1),
            }
        records.append(record)
    return records
