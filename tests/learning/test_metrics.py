import numpy as np
import pytest

from custom_components.chocolate_factory.learning.metrics import (
    ClassFigures,
    ScoreFigures,
    confusion,
)


def classes(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    return np.array(values, dtype=np.int8)


def test_a_perfect_prediction_has_perfect_figures() -> None:
    truth = np.array([10.0, 40.0, 90.0, 20.0])
    figures = ScoreFigures.of(truth, truth)
    assert (figures.r2, figures.mae) == (1, 0)
    assert figures.spearman == pytest.approx(1)


def test_the_mean_foresees_nothing() -> None:
    truth = np.array([10.0, 40.0, 90.0, 20.0])
    figures = ScoreFigures.of(truth, np.full(4, truth.mean()))
    assert figures.r2 == pytest.approx(0)
    assert figures.spearman == 0


def test_a_prediction_in_the_right_order_has_a_rank_correlation_of_one() -> None:
    truth = np.array([10.0, 40.0, 90.0, 20.0])
    figures = ScoreFigures.of(truth, truth**3)
    assert figures.spearman == pytest.approx(1)
    assert figures.r2 < 0
    assert ScoreFigures.of(truth, -truth).spearman == pytest.approx(-1)


def test_values_that_are_equal_share_their_rank() -> None:
    truth, predicted = np.array([1.0, 2.0, 2.0, 4.0]), np.array([1.0, 3.0, 2.0, 2.0])
    # Ranks 1, 2.5, 2.5, 4 and 1, 4, 2.5, 2.5.
    assert ScoreFigures.of(truth, predicted).spearman == pytest.approx(2.25 / 4.5)


def test_a_confusion_has_a_row_for_what_was_and_a_column_for_what_was_said() -> None:
    table = confusion(classes(0, 0, 1, 3), classes(0, 2, 1, 1))
    assert table.tolist() == [[1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0]]


def test_classes_that_never_are_and_are_never_said_count_for_nothing() -> None:
    figures = ClassFigures.of(classes(0, 0, 1, 1), classes(0, 0, 1, 0))
    assert figures.accuracy == 0.75
    # 2·2/(2+3) and 2·1/(2+1).
    assert figures.macro_f1 == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert figures.calibration_error is None


@pytest.mark.parametrize(
    ("confidence", "error"), [(0.5, 0.0), (0.9, 0.4), (1.0, 0.5)], ids=["true", "too sure", "sure"]
)
def test_confidence_is_measured_by_how_often_it_was_right(confidence: float, error: float) -> None:
    figures = ClassFigures.of(classes(0, 1, 2, 3), classes(0, 1, 3, 2), np.full(4, confidence))
    assert figures.calibration_error == pytest.approx(error)
