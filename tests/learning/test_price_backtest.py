from datetime import date, timedelta

import numpy as np
import pytest

from custom_components.chocolate_factory.factory.series import Series
from custom_components.chocolate_factory.learning.price_forecast import (
    Backtest,
    Drivers,
    PriceHistory,
    TooLittleHistoryError,
    backtest,
)

from .price_market import HOUR, QUARTER, blowing, changed, market, midnight, slots

DAY = timedelta(days=1)
TODAY = date(2026, 6, 10)
FIRST = TODAY - 60 * DAY
YEARS = market(TODAY - 450 * DAY, TODAY)


def walked(prices: PriceHistory, drivers: Drivers | None = None) -> Backtest:
    return backtest(prices, Series.SPOT, drivers, first=midnight(FIRST))


@pytest.fixture(scope="module")
def result() -> Backtest:
    return walked(YEARS)


def test_every_hour_from_the_first_day_on_is_forecast_at_seven_leads(result: Backtest) -> None:
    assert result.starts.tolist() == slots(FIRST, TODAY).tolist()
    assert result.middle.shape == (7, len(result.starts))
    assert np.isfinite([result.low, result.middle, result.high]).all()
    assert (result.low <= result.middle).all()
    assert (result.middle <= result.high).all()


def test_no_forecast_knows_anything_of_the_days_after_it_was_made(result: Backtest) -> None:
    turn = TODAY - 20 * DAY
    positions = np.flatnonzero(YEARS.starts >= midnight(turn)).tolist()
    other = walked(changed(YEARS, dict.fromkeys(positions, 9.0)))

    for lead in range(7):
        # The first forecast that knows of the turn is made on its day.
        unaware = result.starts < midnight(turn + (lead + 1) * DAY)
        assert np.array_equal(result.middle[lead, unaware], other.middle[lead, unaware])
        assert np.array_equal(result.high[lead, unaware], other.high[lead, unaware])
        assert not np.array_equal(result.middle[lead], other.middle[lead])


def test_the_day_ahead_is_foreseen_better_than_the_week_ahead(result: Backtest) -> None:
    real = YEARS.prices[-len(result.starts) :]
    errors = np.abs(result.middle - real).mean(axis=1)

    assert errors[0] < 0.9 * errors[6]


def test_four_prices_of_five_are_in_the_band(result: Backtest) -> None:
    real = YEARS.prices[-len(result.starts) :]
    inside = (result.low <= real) & (real <= result.high)

    assert inside.mean(axis=1) == pytest.approx(0.8, abs=0.08)


def test_weather_makes_every_lead_foreseeable(result: Backtest) -> None:
    real = YEARS.prices[-len(result.starts) :]
    informed = walked(YEARS, blowing(TODAY - 450 * DAY, TODAY))
    errors, before = (np.abs(one.middle - real).mean(axis=1) for one in (informed, result))

    assert (errors[1:] < 0.8 * before[1:]).all()


def test_where_nothing_could_be_forecast_there_is_nothing() -> None:
    prices = market(TODAY - 20 * DAY, TODAY)
    result = backtest(prices, Series.SPOT, first=0)

    assert len(result.starts) == 480
    for lead in range(7):
        assert np.isnan(result.middle[lead, : (14 + lead) * 24]).all()
        assert np.isfinite(result.middle[lead, (14 + lead) * 24 :]).all()
    with pytest.raises(TooLittleHistoryError):
        backtest(market(TODAY - 5 * DAY, TODAY), Series.SPOT, first=0)


def test_quarters_of_an_hour_can_be_asked_for() -> None:
    prices = market(TODAY - 30 * DAY, TODAY, length=QUARTER)
    first = midnight(TODAY - 5 * DAY)
    hours = backtest(prices, Series.SPOT, first=first)
    quarters = backtest(prices, Series.SPOT, first=first, seconds=QUARTER)

    assert quarters.starts.tolist() == slots(TODAY - 5 * DAY, TODAY, QUARTER).tolist()
    assert quarters.middle.reshape(7, -1, HOUR // QUARTER).mean(axis=2) == pytest.approx(
        hours.middle, abs=1e-9
    )


def test_a_backtest_can_be_cancelled() -> None:
    def cancel(done: float) -> None:
        if done > 0.5:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        backtest(YEARS, Series.SPOT, first=midnight(FIRST), check=cancel)
