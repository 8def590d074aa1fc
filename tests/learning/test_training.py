from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
import json
from typing import override

import numpy as np
from numpy.typing import NDArray
import pytest

from custom_components.chocolate_factory.factory.outcome import Outcome, OutcomeKind
from custom_components.chocolate_factory.factory.recommendation import Recommendation
from custom_components.chocolate_factory.learning.advisor import Advisor
from custom_components.chocolate_factory.learning.champion import Verdict
from custom_components.chocolate_factory.learning.contest import GAP, Contest
from custom_components.chocolate_factory.learning.exam import Exam
from custom_components.chocolate_factory.learning.forest import Forest
from custom_components.chocolate_factory.learning.forest_trainer import (
    Check,
    ForestSettings,
    ForestTrainer,
)
from custom_components.chocolate_factory.learning.inputs import INPUTS
from custom_components.chocolate_factory.learning.metrics import CLASSES
from custom_components.chocolate_factory.learning.numpy_trainer import NumpyTrainer
from custom_components.chocolate_factory.learning.past import HOUR, Past, labels
from custom_components.chocolate_factory.learning.rows import MOMENTS, Looks
from custom_components.chocolate_factory.learning.sample import Sample
from custom_components.chocolate_factory.learning.situation import Situation
from custom_components.chocolate_factory.learning.tasks import ScoreTask
from custom_components.chocolate_factory.learning.training import Decisions, train_decisions
from tests.learning.pasts import cut, made_up

SMALL = ForestSettings(trees=6, depth=8, leaf=10, features=6)
DAYS = 120
WOBBLE = 0.04


def train(past: Past, champion: Decisions | None = None) -> Decisions:
    return train_decisions(
        past,
        NumpyTrainer(),
        champion.models if champion else None,
        settings=SMALL,
        check=lambda _done: None,
    )


@pytest.fixture(scope="module", name="past")
def past_fixture() -> Past:
    return made_up(DAYS, wobble=WOBBLE)


@pytest.fixture(scope="module", name="trained")
def trained_fixture(past: Past) -> Decisions:
    return train(past)


def test_a_model_that_foresees_more_than_the_rule_is_put_to_work(trained: Decisions) -> None:
    assert trained.score_verdict is Verdict.NEW_MODEL
    assert trained.models.score is not None
    evaluation = trained.evaluation
    assert evaluation is not None
    better = [one.model.r2 > one.rule.r2 for one in evaluation.score]
    assert trained.models.score.better.sum() >= 5
    assert sum(better) >= 5
    # Where it was worse the rule is used.
    errors = [one.model.r2 < one.rule.r2 for one in evaluation.score]
    assert trained.models.score.better.tolist() == [not worse for worse in errors]


def test_what_is_measured_is_measured_beside_the_rule_and_a_naive_guess(
    trained: Decisions,
) -> None:
    evaluation = trained.evaluation
    assert evaluation is not None
    assert len(evaluation.score) == len(evaluation.classes) == MOMENTS
    assert sum(evaluation.shares) == pytest.approx(1)
    # Last week is no match for prices that are published.
    assert evaluation.score[0].naive.r2 < evaluation.score[0].rule.r2
    for classes in evaluation.classes:
        assert sum(map(sum, classes.model.confusion)) == evaluation.hours
        assert classes.model.calibration_error is not None
    assert max(evaluation.score_importance, key=evaluation.score_importance.__getitem__) in {
        "price_rank",
        "price_to_week",
        "energy_optimization_score",
    }


def test_the_newest_weeks_are_what_is_measured(past: Past, trained: Decisions) -> None:
    evaluation = trained.evaluation
    assert evaluation is not None
    known = past.starts[labels(past).is_known]
    assert evaluation.last == known[-1]
    assert evaluation.hours == 28 * 24


def test_what_was_found_can_be_written_down(trained: Decisions) -> None:
    assert trained.evaluation is not None
    said = json.loads(json.dumps(trained.evaluation.to_json(), allow_nan=False))
    assert said["score"][0]["model"]["r2"] == trained.evaluation.score[0].model.r2
    assert len(said["classes"][8]["rule"]["confusion"]) == CLASSES
    assert said["class_importance"].keys() == set(INPUTS)


