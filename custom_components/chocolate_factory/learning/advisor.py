"""What to do with the slots to come: by the models where they are better, else by the rule."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..factory.classes import UNKNOWN, classes, is_unbearable
from ..factory.comfort import ComfortLimits
from ..factory.features import NAMES
from ..factory.outlook import Reason
from ..factory.recommendation import Engine, Recommendation
from .decision_models import Contender, DecisionModels, unmeasured
from .explained import ExplainedForest
from .inputs import INDEX, INPUTS, RULE_SCORE, corrected
from .metrics import CLASSES
from .reasons import reasons
from .rows import MOMENTS
from .situation import Situation

# What a slot of each class is worth, in points: reasons are what moved it.
_WORTH: Final = np.array([100, 200 / 3, 100 / 3, 0])
_LEAD, _AHEAD = INPUTS.index("lead"), INPUTS.index("ahead")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Advice:
    """What is said of n slots."""

    features: NDArray[np.float64]
    """As `features.FEATURES` describes them, (n, 13)."""
    score: NDArray[np.float64]
    """0 to 100; NaN where too little is known."""
    probabilities: NDArray[np.float64]
    """Of each recommendation in turn, (n, 4)."""
    recommendation: NDArray[np.int8]
    """Positions in `Recommendation`; -1 where too little is known."""
    reasons: tuple[tuple[Reason, ...], ...]
    """What moved the recommendation of each most, in points from halt, 0, to optimal, 100."""
    scored_by_model: NDArray[np.bool_]
    called_by_model: NDArray[np.bool_]

    @property
    def score_engine(self) -> Engine:
        """Return who gives the scores: the rule only if it gives them all."""
        return Engine.MODEL if self.scored_by_model.any() else Engine.RULE

    @property
    def engine(self) -> Engine:
        """Return who gives the recommendations: the rule only if it gives them all."""
        return Engine.MODEL if self.called_by_model.any() else Engine.RULE


@dataclass(frozen=True, slots=True, eq=False)
class Advisor:
    """Gives advice, with models or without."""

    models: DecisionModels = field(default_factory=unmeasured)
    _explained: ExplainedForest | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Explain the forest of classes by what they are worth."""
        contender = self.models.classes
        explained = ExplainedForest.of(contender.work, _WORTH) if contender else None
        object.__setattr__(self, "_explained", explained)

    def advise(self, situation: Situation, rows: NDArray[np.intp] | None = None) -> Advice:
        """Return what to do with some slots, by default those that are not over.

        Whatever a model says, air in which chocolate blooms for certain is a halt.
        """
        inputs = situation.inputs(situation.ahead if rows is None else rows)
        return self._advice(inputs, situation.limits)

    def what_if(
        self,
        situation: Situation,
        at: int,
        *,
        price: float,
        temperature: float,
        humidity: float,
        pressure: float | None = None,
    ) -> Advice:
        """Return what to do with the slot that an instant is in, in Unix seconds, were it so.

        The price is in €/kWh, all-in, the air outdoors in °C, % and hPa. Raises ValueError for a
        time of which nothing is known.
        """
        inputs = situation.inputs_if(at, price, temperature, humidity, pressure)
        return self._advice(inputs, situation.limits)

    def _advice(self, inputs: NDArray[np.float64], limits: ComfortLimits) -> Advice:
        lead = inputs[:, _LEAD].astype(np.int64)
        # An hour that begins was only looked at with its price published.
        moments = np.where((lead > 0) | (inputs[:, _AHEAD] > 0), lead + 1, 0)
        is_known = ~np.isnan(inputs[:, RULE_SCORE])
        score, by_model = self._scores(inputs, moments, is_known)
        rule = classes(inputs[:, RULE_SCORE], inputs[:, INDEX])
        probabilities = self.models.rule_says[moments, rule]
        probabilities[rule == UNKNOWN] = 1 / CLASSES
        called = _is_used(self.models.classes, moments) & is_known
        moved = np.full(inputs.shape, np.nan)
        if self._explained is not None and called.any():
            probabilities[called], moved[called] = self._explained.predict(inputs[called])
        recommendation = np.where(called, probabilities.argmax(axis=1), rule).astype(np.int8)
        unbearable = is_unbearable(inputs[:, INDEX])
        recommendation[unbearable] = Recommendation.HALT.position
        probabilities[unbearable] = np.arange(CLASSES) == Recommendation.HALT.position
        moved[unbearable] = np.nan
        return Advice(
            features=inputs[:, : len(NAMES)],
            score=score,
            probabilities=probabilities,
            recommendation=recommendation,
            reasons=reasons(inputs, moved, limits),
            scored_by_model=by_model,
            called_by_model=called,
        )

    def _scores(
        self, inputs: NDArray[np.float64], moments: NDArray[np.int64], is_known: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        score = inputs[:, RULE_SCORE].copy()
        contender = self.models.score
        by_model = _is_used(contender, moments) & is_known
        if contender is not None and by_model.any():
            some = inputs[by_model]
            score[by_model] = corrected(some, contender.work.predict(some)[:, 0])
        return score, by_model


def _is_used(contender: Contender | None, moments: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell for which of n moments a model is used."""
    better = np.zeros(MOMENTS, dtype=np.bool_) if contender is None else contender.better
    return better[moments]
