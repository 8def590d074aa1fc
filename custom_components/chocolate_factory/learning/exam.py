"""Unseen hours at every moment: what forests, the rule and a naive guess make of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ..factory.classes import classes
from .forest import Forest
from .inputs import INDEX, INPUTS, RULE_SCORE
from .past import Labels
from .rows import MOMENTS, Looks

_WEEK: Final = 168
# Of hours further ahead than this, last week's score was not yet known when they were looked at.
_LAST_WEEK_KNOWN: Final = 4


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Exam:
    """m hours at each of the nine moments, and how they turned out."""

    first: int
    """The position of the first hour."""
    starts: NDArray[np.int64]
    """Unix seconds."""
    inputs: NDArray[np.float64]
    """(9, m, f)."""
    score: NDArray[np.float64]
    classes: NDArray[np.int8]
    weight: NDArray[np.float64]
    naive_score: NDArray[np.float64]
    """The score of the same hour in the last week that was known by then, (9, m)."""
    naive_class: NDArray[np.int8]
    """The class of that hour, (9, m)."""

    @classmethod
    def of(cls, looks: Looks, labels: Labels, rows: NDArray[np.intp]) -> Self:
        """Set an exam about some labelled hours, as far as something was known at every moment."""
        inputs = np.stack([looks.moment(rows, moment) for moment in range(MOMENTS)])
        told = ~np.isnan(inputs[..., RULE_SCORE]).any(axis=0)
        rows, inputs = rows[told], inputs[:, told]
        weeks = np.where(np.arange(MOMENTS) <= _LAST_WEEK_KNOWN, 1, 2)
        before = rows - weeks[:, None] * _WEEK
        known = (before >= 0) & (labels.classes[before] >= 0)
        return cls(
            first=int(rows[0]) if len(rows) else len(looks.past),
            starts=looks.past.starts[rows],
            inputs=inputs,
            score=labels.score[rows],
            classes=labels.classes[rows],
            weight=labels.weight[rows],
            naive_score=np.where(known, labels.score[before], 50),
            naive_class=np.where(known, labels.classes[before], 1).astype(np.int8),
        )

    @classmethod
    def joined(cls, exams: Sequence[Self]) -> Self:
        """Return several exams as one."""
        return cls(
            first=exams[0].first,
            starts=np.concatenate([exam.starts for exam in exams]),
            inputs=np.concatenate([exam.inputs for exam in exams], axis=1),
            score=np.concatenate([exam.score for exam in exams]),
            classes=np.concatenate([exam.classes for exam in exams]),
            weight=np.concatenate([exam.weight for exam in exams]),
            naive_score=np.concatenate([exam.naive_score for exam in exams], axis=1),
            naive_class=np.concatenate([exam.naive_class for exam in exams], axis=1),
        )

    def drawn(self, hours: int, generator: np.random.Generator) -> Self:
        """Return an exam about some of the hours, in random order."""
        rows = generator.permutation(len(self))[:hours]
        return replace(
            self,
            starts=self.starts[rows],
            inputs=self.inputs[:, rows],
            score=self.score[rows],
            classes=self.classes[rows],
            weight=self.weight[rows],
            naive_score=self.naive_score[:, rows],
            naive_class=self.naive_class[:, rows],
        )

    def shuffled(self, column: int, generator: np.random.Generator) -> Self:
        """Return an exam in which one input of each row is that of any other."""
        inputs = self.inputs.copy()
        inputs[..., column] = generator.permuted(inputs[..., column], axis=None)
        return replace(self, inputs=inputs)

    def __len__(self) -> int:
        """Return the number of hours."""
        return len(self.score)

    @property
    def rule_score(self) -> NDArray[np.float64]:
        """Return what the rule says of the score, (9, m)."""
        return self.inputs[..., RULE_SCORE]

    @property
    def rule_class(self) -> NDArray[np.int8]:
        """Return what the rule says of the class, (9, m)."""
        return classes(self.inputs[..., RULE_SCORE], self.inputs[..., INDEX])

    def asked(self, forest: Forest) -> NDArray[np.float64]:
        """Return what a forest predicts, (9, m, outputs)."""
        flat = forest.predict(self.inputs.reshape(-1, len(INPUTS)))
        return flat.reshape(MOMENTS, len(self), -1)

    def score_errors(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean square error of scores (9, m) at each moment, (9,)."""
        errors: NDArray[np.float64] = np.mean((scores - self.score) ** 2, axis=1)
        return errors

    def class_errors(self, classes: NDArray[np.int8]) -> NDArray[np.float64]:
        """Return the weighted share of classes (9, m) that are wrong at each moment, (9,)."""
        is_wrong = classes != self.classes
        errors: NDArray[np.float64] = np.average(is_wrong, axis=1, weights=self.weight)
        return errors
