"""Which inputs a forest cannot do without."""

from typing import Final

import numpy as np

from .exam import Exam
from .forest import Forest
from .inputs import INPUTS
from .tasks import Task

# Enough to tell the inputs apart; all would take as long as growing a forest.
_HOURS: Final = 168


def importance(
    task: Task, exam: Exam, forest: Forest, generator: np.random.Generator
) -> dict[str, float]:
    """Return how much more wrong a forest is when one input is shuffled, for each input.

    L. Breiman, Random Forests, Machine Learning 45 (2001), on hours that no tree has seen.
    """
    some = exam.drawn(_HOURS, generator)
    base = float(task.errors(some, task.answers(some, forest)).mean())
    grown = {}
    for column, name in enumerate(INPUTS):
        shuffled = some.shuffled(column, generator)
        grown[name] = float(task.errors(shuffled, task.answers(shuffled, forest)).mean()) - base
    return grown
