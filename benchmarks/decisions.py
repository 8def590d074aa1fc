"""Measure the energy score and the classes on unseen months of real prices and weather.

Time goes on as in use: every 13 weeks the forests are grown anew from the three years before, up
to a week before the first hour that they are asked about. They, the rule, and the same hour of the
week before are asked about the same hours:

now     as the hour begins: its price is published, its air measured
0       on the evening before: its price is published
1 to 7  on the evening so many days earlier: its price is forecast, from prices alone

Files of weather hold no forecasts, so it is all measured three times: with no forecast at all, when
the air is expected to do as it did in the last days; with a perfect one, the air as it was
measured; and with the mean of the two, as models are grown in use. Spot prices are taken as they
are, without tolls.

R2, MAE and rank correlation are of the score, 0 to 100; accuracy and macro-F1 of the four classes.
Calibration is the mean distance between the model's confidence and how often it was right.
"""

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
import json
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.decision_times import TASKS, YEARS, times
from benchmarks.price_files import read_drivers, read_prices
from custom_components.chocolate_factory.factory.comfort import ComfortLimits
from custom_components.chocolate_factory.factory.conditions import HourlyAir
from custom_components.chocolate_factory.factory.contract import (
    Contract,
    IndexedContract,
    PvpcContract,
)
from custom_components.chocolate_factory.factory.features import Air
from custom_components.chocolate_factory.factory.recommendation import Recommendation
from custom_components.chocolate_factory.factory.series import Series
from custom_components.chocolate_factory.factory.tariff import (
    MARKET_TIME_ZONE,
    AccessTariff,
    TariffCalendar,
    Zone,
)
from custom_components.chocolate_factory.learning.contest import GAP
from custom_components.chocolate_factory.learning.evaluation import Evaluation, evaluate
from custom_components.chocolate_factory.learning.exam import Exam
from custom_components.chocolate_factory.learning.forest_trainer import ForestTrainer
from custom_components.chocolate_factory.learning.material import Material, past_of
from custom_components.chocolate_factory.learning.past import (
    FORESIGHT,
    LEADS,
    Labels,
    Past,
    labels,
)
from custom_components.chocolate_factory.learning.price_forecast import PriceHistory
from custom_components.chocolate_factory.learning.rows import MOMENTS, Looks
from custom_components.chocolate_factory.learning.sample import Sample
from custom_components.chocolate_factory.learning.trainers import (
    TrainerChoice,
    TrainerMissingError,
    trainer,
)
from custom_components.chocolate_factory.learning.training import SETTINGS

