"""Grows forests with scikit-learn; nothing else may import this where that may be missing."""

from typing import Any, override

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from .forest import Forest
from .forest_trainer import Check, ForestSettings, ForestTrainer, TrainerName


class ScikitLearnTrainer(ForestTrainer):
    """Grows scikit-learn's forests, and takes the trees out of them."""

    @property
    @override
    def name(self) -> TrainerName:
        return TrainerName.SCIKIT_LEARN

    @override
    def regression(
        self,
        inputs: NDArray[np.float64],
        targets: NDArray[np.float64],
        weights: NDArray[np.float64],
        *,
        names: tuple[str, ...],
        settings: ForestSettings,
        check: Check,
    ) -> Forest:
        forest = RandomForestRegressor(**_arguments(settings, inputs))
        # A single column in a matrix makes scikit-learn warn.
        columns = targets.reshape(len(targets), -1)
        single = columns[:, 0] if columns.shape[1] == 1 else columns
        trees = _grow(forest, inputs, single, weights, settings, check)
        return _forest(trees, [tree.value[..., 0] for tree in trees], names)

    @override
    def classification(
        self,
        inputs: NDArray[np.float64],
        classes: NDArray[np.int64],
        weights: NDArray[np.float64],
        *,
        count: int,
        names: tuple[str, ...],
        settings: ForestSettings,
        check: Check,
    ) -> Forest:
        forest = RandomForestClassifier(**_arguments(settings, inputs))
        trees = _grow(forest, inputs, classes, weights, settings, check)
        values = []
        for tree in trees:
            # scikit-learn knows nothing of a class that no row is in.
            value = np.zeros((tree.node_count, count))
            value[:, forest.classes_] = tree.value[:, 0]
            values.append(value)
        return _forest(trees, values, names)


def _arguments(settings: ForestSettings, inputs: NDArray[np.float64]) -> dict[str, Any]:
    rows, features = inputs.shape
    draws = settings.draws(rows)
    return {
        "n_estimators": 1,
        "warm_start": True,
        "max_depth": settings.depth,
        "max_features": min(settings.features, features),
        "max_samples": draws,
        # Half a row for what floats lose.
        "min_weight_fraction_leaf": min((settings.leaf - 0.5) / draws, 0.5),
        "random_state": settings.seed,
        "n_jobs": 1,
    }


def _grow(
    forest: RandomForestRegressor | RandomForestClassifier,
    inputs: NDArray[np.float64],
    targets: NDArray[Any],
    weights: NDArray[np.float64],
    settings: ForestSettings,
    check: Check,
) -> list[Any]:
    """Return the trees, grown one at a time so that there is a chance to cancel."""
    for grown in range(settings.trees):
        check(grown / settings.trees)
        forest.set_params(n_estimators=grown + 1)
        forest.fit(inputs, targets, sample_weight=weights)
    check(1)
    return [estimator.tree_ for estimator in forest.estimators_]


def _forest(trees: list[Any], values: list[NDArray[np.float64]], names: tuple[str, ...]) -> Forest:
    orders = [_by_levels(tree.children_left, tree.children_right) for tree in trees]

    def joined(arrays: list[NDArray[Any]]) -> NDArray[Any]:
        return np.concatenate([array[order] for array, order in zip(arrays, orders, strict=True)])

    # A leaf asks for feature -2 there.
    feature = np.maximum(joined([tree.feature for tree in trees]), -1)
    is_leaf = feature < 0
    threshold = joined([tree.threshold for tree in trees])
    missing_left = joined([tree.missing_go_to_left for tree in trees])
    return Forest(
        names=names,
        sizes=np.array([tree.node_count for tree in trees], dtype=np.int32),
        feature=feature.astype(np.int16),
        threshold=np.where(is_leaf, np.float32(0), _rounded_down(threshold)),
        missing_left=missing_left.astype(np.bool_) & ~is_leaf,
        value=joined(values),
    )


def _by_levels(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the nodes of a tree level by level, from the children of each (nodes,)."""
    levels = [np.zeros(1, dtype=np.int64)]
    while True:
        parents = levels[-1][left[levels[-1]] >= 0]
        if not len(parents):
            return np.concatenate(levels)
        levels.append(np.stack([left[parents], right[parents]], axis=1).ravel())


def _rounded_down(thresholds: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the highest numbers of single precision, which inputs have, up to the thresholds."""
    rounded = thresholds.astype(np.float32)
    lower = np.nextafter(rounded, np.float32(-np.inf))
    return np.where(rounded > thresholds, lower, rounded)
