"""The outlook as plain JSON: attributes, answers and events tell it in the same words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
import math

from homeassistant.util.json import JsonObjectType

from .const import EUR_PER_KWH
from .factory.outlook import Outlook, OutlookDay, OutlookSlot, OutlookWindow, Reason
from .factory.recommendation import Recommendation


def reason_key(reason: Reason) -> str:
    """Return the name of the sentence that tells a reason."""
    return f"{reason.key}_{'good' if reason.effect > 0 else 'bad'}"


def reason_keys(reasons: Sequence[Reason]) -> list[str]:
    """Return the names of the sentences that tell some reasons."""
    return [reason_key(reason) for reason in reasons]


def by_recommendation(values: Sequence[float], digits: int) -> JsonObjectType:
    """Return numbers that are there for each recommendation in turn, by its name."""
    return {
        str(name): round(value, digits) for name, value in zip(Recommendation, values, strict=False)
    }


def rounded(value: float | None, digits: int) -> float | None:
    """Return a number as fine as it is told, or None where there is none, or none that is real."""
    return round(value, digits) if value is not None and math.isfinite(value) else None


def percent(share: float | None) -> float | None:
    """Return a share in percent."""
    return None if share is None else rounded(share * 100, 1)


def window_json(window: OutlookWindow | None) -> JsonObjectType | None:
    """Return a run of optimal slots."""
    if window is None:
        return None
    return {
        "start": window.start.isoformat(),
        "end": window.end.isoformat(),
        "score": rounded(window.score, 1),
        "price": rounded(window.price, 5),
    }


def day_json(day: OutlookDay) -> JsonObjectType:
    """Return what a day offers."""
    return {
        "date": day.date.isoformat(),
        "recommendation": str(day.recommendation),
        "score": rounded(day.score, 1),
        "price": rounded(day.price, 5),
        "hours": by_recommendation(day.hours, 2),
        "best": window_json(day.best),
    }


def slot_json(slot: OutlookSlot) -> JsonObjectType:
    """Return all that is said of a slot."""
    return {
        "start": slot.start.isoformat(),
        "end": slot.end.isoformat(),
        "price": rounded(slot.price, 5),
        "price_low": rounded(slot.price_low, 5),
        "price_high": rounded(slot.price_high, 5),
        "origin": str(slot.origin),
        "temperature": rounded(slot.temperature, 1),
        "humidity": rounded(slot.humidity, 1),
        "chocolate_production_index": rounded(slot.index, 1),
        "heat_stress_factor": rounded(slot.heat_stress, 2),
        "score": rounded(slot.score, 1),
        "recommendation": str(slot.recommendation) if slot.recommendation else None,
        "confidence": rounded(slot.confidence, 3),
        "probabilities": by_recommendation(slot.probabilities, 3),
        "reasons": [
            {"key": reason_key(reason), "effect": round(reason.effect, 1)}
            for reason in slot.reasons
        ],
    }


def outlook_json(outlook: Outlook, now: datetime, ahead: timedelta) -> JsonObjectType:
    """Return what is ahead: the slots of some time in full, and the days of the whole week."""
    return {
        "issued": outlook.issued.isoformat(),
        "zone": str(outlook.zone),
        "engine": str(outlook.engine),
        "score_engine": str(outlook.score_engine),
        "unit": EUR_PER_KWH,
        "slots": [
            slot_json(slot)
            for slot in outlook.slots()
            if slot.end > now and slot.start < now + ahead
        ],
        "days": [day_json(day) for day in outlook.days(now)],
        "next_window": window_json(outlook.next_window(now)),
    }
