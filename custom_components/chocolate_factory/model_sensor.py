"""Sensors of what stands behind the outlook: who says so, how well, and how wrong prices were."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfRatio

from .const import EUR_PER_KWH
from .factory.forecast_error import MeanError
from .factory.recommendation import Engine
from .model_status import Scores
from .outlook_coordinator import OutlookCoordinator
from .outlook_json import percent, rounded
from .outlook_sensor import OutlookSensorDescription

# Every percent of a training would be a change of state.
_PROGRESS_STEP: Final = 5


def _engine_details(coordinator: OutlookCoordinator, _now: datetime) -> dict[str, Any]:
    """Return who gives the scores, and why it is no model."""
    status = coordinator.models.status
    return {"score_engine": status.score_engine, "reason": status.reason}


def _training(coordinator: OutlookCoordinator, _now: datetime) -> dict[str, Any]:
    """Return what the last training learned from, and how far the present one is."""
    status = coordinator.models.status
    progress = None
    if status.progress is not None:
        progress = int(status.progress * 100) // _PROGRESS_STEP * _PROGRESS_STEP
    start, end = status.span or (None, None)
    return {
        "running": status.running,
        "progress": progress,
        "trainer": status.trainer,
        "rows": status.rows,
        "span_start": start.isoformat() if start else None,
        "span_end": end.isoformat() if end else None,
    }


def _r2(coordinator: OutlookCoordinator, _now: datetime) -> float | None:
    scores = coordinator.models.status.score
    return rounded(scores.model.get("r2"), 4) if scores else None


def _accuracy(coordinator: OutlookCoordinator, _now: datetime) -> float | None:
    scores = coordinator.models.status.recommendation
    return percent(scores.model.get("accuracy")) if scores else None


def _r2_details(coordinator: OutlookCoordinator, _now: datetime) -> dict[str, Any]:
    """Return the r² of the baselines, and the other figures of all."""
    scores = coordinator.models.status.score
    if scores is None:
        return {}
    return {
        "rule": rounded(scores.rule.get("r2"), 4),
        "naive": rounded(scores.naive.get("r2"), 4),
        **_others(scores, "r2"),
    }


def _accuracy_details(coordinator: OutlookCoordinator, _now: datetime) -> dict[str, Any]:
    """Return the accuracy of the baselines, and the other figures of all."""
    scores = coordinator.models.status.recommendation
    if scores is None:
        return {}
    return {
        "rule": percent(scores.rule.get("accuracy")),
        "naive": percent(scores.naive.get("accuracy")),
        **_others(scores, "accuracy"),
    }


def _others(scores: Scores, main: str) -> dict[str, float | None]:
    """Return the figures beside the main one, of the model and of what it has to beat."""
    return {
        f"{of}{name}": rounded(value, 4)
        for of, figures in (("", scores.model), ("rule_", scores.rule), ("naive_", scores.naive))
        for name, value in figures.items()
        if name != main
    }


def _forecast_error(coordinator: OutlookCoordinator, _now: datetime) -> float | None:
    return rounded(coordinator.errors.overall.forecast, 5) if coordinator.errors else None


def _forecast_error_details(coordinator: OutlookCoordinator, _now: datetime) -> dict[str, Any]:
    """Return what last week's prices would have been wrong by, and both by the days ahead."""
    errors = coordinator.errors
    if errors is None:
        return {}

    def of_each(read: Callable[[MeanError], float]) -> list[float | None]:
        return [rounded(read(error), 5) for error in errors.by_lead]

    return {
        "weekly_naive": rounded(errors.overall.naive, 5),
        "hours": rounded(errors.overall.hours, 2),
        "by_lead": of_each(lambda error: error.forecast),
        "weekly_naive_by_lead": of_each(lambda error: error.naive),
    }


SENSORS: tuple[OutlookSensorDescription, ...] = (
    OutlookSensorDescription(
        key="engine",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=list(Engine),
        value_fn=lambda coordinator, _now: coordinator.models.status.engine,
        attributes_fn=_engine_details,
    ),
    OutlookSensorDescription(
        key="last_training",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda coordinator, _now: coordinator.models.status.trained,
        attributes_fn=_training,
    ),
    OutlookSensorDescription(
        key="model_r2",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        suggested_display_precision=3,
        value_fn=_r2,
        attributes_fn=_r2_details,
    ),
    OutlookSensorDescription(
        key="model_accuracy",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        suggested_display_precision=1,
        value_fn=_accuracy,
        attributes_fn=_accuracy_details,
    ),
)
FORECAST_ERROR = OutlookSensorDescription(
    key="price_forecast_error",
    native_unit_of_measurement=EUR_PER_KWH,
    state_class=SensorStateClass.MEASUREMENT,
    entity_category=EntityCategory.DIAGNOSTIC,
    suggested_display_precision=4,
    value_fn=_forecast_error,
    attributes_fn=_forecast_error_details,
)
"""For whoever pays what a market says."""
