from datetime import date, timedelta

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.factory.series import Series
from custom_components.chocolate_factory.learning.price_forecast import (
    Drivers,
    PriceForecaster,
    PriceHistory,
    TooLittleHistoryError,
    backtest,
)

from .price_market import (
    HOUR,
    QUARTER,
    blowing,
    changed,
    history,
    market,
    midnight,
    off,
    shape,
    slots,
    without,
)

DAY = timedelta(days=1)
TODAY = date(2026, 6, 10)
YEARS = market(TODAY - 450 * DAY, TODAY)


@pytest.fixture(scope="module")
def forecaster() -> PriceForecaster:
    return PriceForecaster.fit(YEARS, Series.SPOT)


@pytest.fixture(scope="module")
def wind() -> Drivers:
    return blowing(TODAY - 450 * DAY, TODAY + 7 * DAY)


@pytest.fixture(scope="module")
def informed(wind: Drivers) -> PriceForecaster:
    return fitted(YEARS, wind)


def fitted(prices: PriceHistory, drivers: Drivers | None = None) -> PriceForecaster:
    return PriceForecaster.fit(prices, Series.PVPC, drivers)


@pytest.mark.parametrize(
    ("today", "hours"),
    [(TODAY, 168), (date(2026, 3, 26), 167), (date(2026, 10, 22), 169)],
)
def test_every_hour_of_the_seven_days_after_the_last_published_one_is_forecast(
    today: date, hours: int
) -> None:
    prices = market(today - 30 * DAY, today)
    forecast = fitted(prices).forecast(prices)

    assert forecast.series is Series.PVPC
    assert forecast.known_until == midnight(today)
    assert forecast.starts.tolist() == slots(today, today + 7 * DAY).tolist()
    assert len(forecast.starts) == hours
    assert forecast.seconds.tolist() == [HOUR] * hours
    assert np.isfinite([forecast.low, forecast.middle, forecast.high]).all()


def test_fewer_days_are_forecast_when_asked_for(forecaster: PriceForecaster) -> None:
    assert len(forecaster.forecast(YEARS, days=2).starts) == 48


def test_a_day_that_is_published_in_part_is_forecast_from_there_on() -> None:
    prices = market(TODAY - 30 * DAY, TODAY)
    more = without(market(TODAY - 30 * DAY, TODAY + DAY), slice(-14, None))
    forecast = fitted(prices).forecast(more)

    assert forecast.known_until == midnight(TODAY) + 10 * HOUR
    assert forecast.starts[0] == forecast.known_until
    assert forecast.starts[-1] == midnight(TODAY + 7 * DAY) - HOUR


def test_two_weeks_are_enough_and_a_day_less_is_not() -> None:
    prices = market(TODAY - 14 * DAY, TODAY)
    real = shape(slots(TODAY, TODAY + 7 * DAY))

    assert off(fitted(prices).forecast(prices), real) < 0.025
    with pytest.raises(TooLittleHistoryError, match="13 days"):
        fitted(market(TODAY - 13 * DAY, TODAY))
    with pytest.raises(TooLittleHistoryError):
        fitted(history(np.empty(0, dtype=np.int64), np.empty(0)))


def test_the_band_is_around_the_middle_and_grows_no_narrower_with_the_lead(
    forecaster: PriceForecaster,
) -> None:
    forecast = forecaster.forecast(YEARS)
    width = (forecast.high - forecast.low).reshape(7, 24).mean(axis=1)

    assert (forecast.low <= forecast.middle).all()
    assert (forecast.middle <= forecast.high).all()
    assert width[0] < width[3]


def test_a_year_of_prices_beats_what_is_usual_where_yesterday_tells_something(
    forecaster: PriceForecaster,
) -> None:
    whole = market(TODAY - 450 * DAY, TODAY + 60 * DAY)
    ours, naive = [], []
    for days in range(0, 60, 2):
        known = int(np.searchsorted(whole.starts, midnight(TODAY + days * DAY)))
        past = history(whole.starts[:known], whole.prices[:known])
        real = whole.prices[known : known + 24]
        ours.append(np.abs(forecaster.forecast(past, days=1).middle - real).mean())
        naive.append(np.abs(whole.prices[known - 168 : known - 144] - real).mean())

    assert np.mean(ours) < 0.75 * np.mean(naive)


