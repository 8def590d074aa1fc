from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from custom_components.chocolate_factory.factory.features import Air
from custom_components.chocolate_factory.learning.expected_air import Habits
from custom_components.chocolate_factory.learning.inputs import INPUTS, RULE_SCORE
from custom_components.chocolate_factory.learning.past import LEADS, Past
from custom_components.chocolate_factory.learning.rows import MOMENTS, Looks
from custom_components.chocolate_factory.learning.situation import Situation
from tests.learning.pasts import made_up

DAYS = 40
PAST = made_up(DAYS, wobble=0.03)
# The last day with published prices, and the evening on which they were out.
LAST = 24
EVENING = 24 * (LAST - 1) + 20


def day(number: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    return np.arange(24 * number, 24 * (number + 1))


def later_otherwise(past: Past) -> Past:
    """Return a past that went on otherwise after the evening, as far as nobody had said so."""
    count = len(past)
    hours = np.arange(count)
    unknown = hours >= 24 * (LAST + 1)
    after = hours > EVENING
    forecasts = past.forecasts.copy()
    for lead in range(1, LEADS):
        # What was forecast of these hours at this lead was forecast later.
        forecasts[lead - 1, 24 * (LAST + lead + 1) :] = 9
    air = past.air
    return replace(
        past,
        price=np.where(unknown, 9, past.price),
        forecasts=forecasts,
        air=Air(
            temperature=np.where(after, 45, air.temperature),
            humidity=np.where(after, 5, air.humidity),
            pressure=np.where(after, 950, air.pressure),
        ),
    )


@pytest.mark.parametrize("lead", range(LEADS))
def test_a_row_knows_nothing_that_came_after_its_evening(lead: int) -> None:
    hours = day(LAST + lead)
    seen = Looks.of(PAST).moment(hours, 1 + lead)
    blind = Looks.of(later_otherwise(PAST)).moment(hours, 1 + lead)
    assert blind == pytest.approx(seen)
    assert not np.isnan(seen).any()


def known_on_the_evening() -> Situation:
    """Return what an outlook would be made from on the evening."""
    first, end = 24 * (LAST - 9), 24 * (LAST + LEADS)
    hours = np.arange(len(PAST))
    air = Habits.of(PAST.air).expected(np.maximum(hours - EVENING, 0))
    price, published = PAST.price.copy(), PAST.price.copy()
    for lead in range(1, LEADS):
        price[day(LAST + lead)] = PAST.forecasts[lead - 1, day(LAST + lead)]
    published[24 * (LAST + 1) :] = np.nan
    some = slice(first, end)
    return Situation(
        now=int(PAST.starts[EVENING]),
        starts=PAST.starts[some],
        seconds=PAST.seconds[some],
        price=price[some],
        published=published[some],
        air=Air(
            temperature=air.temperature[some],
            humidity=air.humidity[some],
            pressure=air.pressure[some],
        ),
        calendar=PAST.calendar,
        limits=PAST.limits,
    )


@pytest.mark.parametrize("lead", range(LEADS))
def test_an_outlook_asks_what_training_asked(lead: int) -> None:
    situation = known_on_the_evening()
    rows = np.searchsorted(situation.starts, PAST.starts[day(LAST + lead)])
    asked = situation.inputs(rows)
    trained = Looks.of(PAST).moment(day(LAST + lead), 1 + lead)
    for column, name in enumerate(INPUTS):
        assert asked[:, column] == pytest.approx(trained[:, column], rel=1e-6, abs=1e-6), name


def test_an_hour_that_begins_is_seen_as_measured() -> None:
    rows = day(LAST)
    now = Looks.of(PAST).moment(rows, 0)
    assert now[:, INPUTS.index("temperature")] == pytest.approx(PAST.air.temperature[rows])
    assert (now[:, INPUTS.index("ahead")] == 0).all()
    assert (now[:, INPUTS.index("lead")] == 0).all()


@pytest.mark.parametrize("name", ["temperature", "humidity", "pressure"])
def test_the_air_is_foreseen_in_part_and_never_made_up(name: str) -> None:
    column, rows = INPUTS.index(name), day(LAST)
    habit, half, whole = (
        Looks.of(replace(PAST, foresight=foresight)).moment(rows, 3)[:, column]
        for foresight in (0.0, 0.5, 1.0)
    )
    assert whole == pytest.approx(getattr(PAST.air, name)[rows])
    assert half == pytest.approx((habit + whole) / 2)
    gone = replace(PAST.air, **{name: np.where(np.arange(len(PAST)) < rows[0], habit[0], np.nan)})
    unknown = Looks.of(replace(PAST, air=gone, foresight=0.5)).moment(rows, 3)[:, column]
    assert np.isfinite(unknown).all()


def test_a_sample_looks_at_each_hour_once_with_its_price_published_and_once_without() -> None:
    rows = np.arange(24 * 10, 24 * 30)
    hours, inputs = Looks.of(PAST).sample(rows, np.random.default_rng(0))
    lead = inputs[:, INPUTS.index("lead")]
    ahead = inputs[:, INPUTS.index("ahead")]
    assert sorted(hours[lead == 0]) == sorted(hours[lead > 0]) == rows.tolist()
    assert set(lead) == set(range(LEADS))
    assert (ahead >= 0).all()
    assert (ahead[lead == 0] == 0).mean() == pytest.approx(0.5, abs=0.1)
    # On no evening was anything further away.
    assert (ahead <= 24 * lead + 27).all()


def test_at_every_moment_the_rule_knows_less_than_at_the_one_before() -> None:
    looks = Looks.of(PAST)
    rows = np.arange(24 * 10, 24 * 30)
    truth = looks.moment(rows, 0)[:, RULE_SCORE]
    errors = [
        np.abs(looks.moment(rows, moment)[:, RULE_SCORE] - truth).mean()
        for moment in range(MOMENTS)
    ]
    assert errors[1] < errors[2] < errors[8]


def test_days_on_which_clocks_change_are_seen_like_others() -> None:
    days = 20
    # It begins on 20 March 2024; clocks change on the 31st.
    march = made_up(days)
    shift = int(timedelta(days=40).total_seconds())
    past = replace(march, starts=march.starts - shift + 3600)
    looks = Looks.of(past)
    rows = np.arange(24 * 11, 24 * 15)
    for moment in range(MOMENTS):
        assert not np.isnan(looks.moment(rows, moment)).any()
