from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
import pytest

from custom_components.chocolate_factory.factory.features import Air
from custom_components.chocolate_factory.factory.recommendation import Engine, Recommendation
from custom_components.chocolate_factory.learning.advisor import Advisor
from custom_components.chocolate_factory.learning.decision_models import Contender, DecisionModels
from custom_components.chocolate_factory.learning.forest import Forest
from custom_components.chocolate_factory.learning.forest_trainer import ForestSettings
from custom_components.chocolate_factory.learning.inputs import INPUTS
from custom_components.chocolate_factory.learning.metrics import CLASSES
from custom_components.chocolate_factory.learning.numpy_trainer import NumpyTrainer
from custom_components.chocolate_factory.learning.past import HOUR
from custom_components.chocolate_factory.learning.reasons import KEYS, MOST
from custom_components.chocolate_factory.learning.rows import MOMENTS
from custom_components.chocolate_factory.learning.situation import Situation
from custom_components.chocolate_factory.learning.training import train_decisions
from tests.learning.pasts import made_up

HALT = Recommendation.HALT.position
# 10:00 on the tenth day.
NOW = 24 * 9 + 10
PAST = made_up(17)


def situation(now: int = NOW, *, published_hours: int = 38) -> Situation:
    """Return what is known at 10:00, prices to the end of the next day among it."""
    published = PAST.price.copy()
    published[now + published_hours :] = np.nan
    return Situation(
        now=int(PAST.starts[now]) + 600,
        starts=PAST.starts,
        seconds=PAST.seconds,
        price=PAST.price,
        published=published,
        air=PAST.air,
        calendar=PAST.calendar,
        limits=PAST.limits,
    )


@pytest.fixture(scope="module", name="models")
def models_fixture() -> DecisionModels:
    settings = ForestSettings(trees=10, depth=8, leaf=10, features=6)
    past = made_up(120, wobble=0.04)
    decisions = train_decisions(past, NumpyTrainer(), settings=settings, check=lambda _done: None)
    return decisions.models


def saying(probabilities: list[float], *, better: bool = True) -> Contender:
    """Return a model that says the same of everything."""
    forest = Forest(
        names=INPUTS,
        sizes=np.array([1], dtype=np.int32),
        feature=np.array([-1], dtype=np.int16),
        threshold=np.zeros(1, dtype=np.float32),
        missing_left=np.zeros(1, dtype=np.bool_),
        value=np.array([probabilities], dtype=np.float64),
    )
    used = np.full(MOMENTS, better)
    return Contender(work=forest, trial=forest, trial_until=0, better=used, told=0)


def with_air(of: Situation, temperature: float, humidity: float = 40) -> Situation:
    count = len(of.starts)
    air = replace(
        of.air, temperature=np.full(count, temperature), humidity=np.full(count, humidity)
    )
    return replace(of, air=air)


def test_the_slots_that_are_not_over_are_advised_on() -> None:
    advice = Advisor().advise(situation())
    assert len(advice.score) == len(PAST) - NOW
    assert advice.features.shape == (len(PAST) - NOW, 13)


def test_without_models_the_rule_says_what_to_do() -> None:
    advice = Advisor().advise(situation())
    assert (advice.engine, advice.score_engine) == (Engine.RULE, Engine.RULE)
    assert not np.isnan(advice.score).any()
    assert set(advice.recommendation.tolist()) >= {0, 1, 2}
    assert (advice.probabilities.argmax(axis=1) == advice.recommendation).all()
    assert advice.probabilities.sum(axis=1) == pytest.approx(np.ones(len(advice.score)))
    # What is a week away is less sure.
    assert advice.probabilities[0].max() > advice.probabilities[-1].max()


def test_with_models_they_say_it_where_they_are_better(models: DecisionModels) -> None:
    advisor = Advisor(models)
    advice = advisor.advise(situation())
    score = models.score
    assert score is not None
    assert advice.score_engine is Engine.MODEL
    assert advice.scored_by_model[0] == score.better[0]
    by_rule = Advisor().advise(situation())
    assert (advice.score[~advice.scored_by_model] == by_rule.score[~advice.scored_by_model]).all()
    assert (advice.score[advice.scored_by_model] != by_rule.score[advice.scored_by_model]).any()
    assert ((advice.score >= 0) & (advice.score <= 100)).all()
    assert advice.probabilities.sum(axis=1) == pytest.approx(np.ones(len(advice.score)))


def test_a_model_that_is_worse_at_a_moment_is_not_asked() -> None:
    model = saying([0, 0, 1, 0])
    only_now = replace(model, better=np.arange(MOMENTS) == 0)
    advice = Advisor(replace(Advisor().models, classes=only_now)).advise(situation())
    assert advice.called_by_model.tolist() == [True] + [False] * (len(advice.score) - 1)
    assert advice.recommendation[0] == Recommendation.REDUCED.position
    assert advice.engine is Engine.MODEL


