"""AEMET's forecasts for municipalities, by the day and by the hour."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from simulator.aemet_data import NoDataError
from simulator.climate import Weather, sun
from simulator.madrid import MADRID
from simulator.places import MUNICIPALITIES, Municipality
from simulator.sky import Sky

SOURCE = "aemet forecast"
CANARY = ZoneInfo("Atlantic/Canary")
DAYS = 7
ISSUED_EVERY = 6
COMPASS = ("N", "NE", "E", "SE", "S", "SO", "O", "NO")
SKIES = (
    (0.1, "11", "Despejado"),
    (0.3, "12", "Poco nuboso"),
    (0.5, "13", "Intervalos nubosos"),
    (0.65, "14", "Nuboso"),
    (0.85, "15", "Muy nuboso"),
    (1.1, "16", "Cubierto"),
)
HALVES = ((0, 24), (0, 12), (12, 24))
QUARTERS = ((0, 6), (6, 12), (12, 18), (18, 24))


def municipalities(_request: web.Request, _now: datetime, _sky: Sky) -> list[dict[str, str]]:
    """Return all municipalities."""
    return [
        {
            "latitud": _sexagesimal(one.latitude),
            "id_old": f"{one.code[:2]}001",
            "url": f"{one.name.lower().replace(' ', '-')}-id{one.code}",
            "latitud_dec": f"{one.latitude:.8f}",
            "altitud": str(one.height),
            "capital": one.name,
            "num_hab": str(one.people),
            "zona_comarcal": f"7{one.code[:2]}001",
            "destacada": "1" if one.people > 500_000 else "0",
            "nombre": one.name,
            "longitud_dec": f"{one.longitude:.8f}",
            "id": f"id{one.code}",
            "longitud": _sexagesimal(one.longitude),
        }
        for one in MUNICIPALITIES
    ]


def daily(request: web.Request, now: datetime, sky: Sky) -> list[dict[str, Any]]:
    """Return the coming week by the day."""
    where = _municipality(request)
    issued = _issued(where, now)
    first = issued.date()
    days = [_day(sky, where, first, number, issued) for number in range(DAYS)]
    return [_envelope(where, issued, days) | {"id": int(where.code), "version": 1.0}]


def hourly(request: web.Request, now: datetime, sky: Sky) -> list[dict[str, Any]]:
    """Return the coming two days by the hour."""
    where = _municipality(request)
    issued = _issued(where, now)
    days = [_hours(sky, where, issued, number) for number in range(3)]
    return [_envelope(where, issued, days) | {"id": where.code, "version": "1.0"}]


def _municipality(request: web.Request) -> Municipality:
    code = request.match_info["code"].removeprefix("id")
    for one in MUNICIPALITIES:
        if one.code == code:
            return one
    raise NoDataError


def _issued(where: Municipality, now: datetime) -> datetime:
    local = now.astimezone(CANARY if where.place.canary else MADRID)
    hour = local.hour - local.hour % ISSUED_EVERY
    return local.replace(hour=hour, minute=0, second=0, microsecond=0)


def _envelope(where: Municipality, issued: datetime, days: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "origen": {
            "productor": "Agencia Estatal de Meteorología - AEMET. Gobierno de España",
            "web": "https://www.aemet.es",
            "enlace": f"https://www.aemet.es/es/eltiempo/prediccion/municipios/id{where.code}",
            "language": "es",
            "copyright": "© AEMET. Autorizado el uso de la información y su reproducción "
            "citando a AEMET como autora de la misma.",
            "notaLegal": "https://www.aemet.es/es/nota_legal",
        },
        "elaborado": f"{issued:%Y-%m-%dT%H:%M:%S}",
        "nombre": where.name,
        "provincia": where.province,
        "prediccion": {"dia": days},
    }


def _local_hours(day: date, zone: ZoneInfo) -> list[datetime]:
    begin = datetime.combine(day, time(), zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    count = (end - begin) // timedelta(hours=1)
    return [(begin + timedelta(hours=number)).astimezone(zone) for number in range(count)]


def _forecast(
    sky: Sky, where: Municipality, issued: datetime, day: date
) -> tuple[list[datetime], Weather]:
    zone = CANARY if where.place.canary else MADRID
    slots = _local_hours(day, zone)
    return slots, sky.weather(where.place, slots, SOURCE, issued)


def _day(
    sky: Sky, where: Municipality, first: date, number: int, issued: datetime
) -> dict[str, Any]:
    day = first + timedelta(days=number)
    slots, seen = _forecast(sky, where, issued, day)
    # The later the day, the coarser its parts; the last days have none.
    parts = (*HALVES, *QUARTERS) if number < 2 else HALVES if number < 4 else ((0, 24),)
    named = [{"periodo": f"{start:02}-{end:02}"} if number < 4 else {} for start, end in parts]
    rows = [
        [row for row, slot in enumerate(slots) if start <= slot.hour < end] for start, end in parts
    ]
    over = [number == 0 and end <= issued.hour for _, end in parts]

    def each(values: list[dict[str, Any]], gone: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            (gone if past else value) | name
            for value, past, name in zip(values, over, named, strict=True)
        ]

    result: dict[str, Any] = {
        "probPrecipitacion": each([{"value": _rain(seen, row)} for row in rows], {"value": 0}),
        "cotaNieveProv": each([{"value": ""} for _ in rows], {"value": ""}),
        "estadoCielo": each(
            [_sky(seen, row, night=end - start == 6 and start in {0, 18})
             for row, (start, end) in zip(rows, parts, strict=True)],
            {"value": "", "descripcion": ""},
        ),
        "viento": each(
            [_wind(seen, row) for row in rows], {"direccion": "", "velocidad": 0}
        ),
        "rachaMax": each([{"value": _gust(seen, row)} for row in rows], {"value": ""}),
    }  # fmt: skip
    sampled = [row for row, slot in enumerate(slots) if slot.hour in {5, 11, 17, 23}]
    for name, values in (
        ("temperatura", seen.temperature),
        ("sensTermica", seen.feels_like),
        ("humedadRelativa", seen.humidity),
    ):
        result[name] = {
            "maxima": round(values.max()),
            "minima": round(values.min()),
            "dato": [{"value": round(values[row]), "hora": slots[row].hour + 1} for row in sampled]
            if number < 2
            else [],
        }
    if number < 5:
        result["uvMax"] = round(seen.radiation.max() / 110)
    return result | {"fecha": f"{day}T00:00:00"}


def _hours(sky: Sky, where: Municipality, issued: datetime, number: int) -> dict[str, Any]:
    day = issued.date() + timedelta(days=number)
    slots, seen = _forecast(sky, where, issued, day)
    last = issued + timedelta(hours=48)
    rows = [row for row, slot in enumerate(slots) if issued <= slot < last]

    def each(texts: dict[int, str]) -> list[dict[str, Any]]:
        return [{"value": text, "periodo": f"{slots[row]:%H}"} for row, text in texts.items()]

    chances = []
    for start in (1, 7, 13, 19):
        inside = [row for row in rows if start <= slots[row].hour < start + 6]
        chance = str(_rain(seen, inside)) if inside else ""
        end = (start + 6) % 24
        chances.append({"value": chance, "periodo": f"{start:02}{end:02}"})
    never = [chance | {"value": chance["value"] and "0"} for chance in chances]
    wind: list[dict[str, Any]] = []
    for row in rows:
        period = {"periodo": f"{slots[row]:%H}"}
        speed = f"{3.6 * seen.wind_speed[row]:.0f}"
        wind += [
            {"direccion": [_direction(seen, row)], "velocidad": [speed]} | period,
            {"value": f"{3.6 * seen.gust[row]:.0f}"} | period,
        ]
    rise, sunset = sun(where.place, datetime.combine(day, time(12), UTC))
    return {
        "estadoCielo": [
            _sky(seen, [row], night=bool(seen.radiation[row] < 1)) | {"periodo": f"{slots[row]:%H}"}
            for row in rows
        ],
        "precipitacion": each({row: _amount(float(seen.precipitation[row])) for row in rows}),
        "probPrecipitacion": chances,
        "probTormenta": never,
        "nieve": each(dict.fromkeys(rows, "0")),
        "probNieve": never,
        # Just below zero it rounds to "-0", as AEMET's own does.
        "temperatura": each({row: f"{seen.temperature[row]:.0f}" for row in rows}),
        "sensTermica": each({row: f"{seen.feels_like[row]:.0f}" for row in rows}),
        "humedadRelativa": each({row: f"{seen.humidity[row]:.0f}" for row in rows}),
        "vientoAndRachaMax": wind,
        "fecha": f"{day}T00:00:00",
        "orto": f"{rise.astimezone(issued.tzinfo):%H:%M}",
        "ocaso": f"{sunset.astimezone(issued.tzinfo):%H:%M}",
    }


def _rain(seen: Weather, rows: list[int]) -> int:
    """Return the chance of rain in steps of five."""
    return 5 * round(min(20 * float(seen.precipitation[rows].max()), 20))


def _amount(rain: float) -> str:
    return "Ip" if 0 < rain < 0.1 else f"{rain:.1f}".removesuffix(".0")


def _sky(seen: Weather, rows: list[int], *, night: bool) -> dict[str, str]:
    cloud = float(seen.cloud[rows].mean())
    code, text = next((code, text) for most, code, text in SKIES if cloud < most)
    if float(seen.precipitation[rows].max()) > 0.2:
        code, text = "26", "Cubierto con lluvia"
    return {"value": code + ("n" if night else ""), "descripcion": text}


def _wind(seen: Weather, rows: list[int]) -> dict[str, Any]:
    speed = 5 * round(3.6 * float(seen.wind_speed[rows].mean()) / 5)
    return {"direccion": _direction(seen, rows[0]) if speed else "C", "velocidad": speed}


def _gust(seen: Weather, rows: list[int]) -> str:
    gust = 5 * round(3.6 * float(seen.gust[rows].max()) / 5)
    return str(gust) if gust > 25 else ""


def _direction(seen: Weather, row: int) -> str:
    return COMPASS[round(float(seen.wind_direction[row]) / 45) % 8]


def _sexagesimal(degrees: float) -> str:
    seconds = abs(degrees) * 3600
    sign = "-" if degrees < 0 else ""
    return f"{sign}{int(seconds // 3600)}°{int(seconds // 60 % 60)}'{seconds % 60:.6f}\""
