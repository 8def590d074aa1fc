from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.chocolate_factory.factory.estimate import estimate_pvpc
from custom_components.chocolate_factory.factory.prices import PriceCurve
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.tariff import (
    AccessTariff,
    TariffCalendar,
    Zone,
)
from tests.factory import law
from tests.factory.curves import DAY, HOUR, QUARTER, START, curve

MADRID = ZoneInfo("Europe/Madrid")
PENINSULA = TariffCalendar(AccessTariff.T2_0TD, Zone.PENINSULA)
CEUTA = TariffCalendar(AccessTariff.T2_0TD, Zone.CEUTA)

TOLLS = {"p1": 0.0972, "p2": 0.0291, "p3": 0.0033}

# A week of hours, no two days alike.
WAVES = [0.08 + 0.05 * (hour * 7 % 24) / 24 + 0.01 * (hour // 24 % 5) for hour in range(14 * 24)]


def hours(first: datetime, count: int) -> list[datetime]:
    return [first + number * HOUR for number in range(count)]


def pvpc_of(
    spot: PriceCurve,
    share: float,
    rest: dict[str, float],
    zone: str = "peninsula",
) -> PriceCurve:
    """Return hourly prices that are a share of spot and a rest for each period."""
    first = spot.slots[0].start
    count = (spot.slots[-1].end - first) // HOUR
    means = [spot.between(hour, hour + HOUR).mean or 0 for hour in hours(first, count)]
    return curve(
        (
            share * mean + rest[law.period("2_0td", zone, law.wall(zone, hour))]
            for mean, hour in zip(means, hours(first, count), strict=True)
        ),
        start=first,
    )


@settings(max_examples=50)
@given(
    share=st.floats(0.1, 1.5),
    rest=st.fixed_dictionaries({name: st.floats(-0.1, 0.3) for name in TOLLS}),
    quarters=st.booleans(),
    calendar=st.sampled_from([PENINSULA, CEUTA]),
)
def test_a_share_of_spot_and_a_rest_for_each_period_are_recovered(
    share: float, rest: dict[str, float], quarters: bool, calendar: TariffCalendar
) -> None:
    length = QUARTER if quarters else HOUR
    week = curve(WAVES[: 7 * 24] * (4 if quarters else 1), start=START - 7 * DAY, length=length)
    day = curve(WAVES[-24:] * (4 if quarters else 1), length=length)

    estimate = estimate_pvpc(day, week, pvpc_of(week, share, rest, calendar.zone), calendar)

    expected = pvpc_of(day, share, rest, calendar.zone)
    assert [slot.start for slot in estimate] == hours(START, 24)
    assert [slot.price for slot in estimate] == pytest.approx(
        [slot.price for slot in expected], abs=1e-9
    )
    for slot in estimate:
        assert slot.source is Source.ESTIMATE
        assert slot.duration == HOUR


def test_hours_of_a_period_that_was_not_seen_are_left_out() -> None:
    # The First of May on a Friday, and the weekend after it: three days of valley.
    valley = datetime(2026, 5, 1, tzinfo=MADRID).astimezone(START.tzinfo)
    known = curve(WAVES[:72], start=valley)
    monday = curve(WAVES[72:96], start=valley + 3 * DAY)

    estimate = estimate_pvpc(monday, known, pvpc_of(known, 0.5, TOLLS), PENINSULA)

    assert [slot.start for slot in estimate] == hours(valley + 3 * DAY, 8)
    assert [slot.price for slot in estimate] == pytest.approx(
        [0.5 * price + TOLLS["p3"] for price in WAVES[72:80]]
    )


@pytest.mark.parametrize(("known_hours", "estimated"), [(0, 0), (24, 0), (71, 0), (72, 24)])
def test_it_takes_three_days_to_know_the_way_of_the_price(known_hours: int, estimated: int) -> None:
    week = curve(WAVES[: 7 * 24], start=START - 7 * DAY)
    pvpc = pvpc_of(week, 0.5, TOLLS)
    day = curve(WAVES[-24:])
    short = timedelta(hours=known_hours)

    for spot, regulated in ((week.after(START - short), pvpc), (week, pvpc.after(START - short))):
        assert len(estimate_pvpc(day, spot, regulated, PENINSULA)) == estimated


def test_hours_that_only_one_market_knows_do_not_count_as_known() -> None:
    week = curve(WAVES[: 7 * 24], start=START - 7 * DAY)
    pvpc = pvpc_of(week, 0.5, TOLLS)
    early, late = week.between(START - 7 * DAY, START - 4 * DAY), pvpc.after(START - 4 * DAY)

    assert len(estimate_pvpc(curve(WAVES[-24:]), early, late, PENINSULA)) == 0


def test_only_hours_with_all_their_quarters_are_estimated() -> None:
    week = curve(WAVES[: 7 * 24], start=START - 7 * DAY)
    quarters = curve(WAVES[:96], length=QUARTER).slots
    holed = PriceCurve(quarters[:9] + quarters[10:20])

    estimate = estimate_pvpc(holed, week, pvpc_of(week, 0.5, TOLLS), PENINSULA)

    assert [slot.start for slot in estimate] == [START, START + HOUR, *hours(START + 3 * HOUR, 2)]
    first = sum(WAVES[:4]) / 4
    assert estimate.slots[0].price == pytest.approx(0.5 * first + TOLLS["p3"])


def test_without_spot_there_is_nothing_to_estimate_from() -> None:
    week = curve(WAVES[: 7 * 24], start=START - 7 * DAY)

    assert len(estimate_pvpc(PriceCurve(), week, pvpc_of(week, 0.5, TOLLS), PENINSULA)) == 0


def test_a_real_price_is_estimated_as_an_estimate() -> None:
    week = curve(WAVES[: 7 * 24], start=START - 7 * DAY, source=Source.OMIE)
    day = curve(WAVES[-24:], source=Source.OMIE)

    estimate = estimate_pvpc(day, week, pvpc_of(week, 0.4, TOLLS), PENINSULA)

    assert {slot.source for slot in estimate} == {Source.ESTIMATE}
    assert all(slot.source.is_estimated for slot in estimate)
    assert not any(slot.source.is_estimated for slot in day)


def test_prices_that_follow_no_line_are_fitted_as_well_as_a_line_can() -> None:
    week = curve(WAVES[: 7 * 24], start=START - 7 * DAY)
    noise = [0.004 if number % 2 else -0.004 for number in range(7 * 24)]
    exact = pvpc_of(week, 0.5, TOLLS)
    noisy = curve(
        (slot.price + one for slot, one in zip(exact, noise, strict=True)), start=START - 7 * DAY
    )
    day = curve(WAVES[-24:])

    estimate = estimate_pvpc(day, week, noisy, PENINSULA)

    for slot, expected in zip(estimate, pvpc_of(day, 0.5, TOLLS), strict=True):
        assert abs(slot.price - expected.price) < 0.004
