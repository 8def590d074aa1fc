"""The weather that all services tell of: that of the model, and what somebody made of it."""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime
import math
from typing import Any, Self

import numpy as np

from simulator.climate import Place, Values, Weather, weather_at
from simulator.clock import instant

MOST = 40.0
"""°C by which a spell may change the air."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """Hours whose air is not as it would have been, everywhere; in °C more."""

    start: datetime
    end: datetime
    temperature: float = 0.0
    dew_point: float = 0.0

    @classmethod
    def parse(cls, body: dict[str, Any]) -> Self:
        """Return the spell that someone asks for, or refuse nonsense."""
        unknown = body.keys() - {one.name for one in fields(cls)}
        if unknown:
            raise ValueError(f"unknown: {', '.join(sorted(map(str, unknown)))}")
        start, end = (instant(body.get(name)) for name in ("start", "end"))
        if end <= start:
            raise ValueError("a spell ends after it starts")
        return cls(
            start=start,
            end=end,
            temperature=_degrees(body, "temperature"),
            dew_point=_degrees(body, "dew_point"),
        )

    def over(self, seen: Weather, times: Values) -> Weather:
        """Return the weather of some times as the spell makes it."""
        within = (self.start.timestamp() <= times) & (times < self.end.timestamp())
        temperature = seen.temperature + self.temperature * within
        dew_point = np.minimum(seen.dew_point + self.dew_point * within, temperature - 0.1)
        return replace(seen, temperature=temperature, dew_point=dew_point)


@dataclass
class Sky:
    """What the weather is at any place and hour, with all spells."""

    spells: list[Spell] = field(default_factory=list)

    def weather(
        self, place: Place, instants: list[datetime], source: str, issued: datetime | None = None
    ) -> Weather:
        """Return the weather as a source sees it; it knows of spells before they come."""
        times = np.array([one.timestamp() for one in instants])
        return self.weather_at(place, times, source, issued)

    def weather_at(
        self, place: Place, times: Values, source: str, issued: datetime | None = None
    ) -> Weather:
        """Return it at times in Unix seconds."""
        seen = weather_at(place, times, source, issued)
        for spell in self.spells:
            seen = spell.over(seen, times)
        return seen


def _degrees(body: dict[str, Any], key: str) -> float:
    value = body.get(key, 0.0)
    if type(value) not in {int, float} or not math.isfinite(value) or abs(value) > MOST:
        raise ValueError(f"{key} is a number of degrees, up to {MOST:g} more or less")
    return float(value)