def test_weather_that_is_forecast_makes_the_price_foreseeable(
    forecaster: PriceForecaster, informed: PriceForecaster, wind: Drivers
) -> None:
    real = market(TODAY - 450 * DAY, TODAY + 7 * DAY).prices[-168:]

    with_weather = off(informed.forecast(YEARS, wind), real)
    assert with_weather < 0.6 * off(forecaster.forecast(YEARS), real)


def test_days_whose_weather_nobody_knows_are_forecast_without_it(
    forecaster: PriceForecaster, informed: PriceForecaster, wind: Drivers
) -> None:
    known = np.where(np.arange(len(wind.values["wind"])) < 453 * 24, wind.values["wind"], np.nan)
    until_then = Drivers(start=wind.start, values={"wind": known})
    plain = forecaster.forecast(YEARS)

    partly = informed.forecast(YEARS, until_then)
    assert np.array_equal(partly.middle[:72], informed.forecast(YEARS, wind).middle[:72])
    for drivers in (None, Drivers(start=0, values={"rain": np.zeros(5)})):
        forecast = informed.forecast(YEARS, drivers)
        assert np.isfinite(forecast.middle).all()
        assert np.abs(forecast.middle - plain.middle).max() < 0.02


def test_weather_of_less_than_a_year_is_not_looked_at() -> None:
    wind = blowing(TODAY - 200 * DAY, TODAY + 7 * DAY)

    assert fitted(YEARS, wind).names == ()


def test_quarters_of_an_hour_follow_their_usual_way_through_the_hour() -> None:
    starts = slots(TODAY - 60 * DAY, TODAY, QUARTER)
    ramp = 0.004 * (starts % HOUR / QUARTER - 1.5)
    prices = history(starts, shape(starts) + ramp, QUARTER)
    forecast = fitted(prices).forecast(prices)

    assert forecast.starts.tolist() == slots(TODAY, TODAY + 7 * DAY, QUARTER).tolist()
    assert set(forecast.seconds.tolist()) == {QUARTER}
    real = shape(forecast.starts) + 0.004 * (forecast.starts % HOUR / QUARTER - 1.5)
    assert np.abs(forecast.middle - real).max() < 0.001


def test_hours_of_old_and_quarters_of_late_are_one_history() -> None:
    turn = TODAY - 3 * DAY
    old, new = market(TODAY - 60 * DAY, turn), market(turn, TODAY, length=QUARTER)
    prices = PriceHistory(
        starts=np.concatenate([old.starts, new.starts]),
        seconds=np.concatenate([old.seconds, new.seconds]),
        prices=np.concatenate([old.prices, new.prices]),
    )
    forecast = fitted(prices).forecast(prices)

    assert len(forecast.starts) == 7 * 96
    assert off(forecast, shape(forecast.starts)) < 0.03


@pytest.mark.parametrize("spike", [5.0, -5.0, 1e6])
def test_a_single_spike_hardly_moves_the_forecast(
    forecaster: PriceForecaster, spike: float
) -> None:
    before = forecaster.forecast(YEARS)
    spiked = changed(YEARS, {-20: spike, -300: spike})
    after = fitted(spiked).forecast(spiked)

    assert np.abs(after.middle - before.middle).mean() < 0.01
    assert (after.high - after.low).mean() < 3 * (before.high - before.low).mean()


def test_another_level_of_prices_arrives_within_weeks() -> None:
    prices = market(TODAY - 450 * DAY, TODAY)
    higher = PriceHistory(
        starts=prices.starts,
        seconds=prices.seconds,
        prices=prices.prices * np.where(prices.starts < midnight(TODAY - 28 * DAY), 1, 3),
    )
    forecast = fitted(higher).forecast(higher)

    assert off(forecast, 3 * shape(forecast.starts)) < 0.05


