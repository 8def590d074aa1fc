from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays
import numpy as np
from numpy.typing import NDArray
import pytest

from custom_components.chocolate_factory.learning.forest import Forest

NAN, INFINITE = float("nan"), float("inf")
ANYTHING = st.floats(allow_nan=True, allow_infinity=True)


def forest() -> Forest:
    """Return two trees: one that asks for price and then for damp, one that asks whether known."""
    return Forest(
        names=("price", "damp"),
        sizes=np.array([5, 3], dtype=np.int32),
        feature=np.array([0, 1, -1, -1, -1, 1, -1, -1], dtype=np.int16),
        threshold=np.array([0.25, 50, 0, 0, 0, INFINITE, 0, 0], dtype=np.float32),
        missing_left=np.array([True, False, *[False] * 6]),
        value=np.array([[40.0], [70.0], [10.0], [80.0], [50.0], [1.0], [2.0], [0.0]]),
    )


@pytest.mark.parametrize(
    ("price", "damp", "answers"),
    [
        (0.1, 40, (80, 2)),
        (0.1, 60, (50, 2)),
        (0.3, 40, (10, 2)),
        (NAN, 40, (80, 2)),
        (0.1, NAN, (50, 0)),
        (NAN, NAN, (50, 0)),
        (0.25, 50, (80, 2)),
        (-INFINITE, -INFINITE, (80, 2)),
        (0.1, INFINITE, (50, 2)),
        (INFINITE, 40, (10, 2)),
        (1e300, 40, (10, 2)),
        (-0.0, 1e-320, (80, 2)),
    ],
)
def test_a_prediction_is_the_mean_of_the_trees_answers(
    price: float, damp: float, answers: tuple[float, float]
) -> None:
    assert forest().predict(np.array([[price, damp]])).item() == sum(answers) / 2


def test_inputs_are_compared_in_single_precision() -> None:
    between = 0.25 + 1e-9
    beyond = float(np.nextafter(np.float32(0.25), np.float32(1)))

    predicted = forest().predict(np.array([[between, 40], [beyond, 40]]))

    assert predicted[:, 0].tolist() == [41, 6]


def test_a_tree_of_one_leaf_says_the_same_of_everything() -> None:
    leaf = Forest(
        names=("price",),
        sizes=np.array([1], dtype=np.int32),
        feature=np.array([-1], dtype=np.int16),
        threshold=np.zeros(1, dtype=np.float32),
        missing_left=np.zeros(1, dtype=np.bool_),
        value=np.array([[0.25, 0.75]]),
    )

    assert leaf.predict(np.array([[1.0], [NAN]])).tolist() == [[0.25, 0.75]] * 2


def test_of_no_rows_nothing_is_predicted() -> None:
    assert forest().predict(np.empty((0, 2))).shape == (0, 1)


@settings(deadline=None)
@given(inputs=arrays(np.float64, st.tuples(st.integers(0, 30), st.just(2)), elements=ANYTHING))
def test_whatever_goes_in_a_leaf_comes_out(inputs: NDArray[np.float64]) -> None:
    assert np.isin(forest().predict(inputs), [41, 26, 6, 40, 25, 5]).all()


def test_many_rows_are_predicted_as_each_alone() -> None:
    generator = np.random.default_rng(4)
    inputs = np.stack([generator.uniform(0, 0.5, 3000), generator.uniform(0, 100, 3000)], axis=1)
    inputs[generator.random(inputs.shape) < 0.1] = NAN

    together = forest().predict(inputs)

    for row in range(0, 3000, 97):
        assert forest().predict(inputs[row : row + 1]).item() == together[row, 0]


def test_inputs_have_to_be_those_that_the_forest_was_grown_for() -> None:
    with pytest.raises(ValueError, match=r"inputs are \(1, 3\), not \(n, 2\)"):
        forest().predict(np.zeros((1, 3)))
    with pytest.raises(ValueError, match=r"inputs are \(2,\)"):
        forest().predict(np.zeros(2))


def test_a_forest_is_the_same_after_being_taken_apart() -> None:
    before = forest()

    after = Forest.from_arrays(before.names, before.to_arrays())

    assert after.outputs == 1
    for name, array in before.to_arrays().items():
        np.testing.assert_array_equal(getattr(after, name), array)
    assert after.left.tolist() == [1, 3, 2, 3, 4, 6, 6, 7]


def changed(name: str, at: int, value: float) -> Mapping[str, NDArray[Any]]:
    array = forest().to_arrays()[name].copy()
    array.flat[at] = value
    return {name: array}


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(changed("feature", 0, 2), id="no such feature"),
        pytest.param(changed("feature", 2, -2), id="no such leaf"),
        pytest.param(changed("feature", 2, 1), id="nodes are missing"),
        pytest.param(changed("feature", 0, -1), id="nodes are left over"),
        pytest.param(
            {"feature": np.array([-1, 0, 1, -1, -1, 1, -1, -1], dtype=np.int16)},
            id="a child before its parent",
        ),
        pytest.param(changed("threshold", 0, NAN), id="a threshold is no number"),
        pytest.param(changed("value", 0, NAN), id="a value is no number"),
        pytest.param(changed("value", 0, INFINITE), id="a value is infinite"),
        pytest.param(changed("sizes", 0, 4), id="sizes do not add up"),
        pytest.param({"sizes": np.array([9, -1], dtype=np.int32)}, id="a negative size"),
        pytest.param({"sizes": np.array([5, 0, 3], dtype=np.int32)}, id="an empty tree"),
        pytest.param({"sizes": np.array([[5, 3]], dtype=np.int32)}, id="sizes in a table"),
        pytest.param({"sizes": np.array([2**31 - 1] * 3, dtype=np.int32)}, id="sizes too large"),
        pytest.param({"feature": np.zeros(0, dtype=np.int16)}, id="no nodes"),
        pytest.param({"feature": np.zeros((8, 1), dtype=np.int16)}, id="nodes in a table"),
        pytest.param({"threshold": np.zeros(7, dtype=np.float32)}, id="too few thresholds"),
        pytest.param({"threshold": np.zeros(8)}, id="thresholds of double precision"),
        pytest.param({"feature": np.zeros(8, dtype=np.int64)}, id="features too wide"),
        pytest.param({"value": np.zeros(8)}, id="values in no table"),
        pytest.param({"value": np.zeros((8, 0))}, id="no outputs"),
        pytest.param({"value": np.zeros((7, 1))}, id="too few values"),
        pytest.param({"names": ()}, id="no features"),
        pytest.param({"names": ("price",)}, id="too few features"),
        pytest.param({"names": ("price",) * 600}, id="too many features"),
    ],
)
def test_what_is_no_forest_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        replace(forest(), **broken)


def test_a_forest_needs_exactly_its_arrays() -> None:
    whole = forest().to_arrays()

    with pytest.raises(ValueError, match="other arrays"):
        Forest.from_arrays(("price", "damp"), whole | {"left": whole["feature"]})
    with pytest.raises(ValueError, match="other arrays"):
        Forest.from_arrays(("price", "damp"), {"value": whole["value"]})
