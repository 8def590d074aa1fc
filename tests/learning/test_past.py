from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from custom_components.chocolate_factory.factory.features import Air
from custom_components.chocolate_factory.factory.outcome import Outcome, OutcomeKind
from custom_components.chocolate_factory.factory.recommendation import Recommendation
from custom_components.chocolate_factory.learning.past import Past, labels
from tests.learning.pasts import START, made_up

OPTIMAL, MODERATE, REDUCED, HALT = (one.position for one in Recommendation)
DAYS = 20
PAST = made_up(DAYS)


def told(kind: OutcomeKind, day: int, hours: tuple[float, float]) -> Outcome:
    first, last = (START + timedelta(days=day, hours=hour) for hour in hours)
    return Outcome(start=first, end=last, kind=kind)


def in_air(temperature: float, humidity: float) -> Past:
    count = len(PAST)
    air = Air(
        temperature=np.full(count, temperature),
        humidity=np.full(count, humidity),
        pressure=np.full(count, 1013.0),
    )
    return replace(PAST, air=air)


def test_hours_are_labelled_once_the_days_around_them_are_known() -> None:
    known = np.flatnonzero(labels(PAST).is_known)
    assert known[0] == pytest.approx(2.8 * 24, abs=1)
    assert known[-1] == pytest.approx(24 * (DAYS - 2.8), abs=2)
    assert (np.diff(known) == 1).all()


def test_an_hour_of_which_the_air_is_not_known_has_a_score_but_no_class() -> None:
    temperature = PAST.air.temperature.copy()
    temperature[200] = np.nan
    found = labels(replace(PAST, air=replace(PAST.air, temperature=temperature)))
    assert not np.isnan(found.score[200])
    assert not found.is_known[200]
    assert found.is_known[201]


@pytest.mark.parametrize("kind", [OutcomeKind.SPOILED, OutcomeKind.STOPPED])
def test_what_was_spoiled_or_stopped_should_have_been_a_halt(kind: OutcomeKind) -> None:
    found = labels(replace(PAST, outcomes=(told(kind, 8, (9, 14)),)))
    hours = 8 * 24 + np.arange(9, 14)
    assert (found.classes[hours] == HALT).all()
    before = labels(PAST).classes
    others = np.setdiff1d(np.arange(len(PAST)), hours)
    assert (found.classes[others] == before[others]).all()


def test_where_it_went_well_in_bad_air_the_price_decides() -> None:
    outcome = told(OutcomeKind.GOOD, 8, (0, 24))
    found = labels(replace(in_air(30, 40), outcomes=(outcome,)))
    day = found.classes[8 * 24 : 9 * 24]
    assert set(day.tolist()) == {OPTIMAL, MODERATE, REDUCED}
    assert (day == labels(in_air(20, 40)).classes[8 * 24 : 9 * 24]).all()


def test_where_it_went_acceptably_nothing_is_optimal_nor_a_halt() -> None:
    outcome = told(OutcomeKind.ACCEPTABLE, 8, (0, 24))
    for past in (in_air(20, 40), in_air(30, 40)):
        day = labels(replace(past, outcomes=(outcome,))).classes[8 * 24 : 9 * 24]
        assert set(day.tolist()) == {MODERATE, REDUCED}


def test_what_the_maker_told_counts_more_than_what_was_reckoned() -> None:
    found = labels(replace(PAST, outcomes=(told(OutcomeKind.GOOD, 8, (9, 14)),)))
    assert found.is_told.sum() == 5
    assert found.weight[found.is_told].min() > 10 * found.weight[~found.is_told].max()


def test_what_was_told_of_a_part_of_an_hour_counts_as_much_as_that_part() -> None:
    hour = 8 * 24 + 10
    found = labels(replace(PAST, outcomes=(told(OutcomeKind.SPOILED, 8, (10, 10 + 1 / 3)),)))
    assert np.flatnonzero(found.is_told).tolist() == [hour]
    assert found.classes[hour] == HALT
    whole = labels(replace(PAST, outcomes=(told(OutcomeKind.SPOILED, 8, (10, 11)),)))
    assert 1 < found.weight[hour] < whole.weight[hour]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [((9.99, 11.01), [9, 10, 11]), ((9, 11), [9, 10]), ((9.7, 9.71), [9])],
)
def test_every_hour_that_an_outcome_touches_is_told(
    hours: tuple[float, float], expected: list[int]
) -> None:
    found = labels(replace(PAST, outcomes=(told(OutcomeKind.STOPPED, 8, hours),)))
    assert (np.flatnonzero(found.is_told) - 8 * 24).tolist() == expected
    assert found.weight.min() == 1


@pytest.mark.parametrize("in_turn", [1, -1])
def test_of_two_outcomes_in_an_hour_the_longer_one_speaks_for_it(in_turn: int) -> None:
    good, spoiled = (
        told(OutcomeKind.GOOD, 8, (8, 10.75)),
        told(OutcomeKind.SPOILED, 8, (10.75, 12)),
    )
    found = labels(replace(in_air(20, 40), outcomes=(good, spoiled)[::in_turn]))
    assert (found.classes[8 * 24 + np.arange(8, 12)] == HALT).tolist() == [False] * 3 + [True]


def test_a_later_outcome_outranks_a_longer_one_that_it_overlaps() -> None:
    outcomes = (told(OutcomeKind.GOOD, 8, (8, 12)), told(OutcomeKind.SPOILED, 8, (10, 10.25)))
    found = labels(replace(in_air(20, 40), outcomes=outcomes))
    is_halt = found.classes[8 * 24 + np.arange(8, 12)] == HALT
    assert is_halt.tolist() == [False, False, True, False]


def test_outcomes_of_other_times_change_nothing() -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    outcome = Outcome(start=long_ago, end=long_ago + timedelta(hours=3), kind=OutcomeKind.SPOILED)
    found = labels(replace(PAST, outcomes=(outcome,)))
    assert (found.classes == labels(PAST).classes).all()
    assert not found.is_told.any()
