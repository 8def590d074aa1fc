"""Grows forests with NumPy alone, for where nothing else can be installed."""

from functools import partial
from typing import override

import numpy as np
from numpy.typing import NDArray

from .bins import Bins
from .crowd import Crowd
from .forest import Forest
from .forest_trainer import Check, ForestSettings, ForestTrainer, TrainerName
from .targets import Classes, Numbers, Targets
from .tree_grower import TreeGrower


class NumpyTrainer(ForestTrainer):
    """Grows one tree after the other from counts in bins; a seed grows the same anywhere."""

    @property
    @override
    def name(self) -> TrainerName:
        return TrainerName.NUMPY

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
        return _forest(inputs, Numbers.of(targets), weights, names, settings, check)

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
        targets = Classes(classes=classes, count=count)
        return _forest(inputs, targets, weights, names, settings, check)


def _forest(
    inputs: NDArray[np.float64],
    targets: Targets,
    weights: NDArray[np.float64],
    names: tuple[str, ...],
    settings: ForestSettings,
    check: Check,
) -> Forest:
    check(0)
    grower = TreeGrower(bins=Bins.of(inputs), targets=targets, settings=settings)
    chances = np.cumsum(weights)
    trees = []
    for number, seed in enumerate(np.random.SeedSequence(settings.seed).spawn(settings.trees)):
        done = number / settings.trees
        generator = np.random.default_rng(seed)
        crowd = Crowd.drawn(settings.draws(len(inputs)), chances, generator)
        trees.append(grower.grow(crowd, generator, partial(check, done)))
    check(1)
    return Forest(
        names=names,
        sizes=np.array([len(tree.feature) for tree in trees], dtype=np.int32),
        feature=np.concatenate([tree.feature for tree in trees]),
        threshold=np.concatenate([tree.threshold for tree in trees]),
        missing_left=np.concatenate([tree.missing_left for tree in trees]),
        value=targets.means(np.concatenate([tree.sums for tree in trees], axis=1)),
    )
