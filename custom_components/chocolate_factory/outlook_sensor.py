"""Sensors of the outlook: what is recommended now and in the coming week, how sure, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import UnitOfRatio
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .entity import FactoryEntity
from .factory.outlook import OutlookSlot
from .factory.recommendation import Recommendation
from .outlook_coordinator import OutlookCoordinator
from .outlook_json import by_recommendation, day_json, percent, reason_keys, rounded, window_json


@dataclass(frozen=True, kw_only=True)
class OutlookSensorDescription(SensorEntityDescription):
    """A sensor whose value is read off the outlook, or the models behind it, at an instant."""

    value_fn: Callable[[OutlookCoordinator, datetime], StateType | datetime]
    attributes_fn: Callable[[OutlookCoordinator, datetime], dict[str, Any]] | None = None


def _slot(coordinator: OutlookCoordinator, now: datetime) -> OutlookSlot | None:
    return coordinator.data.at(now) if coordinator.data else None


def _score(coordinator: OutlookCoordinator, now: datetime) -> float | None:
    slot = _slot(coordinator, now)
    return rounded(slot.score, 1) if slot else None


def _score_details(coordinator: OutlookCoordinator, now: datetime) -> dict[str, Any]:
    """Return who gives the score, and what moved it most."""
    slot = _slot(coordinator, now)
    if coordinator.data is None or slot is None or slot.score is None:
        return {}
    return {"engine": coordinator.data.score_engine, "reasons": reason_keys(slot.reasons)}


def _recommendation(coordinator: OutlookCoordinator, now: datetime) -> Recommendation | None:
    slot = _slot(coordinator, now)
    return slot.recommendation if slot else None


def _recommendation_details(coordinator: OutlookCoordinator, now: datetime) -> dict[str, Any]:
    """Return who recommends it, until when, why, and how likely the others are."""
    slot = _slot(coordinator, now)
    if coordinator.data is None or slot is None or slot.recommendation is None:
        return {}
    return {
        "engine": coordinator.data.engine,
        "until": coordinator.data.until(now).isoformat(),
        "reasons": reason_keys(slot.reasons),
        "probabilities": by_recommendation(slot.probabilities, 3),
    }


def _confidence(coordinator: OutlookCoordinator, now: datetime) -> float | None:
    slot = _slot(coordinator, now)
    return percent(slot.confidence) if slot else None


def _window_start(coordinator: OutlookCoordinator, now: datetime) -> datetime | None:
    window = coordinator.data.next_window(now) if coordinator.data else None
    return window.start if window else None


def _window_details(coordinator: OutlookCoordinator, now: datetime) -> dict[str, Any]:
    """Return what the next optimal slots offer."""
    window = window_json(coordinator.data.next_window(now)) if coordinator.data else None
    return {name: window[name] for name in ("end", "score", "price")} if window else {}


def _today(coordinator: OutlookCoordinator, now: datetime) -> Recommendation | None:
    """Return what the rest of today is good for."""
    outlook = coordinator.data
    if outlook is None:
        return None
    today = now.astimezone(outlook.zone).date()
    return next((day.recommendation for day in outlook.days(now) if day.date == today), None)


def _days(coordinator: OutlookCoordinator, now: datetime) -> dict[str, Any]:
    """Return what today and each of the next days is good for."""
    outlook = coordinator.data
    return {"days": [day_json(day) for day in outlook.days(now)] if outlook else []}


SENSORS: tuple[OutlookSensorDescription, ...] = (
    OutlookSensorDescription(
        key="energy_score",
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value_fn=_score,
        attributes_fn=_score_details,
    ),
    OutlookSensorDescription(
        key="production_recommendation",
        device_class=SensorDeviceClass.ENUM,
        options=list(Recommendation),
        value_fn=_recommendation,
        attributes_fn=_recommendation_details,
    ),
    OutlookSensorDescription(
        key="recommendation_confidence",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value_fn=_confidence,
    ),
    OutlookSensorDescription(
        key="next_optimal_window",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=_window_start,
        attributes_fn=_window_details,
    ),
    OutlookSensorDescription(
        key="week_outlook",
        device_class=SensorDeviceClass.ENUM,
        options=list(Recommendation),
        value_fn=_today,
        attributes_fn=_days,
    ),
)


class OutlookSensor(FactoryEntity[OutlookCoordinator], SensorEntity):
    """A sensor that follows the outlook, the models and the clock."""

    entity_description: OutlookSensorDescription
    _unrecorded_attributes = frozenset(
        {"by_lead", "days", "probabilities", "progress", "weekly_naive_by_lead"}
    )

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return the value at this instant."""
        return self.entity_description.value_fn(self.coordinator, dt_util.utcnow())

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return what explains the value."""
        if self.entity_description.attributes_fn is None:
            return None
        return self.entity_description.attributes_fn(self.coordinator, dt_util.utcnow())