def test_unbearable_air_is_a_halt_whatever_a_model_says() -> None:
    advisor = Advisor(replace(Advisor().models, classes=saying([0.97, 0.02, 0.01, 0])))
    advice = advisor.advise(with_air(situation(), 36))
    assert (advice.recommendation == HALT).all()
    fine = advisor.advise(with_air(situation(), 20))
    assert (fine.recommendation == Recommendation.OPTIMAL.position).all()


def test_the_halt_that_unbearable_air_forces_is_certain() -> None:
    cheerful = Advisor(replace(Advisor().models, classes=saying([0.97, 0.02, 0.01, 0])))
    for advisor in (Advisor(), cheerful):
        advice = advisor.advise(with_air(situation(), 36))
        assert (advice.probabilities == [0, 0, 0, 1]).all()


def test_the_hour_that_begins_with_its_price_forecast_is_judged_by_its_distance() -> None:
    only_now = replace(saying([0, 0, 1, 0]), better=np.arange(MOMENTS) == 0)
    advisor = Advisor(replace(Advisor().models, classes=only_now))
    late = situation(published_hours=-10)
    assert late.inputs(late.ahead)[0, INPUTS.index("lead")] == 1
    assert not advisor.advise(late).called_by_model.any()
    a_day_away = replace(only_now, better=np.arange(MOMENTS) == 2)
    advice = Advisor(replace(Advisor().models, classes=a_day_away)).advise(late)
    assert advice.called_by_model[0]


def test_where_no_price_is_known_nothing_is_recommended_but_a_halt() -> None:
    unknown = np.full(len(PAST), np.nan)
    nothing = replace(situation(), price=unknown, published=unknown)
    models = replace(Advisor().models, classes=saying([1, 0, 0, 0]), score=saying([3]))
    for advisor in (Advisor(), Advisor(models)):
        mild = advisor.advise(with_air(nothing, 20))
        assert (mild.recommendation == -1).all()
        assert np.isnan(mild.score).all()
        assert (advisor.advise(with_air(nothing, 36)).recommendation == HALT).all()


def test_from_the_first_minute_today_s_prices_are_enough() -> None:
    today = 24 * 9
    some = slice(today, today + 24)
    first = Situation(
        now=int(PAST.starts[NOW]),
        starts=PAST.starts[some],
        seconds=PAST.seconds[some],
        price=PAST.price[some],
        published=PAST.price[some],
        air=replace(
            PAST.air,
            temperature=np.full(24, np.nan),
            humidity=np.full(24, np.nan),
            pressure=np.full(24, np.nan),
        ),
        calendar=PAST.calendar,
        limits=PAST.limits,
    )
    advice = Advisor().advise(first)
    assert len(advice.recommendation) == 14
    assert (advice.recommendation >= 0).all()


def test_what_if_asks_about_one_slot(models: DecisionModels) -> None:
    advisor = Advisor(models)
    at = int(PAST.starts[NOW + 30]) + 1200
    mild = advisor.what_if(situation(), at, price=0.01, temperature=20, humidity=40)
    assert mild.score.shape == (1,)
    dear = advisor.what_if(situation(), at, price=0.9, temperature=20, humidity=40)
    assert mild.score[0] > 80
    assert dear.score[0] < 20
    hot = advisor.what_if(situation(), at, price=0.01, temperature=35, humidity=40, pressure=1010)
    assert hot.recommendation.tolist() == [HALT]
    assert hot.features[0, -4] == 1010


@pytest.mark.parametrize("row", [NOW, NOW + 5, NOW + 60, len(PAST) - 1])
def test_what_if_asks_what_an_outlook_asks_of_a_week_that_is_so(row: int) -> None:
    now, at = situation(), int(PAST.starts[row])
    asked = now.inputs_if(at, 0.07, 31.0, 55.0, 1003.0)

    def put(values: NDArray[np.float64], value: float) -> NDArray[np.float64]:
        return np.where(PAST.starts == at, value, values)

    air = Air(
        temperature=put(now.air.temperature, 31.0),
        humidity=put(now.air.humidity, 55.0),
        pressure=put(now.air.pressure, 1003.0),
    )
    so = replace(now, price=put(now.price, 0.07), air=air)
    np.testing.assert_array_equal(asked, so.inputs(np.array([row])))


def test_what_if_things_are_as_they_are_the_answer_is_that_of_the_outlook(
    models: DecisionModels,
) -> None:
    advisor, now = Advisor(models), situation()
    row = NOW + 5
    asked = advisor.what_if(
        now,
        int(PAST.starts[row]),
        price=float(PAST.price[row]),
        temperature=float(PAST.air.temperature[row]),
        humidity=float(PAST.air.humidity[row]),
    )
    outlook = advisor.advise(now)
    assert asked.score[0] == outlook.score[5]
    assert (asked.probabilities[0] == outlook.probabilities[5]).all()
    assert asked.reasons[0] == outlook.reasons[5]