def test_prices_below_zero_are_prices() -> None:
    prices = market(TODAY - 60 * DAY, TODAY)
    lower = PriceHistory(starts=prices.starts, seconds=prices.seconds, prices=prices.prices - 0.12)
    forecast = fitted(lower).forecast(lower)

    assert off(forecast, shape(forecast.starts) - 0.12) < 0.03
    assert forecast.middle.min() < 0


def test_prices_that_never_move_are_forecast_as_they_are() -> None:
    starts = slots(TODAY - 100 * DAY, TODAY)
    prices = history(starts, np.full(len(starts), 0.15))
    forecast = fitted(prices).forecast(prices)

    assert np.abs([forecast.low, forecast.middle, forecast.high]) == pytest.approx(0.15, abs=0.001)


@settings(max_examples=10, deadline=None)
@given(
    holes=st.lists(st.tuples(st.integers(0, 59 * 24), st.integers(1, 240)), max_size=4),
    missing=st.sets(st.integers(0, 60 * 24 - 1), max_size=20),
)
def test_holes_do_no_harm(holes: list[tuple[int, int]], missing: set[int]) -> None:
    prices = market(TODAY - 60 * DAY, TODAY)
    prices = changed(prices, dict.fromkeys(missing, float("nan")))
    for first, length in holes:
        prices = without(prices, slice(first, first + length))
    try:
        forecast = fitted(prices).forecast(prices)
    except TooLittleHistoryError:
        return

    assert np.isfinite([forecast.low, forecast.middle, forecast.high]).all()
    assert off(forecast, shape(forecast.starts)) < 0.08


@pytest.mark.parametrize("days", range(14, 26))
def test_every_length_of_a_short_history_can_be_learned_from(days: int) -> None:
    prices = market(TODAY - days * DAY, TODAY)

    forecast = fitted(prices).forecast(prices)
    tested = backtest(prices, Series.PVPC, first=int(prices.starts[0]))

    assert np.isfinite([forecast.low, forecast.middle, forecast.high]).all()
    assert len(tested.starts) > 0


def test_forecasting_teaches_nothing_to_the_forecaster_itself(
    forecaster: PriceForecaster,
) -> None:
    before = forecaster.forecast(YEARS)
    forecaster.forecast(market(TODAY - 450 * DAY, TODAY + 20 * DAY))
    after = forecaster.forecast(YEARS)

    assert np.array_equal(after.middle, before.middle)
    assert np.array_equal(after.high, before.high)


def test_days_since_the_fit_widen_a_band_that_was_too_narrow(forecaster: PriceForecaster) -> None:
    generator = np.random.default_rng(3)
    prices = market(TODAY - 450 * DAY, TODAY + 20 * DAY)
    is_new = prices.starts >= midnight(TODAY)
    wild = prices.prices + np.where(is_new, generator.normal(0, 0.08, len(is_new)), 0)
    calm = forecaster.forecast(prices)
    rough = forecaster.forecast(history(prices.starts, wild))

    assert (rough.high - rough.low).mean() > 2 * (calm.high - calm.low).mean()


def test_a_history_that_ends_before_the_fit_is_forecast_too(forecaster: PriceForecaster) -> None:
    earlier = market(TODAY - 450 * DAY, TODAY - 40 * DAY)

    assert forecaster.forecast(earlier).known_until == midnight(TODAY - 40 * DAY)


def test_a_fit_can_be_watched_and_cancelled() -> None:
    told: list[float] = []
    PriceForecaster.fit(YEARS, Series.SPOT, check=told.append)

    assert told == sorted(told)
    assert told[0] == 0
    assert told[-1] == 1
    assert len(told) >= 10

    def cancel(done: float) -> None:
        if done:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        PriceForecaster.fit(YEARS, Series.SPOT, check=cancel)


def test_equal_histories_give_equal_forecasts(forecaster: PriceForecaster) -> None:
    again = PriceForecaster.fit(YEARS, Series.SPOT)

    assert np.array_equal(forecaster.forecast(YEARS).middle, again.forecast(YEARS).middle)
