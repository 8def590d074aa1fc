from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
import pytest
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from custom_components.chocolate_factory.learning import sklearn_trainer, tree_grower
from custom_components.chocolate_factory.learning.explained import ExplainedForest
from custom_components.chocolate_factory.learning.forest import Forest
from custom_components.chocolate_factory.learning.forest_trainer import (
    ForestSettings,
    ForestTrainer,
    TrainerName,
)
from custom_components.chocolate_factory.learning.numpy_trainer import NumpyTrainer
from custom_components.chocolate_factory.learning.sklearn_trainer import ScikitLearnTrainer

type Table = NDArray[np.float64]

SMALL = ForestSettings(trees=8, depth=6, leaf=5, features=3)
CLASSES = 4


@pytest.fixture(params=[NumpyTrainer, ScikitLearnTrainer])
def trainer(request: pytest.FixtureRequest) -> ForestTrainer:
    made: ForestTrainer = request.param()
    return made


def world(rows: int, seed: int) -> tuple[Table, Table]:
    """Return eight inputs, some of them missing, coarse or idle, and noisy targets of them.

    J. H. Friedman's first problem (Annals of Statistics 19, 1991), and what a missing value means.
    """
    generator = np.random.default_rng(seed)
    inputs = generator.random((rows, 8))
    inputs[:, 3] = np.round(inputs[:, 3] * 10) / 10
    one, two, three, four, five, six = inputs.T[:6]
    targets = 10 * np.sin(np.pi * one * two) + 20 * (three - 0.5) ** 2 + 10 * four + 5 * five
    is_missing = generator.random(rows) < 0.2
    inputs[:, 5] = np.where(is_missing, np.nan, six)
    return inputs, targets + np.where(is_missing, 6, 0) + generator.normal(0, 1, rows)


def classes(targets: Table) -> NDArray[np.int64]:
    """Return the classes of targets; few are in the first one and in the last one."""
    return np.digitize(targets, [9, 16, 23]).astype(np.int64)


def names(inputs: Table) -> tuple[str, ...]:
    return tuple(f"input {number}" for number in range(inputs.shape[1]))


def nobody_asks(_done: float) -> None:
    pass


def regression(
    trainer: ForestTrainer,
    inputs: Table,
    targets: Table,
    settings: ForestSettings = SMALL,
    *,
    weights: Table | None = None,
    check: Callable[[float], None] = nobody_asks,
) -> Forest:
    weights = np.ones(len(inputs)) if weights is None else weights
    return trainer.regression(
        inputs, targets, weights, names=names(inputs), settings=settings, check=check
    )


def classification(
    trainer: ForestTrainer,
    inputs: Table,
    wanted: NDArray[np.int64],
    settings: ForestSettings = SMALL,
    *,
    weights: Table | None = None,
) -> Forest:
    weights = np.ones(len(inputs)) if weights is None else weights
    return trainer.classification(
        inputs,
        wanted,
        weights,
        count=CLASSES,
        names=names(inputs),
        settings=settings,
        check=nobody_asks,
    )


def explained(forest: Forest, inputs: Table, targets: Table) -> float:
    """Return R²."""
    errors = forest.predict(inputs)[:, 0] - targets
    return 1 - float((errors**2).mean() / targets.var())


def right(forest: Forest, inputs: Table, wanted: NDArray[np.int64]) -> float:
    return float((forest.predict(inputs).argmax(axis=1) == wanted).mean())


def test_numpy_learns_within_a_hundredth_of_scikit_learn() -> None:
    inputs, targets = world(3000, 1)
    unseen, truth = world(3000, 2)
    settings = ForestSettings(trees=30, depth=12, leaf=5, features=4)

    scores, accuracies = [], []
    for one in (NumpyTrainer(), ScikitLearnTrainer()):
        scores.append(explained(regression(one, inputs, targets, settings), unseen, truth))
        forest = classification(one, inputs, classes(targets), settings)
        accuracies.append(right(forest, unseen, classes(truth)))

    assert scores[1] > 0.85
    assert accuracies[1] > 0.75
    assert scores[0] > 0.99 * scores[1]
    assert accuracies[0] > 0.99 * accuracies[1]


@pytest.fixture
def grown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return scikit-learn's own forests, as the trainer grows them."""
    forests = []
    grow = sklearn_trainer._grow

    def remember(forest: Any, *arguments: Any) -> list[Any]:
        forests.append(forest)
        return grow(forest, *arguments)

    monkeypatch.setattr(sklearn_trainer, "_grow", remember)
    return forests


