"""Everything that a dashboard shows of one factory, as plain JSON; see docs/dashboard.md."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from homeassistant.util.json import JsonObjectType, JsonValueType
import numpy as np
from numpy.typing import NDArray

from .clients.gatekeeper import HostState
from .const import EUR_PER_KWH
from .data_json import health_json, history_json, job_json
from .factory.comfort import ComfortLimits
from .factory.contract_prices import ContractPrices
from .factory.forecast_error import ForecastErrors
from .factory.hybrid import Reading
from .factory.levels import UNKNOWN
from .factory.local_weather import Comfort
from .factory.outlook import PriceOrigin
from .factory.panorama import Panorama, runs
from .factory.prices import PriceLevel
from .factory.recommendation import Recommendation
from .factory.steps import room_limits
from .factory.weather import Measure
from .health import Health
from .history.gaps import Coverage
from .history.recommendations import PastRecommendation
from .jobs import Job
from .model_json import status_json
from .model_status import ModelStatus
from .outlook_json import day_json, reason_key, rounded, window_json

VERSION: Final = 1
_HOUR: Final = 3600
# Those of some days; nobody plans by more, and where every quarter is another there are hundreds.
_WINDOWS: Final = 20

type _Column = list[JsonValueType]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that is known of a factory at a moment."""

    now: datetime
    entry_id: str
    title: str
    contract: str
    tariff: str
    panorama: Panorama
    past: Sequence[PastRecommendation]
    """What was said of the slots that are over."""
    prices: ContractPrices
    errors: ForecastErrors | None
    reading: Reading
    """The weather now."""
    limits: ComfortLimits
    comfort: Comfort | None
    models: ModelStatus
    health: Health | None
    hosts: Mapping[str, HostState]
    coverages: Mapping[str, Coverage]
    is_filling: bool
    jobs: Sequence[Job]


def dashboard_json(view: View) -> JsonObjectType:
    """Return everything that a dashboard shows; takes some milliseconds."""
    panorama, outlook, now = view.panorama, view.panorama.outlook, view.now
    keys = sorted({reason_key(reason) for reasons in outlook.reasons for reason in reasons})
    slot = outlook.at(now)
    return {
        "version": VERSION,
        "factory": {"id": view.entry_id, "title": view.title},
        "updated": now.isoformat(),
        "issued": outlook.issued.isoformat(),
        "zone": str(outlook.zone),
        "unit": EUR_PER_KWH,
        "engine": str(outlook.engine),
        "score_engine": str(outlook.score_engine),
        "origins": [str(origin) for origin in PriceOrigin],
        "levels": [str(level) for level in PriceLevel],
        "recommendations": [str(one) for one in Recommendation],
        "reasons": [*keys],
        "slots": _slots(panorama, view.past, keys),
        "air": _air(panorama),
        "days": [day_json(day) for day in outlook.days(now)],
        "windows": [window_json(window) for window in outlook.windows(now)[:_WINDOWS]],
        "until": outlook.until(now).isoformat() if slot and slot.recommendation else None,
        "next_period": view.prices.contract.calendar.next_change(now).isoformat(),
        "prices": _prices(view),
        "weather": _weather(view.reading),
        "comfort": _comfort(view),
        "models": status_json(view.models),
        "health": health_json(view.health, view.hosts, now),
        "history": history_json(
            view.coverages,
            now.astimezone(outlook.zone).date(),
            outlook.zone,
            is_filling=view.is_filling,
        ),
        "jobs": [job_json(job) for job in view.jobs],
    }


def _slots(
    panorama: Panorama, past: Sequence[PastRecommendation], keys: Sequence[str]
) -> JsonObjectType:
    """Return the slots in columns: a week of quarters must not choke a phone."""
    outlook = panorama.outlook
    is_forecast = panorama.origin == PriceOrigin.FORECAST.position
    earlier = {int(one.start.timestamp()): one for one in past}
    before = [earlier.get(start) for start in panorama.starts[: panorama.ahead].tolist()]
    scores = np.array([one.score if one else None for one in before], dtype=np.float64)
    at = np.maximum(outlook.recommendation, 0)
    confidence = 100 * outlook.probabilities[np.arange(len(outlook)), at]
    confidence[outlook.recommendation < 0] = np.nan
    number = {key: position for position, key in enumerate(keys)}
    return {
        "time": _time(panorama.starts, panorama.seconds),
        "price": _column(panorama.price, 4),
        "low": _column(np.where(is_forecast, panorama.low, np.nan), 4),
        "high": _column(np.where(is_forecast, panorama.high, np.nan), 4),
        "origin": panorama.origin.tolist(),
        "period": (panorama.period + 1).tolist(),
        "level": _positions(panorama.level, UNKNOWN),
        "score": _column(np.concatenate([scores, outlook.score]), 0),
        "recommendation": [
            *(one.recommendation.position if one else None for one in before),
            *_positions(outlook.recommendation, -1),
        ],
        "confidence": [*(None for _ in before), *_column(confidence, 0)],
        "reasons": [
            *([] for _ in before),
            *([number[reason_key(reason)] for reason in said] for said in outlook.reasons),
        ],
    }


