from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.chocolate_factory.factory.contract import (
    Contract,
    FixedContract,
    IndexedContract,
    PvpcContract,
    Taxes,
)
from custom_components.chocolate_factory.factory.contract_prices import ContractPrices
from custom_components.chocolate_factory.factory.prices import PriceCurve
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.tariff import (
    AccessTariff,
    Period,
    TariffCalendar,
    Zone,
)
from tests.factory.curves import DAY, HOUR, MILLI, MINUTE, QUARTER, START, curve, minutes

MADRID = ZoneInfo("Europe/Madrid")
CANARY = ZoneInfo("Atlantic/Canary")

WEEK = 7 * DAY

pvpc = PvpcContract(calendar=TariffCalendar(AccessTariff.T2_0TD, Zone.PENINSULA))
canary_pvpc = PvpcContract(calendar=TariffCalendar(AccessTariff.T2_0TD, Zone.CANARIES))
canary_spot = IndexedContract(
    calendar=TariffCalendar(AccessTariff.T3_0TD, Zone.CANARIES),
    adders=dict.fromkeys(Period, 0.0),
)
canary_fixed = FixedContract(
    calendar=TariffCalendar(AccessTariff.T3_0TD, Zone.CANARIES),
    prices=dict.fromkeys(Period, 0.1),
)


def of(market: PriceCurve, contract: Contract = pvpc) -> ContractPrices:
    """Return what is known from the week before START to the end of the day after it."""
    zone = contract.calendar.zone.time_zone
    midnight = datetime(2026, 8, 5, tzinfo=zone).astimezone(UTC)
    return ContractPrices.of(contract, market, midnight - WEEK, midnight + 2 * DAY, None)


def madrid_days(days: int, source: Source = Source.REDATA) -> PriceCurve:
    """Return hourly prices from two days before START, market day by market day."""
    return curve((2 + days) * 24 * [0.1], start=START - 2 * DAY, source=source)