def test_the_forest_of_scikit_learn_predicts_what_scikit_learn_does(grown: list[Any]) -> None:
    inputs, targets = world(1500, 3)
    numbers = regression(ScikitLearnTrainer(), inputs, targets)
    chances = classification(ScikitLearnTrainer(), inputs, classes(targets))
    unseen, _ = world(3000, 4)
    unseen[::7, 0] = np.nan
    unseen[::5] *= 1e30

    theirs, their_classes = grown
    assert isinstance(theirs, RandomForestRegressor)
    assert isinstance(their_classes, RandomForestClassifier)
    np.testing.assert_allclose(numbers.predict(unseen)[:, 0], theirs.predict(unseen), atol=1e-9)
    np.testing.assert_allclose(
        chances.predict(unseen), their_classes.predict_proba(unseen), atol=1e-9
    )


def test_values_at_a_threshold_go_where_scikit_learn_sends_them(grown: list[Any]) -> None:
    inputs, targets = world(800, 5)
    forest = regression(ScikitLearnTrainer(), inputs, targets, ForestSettings(trees=3, leaf=2))
    (theirs,) = grown
    edges = np.concatenate([one.tree_.threshold for one in theirs.estimators_])
    edges = edges[np.isfinite(edges)]
    near = np.concatenate([edges, np.nextafter(edges, -1), np.nextafter(edges, 2)])
    single = near.astype(np.float32)
    near = np.concatenate([near, single, np.nextafter(single, 2)])
    rows = np.random.default_rng(0).choice(near, (4000, 8))

    np.testing.assert_allclose(forest.predict(rows)[:, 0], theirs.predict(rows), atol=1e-9)


def test_what_moved_a_prediction_adds_up_to_its_worth(trainer: ForestTrainer) -> None:
    inputs, targets = world(600, 6)
    forest = classification(trainer, inputs, classes(targets))
    worth = np.linspace(100, 0, forest.outputs)

    explained = ExplainedForest.of(forest, worth)
    predicted, moved = explained.predict(inputs)

    np.testing.assert_allclose(explained.bias + moved.sum(axis=1), predicted @ worth, atol=1e-9)
    # What the targets do not depend on moves them least.
    assert np.abs(moved).mean(axis=0).argsort()[:2].tolist() in ([6, 7], [7, 6])


def test_probabilities_add_up_and_a_class_that_never_was_has_none(trainer: ForestTrainer) -> None:
    inputs, targets = world(600, 7)
    forest = classification(trainer, inputs, np.where(targets > 15, 3, 1))

    chances = forest.predict(inputs)

    np.testing.assert_allclose(chances.sum(axis=1), 1)
    assert not chances[:, [0, 2]].any()


def test_a_seed_grows_the_same_forest_again_and_another_seed_another(
    trainer: ForestTrainer,
) -> None:
    inputs, targets = world(500, 8)
    first, again, other = (
        regression(trainer, inputs, targets, ForestSettings(trees=4, seed=seed, leaf=5)).to_arrays()
        for seed in (1, 1, 2)
    )

    for name, array in first.items():
        np.testing.assert_array_equal(array, again[name])
    assert first["value"].tolist() != other["value"].tolist()


def test_in_what_order_things_are_added_up_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs, targets = world(2000, 9)
    settings = ForestSettings(trees=3, leaf=2)
    before = regression(NumpyTrainer(), inputs, targets, settings).to_arrays()

    monkeypatch.setattr(tree_grower, "_NODES", 5)
    after = regression(NumpyTrainer(), inputs, targets, settings).to_arrays()

    for name, array in before.items():
        np.testing.assert_array_equal(array, after[name])


def test_rows_that_weigh_more_count_for_more(trainer: ForestTrainer) -> None:
    inputs = np.zeros((1000, 3))
    wanted = np.repeat([0, 1], 500)
    weights = np.repeat([1.0, 9.0], 500)

    forest = classification(trainer, inputs, wanted, weights=weights)

    assert forest.predict(inputs[:1])[0, :2] == pytest.approx([0.1, 0.9], abs=0.03)


def test_rows_that_weigh_nothing_are_not_learned_from(trainer: ForestTrainer) -> None:
    inputs, targets = world(400, 10)
    weights = (targets < 15).astype(np.float64)

    forest = regression(trainer, inputs, targets, weights=weights)

    assert forest.value.max() < 15