# Prices are forecast only after some months of them.
RUN_UP = timedelta(days=180)
REFIT = 13 * 7 * 24
NAMES = ("now", *map(str, range(LEADS)))
WEATHER = {"not forecast": 0.0, "forecast half": FORESIGHT, "forecast perfectly": 1.0}


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What one trainer came to with one kind of weather forecast."""

    trainer: str
    weather: str
    evaluation: Evaluation


def main(arguments: Sequence[str]) -> None:
    """Measure, and print."""
    options = _options(arguments)
    begin, end = (_midnight(day) for day in (options.start, options.end + timedelta(days=1)))
    material = _material(options, begin, end)
    started = perf_counter()
    past = past_of(material, _go_on)
    print(f"prices of {len(past)} hours forecast anew in {perf_counter() - started:.1f} s")
    trainers = list(_trainers(options.trainer))
    for weather, foresight in WEATHER.items():
        seen = replace(past, foresight=foresight)
        for one in trainers:
            _print(_found(seen, weather, one, begin), as_json=options.json)
    for figure in times(past, trainers):
        print(json.dumps(figure), flush=True)


def _options(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(
        prog="scripts/bench decisions",
        description=__doc__,
        formatter_class=RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--prices", type=Path, nargs="+", required=True, help="start and €/MWh; may be several")
    add("--kind", choices=[Series.PVPC.value, Series.SPOT.value], required=True)
    add("--weather", type=Path, required=True, help="start and columns by the hour, observed")
    add("--start", type=date.fromisoformat, required=True, help="the first local day to measure")
    add("--end", type=date.fromisoformat, required=True, help="the last one")
    add("--trainer", choices=[name.value for name in TrainerChoice if name != "auto"])
    add("--json", action="store_true", help="print one JSON line for each evaluation")
    return parser.parse_args(arguments)


def _material(options: Namespace, begin: int, end: int) -> Material:
    history = read_prices(options.prices)
    first = begin - (YEARS + RUN_UP).total_seconds()
    # The scores of the last hours need the days after them.
    kept = (history.starts >= first) & (history.starts < end + 4 * 86_400)
    weather = read_drivers(options.weather)
    column = weather.values
    return Material(
        contract=_contract(Series(options.kind)),
        limits=ComfortLimits(),
        market=PriceHistory(
            starts=history.starts[kept], seconds=history.seconds[kept], prices=history.prices[kept]
        ),
        air=HourlyAir(
            start=weather.start,
            air=Air(
                temperature=column["temperature_c"],
                humidity=column["humidity_pct"],
                pressure=column["pressure_hpa"],
            ),
        ),
        outcomes=(),
    )


def _contract(series: Series) -> Contract:
    if series is Series.PVPC:
        return PvpcContract(calendar=TariffCalendar(AccessTariff.T2_0TD, Zone.PENINSULA))
    tariff = AccessTariff.T3_0TD
    return IndexedContract(
        calendar=TariffCalendar(tariff, Zone.PENINSULA),
        adders=dict.fromkeys(tariff.periods, 0.0),
    )


def _trainers(name: str | None) -> Iterator[ForestTrainer]:
    for choice in (TrainerChoice.NUMPY, TrainerChoice.SCIKIT_LEARN):
        if name in (None, choice.value):
            try:
                yield trainer(choice)
            except TrainerMissingError:
                print(f"SKIPPED: {choice.value} is not installed here")


def _found(past: Past, weather: str, grower: ForestTrainer, begin: int) -> Found:
    """Ask forests about all hours that are measured, quarter of a year after quarter."""
    found = labels(past)
    looks = Looks.of(past)
    known = np.flatnonzero(found.is_known & (past.starts >= begin))
    if not len(known):
        raise SystemExit("nothing is known of that time")
    exams, answers = [], []
    for first in range(int(known[0]), int(known[-1]) + 1, REFIT):
        exam = Exam.of(looks, found, known[(known >= first) & (known < first + REFIT)])
        sample = Sample.draw(looks, _before(found, first - GAP), SETTINGS.seed)
        forests = [task.grow(sample, grower, SETTINGS, _go_on) for task in TASKS]
        exams.append(exam)
        answers.append(
            [task.answers(exam, forest) for task, forest in zip(TASKS, forests, strict=True)]
        )
    scores, probabilities = (np.concatenate(part, axis=1) for part in zip(*answers, strict=True))
    evaluation = evaluate(Exam.joined(exams), scores, probabilities, {}, {})
    return Found(grower.name.value, weather, evaluation)


def _before(found: Labels, hour: int) -> Labels:
    """Return labels of which only those before an hour are known, and no older than years."""
    hours = np.arange(len(found.classes))
    kept = (hours < hour) & (hours >= hour - YEARS / timedelta(hours=1))
    return replace(found, classes=np.where(kept, found.classes, -1).astype(np.int8))


def _print(found: Found, *, as_json: bool) -> None:
    evaluation = found.evaluation
    if as_json:
        print(json.dumps({**asdict(found), "evaluation": evaluation.to_json()}), flush=True)
        return
    shares = ", ".join(
        f"{name.value} {share:.1%}"
        for name, share in zip(Recommendation, evaluation.shares, strict=True)
    )
    print(f"\n{found.trainer}, weather {found.weather}: {evaluation.hours} hours; {shares}")
    three = "model    rule   naive"
    print(f"        R2{'':21} MAE{'':21} rank{'':18} accuracy{'':14} macro-F1{'':14} calibration")
    print(f"  lead  {'   '.join([three] * 5)}     model")
    for moment in range(MOMENTS):
        score, of_class = evaluation.score[moment], evaluation.classes[moment]
        cells = [
            f"{getattr(getattr(one, who), figure):6.{digits}f}"
            for one, figure, digits in (
                (score, "r2", 3),
                (score, "mae", 2),
                (score, "spearman", 3),
                (of_class, "accuracy", 3),
                (of_class, "macro_f1", 3),
            )
            for who in ("model", "rule", "naive")
        ]
        rows = "   ".join("  ".join(cells[first : first + 3]) for first in range(0, 15, 3))
        print(f"  {NAMES[moment]:>4}  {rows}    {of_class.model.calibration_error:6.3f}")
    for moment in (0, 1):
        print(f"  what they were, and were called by the model, {NAMES[moment]}:")
        table = evaluation.classes[moment].model.confusion
        for name, row in zip(Recommendation, table, strict=True):
            print(f"    {name.value:9}" + "".join(f"{cell:7}" for cell in row))


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), MARKET_TIME_ZONE).timestamp())


def _go_on(_done: float) -> None:
    """Let nothing cancel what is measured."""
