"""Keeps what a factory looks like, which its history does not tell, for whoever is shown both."""

import asyncio
from datetime import datetime, timedelta
import logging
from typing import Any, Final

from homeassistant.util import dt as dt_util
import numpy as np

from .factory.features import NAMES
from .factory.outlook import Outlook, OutlookSlot
from .history.errors import StoreError
from .history.snapshots import Kind
from .history.store import Store
from .model_status import Scores
from .outlook_coordinator import OutlookCoordinator

_LOGGER = logging.getLogger(__name__)

# An outlook says little that the one before it did not.
_OUTLOOKS: Final = timedelta(hours=6)
# The columns of an outlook, and how many decimals they are worth.
_COLUMNS: Final = {
    "price": 5,
    "price_low": 5,
    "price_high": 5,
    "temperature": 2,
    "humidity": 2,
    "index": 1,
    "heat_stress": 3,
    "score": 1,
    "confidence": 3,
}


class Snapshots:
    """Keeps snapshots of one factory."""

    def __init__(self, store: Store, outlook: OutlookCoordinator, factory: str) -> None:
        """Remember where they come from and go to."""
        self._store = store
        self._outlook = outlook
        self._factory = factory
        self._is_failing = False

    async def async_keep(self) -> str | None:
        """Keep what is new of every kind; return what was in the way, which is logged once.

        Nothing is raised: what was measured does not wait for a snapshot, nor one kind for another.
        """
        now = dt_util.utcnow()
        results = await asyncio.gather(
            self._async_keep_features(now),
            self._async_keep_outlook(now),
            self._async_keep_scores(),
            return_exceptions=True,
        )
        errors = [result for result in results if result]
        if errors and not self._is_failing:
            for error in errors:
                _log(error)
        elif self._is_failing and not errors:
            _LOGGER.info("Snapshots for InfluxDB can be kept again")
        self._is_failing = bool(errors)
        reasons = dict.fromkeys(map(_reason, errors))
        return f"a snapshot cannot be kept: {'; '.join(reasons)}" if errors else None

    async def _async_keep_features(self, now: datetime) -> None:
        outlook = self._outlook.data
        if outlook and (slot := outlook.at(now)):
            await self._async_write(Kind.FEATURES, slot.start, _features(outlook, slot))

    async def _async_keep_outlook(self, now: datetime) -> None:
        outlook = self._outlook.data
        if not (outlook and outlook.at(now)):
            return
        # One of the future is from before the clock was put back.
        kept = await self._store.last_snapshot(self._factory, Kind.OUTLOOK, now)
        if kept is None or outlook.issued >= kept + _OUTLOOKS:
            content = await self._outlook.hass.async_add_executor_job(_said, outlook)
            await self._async_write(Kind.OUTLOOK, outlook.issued, content)

    async def _async_keep_scores(self) -> None:
        status = self._outlook.models.status
        found = {"score": status.score, "class": status.recommendation}
        scores = {task: _figures(one) for task, one in found.items() if one}
        if status.trained and scores:
            await self._async_write(Kind.SCORES, status.trained, scores)

    async def _async_write(self, kind: Kind, at: datetime, content: dict[str, Any]) -> None:
        await self._store.write_snapshot(self._factory, kind, at, content)


def _reason(error: BaseException) -> str:
    # Only our own errors are known to hold no secret.
    return str(error) if isinstance(error, StoreError) else type(error).__name__


def _log(error: BaseException) -> None:
    if isinstance(error, StoreError):
        _LOGGER.info("A snapshot for InfluxDB cannot be kept: %s", error)
    else:
        _LOGGER.error("A snapshot for InfluxDB cannot be kept", exc_info=error)


def _features(outlook: Outlook, slot: OutlookSlot) -> dict[str, Any]:
    row = int(np.searchsorted(outlook.starts, slot.start.timestamp()))
    return {
        name: round(value, 5) if np.isfinite(value) else None
        for name, value in zip(NAMES, outlook.features[row].tolist(), strict=True)
    }


def _said(outlook: Outlook) -> dict[str, Any]:
    """Return an outlook by columns."""
    slots = list(outlook.slots())
    columns = {
        name: [_rounded(getattr(slot, name), digits) for slot in slots]
        for name, digits in _COLUMNS.items()
    }
    return {
        "start": [int(slot.start.timestamp()) for slot in slots],
        "seconds": [int((slot.end - slot.start).total_seconds()) for slot in slots],
        **columns,
        "origin": [slot.origin.value for slot in slots],
        "recommendation": [
            slot.recommendation.value if slot.recommendation else None for slot in slots
        ],
        "position": [
            slot.recommendation.position if slot.recommendation else None for slot in slots
        ],
    }


def _rounded(value: float | None, digits: int) -> float | None:
    # A whole number would be a field of another type.
    return None if value is None else float(round(value, digits))


def _figures(scores: Scores) -> dict[str, dict[str, float]]:
    found = {"model": scores.model, "rule": scores.rule, "naive": scores.naive}
    return {
        who: {name: float(value) for name, value in of.items() if np.isfinite(value)}
        for who, of in found.items()
    }
