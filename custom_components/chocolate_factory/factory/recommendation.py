"""What a maker is told of an hour, and by whom."""

from enum import StrEnum


class Recommendation(StrEnum):
    """What to do with an hour, the best first; arrays hold positions in here."""

    OPTIMAL = "optimal"
    MODERATE = "moderate"
    REDUCED = "reduced"
    HALT = "halt"

    @classmethod
    def of(cls, position: int) -> Recommendation:
        """Return what a position in an array stands for."""
        return _RECOMMENDATIONS[position]

    @property
    def position(self) -> int:
        """Return what stands for it in arrays."""
        return _RECOMMENDATIONS.index(self)


_RECOMMENDATIONS = tuple(Recommendation)


class Engine(StrEnum):
    """Who says so."""

    RULE = "rule"
    MODEL = "model"
