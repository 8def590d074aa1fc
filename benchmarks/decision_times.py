"""How long training, an outlook and a what-if take, beside scikit-learn's own forests."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import ratio, seconds
from custom_components.chocolate_factory.factory.features import Air
from custom_components.chocolate_factory.learning.advisor import Advice, Advisor
from custom_components.chocolate_factory.learning.forest import Forest
from custom_components.chocolate_factory.learning.forest_trainer import ForestTrainer
from custom_components.chocolate_factory.learning.past import Past, labels
from custom_components.chocolate_factory.learning.rows import Looks
from custom_components.chocolate_factory.learning.sample import Sample
from custom_components.chocolate_factory.learning.situation import Situation
from custom_components.chocolate_factory.learning.tasks import ClassTask, ScoreTask
from custom_components.chocolate_factory.learning.training import SETTINGS, train_decisions

YEARS = timedelta(days=3 * 365)
CALLS = 30
TASKS = (ScoreTask(), ClassTask())


@dataclass(frozen=True, slots=True)
class Own:
    """What scikit-learn's own two forests take, in seconds."""

    fit: float
    week: float
    """To predict 168 hours."""
    one: float


def times(
    past: Past, trainers: Sequence[ForestTrainer]
) -> Iterator[dict[str, float | str | list[str] | None]]:
    """Yield how long training, an outlook and a what-if take, beside scikit-learn's own."""
    three_years = _last(past, int(YEARS / timedelta(hours=1)))
    sample = Sample.draw(Looks.of(three_years), labels(three_years), SETTINGS.seed)
    own = _scikit_learn(sample)
    for grower in trainers:
        yield _time(three_years, sample, grower, own)


def _time(
    past: Past, sample: Sample, grower: ForestTrainer, own: Own | None
) -> dict[str, float | str | list[str] | None]:
    forests: list[Forest] = []
    growing = seconds(
        lambda: forests.extend(task.grow(sample, grower, SETTINGS, _go_on) for task in TASKS)
    )
    started = perf_counter()
    decisions = train_decisions(past, grower, check=_go_on)
    training = perf_counter() - started
    advisor = Advisor(decisions.models)
    situation = _situation(past)
    quarters = _in_quarters(situation)
    rows = situation.inputs(situation.ahead)
    week = _median(lambda: [forest.predict(rows) for forest in forests])
    one = _median(lambda: [forest.predict(rows[:1]) for forest in forests])
    return {
        "trainer": grower.name.value,
        "rows": len(sample),
        "grow_s": round(growing, 2),
        "grow_ratio": _ratio(growing, own.fit if own else None),
        "train_decisions_s": round(training, 2),
        "outlook_ms": round(1000 * _median(lambda: advisor.advise(situation)), 2),
        "outlook_quarters_ms": round(1000 * _median(lambda: advisor.advise(quarters)), 2),
        "what_if_ms": round(1000 * _median(lambda: _ask(advisor, situation)), 2),
        "what_if_quarters_ms": round(1000 * _median(lambda: _ask(advisor, quarters)), 2),
        "predict_week_ms": round(1000 * week, 2),
        "predict_week_ratio": _ratio(week, own.week if own else None),
        "predict_one_ms": round(1000 * one, 2),
        "predict_one_ratio": _ratio(one, own.one if own else None),
        "verdicts": [decisions.score_verdict.value, decisions.class_verdict.value],
        "most_memory_mb": getrusage(RUSAGE_SELF).ru_maxrss // 1024,
    }


def _ratio(ours: float, own: float | None) -> float | None:
    return None if own is None else ratio(ours, own)


def _ask(advisor: Advisor, situation: Situation) -> Advice:
    return advisor.what_if(situation, situation.now, price=0.1, temperature=21.0, humidity=45.0)


def _scikit_learn(sample: Sample) -> Own | None:
    """Return what its own forests take; None without it."""
    try:
        from sklearn.ensemble import (  # noqa: PLC0415  # may be missing
            RandomForestClassifier,
            RandomForestRegressor,
        )
    except ImportError:
        return None
    settings: dict[str, Any] = {
        "n_estimators": SETTINGS.trees,
        "max_depth": SETTINGS.depth,
        "min_samples_leaf": SETTINGS.leaf,
        "max_features": SETTINGS.features,
        "n_jobs": 1,
        "random_state": SETTINGS.seed,
    }
    score, classes = RandomForestRegressor(**settings), RandomForestClassifier(**settings)

    def fit() -> None:
        score.fit(sample.inputs, sample.labels.score[sample.hours])
        classes.fit(sample.inputs, sample.labels.classes[sample.hours])

    growing = seconds(fit)
    rows = sample.inputs[:168]
    week = _median(lambda: (score.predict(rows), classes.predict_proba(rows)))
    one = _median(lambda: (score.predict(rows[:1]), classes.predict_proba(rows[:1])))
    return Own(growing, week, one)


def _situation(past: Past) -> Situation:
    """Return the last weeks, as if the last of them were to come."""
    last = _last(past, 15 * 24)
    now = int(last.starts[-7 * 24])
    return Situation(
        now=now,
        starts=last.starts,
        seconds=last.seconds,
        price=last.price,
        published=np.where(last.starts < now + 86_400, last.price, np.nan),
        air=last.air,
        calendar=last.calendar,
        limits=last.limits,
    )


def _in_quarters(hourly: Situation) -> Situation:
    """Return a situation with four prices an hour, about the one of the hour."""
    noise = np.random.default_rng(SETTINGS.seed).normal(0, 0.003, (len(hourly.price), 4))
    air = hourly.air

    def four(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.repeat(values, 4)

    return replace(
        hourly,
        starts=(hourly.starts[:, None] + 900 * np.arange(4)).ravel(),
        seconds=np.full(4 * len(hourly.starts), 900),
        price=four(hourly.price) + noise.ravel(),
        published=four(hourly.published) + noise.ravel(),
        air=Air(
            temperature=four(air.temperature),
            humidity=four(air.humidity),
            pressure=four(air.pressure),
        ),
    )


def _last(past: Past, hours: int) -> Past:
    def cut(values: NDArray[Any]) -> NDArray[Any]:
        return values[..., -hours:]

    air = past.air
    return replace(
        past,
        starts=cut(past.starts),
        price=cut(past.price),
        forecasts=cut(past.forecasts),
        air=Air(
            temperature=cut(air.temperature),
            humidity=cut(air.humidity),
            pressure=cut(air.pressure),
        ),
    )


def _median(work: Callable[[], object]) -> float:
    return median(seconds(work) for _ in range(CALLS))


def _go_on(_done: float) -> None:
    """Let nothing cancel what is measured."""
