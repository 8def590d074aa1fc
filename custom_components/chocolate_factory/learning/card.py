"""What a saved model says of itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
import json
import math
from typing import Any, Final, Self

FORMAT: Final = 1
"""Rises when older releases could not understand what is saved."""


class CardError(ValueError):
    """A text is no card that this release understands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Where a model comes from, and what it is worth."""

    task: str
    """What it predicts."""
    features: tuple[str, ...]
    """The names of its inputs, in order."""
    first: datetime
    last: datetime
    """The span of what it learned from; aware."""
    rows: int
    """How many it learned from."""
    trainer: str
    versions: Mapping[str, str]
    """Of whatever took part in training."""
    scores: Mapping[str, float]
    """What it reached on rows that it had not seen; NaN where that cannot be told."""
    baselines: Mapping[str, Mapping[str, float]]
    """What others reached on the same rows, by their name."""
    seed: int
    created: datetime
    """Aware."""

    def to_json(self) -> str:
        """Return it as JSON."""
        values = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        return json.dumps({"format": FORMAT, **values}, allow_nan=False, indent=2)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Return what `to_json` wrote; ValueError for anything else."""
        card = json.loads(text)
        if not isinstance(card, dict):
            raise CardError("the card is no object")
        found = card.pop("format", None)
        if found != FORMAT:
            raise CardError(f"the card has format {found!r:.20}, not {FORMAT}")
        if card.keys() != _READERS.keys():
            raise CardError("the card has other fields")
        return cls(**{name: read(card[name]) for name, read in _READERS.items()})


def _plain(value: Any) -> Any:  # noqa: ANN401  # whatever a field holds
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise CardError(f"the card has {value!r:.20} for a text")
    return value


def _whole(value: object) -> int:
    # To Python, true and false are whole numbers.
    if not isinstance(value, int) or isinstance(value, bool):
        raise CardError(f"the card has {value!r:.20} for a whole number")
    return value


def _number(value: object) -> float:
    if value is None:
        return math.nan
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise CardError(f"the card has {value!r:.20} for a number")
    return float(value)


def _instant(value: object) -> datetime:
    instant = datetime.fromisoformat(_text(value))
    if instant.tzinfo is None:
        raise CardError("the card has a time of no zone")
    return instant


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise CardError("the card has no list of names")
    return tuple(_text(one) for one in value)


def _mapping[T](read: Callable[[object], T]) -> Callable[[object], dict[str, T]]:
    def mapping(value: object) -> dict[str, T]:
        if not isinstance(value, dict):
            raise CardError("the card has no names for values")
        return {key: read(one) for key, one in value.items()}

    return mapping


_READERS: Final[dict[str, Callable[[object], Any]]] = {
    "task": _text,
    "features": _texts,
    "first": _instant,
    "last": _instant,
    "rows": _whole,
    "trainer": _text,
    "versions": _mapping(_text),
    "scores": _mapping(_number),
    "baselines": _mapping(_mapping(_number)),
    "seed": _whole,
    "created": _instant,
}
