"""What forests were worth on hours that they had not seen, beside the rule and a naive guess."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .exam import Exam
from .metrics import CLASSES, ClassFigures, ScoreFigures, confusion
from .rows import MOMENTS

# As if the rule had said each class in so many hours before anything was counted.
_PRIOR: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison[F]:
    """The same figures of three who were asked the same."""

    model: F
    rule: F
    naive: F
    """The same hour of the week before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What was found on unseen hours, at each of the nine moments in turn."""

    first: int
    last: int
    """Unix seconds: where the hours begin, and where they end."""
    hours: int
    shares: tuple[float, ...]
    """How many of the hours were of each class; the most is what always the same is worth."""
    score: tuple[Comparison[ScoreFigures], ...]
    classes: tuple[Comparison[ClassFigures], ...]
    score_importance: Mapping[str, float]
    """How much the mean square error grew when an input was shuffled."""
    class_importance: Mapping[str, float]
    """How much the share of wrong classes grew."""

    def to_json(self) -> dict[str, Any]:
        """Return all of it for a card."""
        return asdict(self)


def evaluate(
    exam: Exam,
    scores: NDArray[np.float64],
    probabilities: NDArray[np.float64],
    score_importance: Mapping[str, float],
    class_importance: Mapping[str, float],
) -> Evaluation:
    """Return what scores (9, m) and probabilities (9, m, 4) were worth."""
    found = probabilities.argmax(axis=-1).astype(np.int8)
    confidence = probabilities.max(axis=-1)
    moments = range(MOMENTS)
    return Evaluation(
        first=int(exam.starts[0]),
        last=int(exam.starts[-1]),
        hours=len(exam),
        shares=tuple((np.bincount(exam.classes, minlength=CLASSES) / len(exam)).tolist()),
        score=tuple(
            Comparison(
                model=ScoreFigures.of(exam.score, scores[moment]),
                rule=ScoreFigures.of(exam.score, exam.rule_score[moment]),
                naive=ScoreFigures.of(exam.score, exam.naive_score[moment]),
            )
            for moment in moments
        ),
        classes=tuple(
            Comparison(
                model=ClassFigures.of(exam.classes, found[moment], confidence[moment]),
                rule=ClassFigures.of(exam.classes, exam.rule_class[moment]),
                naive=ClassFigures.of(exam.classes, exam.naive_class[moment]),
            )
            for moment in moments
        ),
        score_importance=score_importance,
        class_importance=class_importance,
    )


def rule_says(exam: Exam, prior: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how likely each class is when the rule says one, (9, 4, 4), by what happened.

    The prior, (9, 4, 4), has its say where little happened.
    """
    found = []
    for moment, before in enumerate(prior):
        counts = confusion(exam.classes, exam.rule_class[moment]).T + _PRIOR * before
        found.append(counts / counts.sum(axis=1, keepdims=True))
    return np.stack(found)
