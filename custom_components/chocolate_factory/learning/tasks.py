"""What is learned: the energy score of an hour, and its class."""

from abc import ABC, abstractmethod
from typing import override

import numpy as np
from numpy.typing import NDArray

from .exam import Exam
from .forest import Forest
from .forest_trainer import Check, ForestSettings, ForestTrainer
from .inputs import INPUTS, RULE_SCORE, corrected
from .metrics import CLASSES
from .sample import Sample


class Task(ABC):
    """Something to learn, and how wrong an answer to it is."""

    @abstractmethod
    def grow(
        self, sample: Sample, trainer: ForestTrainer, settings: ForestSettings, check: Check
    ) -> Forest:
        """Return a forest for it."""

    @abstractmethod
    def answers(self, exam: Exam, forest: Forest) -> NDArray[np.float64]:
        """Return what a forest says of an exam: scores, (9, m), or probabilities, (9, m, 4)."""

    @abstractmethod
    def errors(self, exam: Exam, answers: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how wrong answers are at each moment, (9,)."""

    @abstractmethod
    def rule_errors(self, exam: Exam) -> NDArray[np.float64]:
        """Return how wrong the rule is at each moment, (9,)."""


class ScoreTask(Task):
    """The energy score; wrong by the mean square.

    What is learned is how far the rule is off: to say the same as the rule takes a tree many
    questions, and where prices are published it is nearly right.
    """

    @override
    def grow(
        self, sample: Sample, trainer: ForestTrainer, settings: ForestSettings, check: Check
    ) -> Forest:
        return trainer.regression(
            sample.inputs,
            sample.labels.score[sample.hours] - sample.inputs[:, RULE_SCORE],
            np.ones(len(sample)),
            names=INPUTS,
            settings=settings,
            check=check,
        )

    @override
    def answers(self, exam: Exam, forest: Forest) -> NDArray[np.float64]:
        return corrected(exam.inputs, exam.asked(forest)[..., 0])

    @override
    def errors(self, exam: Exam, answers: NDArray[np.float64]) -> NDArray[np.float64]:
        return exam.score_errors(answers)

    @override
    def rule_errors(self, exam: Exam) -> NDArray[np.float64]:
        return exam.score_errors(exam.rule_score)


class ClassTask(Task):
    """The probabilities of the classes; wrong by how often the likeliest is."""

    @override
    def grow(
        self, sample: Sample, trainer: ForestTrainer, settings: ForestSettings, check: Check
    ) -> Forest:
        return trainer.classification(
            sample.inputs,
            sample.labels.classes[sample.hours].astype(np.int64),
            sample.labels.weight[sample.hours],
            count=CLASSES,
            names=INPUTS,
            settings=settings,
            check=check,
        )

    @override
    def answers(self, exam: Exam, forest: Forest) -> NDArray[np.float64]:
        return exam.asked(forest)

    @override
    def errors(self, exam: Exam, answers: NDArray[np.float64]) -> NDArray[np.float64]:
        return exam.class_errors(answers.argmax(axis=-1).astype(np.int8))

    @override
    def rule_errors(self, exam: Exam) -> NDArray[np.float64]:
        return exam.class_errors(exam.rule_class)
