from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
import pytest

from custom_components.chocolate_factory.learning.decision_models import (
    Contender,
    DecisionModels,
    unmeasured,
)
from custom_components.chocolate_factory.learning.forest_trainer import ForestSettings
from custom_components.chocolate_factory.learning.inputs import INPUTS
from custom_components.chocolate_factory.learning.metrics import CLASSES
from custom_components.chocolate_factory.learning.numpy_trainer import NumpyTrainer
from custom_components.chocolate_factory.learning.rows import MOMENTS

type Arrays = dict[str, NDArray[Any]]

SETTINGS = ForestSettings(trees=3, depth=4, leaf=5)
ROWS = np.random.default_rng(0).normal(size=(200, len(INPUTS)))


def contender(outputs: int) -> Contender:
    trainer, weights = NumpyTrainer(), np.ones(len(ROWS))
    if outputs == 1:
        forest = trainer.regression(
            ROWS, ROWS[:, 0], weights, names=INPUTS, settings=SETTINGS, check=lambda _done: None
        )
    else:
        forest = trainer.classification(
            ROWS,
            np.arange(len(ROWS)) % CLASSES,
            weights,
            count=CLASSES,
            names=INPUTS,
            settings=SETTINGS,
            check=lambda _done: None,
        )
    better = np.arange(MOMENTS) % 2 == 0
    return Contender(work=forest, trial=forest, trial_until=1_700_000_000, better=better, told=7)


MODELS = replace(unmeasured(), score=contender(1), classes=contender(CLASSES))


def test_models_that_were_taken_apart_are_the_same_again() -> None:
    again = DecisionModels.from_arrays(MODELS.to_arrays())
    for one, other in ((again.score, MODELS.score), (again.classes, MODELS.classes)):
        assert one is not None
        assert other is not None
        assert (one.trial_until, one.told) == (other.trial_until, other.told)
        assert (one.better == other.better).all()
        assert (one.work.predict(ROWS) == other.work.predict(ROWS)).all()
    assert (again.rule_says == MODELS.rule_says).all()


def test_the_rule_alone_can_be_kept() -> None:
    again = DecisionModels.from_arrays(unmeasured().to_arrays())
    assert again.score is again.classes is None


def without(name: str) -> Callable[[Arrays], Arrays]:
    return lambda arrays: {key: array for key, array in arrays.items() if key != name}


def changed(name: str, value: NDArray[Any]) -> Callable[[Arrays], Arrays]:
    return lambda arrays: arrays | {name: value}


@pytest.mark.parametrize(
    "damage",
    [
        without("rule_says"),
        without("score.better"),
        without("score.trial_until"),
        without("classes.work.feature"),
        changed("rule_says", np.ones((MOMENTS, CLASSES, CLASSES))),
        changed("rule_says", np.full((MOMENTS, CLASSES, CLASSES), np.nan)),
        changed("rule_says", np.full((2, CLASSES, CLASSES), 0.25)),
        changed("rule_says", np.full((MOMENTS, CLASSES, CLASSES), "x")),
        changed("score.better", np.ones(3, dtype=np.bool_)),
        changed("score.better", np.ones(MOMENTS)),
        changed("score.told", np.array([1, 2])),
        changed("score.told", np.array(1.5)),
        changed("score.work.value", np.zeros((3, 2))),
    ],
)
def test_what_cannot_be_models_is_refused(damage: Callable[[Arrays], Arrays]) -> None:
    with pytest.raises(ValueError, match=r"."):
        DecisionModels.from_arrays(damage(MODELS.to_arrays()))


def test_a_forest_for_another_task_is_refused() -> None:
    arrays = MODELS.to_arrays()
    swapped = {
        name.replace("classes.", "_").replace("score.", "classes.").replace("_", "score.", 1)
        if name.startswith(("classes.", "score."))
        else name: array
        for name, array in arrays.items()
    }
    with pytest.raises(ValueError, match=r"."):
        DecisionModels.from_arrays(swapped)


def test_before_anything_is_measured_the_rule_claims_no_more_than_it_showed_elsewhere() -> None:
    says = unmeasured().rule_says
    assert says.sum(axis=2) == pytest.approx(np.ones((MOMENTS, CLASSES)))
    assert (says.argmax(axis=2) == np.arange(CLASSES)).all()
    assert says.max() < 0.95
