"""A newer model meets the rule and the model at work on weeks that neither has seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .champion import Opponent, Verdict, judge
from .decision_models import Contender
from .exam import Exam
from .forest import Forest
from .forest_trainer import Check, ForestSettings, ForestTrainer
from .sample import Sample
from .tasks import Task

# A label knows half a week around its hour: so far apart, no label of one side knows of the other.
GAP: Final = 7 * 24


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Result:
    """How a contest ended."""

    verdict: Verdict
    contender: Contender | None
    """Who is put to work; None for the rule."""
    trial: Forest
    """The newer model, as it met the newest weeks."""
    answers: NDArray[np.float64]
    """What newer models said of all exams, grown from what was before each, (9, m, …)."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Contest:
    """What models are grown from, and the exams, oldest first, of which the newest decides."""

    sample: Sample
    exams: Sequence[Exam]
    trainer: ForestTrainer
    settings: ForestSettings

    def hold(self, task: Task, champion: Contender | None, check: Check) -> Result:
        """Grow models for a task, and find out who is put to work."""
        # The trial models, and the one that is grown from everything.
        steps = len(self.exams) + 1
        answers = []
        for step, exam in enumerate(self.exams):
            before = self.sample.until(exam.first - GAP)
            trial = task.grow(
                before, self.trainer, self.settings, part(check, step / steps, (step + 1) / steps)
            )
            answers.append(task.answers(exam, trial))
        told = self.sample.told
        everything = np.concatenate(answers, axis=1)
        all_exams = Exam.joined(self.exams)
        better = np.array(
            [
                Opponent(error, told).beats(Opponent(of_rule, 0))
                for error, of_rule in zip(
                    task.errors(all_exams, everything), task.rule_errors(all_exams), strict=True
                )
            ]
        )
        verdict = judge(
            # A few lucky weeks are not enough for one that is nowhere better in the long run.
            Opponent(float(task.errors(exam, answers[-1]).mean()), told) if better.any() else None,
            float(task.rule_errors(exam).mean()),
            _opponent(task, exam, champion),
        )
        contender = champion if verdict.is_model else None
        if verdict is Verdict.NEW_MODEL:
            contender = Contender(
                work=task.grow(
                    self.sample, self.trainer, self.settings, part(check, 1 - 1 / steps, 1)
                ),
                trial=trial,
                trial_until=int(self.exams[-1].starts[0]),
                better=better,
                told=told,
            )
        return Result(verdict=verdict, contender=contender, trial=trial, answers=everything)


def part(check: Check, start: float, end: float) -> Check:
    """Return a check for what is but a part of the whole."""
    return lambda done: check(start + (end - start) * done)


def _opponent(task: Task, exam: Exam, champion: Contender | None) -> Opponent | None:
    """Return how wrong a model at work is, unless it has seen the exam."""
    if champion is None or champion.trial_until > exam.starts[0]:
        return None
    error = task.errors(exam, task.answers(exam, champion.trial)).mean()
    return Opponent(float(error), champion.told)