@pytest.mark.parametrize("days", [0, 10, 50])
def test_too_little_history_leaves_the_work_to_the_rule(past: Past, days: int) -> None:
    decisions = train(cut(past, 0, 24 * days))
    assert decisions.score_verdict is decisions.class_verdict is Verdict.TOO_LITTLE_HISTORY
    assert decisions.models.score is decisions.models.classes is None
    assert decisions.evaluation is None


def test_nine_weeks_are_enough_to_be_judged(past: Past) -> None:
    decisions = train(cut(past, 0, 24 * 66))
    assert decisions.evaluation is not None


def test_where_the_rule_is_always_right_no_model_is_put_to_work(past: Past) -> None:
    # Whatever is forecast of prices comes true, and cold air takes no cooling.
    clear = replace(
        past,
        forecasts=np.tile(past.price, (7, 1)),
        air=replace(past.air, temperature=past.air.temperature - 20),
    )
    decisions = train(clear)
    assert decisions.score_verdict is Verdict.RULE_IS_BETTER
    assert decisions.models.score is None
    assert decisions.evaluation is not None
    assert decisions.evaluation.score[0].rule.r2 > 0.99


def test_a_worse_model_does_not_take_the_place_of_the_one_at_work(
    past: Past, trained: Decisions
) -> None:
    # The months before the newest weeks were damaged: prices of all hours in disorder.
    damaged = past.price.copy()
    generator = np.random.default_rng(5)
    early = slice(0, 24 * (DAYS - 45))
    damaged[early] = generator.permutation(damaged[early])
    again = train(replace(past, price=damaged), trained)
    assert again.score_verdict is Verdict.MODEL_STAYS
    assert again.models.score is trained.models.score


def test_a_model_that_has_seen_the_newest_weeks_is_no_opponent(
    past: Past, trained: Decisions
) -> None:
    earlier = train(cut(past, 0, 24 * (DAYS - 20)), trained)
    assert earlier.score_verdict is not Verdict.MODEL_STAYS


def test_the_same_past_and_seed_make_the_same_models(past: Past, trained: Decisions) -> None:
    again = train(past).models.to_arrays()
    assert again.keys() == trained.models.to_arrays().keys()
    for name, array in trained.models.to_arrays().items():
        assert np.array_equal(array, again[name]), name


class Cancelled(Exception):  # noqa: N818  # not an error
    """Somebody does not want to wait."""


@pytest.mark.parametrize("when", [0.0, 0.3, 0.7, 0.9])
def test_training_can_be_cancelled_at_any_time(past: Past, when: float) -> None:
    def check(done: float) -> None:
        if done >= when:
            raise Cancelled

    with pytest.raises(Cancelled):
        train_decisions(past, NumpyTrainer(), settings=SMALL, check=check)


def test_progress_only_rises_and_ends_with_all_of_it(past: Past) -> None:
    told: list[float] = []
    train_decisions(past, NumpyTrainer(), settings=SMALL, check=told.append)
    assert told == sorted(told)
    assert len(told) > 20
    assert 0.85 <= told[-1] <= 1


@dataclass
class Watched(ScoreTask):
    """Remembers the newest hour that any forest was grown from."""

    newest: list[int] = field(default_factory=list)

    @override
    def grow(
        self, sample: Sample, trainer: ForestTrainer, settings: ForestSettings, check: Check
    ) -> Forest:
        self.newest.append(int(sample.hours.max()))
        return super().grow(sample, trainer, settings, check)


def test_no_figure_is_of_hours_that_were_trained_on_nor_of_days_that_their_labels_knew(
    past: Past,
) -> None:
    found, looks = labels(past), Looks.of(past)
    exams = [
        Exam.of(looks, found, np.arange(24 * first, 24 * last))
        for first, last in ((60, 80), (80, 110))
    ]
    task = Watched()
    Contest(
        sample=Sample.draw(looks, found, 0), exams=exams, trainer=NumpyTrainer(), settings=SMALL
    ).hold(task, None, lambda _done: None)
    for exam, newest in zip(exams, task.newest, strict=False):
        assert newest < exam.first - GAP
    # A label knows half a week after its hour, and one of the exam half a week before.
    assert GAP * HOUR >= 2 * 3.5 * 86_400