def at(text: str, zone: ZoneInfo = MADRID) -> datetime:
    """Return an instant from the day and the time on the wall in August 2026."""
    return datetime.strptime(f"2026-08-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=zone)


@settings(max_examples=50)
@given(
    # From a day before the past week to the end of tomorrow.
    thousandths=st.lists(st.integers(-5, 40), min_size=10 * 24, max_size=10 * 24),
    minute=st.integers(0, 24 * 60 - 1),
)
def test_the_level_compares_with_the_past_week_and_today(
    thousandths: list[int], minute: int
) -> None:
    market = curve((price / MILLI for price in thousandths), start=START - 8 * DAY)
    now = START + minute * MINUTE
    hour = START + minute // 60 * HOUR
    price = round(market.between(hour, hour + HOUR).slots[0].price * MILLI)
    first = now - WEEK
    around = [
        round(slot.price * MILLI)
        for slot in market
        if slot.end > first and slot.start < START + DAY
    ]
    cheaper = sum(one < price for one in around) + sum(one == price for one in around) / 2
    share = cheaper / len(around)

    level = of(market).level(now)

    expected = (
        "very_cheap" if share < 0.1
        else "cheap" if share < 0.3
        else "normal" if share < 0.7
        else "expensive" if share < 0.9
        else "very_expensive"
    )  # fmt: skip
    assert level == expected


def test_the_level_does_not_look_at_tomorrow_or_before_the_past_week() -> None:
    too_old, tomorrow = 12 * [0.01], 24 * [0.01]
    # From noon a week ago to midnight: 17 hours are cheaper than this one, which is below a tenth.
    around = [*(17 * [0.05]), *(151 * [0.1]), 0.06, *(11 * [0.1])]
    prices = of(curve([*too_old, *around, *tomorrow], start=START - WEEK))

    assert prices.level(at("05 12:00")) == "very_cheap"
    assert prices.level(at("05 11:59")) == "normal"


def test_the_rank_is_the_place_among_the_prices_of_the_local_day() -> None:
    market = PriceCurve(
        curve(24 * [0.01], start=START - DAY).slots
        + curve([0.5, 0.3, 0.4, *(21 * [0.9])]).slots
        + curve(24 * [0.02], start=START + DAY).slots
    )

    ranks = [of(market).rank_today(at(f"05 {hour:02}:30")) for hour in range(5)]

    assert ranks == [3, 1, 2, 4, 4]
    # Wednesday's first hour in the Canaries is Wednesday's second in Madrid.
    assert of(market, canary_spot).rank_today(at("05 00:30", CANARY)) == 2
    assert of(market, canary_pvpc).rank_today(at("05 00:30", CANARY)) == 3


def test_now_next_and_today_are_those_of_the_local_day() -> None:
    market = curve((hour / MILLI for hour in range(-24, 72)), start=START - DAY)
    prices, now = of(market), at("05 10:40")

    slot, following = prices.now(now), prices.next(now)
    assert slot
    assert slot.price == 0.01
    assert following
    assert (following.start, following.price) == (at("05 11:00"), 0.011)
    assert prices.today(now) == market.between(START, START + DAY)
    assert of(market, canary_spot).today(now) == market.between(START + HOUR, START + 25 * HOUR)


def test_beyond_what_is_known_there_is_nothing_to_say() -> None:
    prices, later = of(madrid_days(2)), at("07 00:00")

    assert prices.now(later) is None
    assert prices.next(later) is None
    assert prices.level(later) is None
    assert prices.rank_today(later) is None
    assert prices.breakdown(later) is None
    assert prices.cheapest_hour_ahead(later) is None
    assert not prices.is_today_known(later)
    assert not prices.is_tomorrow_known(later)
    assert prices.next(at("06 23:00")) is None


def test_the_price_in_force_is_shown_with_and_without_taxes() -> None:
    contract = replace(pvpc, taxes=Taxes(electricity_tax=5, vat=20))
    prices, now = of(curve(24 * [0.1]), contract), at("05 12:00")

    slot, breakdown = prices.now(now), prices.breakdown(now)

    assert breakdown
    assert breakdown.energy == 0.1
    assert breakdown.electricity_tax == pytest.approx(0.005)
    assert breakdown.vat == pytest.approx(0.021)
    assert slot
    assert slot.price == pytest.approx(0.126)
    assert {one.price for one in prices.energy} == {0.1}


@settings(max_examples=60)
@given(
    thousandths=st.lists(st.integers(0, 6), min_size=48, max_size=48),
    length=st.sampled_from([HOUR, QUARTER]),
    minute=st.integers(0, 47 * 60 - 1),
)
def test_no_hour_from_the_slot_in_force_on_is_cheaper_or_as_cheap_and_earlier(
    thousandths: list[int], length: timedelta, minute: int
) -> None:
    now = START + minute * MINUTE % (47 * length)
    market = curve((price / MILLI for price in thousandths), length=length)
    known = minutes(market)
    in_force = START + (now - START) // length * length
    last = START + 48 * length - HOUR
    costs = {
        at: sum(known[at + after * MINUTE] for after in range(60))
        for at in known
        if in_force <= at <= last and not (at - START) % QUARTER
    }

    cheapest = of(market).cheapest_hour_ahead(now)

    assert cheapest == min(costs, key=lambda at: (costs[at], at), default=None)


def test_the_cheapest_hour_stays_the_same_until_the_next_slot() -> None:
    prices = of(curve([0.5, 0.1, 0.3, 0.1]))

    found = [prices.cheapest_hour_ahead(START + minute * MINUTE) for minute in range(0, 240, 10)]

    assert found == [*(12 * [START + HOUR]), *(12 * [START + 3 * HOUR])]


def test_an_hour_ahead_lies_in_no_hole() -> None:
    market = PriceCurve(
        curve(3 * [0.01], length=QUARTER).slots + curve(2 * [0.2], start=START + HOUR).slots
    )

    assert of(market).cheapest_hour_ahead(START) == START + HOUR
    assert of(market).cheapest_hour_ahead(START + 50 * MINUTE) == START + HOUR


@pytest.mark.parametrize(
    ("contract", "zone"),
    [(pvpc, MADRID), (canary_pvpc, CANARY), (canary_spot, CANARY)],
    ids=["peninsula", "canaries", "canaries on spot"],
)
def test_tomorrow_is_known_once_the_market_has_published_it(
    contract: Contract, zone: ZoneInfo
) -> None:
    today, tomorrow = of(madrid_days(1), contract), of(madrid_days(2), contract)
    without_the_morning = madrid_days(2).slots[:-15] + madrid_days(2).slots[-14:]

    for now in (at("05 00:00", zone), at("05 15:00", zone), at("05 22:59", zone)):
        assert not today.is_tomorrow_known(now)
        assert tomorrow.is_tomorrow_known(now)
        assert not of(PriceCurve(without_the_morning), contract).is_tomorrow_known(now)
        # Of the day after tomorrow nothing is known yet.
        assert not tomorrow.is_tomorrow_known(now + DAY)


def test_a_fixed_price_of_tomorrow_is_always_known() -> None:
    for hour in range(24):
        assert of(PriceCurve(), canary_fixed).is_tomorrow_known(at(f"05 {hour:02}:30", CANARY))
        assert of(PriceCurve(), canary_fixed).is_today_known(at(f"05 {hour:02}:30", CANARY))


@pytest.mark.parametrize("contract", [pvpc, canary_pvpc, canary_spot])
def test_an_estimate_makes_today_known_but_not_tomorrow(contract: Contract) -> None:
    estimated = of(madrid_days(2, Source.ESTIMATE), contract)
    one_hour = madrid_days(2).slots
    patched = (*one_hour[:-9], replace(one_hour[-9], source=Source.ESTIMATE), *one_hour[-8:])
    now = at("05 12:00")

    assert estimated.is_today_known(now)
    assert not estimated.is_tomorrow_known(now)
    assert of(PriceCurve(one_hour), contract).is_tomorrow_known(now)
    assert not of(PriceCurve(patched), contract).is_tomorrow_known(now)


@pytest.mark.parametrize(
    ("contract", "zone"),
    [(pvpc, MADRID), (canary_pvpc, CANARY), (canary_spot, CANARY)],
    ids=["peninsula", "canaries", "canaries on spot"],
)
def test_with_all_that_is_published_today_is_known_at_every_hour(
    contract: Contract, zone: ZoneInfo
) -> None:
    midnight = at("05 00:00", zone).astimezone(UTC)
    for now in (midnight + half * HOUR / 2 for half in range(48)):
        # Tomorrow is published in the evening.
        days = 1 if now < at("05 21:00") else 2
        assert of(madrid_days(days), contract).is_today_known(now), now
        assert not of(PriceCurve(), contract).is_today_known(now)


def test_today_is_not_known_with_a_hole_still_to_come() -> None:
    slots = curve(24 * [0.1]).slots
    holed = of(PriceCurve(slots[:15] + slots[16:]))

    assert not holed.is_today_known(at("05 12:00"))
    assert not holed.is_today_known(at("05 15:30"))
    assert holed.is_today_known(at("05 16:00"))


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)], ids=["spring", "autumn"]
)
def test_a_day_of_the_clock_change_is_known_with_all_its_hours(day: str, hours: int) -> None:
    today = datetime.fromisoformat(day).replace(tzinfo=MADRID)
    before = today - timedelta(hours=12)
    start = today.astimezone(UTC) - DAY

    def known(count: int) -> ContractPrices:
        market = curve(count * [0.1], start=start)
        return ContractPrices.of(pvpc, market, start, start + 3 * DAY, None)

    assert known(24 + hours).is_tomorrow_known(before)
    assert not known(24 + hours - 1).is_tomorrow_known(before)
    assert known(24 + hours).is_today_known(today)
    assert not known(24 + hours - 1).is_today_known(today)
    assert len(known(24 + hours).today(today)) == hours


def test_it_remembers_when_a_price_last_changed() -> None:
    prices = ContractPrices.of(pvpc, PriceCurve(), START, START + DAY, START)

    assert prices.updated == START
    assert prices.contract is pvpc
