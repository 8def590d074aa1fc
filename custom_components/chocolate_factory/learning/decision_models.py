"""The two forests at work, where they are used, and how often the rule is right."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from .forest import Forest
from .inputs import INPUTS
from .metrics import CLASSES
from .rows import MOMENTS

# How often the rule was right, at each moment, in Madrid from April 2024 to March 2025 with no
# forecast of the weather: what is taken for its confidence until it is measured at the place.
_RULE_ACCURACY: Final = (0.94, 0.80, 0.66, 0.62, 0.61, 0.60, 0.60, 0.60, 0.59)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Contender:
    """A forest, and the one like it that was put to the test without the newest weeks."""

    work: Forest
    """Grown from everything."""
    trial: Forest
    """Grown from what came before the weeks that it was judged by."""
    trial_until: int
    """Unix seconds: where those weeks begin; it has seen nothing of them."""
    better: NDArray[np.bool_]
    """At which moments it beat the rule, (9,); at the others the rule is used."""
    told: int
    """Of how many hours the maker had told the outcome."""

    @property
    def share(self) -> float:
        """Return at what share of the moments it is used, 0 to 1."""
        return float(self.better.mean())

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return all that it is."""
        return {
            "trial_until": np.array(self.trial_until, dtype=np.int64),
            "better": self.better,
            "told": np.array(self.told, dtype=np.int64),
            **_prefixed("work.", self.work.to_arrays()),
            **_prefixed("trial.", self.trial.to_arrays()),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], outputs: int) -> Self:
        """Return what `to_arrays` took apart; ValueError where it cannot be that."""
        try:
            trial_until, better, told = (arrays[key] for key in ("trial_until", "better", "told"))
        except KeyError as error:
            raise ValueError(f"{error} is missing") from error
        if better.shape != (MOMENTS,) or better.dtype != np.bool_:
            raise ValueError("it is not told where the model is used")
        if any(one.shape != () or one.dtype != np.int64 for one in (trial_until, told)):
            raise ValueError("a number is none")
        work, trial = (
            Forest.from_arrays(INPUTS, _under(prefix, arrays)) for prefix in ("work.", "trial.")
        )
        if work.outputs != outputs or trial.outputs != outputs:
            raise ValueError(f"a forest predicts other than {outputs} numbers")
        return cls(
            work=work, trial=trial, trial_until=int(trial_until), better=better, told=int(told)
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DecisionModels:
    """Who gives scores and classes; the rule, where there is no contender."""

    score: Contender | None = None
    classes: Contender | None = None
    rule_says: NDArray[np.float64]
    """How likely each class is when the rule says one, at each moment, (9, 4, 4)."""

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return all that they are."""
        arrays: dict[str, NDArray[Any]] = {"rule_says": self.rule_says}
        for prefix, contender in (("score.", self.score), ("classes.", self.classes)):
            if contender is not None:
                arrays |= _prefixed(prefix, contender.to_arrays())
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return what `to_arrays` took apart; ValueError where it cannot be that."""
        rule_says = arrays.get("rule_says")
        if rule_says is None or rule_says.shape != (MOMENTS, CLASSES, CLASSES):
            raise ValueError("it is not told how often the rule is right")
        if rule_says.dtype != np.float64 or not (rule_says >= 0).all():
            raise ValueError("a probability is none")
        if not np.allclose(rule_says.sum(axis=2), 1):
            raise ValueError("probabilities do not add up")
        parts = {
            name: (_under(f"{name}.", arrays), outputs)
            for name, outputs in (("score", 1), ("classes", CLASSES))
        }
        contenders = {
            name: Contender.from_arrays(part, outputs) if part else None
            for name, (part, outputs) in parts.items()
        }
        return cls(rule_says=rule_says, **contenders)


def unmeasured() -> DecisionModels:
    """Return the rule alone, as long as nothing has been measured at the place."""
    accuracy = np.array(_RULE_ACCURACY)[:, None, None]
    others = (1 - accuracy) / (CLASSES - 1)
    return DecisionModels(rule_says=np.where(np.eye(CLASSES, dtype=np.bool_), accuracy, others))


def _prefixed(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {prefix + name: array for name, array in arrays.items()}


def _under(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {
        name.removeprefix(prefix): array
        for name, array in arrays.items()
        if name.startswith(prefix)
    }
