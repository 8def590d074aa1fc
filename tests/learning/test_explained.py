from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays
import numpy as np
from numpy.typing import NDArray

from custom_components.chocolate_factory.learning.explained import ExplainedForest
from custom_components.chocolate_factory.learning.forest import Forest
from tests.learning.test_forest import ANYTHING, NAN, forest

EXPLAINED = ExplainedForest.of(forest(), np.ones(1))


def of_two_kinds() -> Forest:
    """Return a forest that says how likely two kinds are: the second of those that are damp."""
    return Forest(
        names=("price", "damp"),
        sizes=np.array([3], dtype=np.int32),
        feature=np.array([1, -1, -1], dtype=np.int16),
        threshold=np.array([50, 0, 0], dtype=np.float32),
        missing_left=np.array([True, False, False]),
        value=np.array([[0.75, 0.25], [1.0, 0.0], [0.5, 0.5]]),
    )


def test_it_is_told_how_far_each_input_moved_the_prediction() -> None:
    predicted, moved = EXPLAINED.predict(np.array([[0.1, 60], [0.3, NAN]]))

    assert EXPLAINED.bias == 20.5
    assert predicted.tolist() == [[26], [5]]
    assert moved.tolist() == [[15, -9.5], [-15, -0.5]]


def test_what_moved_several_outputs_is_told_by_what_they_are_worth() -> None:
    explained = ExplainedForest.of(of_two_kinds(), np.array([100.0, 20.0]))
    predicted, moved = explained.predict(np.array([[0.1, 40], [0.1, 60]]))

    assert explained.bias == 80
    assert predicted.tolist() == [[1, 0], [0.5, 0.5]]
    assert moved.tolist() == [[0, 20], [0, -20]]


@settings(deadline=None)
@given(inputs=arrays(np.float64, st.tuples(st.integers(0, 30), st.just(2)), elements=ANYTHING))
def test_what_moved_a_prediction_adds_up_to_it(inputs: NDArray[np.float64]) -> None:
    predicted, moved = EXPLAINED.predict(inputs)

    np.testing.assert_array_equal(predicted, forest().predict(inputs))
    np.testing.assert_allclose(EXPLAINED.bias + moved.sum(axis=1), predicted[:, 0], atol=1e-9)


def test_many_rows_are_explained_as_each_alone() -> None:
    generator = np.random.default_rng(4)
    inputs = np.stack([generator.uniform(0, 0.5, 3000), generator.uniform(0, 100, 3000)], axis=1)
    _, together = EXPLAINED.predict(inputs)

    for row in range(0, 3000, 97):
        _, alone = EXPLAINED.predict(inputs[row : row + 1])
        np.testing.assert_array_equal(alone[0], together[row])
