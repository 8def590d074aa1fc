from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray
import pytest

from custom_components.chocolate_factory.factory.blend import Blend
from custom_components.chocolate_factory.factory.tariff import MARKET_TIME_ZONE
from custom_components.chocolate_factory.factory.weather import KEPT, Measure
from custom_components.chocolate_factory.learning.foreseen import REACH, Foreseen, evenings
from custom_components.chocolate_factory.learning.inputs import INPUTS
from custom_components.chocolate_factory.learning.past import HOUR, LEADS
from custom_components.chocolate_factory.learning.rows import Looks
from tests.learning.pasts import START, made_up

PAST = made_up(40)
LAST = 24
# 20:00 in Madrid on the day before the last one with published prices.
EVENING = START + timedelta(days=LAST - 1, hours=20)
TEMPERATURE = INPUTS.index("temperature")


def forecast(made: datetime, temperature: float, hours: int = REACH) -> Blend:
    """Return a forecast that is the same for so many hours, and silent on the rest."""
    said = np.where(np.arange(REACH) < hours, temperature, np.nan)
    values: dict[Measure, NDArray[np.float64]] = dict.fromkeys(KEPT, said)
    return Blend(start=made, ranking=(), values=values, sources={})


def seen(day: int, lead: int, *forecasts: Blend) -> NDArray[np.float64]:
    """Return the temperatures that the hours of a day were seen with on the evening of a lead."""
    looks = Looks.of(replace(PAST, foreseen=Foreseen.of(forecasts)))
    return looks.moment(np.arange(24 * day, 24 * (day + 1)), 1 + lead)[:, TEMPERATURE]


@pytest.mark.parametrize("lead", range(LEADS))
def test_what_was_forecast_on_an_evening_is_what_hours_looked_like_then(lead: int) -> None:
    assert seen(LAST + lead, lead, forecast(EVENING, 31.5)).tolist() == [31.5] * 24


def test_on_another_evening_hours_looked_as_they_were_to_be_expected() -> None:
    habits = seen(LAST + 1, 0)
    assert seen(LAST + 1, 0, forecast(EVENING, 31.5)) == pytest.approx(habits)
    assert seen(LAST + 1, 2, forecast(EVENING, 31.5)) == pytest.approx(seen(LAST + 1, 2))


def test_beyond_what_was_forecast_hours_looked_as_they_were_to_be_expected() -> None:
    # Four hours of the evening itself, and half a day.
    found = seen(LAST, 0, forecast(EVENING, 31.5, hours=16))
    assert found[:12].tolist() == [31.5] * 12
    assert found[12:] == pytest.approx(seen(LAST, 0)[12:])


def test_of_several_evenings_each_has_its_own_forecast() -> None:
    day = timedelta(days=1)
    issues = [forecast(EVENING + number * day, 30.0 + number) for number in range(3)]
    assert seen(LAST + 2, 2, *issues).tolist() == [30] * 24
    assert seen(LAST + 2, 1, *issues).tolist() == [31] * 24
    assert seen(LAST + 2, 0, *issues).tolist() == [32] * 24


@pytest.mark.parametrize("lead", range(LEADS))
def test_nothing_is_known_that_was_forecast_after_the_moment(lead: int) -> None:
    before = forecast(EVENING, 20.0)
    later = [forecast(EVENING + timedelta(hours=hours), 45.0) for hours in (1, 5, 24, 100)]
    assert seen(LAST + lead, lead, before, *later).tolist() == [20.0] * 24
    assert seen(LAST + lead, lead, *later) == pytest.approx(seen(LAST + lead, lead))


def test_at_any_moment_the_last_evening_speaks_and_never_a_later_one() -> None:
    generator = np.random.default_rng(0)
    made = [EVENING + timedelta(days=number) for number in range(5)]
    foreseen = Foreseen.of([forecast(one, one.timestamp()) for one in made])
    ahead = generator.integers(0, 150, 2000)
    starts = int(EVENING.timestamp()) + HOUR * generator.integers(-50, 250, 2000)
    said = foreseen.at(starts, ahead).temperature
    moments = starts - HOUR * ahead
    known = ~np.isnan(said)
    assert known.any()
    assert (said[known] <= moments[known]).all()
    assert (said[known] > moments[known] - 86_400).all()
    # An hour that begins is measured.
    assert not known[ahead == 0].any()


def test_an_hour_that_begins_is_as_measured_whatever_was_forecast_of_it() -> None:
    looks = Looks.of(replace(PAST, foreseen=Foreseen.of([forecast(EVENING, 31.5)])))
    rows = np.arange(24 * LAST, 24 * (LAST + 1))
    assert looks.moment(rows, 0)[:, TEMPERATURE].tolist() == PAST.air.temperature[rows].tolist()


def test_what_was_forecast_changes_what_the_cooling_was_expected_to_cost() -> None:
    hot = Looks.of(replace(PAST, foreseen=Foreseen.of([forecast(EVENING, 40.0)])))
    rows = np.arange(24 * LAST, 24 * (LAST + 1))
    # As known on the evening itself, and on those of leads 0 and 1.
    tonight, tomorrow = hot.costs[1], hot.costs[2]
    assert (tomorrow[rows] > 1.2 * PAST.price[rows]).all()
    assert (tonight[rows - 24][21:] > 1.2 * PAST.price[rows - 24][21:]).all()


def test_evenings_are_when_it_is_eight_on_the_wall() -> None:
    first, last = datetime(2024, 3, 30, 3, tzinfo=UTC), datetime(2024, 4, 1, 17, 59, tzinfo=UTC)
    assert evenings(first, last, MARKET_TIME_ZONE) == [
        datetime(2024, 3, 30, 19, tzinfo=UTC),
        datetime(2024, 3, 31, 18, tzinfo=UTC),
    ]