def _air(panorama: Panorama) -> JsonObjectType:
    rooms = panorama.rooms
    count = len(rooms.temperature)
    starts = rooms.start + _HOUR * np.arange(count)
    return {
        "time": _time(starts, np.full(count, _HOUR)),
        "temperature": _column(rooms.air.temperature, 1),
        "humidity": _column(rooms.air.humidity, 0),
        "room_temperature": _column(rooms.temperature, 1),
        "room_humidity": _column(rooms.humidity, 0),
        "index": _column(rooms.index, 0),
        "heat_stress": _column(rooms.heat_stress, 2),
    }


def _prices(view: View) -> JsonObjectType:
    prices, errors = view.prices, view.errors
    today, slot = prices.today(view.now), prices.now(view.now)
    return {
        "contract": view.contract,
        "tariff": view.tariff,
        "source": str(slot.source) if slot else None,
        "updated": prices.updated.isoformat() if prices.updated else None,
        "is_tomorrow_known": prices.is_tomorrow_known(view.now),
        "today": {
            "lowest": rounded(today.lowest.price, 5) if today.lowest else None,
            "highest": rounded(today.highest.price, 5) if today.highest else None,
            "average": rounded(today.mean, 5),
        },
        "forecast_error": {
            "error": rounded(errors.overall.forecast, 5),
            "weekly_naive": rounded(errors.overall.naive, 5),
            "hours": rounded(errors.overall.hours, 2),
        }
        if errors
        else None,
    }


def _weather(reading: Reading) -> JsonObjectType:
    return {
        "source": str(reading.source) if reading.source else None,
        "is_stale": any(said.stale for said in reading.observations.values()),
        **{
            str(measure): rounded(reading.value(measure), 1)
            for measure in (Measure.TEMPERATURE, Measure.HUMIDITY, Measure.PRESSURE)
        },
    }


def _comfort(view: View) -> JsonObjectType:
    """Return the air in the room now, and when which step of the work is possible."""
    air, now = view.panorama.rooms.air, view.comfort
    unknown = np.isnan(air.temperature) | np.isnan(air.humidity)
    steps: list[JsonObjectType] = []
    for step, limits in room_limits(view.limits).items():
        if limits is None:
            steps.append({"key": str(step), "limits": None, "possible": None})
            continue
        possible = np.where(unknown, -1, limits.allow(air.temperature, air.humidity))
        steps.append(
            {
                "key": str(step),
                "limits": {
                    "lowest_temperature": limits.lowest_temperature,
                    "highest_temperature": limits.highest_temperature,
                    "highest_humidity": limits.highest_humidity,
                },
                "possible": _positions(possible, -1),
            }
        )
    return {
        "now": {
            "temperature": round(now.temperature, 1),
            "humidity": round(now.humidity, 1),
            "dew_point": round(now.dew_point, 1),
            "index": round(now.index),
            "heat_stress": round(now.heat_stress, 2),
            "is_measured": now.is_measured,
        }
        if now
        else None,
        "steps": [*steps],
    }


def _time(starts: NDArray[np.int64], seconds: NDArray[np.int64]) -> list[Any]:
    return [
        [datetime.fromtimestamp(start, UTC).isoformat(), step, count]
        for start, step, count in runs(starts, seconds)
    ]


def _column(values: NDArray[np.float64], digits: int) -> _Column:
    """Return numbers as fine as they are told; a whole number takes no point."""
    kept: Iterable[float] = np.round(values, digits).tolist()
    return [
        None if value != value else int(value) if not digits else value  # noqa: PLR0124 - NaN
        for value in kept
    ]


def _positions(values: NDArray[np.integer[Any]], unknown: int) -> _Column:
    return [None if value == unknown else value for value in values.tolist()]
