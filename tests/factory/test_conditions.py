"""What is known of slots: the surest word counts, and nothing is made up."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import numpy as np
from numpy.typing import NDArray

from custom_components.chocolate_factory.factory.blend import Blend
from custom_components.chocolate_factory.factory.conditions import (
    Conditions,
    HourlyAir,
    MarketPrices,
    conditions,
)
from custom_components.chocolate_factory.factory.contract import (
    Contract,
    FixedContract,
    IndexedContract,
    PvpcContract,
)
from custom_components.chocolate_factory.factory.outlook import PriceOrigin
from custom_components.chocolate_factory.factory.price_issue import PriceIssue
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.factory.tariff import (
    AccessTariff,
    Period,
    TariffCalendar,
    Zone,
)
from custom_components.chocolate_factory.factory.weather import KEPT, Measure

START = datetime(2026, 8, 5, tzinfo=UTC)
FIRST = int(START.timestamp())
HOUR = timedelta(hours=1)
PENINSULA = TariffCalendar(AccessTariff.T2_0TD, Zone.PENINSULA)
PVPC = PvpcContract(calendar=PENINSULA)
PUBLISHED, ESTIMATED, FORECAST, AGREED = (one.position for one in PriceOrigin)


def blend(start: datetime, values: list[float]) -> Blend:
    """Return hours in which all measures have the same values."""
    column = np.array(values)
    return Blend(
        start=start,
        ranking=(Source.AEMET,),
        values=dict.fromkeys(KEPT, column),
        sources=dict.fromkeys(KEPT, np.where(np.isnan(column), -1, 0).astype(np.int8)),
    )


def market(prices: list[float], *, estimated: int = 0, seconds: int = 3600) -> MarketPrices:
    """Return prices from the start on, the last of which are estimated."""
    count = len(prices)
    return MarketPrices(
        starts=FIRST + seconds * np.arange(count),
        seconds=np.full(count, seconds),
        values=np.array(prices),
        estimated=np.arange(count) >= count - estimated,
    )


def issue(start: int, prices: NDArray[np.float64], seconds: int = 3600) -> PriceIssue:
    """Return a forecast from some slot on."""
    return PriceIssue(
        series=Series.PVPC,
        issued=START,
        known_until=START,
        starts=FIRST + seconds * (start + np.arange(len(prices))),
        seconds=seconds,
        low=prices - 0.01,
        middle=prices,
        high=prices + 0.02,
    )


def known(
    count: int,
    contract: Contract = PVPC,
    published: MarketPrices | None = None,
    forecast: PriceIssue | None = None,
) -> Conditions:
    """Return what is known of some hours, in which the air is the number of the hour."""
    nothing = blend(START + count * HOUR, [])
    air = HourlyAir.of(blend(START, [float(hour) for hour in range(count)]), nothing)
    return conditions(contract, published, forecast, air, START, START + count * HOUR)


def test_a_published_price_comes_before_an_estimate_and_that_before_a_forecast() -> None:
    found = known(
        6,
        published=market([0.10, 0.11, 0.12], estimated=1),
        forecast=issue(1, np.array([0.2, 0.21, 0.22, 0.23])),
    )
    assert found.price.tolist()[:5] == [0.10, 0.11, 0.12, 0.22, 0.23]
    assert np.isnan(found.price[5])
    assert found.origin.tolist() == [PUBLISHED, PUBLISHED, ESTIMATED, FORECAST, FORECAST, FORECAST]
    assert np.isnan(found.published).tolist() == [False, False, False, True, True, True]


def test_only_a_forecast_has_a_band() -> None:
    found = known(2, published=market([0.1]), forecast=issue(1, np.array([0.2])))
    np.testing.assert_allclose(found.low, [0.1, 0.19])
    np.testing.assert_allclose(found.high, [0.1, 0.22])


def test_quarters_take_the_place_of_their_hours() -> None:
    quarters = market([0.1, 0.2, 0.3, 0.4], seconds=900)
    found = known(2, published=quarters, forecast=issue(1, np.array([0.5])))
    assert (found.starts - FIRST).tolist() == [0, 900, 1800, 2700, 3600]
    assert found.seconds.tolist() == [900] * 4 + [3600]
    assert found.air.temperature.tolist() == [0, 0, 0, 0, 1]


def test_an_agreed_price_needs_no_market() -> None:
    prices = {Period.P1: 0.3, Period.P2: 0.2, Period.P3: 0.1}
    found = known(24, FixedContract(calendar=PENINSULA, prices=prices))
    expected = [prices[PENINSULA.period(START + hour * HOUR)] for hour in range(24)]
    assert found.price.tolist() == expected
    assert set(found.origin.tolist()) == {AGREED}


def test_the_forecast_of_another_market_says_nothing() -> None:
    indexed = IndexedContract(calendar=PENINSULA, adders=dict.fromkeys(Period, 0.05))
    found = known(2, indexed, market([0.1]), issue(1, np.array([0.2])))
    np.testing.assert_allclose(found.price, [0.15, np.nan])


def test_in_the_canaries_a_price_holds_an_hour_later() -> None:
    canaries = PvpcContract(calendar=TariffCalendar(AccessTariff.T2_0TD, Zone.CANARIES))
    found = known(3, canaries, market([0.1]), issue(1, np.array([0.2])))
    np.testing.assert_allclose(found.price, [np.nan, 0.1, 0.2])


def test_what_was_measured_counts_before_what_is_forecast() -> None:
    measured = blend(START, [20.0, np.nan, 22.0])
    air = HourlyAir.of(measured, blend(START + HOUR, [31.0, 32.0, 33.0])).air
    assert air.temperature.tolist() == [20, 31, 22, 33]


def test_nobody_knows_the_air_of_other_times() -> None:
    air = HourlyAir.of(blend(START, [20.0]), blend(START + HOUR, [21.0]))
    found = air.at(FIRST + np.array([-3600, 0, 5400, 7200]))
    np.testing.assert_array_equal(found.temperature, [np.nan, 20, 21, np.nan])
    assert Measure.HUMIDITY in KEPT
    np.testing.assert_array_equal(found.humidity, found.temperature)


@given(
    published=st.integers(0, 60),
    ahead=st.integers(0, 60),
    length=st.sampled_from([900, 3600]),
    hours=st.integers(1, 30),
)
def test_slots_never_overlap_and_leave_no_hour_out(
    published: int, ahead: int, length: int, hours: int
) -> None:
    per_hour = 3600 // length
    found = known(
        hours,
        published=market([0.1] * published * per_hour, seconds=length),
        forecast=issue(published * per_hour, np.full(ahead * per_hour, 0.2), length)
        if ahead
        else None,
    )
    ends = found.starts + found.seconds
    assert np.all(found.starts[1:] == ends[:-1])
    assert (found.starts[0], ends[-1]) == (FIRST, FIRST + 3600 * hours)