@dataclass
class Lucky(ScoreTask):
    """Beats the rule in the weeks since an instant, and in the long run nowhere."""

    since: int

    @override
    def errors(self, exam: Exam, answers: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.rule_errors(exam) * (0.9 if exam.starts[0] == self.since else 1.1)


def test_a_model_that_is_nowhere_better_in_the_long_run_is_not_put_to_work(past: Past) -> None:
    found, looks = labels(past), Looks.of(past)
    older, newest = (
        Exam.of(looks, found, np.arange(24 * first, 24 * last))
        for first, last in ((60, 80), (80, 110))
    )
    contest = Contest(
        sample=Sample.draw(looks, found, 0),
        exams=(older, newest),
        trainer=NumpyTrainer(),
        settings=SMALL,
    )
    result = contest.hold(Lucky(newest.starts[0]), None, lambda _done: None)
    assert (result.verdict, result.contender) == (Verdict.RULE_IS_BETTER, None)


SUMMER_DAYS = 130
WARM = 22.6


@pytest.fixture(scope="module", name="summer")
def summer_fixture() -> Past:
    """Return a summer whose afternoons are warm, but not as warm as fat would bloom."""
    past = made_up(SUMMER_DAYS, warmth=17.3, wobble=WOBBLE, seed=3)
    temperature = np.clip(past.air.temperature, 10, 23.4)
    return replace(past, air=replace(past.air, temperature=temperature))


def afternoons(past: Past) -> Iterator[tuple[int, int]]:
    """Yield the first and the last hour of every warm afternoon."""
    warm = past.air.temperature > WARM
    edges = np.flatnonzero(np.diff(np.concatenate([[False], warm, [False]]).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def advice(past: Past, decisions: Decisions, hour: int) -> NDArray[np.int8]:
    """Return what is recommended for every hour of the week from an hour on, as it begins."""
    recommended = []
    advisor = Advisor(decisions.models)
    for now in range(hour, hour + 168):
        some = slice(now - 24 * 9, now + 84)
        situation = Situation(
            now=int(past.starts[now]),
            starts=past.starts[some],
            seconds=past.seconds[some],
            price=past.price[some],
            published=past.price[some],
            air=replace(
                past.air,
                temperature=past.air.temperature[some],
                humidity=past.air.humidity[some],
                pressure=past.air.pressure[some],
            ),
            calendar=past.calendar,
            limits=past.limits,
        )
        said = advisor.advise(situation, np.array([24 * 9]))
        recommended.append(said.recommendation[0])
    return np.array(recommended)


def test_what_the_maker_told_changes_what_is_recommended_in_similar_hours_and_in_no_others(
    summer: Past,
) -> None:
    week = 24 * (SUMMER_DAYS - 12)
    learned = cut(summer, 0, week)
    outcomes = tuple(
        Outcome(
            start=datetime.fromtimestamp(int(summer.starts[first]), UTC),
            end=datetime.fromtimestamp(int(summer.starts[last - 1]) + HOUR, UTC),
            kind=OutcomeKind.SPOILED,
        )
        for first, last in afternoons(learned)
    )[:-1]
    before = advice(summer, train(learned), week)
    told = train(replace(learned, outcomes=outcomes))
    after = advice(summer, told, week)

    temperature = summer.air.temperature[week : week + 168]
    similar, others = temperature > WARM + 0.2, temperature < WARM - 1
    assert similar.sum() >= 10
    good = [Recommendation.OPTIMAL.position, Recommendation.MODERATE.position]
    assert told.class_verdict is Verdict.NEW_MODEL
    assert np.isin(before[similar], good).mean() > 0.5
    assert not np.isin(after[similar], good).any()
    assert (after[others] == before[others]).mean() > 0.9
    assert not (after[others] == Recommendation.HALT.position).any()


def test_the_probabilities_of_the_rule_are_those_that_were_measured(trained: Decisions) -> None:
    says = trained.models.rule_says
    assert says.shape == (MOMENTS, CLASSES, CLASSES)
    assert says.sum(axis=2) == pytest.approx(np.ones((MOMENTS, CLASSES)))
    evaluation = trained.evaluation
    assert evaluation is not None
    # An hour that begins is known better than one in a week.
    assert np.diagonal(says[0]).mean() > np.diagonal(says[8]).mean()
