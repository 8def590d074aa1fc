import numpy as np
import pytest

from custom_components.chocolate_factory.factory.classes import UNKNOWN, classes
from custom_components.chocolate_factory.factory.recommendation import Recommendation

OPTIMAL, MODERATE, REDUCED, HALT = (one.position for one in Recommendation)
NAN = float("nan")


@pytest.mark.parametrize(
    ("score", "index", "expected"),
    [
        pytest.param(90, 100, OPTIMAL, id="cheap, and the air is good"),
        pytest.param(67, 75, OPTIMAL, id="just among the cheapest third, and the air just good"),
        pytest.param(66, 100, MODERATE, id="not quite among the cheapest third"),
        pytest.param(90, 74, MODERATE, id="cheap, but the air is only fair"),
        pytest.param(25, 50, MODERATE, id="not among the dearest quarter, and the air just fair"),
        pytest.param(24, 100, REDUCED, id="among the dearest quarter"),
        pytest.param(99, 49, REDUCED, id="cheap, but bloom may begin"),
        pytest.param(100, 0, HALT, id="however cheap, bloom is certain"),
        pytest.param(NAN, 0, HALT, id="nobody knows the price, but bloom is certain"),
        pytest.param(NAN, 100, UNKNOWN, id="nobody knows the price"),
        pytest.param(90, NAN, OPTIMAL, id="nobody knows the air: the price decides"),
        pytest.param(10, NAN, REDUCED, id="dear, and nobody knows the air"),
    ],
)
def test_an_hour_is_called(score: float, index: float, expected: int) -> None:
    assert classes(np.array([score]), np.array([index])).tolist() == [expected]


def test_of_a_week_with_good_air_a_third_is_optimal_and_a_quarter_reduced() -> None:
    score = np.linspace(0, 100, 1201)
    found = classes(score, np.full(1201, 100.0))
    assert (found == OPTIMAL).mean() == pytest.approx(1 / 3, abs=0.001)
    assert (found == REDUCED).mean() == pytest.approx(1 / 4, abs=0.001)


def test_classes_keep_the_shape_of_scores() -> None:
    assert classes(np.full((3, 2), 90.0), np.full((3, 2), 100.0)).shape == (3, 2)
