from dataclasses import replace

import numpy as np
import pytest

from custom_components.chocolate_factory.learning.exam import Exam
from custom_components.chocolate_factory.learning.inputs import INPUTS, RULE_SCORE
from custom_components.chocolate_factory.learning.past import labels
from custom_components.chocolate_factory.learning.rows import MOMENTS, Looks
from tests.learning.pasts import made_up

WEEK = 168
PAST = made_up(50)
FOUND = labels(PAST)
LOOKS = Looks.of(PAST)
ROWS = np.arange(24 * 30, 24 * 40)
EXAM = Exam.of(LOOKS, FOUND, ROWS)


def test_an_exam_asks_about_every_hour_at_every_moment() -> None:
    assert EXAM.inputs.shape == (MOMENTS, len(ROWS), len(INPUTS))
    assert EXAM.first == ROWS[0]
    assert (EXAM.starts == PAST.starts[ROWS]).all()
    assert (EXAM.score == FOUND.score[ROWS]).all()


def test_a_naive_guess_is_the_last_week_of_which_the_score_was_known_by_then() -> None:
    # Half a week after its hour a score is known.
    for moment in range(MOMENTS):
        weeks = 1 if max(moment - 1, 0) + 3.5 < 7 else 2
        assert (EXAM.naive_score[moment] == FOUND.score[ROWS - weeks * WEEK]).all(), moment
        assert (EXAM.naive_class[moment] == FOUND.classes[ROWS - weeks * WEEK]).all(), moment


def test_hours_of_which_nothing_was_known_at_some_moment_are_not_asked_about() -> None:
    forecasts = PAST.forecasts.copy()
    forecasts[6, ROWS[:30]] = np.nan
    exam = Exam.of(Looks.of(replace(PAST, forecasts=forecasts)), FOUND, ROWS)
    assert len(exam) == len(ROWS) - 30
    assert exam.first == ROWS[30]
    assert not np.isnan(exam.rule_score).any()


def test_an_exam_about_nothing_has_no_hours() -> None:
    unknown = replace(PAST, forecasts=np.full_like(PAST.forecasts, np.nan))
    assert len(Exam.of(Looks.of(unknown), FOUND, ROWS)) == 0


def test_several_exams_are_one() -> None:
    parts = [Exam.of(LOOKS, FOUND, part) for part in np.split(ROWS, [50, 130])]
    joined = Exam.joined(parts)
    assert joined.first == EXAM.first
    assert joined.inputs == pytest.approx(EXAM.inputs)
    assert (joined.naive_class == EXAM.naive_class).all()


def test_what_the_maker_told_weighs_in_the_errors() -> None:
    weight = np.ones(len(ROWS))
    weight[:10] = 20
    classes = np.broadcast_to(EXAM.classes, (MOMENTS, len(ROWS))).copy()
    classes[:, :10] = (classes[:, :10] + 1) % 4
    plain = EXAM.class_errors(classes)
    assert plain == pytest.approx(np.full(MOMENTS, 10 / 240))
    heard = replace(EXAM, weight=weight).class_errors(classes)
    assert heard == pytest.approx(np.full(MOMENTS, 200 / 430))


def test_shuffling_an_input_leaves_the_others_as_they_are() -> None:
    shuffled = EXAM.shuffled(RULE_SCORE, np.random.default_rng(0))
    others = np.arange(len(INPUTS)) != RULE_SCORE
    assert (shuffled.inputs[..., others] == EXAM.inputs[..., others]).all()
    assert (shuffled.inputs[..., RULE_SCORE] != EXAM.inputs[..., RULE_SCORE]).any()
    assert sorted(shuffled.rule_score.ravel()) == sorted(EXAM.rule_score.ravel())