def test_a_missing_value_is_learned_from(trainer: ForestTrainer) -> None:
    generator = np.random.default_rng(11)
    inputs = generator.random((2000, 2))
    inputs[generator.random(2000) < 0.3, 0] = np.nan
    targets = np.where(np.isnan(inputs[:, 0]), 50, 100 * (inputs[:, 0] > 0.5))

    forest = regression(trainer, inputs, targets, ForestSettings(trees=5, features=2))

    answers = forest.predict(np.array([[np.nan, 0.5], [0.1, 0.5], [0.9, 0.5]]))
    assert answers[:, 0] == pytest.approx([50, 0, 100], abs=1e-5)


def test_what_was_never_missing_before_goes_where_most_went(trainer: ForestTrainer) -> None:
    inputs = np.linspace(0, 1, 1000)[:, None]
    targets = np.where(inputs[:, 0] < 0.8, 1.0, 2.0)

    forest = regression(trainer, inputs, targets, ForestSettings(trees=5, depth=1))

    assert forest.predict(np.array([[np.nan]])).item() == pytest.approx(1, abs=0.01)


def test_trees_are_as_small_as_was_asked_for(trainer: ForestTrainer) -> None:
    inputs, targets = world(1000, 12)
    settings = ForestSettings(trees=5, depth=3, leaf=200, features=8)

    shallow = regression(trainer, inputs, targets, ForestSettings(trees=5, depth=3, leaf=1))
    coarse = regression(trainer, inputs, targets, settings)

    assert shallow.sizes.tolist() == [15] * 5
    # A thousand draws are room for five leaves of two hundred at most.
    assert coarse.sizes.max() <= 9
    assert coarse.sizes.min() >= 3


def test_fewer_draws_grow_smaller_trees(trainer: ForestTrainer) -> None:
    inputs, targets = world(1000, 13)
    sizes = [
        regression(trainer, inputs, targets, ForestSettings(trees=5, share=share)).sizes.sum()
        for share in (1, 0.25)
    ]

    assert sizes[1] < sizes[0] / 2


def test_several_targets_are_learned_at_once(trainer: ForestTrainer) -> None:
    inputs, targets = world(1500, 14)
    both = np.stack([targets, 10 - targets], axis=1)

    forest = regression(trainer, inputs, both)

    predicted = forest.predict(inputs)
    assert forest.outputs == 2
    np.testing.assert_allclose(predicted.sum(axis=1), 10, atol=1e-6)
    assert explained(forest, inputs, targets) > 0.7


def test_targets_that_are_all_the_same_need_no_questions(trainer: ForestTrainer) -> None:
    inputs, _ = world(300, 15)

    forest = regression(trainer, inputs, np.full(300, 7.5))

    assert forest.sizes.tolist() == [1] * SMALL.trees
    assert forest.predict(inputs[:1]).item() == 7.5


def test_inputs_that_say_nothing_are_passed_over(trainer: ForestTrainer) -> None:
    inputs, targets = world(1500, 16)
    inputs[:, 1:] = np.nan
    inputs[:, 4:] = 3

    forest = regression(trainer, inputs, targets, ForestSettings(trees=10, features=8, leaf=10))

    assert set(forest.feature.tolist()) == {-1, 0}


def test_progress_is_told_and_an_error_cancels(trainer: ForestTrainer) -> None:
    inputs, targets = world(300, 17)
    told: list[float] = []

    regression(trainer, inputs, targets, check=told.append)

    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 1)
    assert len(set(told)) == SMALL.trees + 1

    def cancel(done: float) -> None:
        if done > 0.3:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        regression(trainer, inputs, targets, check=cancel)


@pytest.mark.filterwarnings("error")
def test_nobody_is_warned_of_anything(trainer: ForestTrainer) -> None:
    inputs, targets = world(300, 18)
    inputs[:, 2] = np.nan
    inputs[:, 6] *= 1e30

    regression(trainer, inputs, targets)
    regression(trainer, inputs, targets[:, None])
    classification(trainer, inputs, np.full(300, 2)).predict(np.full_like(inputs, 1e300))


def test_numpy_takes_infinite_inputs_for_what_they_are() -> None:
    inputs = np.repeat([-np.inf, 0, 1e300, np.inf, np.nan], 100)[:, None]
    targets = np.repeat([1.0, 2, 3, 3, 4], 100)

    forest = regression(
        NumpyTrainer(), inputs, targets, ForestSettings(trees=3, leaf=1, features=1)
    )

    assert forest.predict(inputs[::100])[:, 0] == pytest.approx([1, 2, 3, 3, 4])


def test_the_trainers_have_their_names() -> None:
    assert NumpyTrainer().name is TrainerName.NUMPY
    assert ScikitLearnTrainer().name is TrainerName.SCIKIT_LEARN
