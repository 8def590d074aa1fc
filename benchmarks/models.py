"""Growing the two forests and asking them, beside scikit-learn's own."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from benchmarks.figures import Figure, race, ratio, seconds, timed
from custom_components.chocolate_factory.learning.bundle import Bundle, pack
from custom_components.chocolate_factory.learning.card import Card
from custom_components.chocolate_factory.learning.explained import ExplainedForest
from custom_components.chocolate_factory.learning.forest import Forest
from custom_components.chocolate_factory.learning.numpy_trainer import NumpyTrainer
from custom_components.chocolate_factory.learning.training import SETTINGS

NOW = datetime(2026, 8, 5, tzinfo=UTC)
ROWS: Final = 50_000
FEATURES: Final = 16
CLASSES: Final = 4
WEEK: Final = 7 * 24


def figures() -> Iterator[Figure]:
    """Take the figures of the forests."""
    inputs, scores = _hours(ROWS, 1)
    classes = _classes(scores)
    ours: list[Forest] = []
    options = {
        "n_estimators": SETTINGS.trees,
        "max_depth": SETTINGS.depth,
        "max_features": SETTINGS.features,
        "min_weight_fraction_leaf": SETTINGS.leaf / ROWS,
        "random_state": SETTINGS.seed,
        "n_jobs": 1,
    }
    theirs = RandomForestRegressor(**options), RandomForestClassifier(**options)
    yield timed(
        "models.fit_score",
        seconds(lambda: ours.append(_regression(inputs, scores))),
        seconds(lambda: theirs[0].fit(inputs, scores)),
    )
    yield timed(
        "models.fit_class",
        seconds(lambda: ours.append(_classification(inputs, classes))),
        seconds(lambda: theirs[1].fit(inputs, classes)),
    )
    yield from _quality(ours, theirs)
    yield from _asked(ours, theirs)
    yield _size(ours)


def _regression(inputs: NDArray[np.float64], scores: NDArray[np.float64]) -> Forest:
    return NumpyTrainer().regression(inputs, scores, np.ones(len(inputs)), **_GROWN)


def _classification(inputs: NDArray[np.float64], classes: NDArray[np.int64]) -> Forest:
    return NumpyTrainer().classification(
        inputs, classes, np.ones(len(inputs)), count=CLASSES, **_GROWN
    )


def _quality(ours: Sequence[Forest], theirs: Sequence[Any]) -> Iterator[Figure]:
    """Yield R² and accuracy on hours that no forest has seen."""
    inputs, scores = _hours(10_000, 2)
    explained = [
        1 - float(np.var(answers - scores) / np.var(scores))
        for answers in (ours[0].predict(inputs)[:, 0], theirs[0].predict(inputs))
    ]
    yield Figure("models.r2", round(explained[0], 4), "", ratio(*explained))
    right = [
        float((answers == _classes(scores)).mean())
        for answers in (ours[1].predict(inputs).argmax(axis=1), theirs[1].predict(inputs))
    ]
    yield Figure("models.accuracy", round(right[0], 4), "", ratio(*right))


def _asked(ours: Sequence[Forest], theirs: Sequence[Any]) -> Iterator[Figure]:
    """Yield how long it takes to ask both forests."""
    inputs, _ = _hours(4 * WEEK, 3)
    week, hour = inputs[:WEEK], inputs[:1]
    for name, rows in (("week", week), ("quarters", inputs), ("what_if", hour)):
        yield race(
            f"models.{name}",
            partial(_ask, [forest.predict for forest in ours], rows),
            partial(_ask, [theirs[0].predict, theirs[1].predict_proba], rows),
        )
    explained = ExplainedForest.of(ours[1], np.arange(CLASSES, dtype=np.float64))
    yield race("models.reasons", lambda: explained.predict(week), lambda: ours[1].predict(week))


def _ask(
    forests: Sequence[Callable[[NDArray[np.float64]], Any]], rows: NDArray[np.float64]
) -> None:
    for predict in forests:
        predict(rows)


def _size(forests: Sequence[Forest]) -> Figure:
    """Return what both take on disk, beside what they take in memory."""
    arrays = [forest.to_arrays() for forest in forests]
    card = Card(
        task="score",
        features=_GROWN["names"],
        first=NOW,
        last=NOW,
        rows=ROWS,
        trainer="numpy",
        versions={},
        scores={},
        baselines={},
        seed=SETTINGS.seed,
        created=NOW,
    )
    packed = sum(len(pack(Bundle(arrays=one, card=card))) for one in arrays)
    return Figure(
        "models.size",
        packed,
        "B",
        ratio(packed, sum(array.nbytes for one in arrays for array in one.values())),
    )


def _hours(rows: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return inputs like those of hours, some of them coarse or missing, and noisy scores."""
    generator = np.random.default_rng(seed)
    inputs = generator.random((rows, FEATURES))
    inputs[:, 1] = np.round(inputs[:, 1] * 23) / 23
    inputs[:, 3:6] = np.round(inputs[:, 3:6] * 5) / 5
    price, rank, heat, period, damp, workday = inputs.T[:6]
    scores = 70 * rank + 30 * price * period - 20 * np.maximum(heat - 0.7, 0) * (1 + damp)
    scores += 5 * np.sin(6 * price) * workday + generator.normal(0, 6, rows)
    inputs[generator.random(inputs.shape) < 0.01] = np.nan
    return inputs, scores


def _classes(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.digitize(scores, [15, 40, 70]).astype(np.int64)


def _no_check(_done: float) -> None:
    pass


_GROWN: Final[dict[str, Any]] = {
    "names": tuple(f"input {number}" for number in range(FEATURES)),
    "settings": SETTINGS,
    "check": _no_check,
}
