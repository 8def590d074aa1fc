"""Training: from a factory's past to the models at work, and what they are worth."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .champion import Verdict
from .contest import GAP, Contest, part
from .decision_models import DecisionModels, unmeasured
from .evaluation import Evaluation, evaluate, rule_says
from .exam import Exam
from .forest_trainer import Check, ForestSettings, ForestTrainer
from .importance import importance
from .past import HOUR, Past, labels
from .rows import Looks
from .sample import Sample
from .tasks import ClassTask, ScoreTask

_WEEK: Final = 7 * 24
_LEAST: Final = 8 * _WEEK
_LEAST_ROWS: Final = 2 * _WEEK
# The newest weeks, which a model is judged by before it is put to work.
_JUDGED: Final = 4 * _WEEK
# Of so much history the last half is unseen in turn; of less, the newest weeks alone.
_FOLDED: Final = 52 * _WEEK
_FOLDS: Final = 2
# So that every hour of the day has its turn.
_STRIDE: Final = 5

# More trees, deeper ones or smaller leaves foresaw no more in a year that they had not seen.
SETTINGS: Final = ForestSettings(trees=32, depth=10, leaf=40, features=6)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Decisions:
    """What training came to."""

    models: DecisionModels
    score_verdict: Verdict
    class_verdict: Verdict
    evaluation: Evaluation | None = None
    """Of the newer models, whoever is at work; None with too little history."""
    rows: int = 0
    """How many the newer models are grown from."""
    first: int = 0
    last: int = 0
    """Unix seconds: where the hours that they are grown from begin, and where they end."""


def train_decisions(
    past: Past,
    trainer: ForestTrainer,
    champion: DecisionModels | None = None,
    *,
    settings: ForestSettings = SETTINGS,
    check: Check,
) -> Decisions:
    """Grow forests from a past, judge them by its newest weeks, and say who is put to work.

    A forest is judged as it was grown without the newest weeks, in which it meets the rule and the
    one at work, which had not seen them either. If it wins, one like it is grown from everything
    and put to work.
    """
    before = champion or unmeasured()
    found = labels(past)
    known = np.flatnonzero(found.is_known)
    if len(known) < _LEAST:
        return _too_little(before)
    judged = int(known[-1]) + 1 - _JUDGED
    looks = Looks.of(past)
    sample = Sample.draw(looks, found, settings.seed)
    check(0.15)
    exams = [Exam.of(looks, found, unseen) for unseen in _windows(known, judged)]
    exams = [exam for exam in exams if len(sample.until(exam.first - GAP)) >= _LEAST_ROWS]
    if not exams or exams[-1].first < judged:
        return _too_little(before)
    contest = Contest(sample=sample, exams=exams, trainer=trainer, settings=settings)
    score = contest.hold(ScoreTask(), before.score, part(check, 0.2, 0.55))
    classes = contest.hold(ClassTask(), before.classes, part(check, 0.55, 0.9))
    generator = np.random.default_rng(settings.seed)
    importances = [
        importance(task, exams[-1], result.trial, generator)
        for task, result in ((ScoreTask(), score), (ClassTask(), classes))
    ]
    everything = Exam.joined(exams)
    return Decisions(
        models=DecisionModels(
            score=score.contender,
            classes=classes.contender,
            rule_says=rule_says(everything, unmeasured().rule_says),
        ),
        score_verdict=score.verdict,
        class_verdict=classes.verdict,
        evaluation=evaluate(everything, score.answers, classes.answers, *importances),
        rows=len(sample),
        first=int(past.starts[known[0]]),
        last=int(past.starts[known[-1]]) + HOUR,
    )


def _too_little(before: DecisionModels) -> Decisions:
    return Decisions(
        models=DecisionModels(rule_says=before.rule_says),
        score_verdict=Verdict.TOO_LITTLE_HISTORY,
        class_verdict=Verdict.TOO_LITTLE_HISTORY,
    )


def _windows(known: NDArray[np.intp], judged: int) -> Iterator[NDArray[np.intp]]:
    """Yield the labelled hours to be asked about, window after window; the newest weeks come last.

    Each is asked about with what came before it.
    """
    if len(known) >= _FOLDED:
        edges = np.linspace((known[0] + known[-1]) // 2, judged, _FOLDS + 1).astype(np.int64)
        for first, last in pairwise(edges):
            yield known[(known >= first) & (known < last)][::_STRIDE]
    yield known[known >= judged]