def test_air_that_is_asked_about_outranks_what_the_room_s_sensors_say() -> None:
    in_fine_room = replace(with_air(situation(), 20), room=(100.0, 0.0))
    at = int(PAST.starts[NOW])
    asked = Advisor().what_if(in_fine_room, at, price=0.1, temperature=45, humidity=90)
    assert asked.recommendation.tolist() == [HALT]
    in_bad_room = replace(with_air(situation(), 20), room=(0.0, 1.0))
    asked = Advisor().what_if(in_bad_room, at, price=-0.05, temperature=20, humidity=40)
    assert asked.recommendation.tolist() == [Recommendation.OPTIMAL.position]


def test_what_was_asked_changes_nothing_of_what_is_said_of_the_week(
    models: DecisionModels,
) -> None:
    advisor, now = Advisor(models), situation()
    before = advisor.advise(now)
    for row in (NOW, NOW + 3):
        advisor.what_if(now, int(PAST.starts[row]), price=0.9, temperature=40, humidity=90)
    after = advisor.advise(now)
    assert (after.score == before.score).all()
    assert (after.recommendation == before.recommendation).all()
    assert (after.features == before.features).all()


@pytest.mark.parametrize("hours", [-1, 17 * 24])
def test_nothing_can_be_asked_about_a_time_that_nothing_is_known_of(hours: int) -> None:
    at = int(PAST.starts[0]) + hours * HOUR
    with pytest.raises(ValueError, match="nothing is known"):
        Advisor().what_if(situation(), at, price=0.1, temperature=20, humidity=40)


def test_the_lead_of_a_slot_is_its_distance_to_the_last_day_with_published_prices() -> None:
    lead, ahead = INPUTS.index("lead"), INPUTS.index("ahead")
    rows = np.arange(NOW, len(PAST))
    inputs = situation().inputs(rows)
    # Tomorrow is published.
    days = (rows // 24) - NOW // 24
    assert inputs[:, lead].tolist() == np.clip(days - 1, 0, 7).tolist()
    assert inputs[0, ahead] == 0
    assert inputs[1, ahead] == pytest.approx(50 / 60)


def test_prices_that_follow_no_market_are_as_far_away_as_if_tomorrow_s_were_the_last() -> None:
    rows = np.arange(NOW, len(PAST))
    of_market, of_contract = situation(), situation(published_hours=len(PAST))
    assert not np.isnan(of_contract.published).any()
    lead = INPUTS.index("lead")
    leads = of_contract.inputs(rows)[:, lead]
    assert leads.max() > 0
    assert leads.tolist() == of_market.inputs(rows)[:, lead].tolist()


def test_before_tomorrow_s_prices_are_out_it_is_a_day_away() -> None:
    rows = np.arange(NOW, len(PAST))
    leads = situation(published_hours=14).inputs(rows)[:, INPUTS.index("lead")]
    assert leads.tolist() == np.clip(rows // 24 - NOW // 24, 0, 7).tolist()


def test_every_reason_has_a_word_and_the_strongest_come_first(models: DecisionModels) -> None:
    for advisor in (Advisor(), Advisor(models)):
        for reasons in advisor.advise(situation()).reasons:
            assert len(reasons) <= MOST
            assert {reason.key for reason in reasons} <= set(KEYS)
            effects = [abs(reason.effect) for reason in reasons]
            assert effects == sorted(effects, reverse=True)


@pytest.mark.parametrize("by_model", [False, True])
@pytest.mark.parametrize(
    ("temperature", "humidity", "expected"), [(36, 20, "heat"), (19, 99, "damp")]
)
def test_the_first_reason_for_a_halt_is_the_air(
    models: DecisionModels, *, by_model: bool, temperature: float, humidity: float, expected: str
) -> None:
    advisor = Advisor(models) if by_model else Advisor()
    advice = advisor.advise(with_air(situation(), temperature, humidity))
    assert (advice.recommendation == HALT).all()
    assert {(reasons[0].key, reasons[0].effect) for reasons in advice.reasons} == {
        (expected, -100.0)
    }


def test_a_cheap_hour_is_recommended_because_of_its_price() -> None:
    at = int(PAST.starts[NOW])
    advice = Advisor().what_if(situation(), at, price=-0.05, temperature=20, humidity=40)
    ((reason,),) = advice.reasons
    assert reason.key == "price"
    assert reason.effect == pytest.approx(50, abs=1)


def test_quarters_are_advised_on_as_well(models: DecisionModels) -> None:
    hourly = situation()
    air = replace(
        hourly.air,
        temperature=np.repeat(hourly.air.temperature, 4),
        humidity=np.repeat(hourly.air.humidity, 4),
        pressure=np.repeat(hourly.air.pressure, 4),
    )
    quarters = replace(
        hourly,
        starts=(hourly.starts[:, None] + 900 * np.arange(4)).ravel(),
        seconds=np.full(4 * len(PAST), 900),
        price=np.repeat(hourly.price, 4),
        published=np.repeat(hourly.published, 4),
        air=air,
    )
    by_hour, by_quarter = (Advisor().advise(one) for one in (hourly, quarters))
    assert by_quarter.score[::4][1:] == pytest.approx(by_hour.score[1:], abs=1)
    advice = Advisor(models).advise(quarters)
    assert advice.probabilities.shape == (len(advice.score), CLASSES)
