"""What the steps of chocolate making demand of the air, and when they have it without cooling."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .comfort import ComfortLimits, heated


class Step(StrEnum):
    """Steps that demand the same of the air are one."""

    WORK = "work"
    """Tempering, moulding and enrobing."""
    PACKAGING = "packaging"
    STORAGE = "storage"
    ROASTING = "roasting"
    """Roasting, grinding and conching: hot, closed machines that hardly care."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomLimits:
    """What a step demands of its room, in °C and % of relative humidity."""

    heated_to: float
    """The room is not colder than this, because it is heated."""
    lowest_temperature: float
    highest_temperature: float
    highest_humidity: float

    def allow(
        self, temperature: NDArray[np.float64], humidity: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Tell in which air outdoors, in °C and %, the step is possible, (n,).

        In a room without cooling that is aired. Not where the air is not known.
        """
        warm, damp = heated(temperature, humidity, self.heated_to)
        return (
            (warm >= self.lowest_temperature)
            & (warm <= self.highest_temperature)
            & (damp <= self.highest_humidity)
        )


# Guidance of the trade: packaging at 65 to 70 °F and at most 65 %, storage at 15 to 18 °C and at
# most 60 to 65 %.
_PACKAGING: Final = RoomLimits(
    heated_to=20, lowest_temperature=18.3, highest_temperature=21.1, highest_humidity=65
)
_STORAGE: Final = RoomLimits(
    heated_to=15, lowest_temperature=15, highest_temperature=18, highest_humidity=65
)


def room_limits(limits: ComfortLimits) -> dict[Step, RoomLimits | None]:
    """Return what each step demands, None of any air; of the work it is what the maker says."""
    return {
        Step.WORK: RoomLimits(
            heated_to=limits.best_temperature,
            lowest_temperature=limits.lowest_temperature,
            highest_temperature=limits.highest_temperature,
            highest_humidity=limits.highest_humidity,
        ),
        Step.PACKAGING: _PACKAGING,
        Step.STORAGE: _STORAGE,
        Step.ROASTING: None,
    }
