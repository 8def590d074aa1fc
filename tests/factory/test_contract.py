from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import numpy as np
from numpy.typing import NDArray
import pytest

from custom_components.chocolate_factory.factory.contract import (
    Breakdown,
    Contract,
    FixedContract,
    IndexedContract,
    PvpcContract,
    Taxes,
    pvpc_series,
)
from custom_components.chocolate_factory.factory.prices import PriceCurve
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.factory.tariff import (
    AccessTariff,
    Period,
    TariffCalendar,
    Zone,
)
from tests.factory import law
from tests.factory.curves import DAY, HOUR, MINUTE, QUARTER, START, curve

MADRID = ZoneInfo("Europe/Madrid")
CANARY = ZoneInfo("Atlantic/Canary")

# A price for each period that no other period has.
SIX = {period: number / 100 for number, period in enumerate(Period, 1)}

tariffs = st.sampled_from(AccessTariff)
zones = st.sampled_from(Zone)
whenever = st.datetimes(
    datetime(2021, 6, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2027, 12, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def pvpc(zone: Zone = Zone.PENINSULA) -> PvpcContract:
    return PvpcContract(calendar=TariffCalendar(AccessTariff.T2_0TD, zone))


def indexed(tariff: AccessTariff, zone: Zone, losses: float, margin: float) -> IndexedContract:
    calendar = TariffCalendar(tariff, zone)
    return IndexedContract(calendar=calendar, adders=SIX, losses=losses, margin=margin)


def fixed(tariff: AccessTariff = AccessTariff.T2_0TD, zone: Zone = Zone.PENINSULA) -> FixedContract:
    return FixedContract(calendar=TariffCalendar(tariff, zone), prices=SIX)


def starts_of(energy: PriceCurve) -> NDArray[np.int64]:
    return np.array([int(slot.start.timestamp()) for slot in energy], dtype=np.int64)


def lawful(tariff: AccessTariff, zone: Zone, at: datetime) -> float:
    """Return the number that SIX gives to the period in force."""
    return SIX[Period(law.period(tariff, zone, law.wall(zone, at)))]


@pytest.mark.parametrize(
    ("zone", "series"),
    [
        (Zone.PENINSULA, Series.PVPC),
        (Zone.BALEARICS, Series.PVPC),
        (Zone.CANARIES, Series.PVPC),
        (Zone.CEUTA, Series.PVPC_CEUTA_MELILLA),
        (Zone.MELILLA, Series.PVPC_CEUTA_MELILLA),
    ],
)
def test_every_zone_follows_its_own_regulated_price(zone: Zone, series: Series) -> None:
    assert pvpc_series(zone) is series
    assert pvpc(zone).market is series


def test_an_indexed_contract_follows_spot_and_a_fixed_one_nothing() -> None:
    assert indexed(AccessTariff.T3_0TD, Zone.CANARIES, 0, 0).market is Series.SPOT
    assert fixed().market is None


@pytest.mark.parametrize("zone", [zone for zone in Zone if zone is not Zone.CANARIES])
def test_pvpc_is_the_market_price_as_it_is(zone: Zone) -> None:
    market = curve(number / 1000 for number in range(48))

    assert pvpc(zone).energy_curve(market, START, START + 2 * DAY) == market
    part = pvpc(zone).energy_curve(market, START + 90 * MINUTE, START + 3 * HOUR)
    assert part == market.between(START + 90 * MINUTE, START + 3 * HOUR)


@pytest.mark.parametrize("month", range(1, 13))
def test_pvpc_of_the_canaries_holds_at_the_same_time_on_the_wall(month: int) -> None:
    midnight = datetime(2026, month, 10, tzinfo=MADRID)
    market = curve((hour / 1000 for hour in range(24)), start=midnight.astimezone(UTC))
    day = datetime(2026, month, 10, tzinfo=CANARY)

    energy = pvpc(Zone.CANARIES).energy_curve(market, day, day + DAY)

    assert energy.covers(day, day + DAY)
    for slot in energy:
        assert slot.start.astimezone(CANARY).hour / 1000 == slot.price
        assert slot.source is Source.REDATA


@pytest.mark.parametrize("change", [law.clock_change(2026, month) for month in (3, 10)], ids=str)
def test_no_hour_of_the_canaries_is_lost_or_doubled_when_the_clocks_change(
    change: datetime,
) -> None:
    hours = 23 if change.month == 3 else 25
    midnight = datetime(change.year, change.month, change.day, tzinfo=MADRID)
    day = datetime(change.year, change.month, change.day, tzinfo=CANARY)
    market = curve((hour / 1000 for hour in range(hours)), start=midnight.astimezone(UTC))

    energy = pvpc(Zone.CANARIES).energy_curve(market, day, day + DAY)

    assert [slot.price for slot in energy] == [slot.price for slot in market]
    assert energy.covers(day, day + DAY)


def test_an_indexed_price_is_spot_with_losses_plus_the_adder_and_the_margin() -> None:
    # A working day in August, medium season on the peninsula.
    contract = indexed(AccessTariff.T3_0TD, Zone.PENINSULA, losses=15, margin=0.005)
    market = curve(24 * [0.08])

    energy = contract.energy_curve(market, START, START + DAY)

    p6, p4, p3 = (0.08 * 1.15 + adder + 0.005 for adder in (0.06, 0.04, 0.03))
    assert [slot.price for slot in energy] == pytest.approx(
        [*(8 * [p6]), p4, *(5 * [p3]), *(4 * [p4]), *(4 * [p3]), *(2 * [p4])]
    )


@given(
    tariff=tariffs,
    zone=zones,
    at=whenever,
    prices=st.lists(st.floats(-0.5, 4), min_size=1, max_size=200),
    length=st.sampled_from([HOUR, QUARTER]),
    losses=st.floats(0, 30),
    margin=st.floats(-0.01, 0.1),
)
def test_every_slot_of_an_indexed_contract_follows_the_formula(
    *,
    tariff: AccessTariff,
    zone: Zone,
    at: datetime,
    prices: list[float],
    length: timedelta,
    losses: float,
    margin: float,
) -> None:
    start = at.replace(minute=0, second=0, microsecond=0)
    market = curve(prices, start=start, length=length, source=Source.OMIE)

    energy = indexed(tariff, zone, losses, margin).energy_curve(market, start, start + 300 * HOUR)

    assert len(energy) == len(market)
    for slot, spot in zip(energy, market, strict=True):
        assert (slot.start, slot.end, slot.source) == (spot.start, spot.end, Source.OMIE)
        expected = spot.price + spot.price * losses / 100 + lawful(tariff, zone, spot.start)
        assert slot.price == pytest.approx(expected + margin, abs=1e-12)


def test_an_indexed_contract_leaves_holes_where_the_market_has_them() -> None:
    slots = curve(24 * [0.1]).slots
    market = PriceCurve(slots[:3] + slots[5:])
    contract = indexed(AccessTariff.T2_0TD, Zone.PENINSULA, 0, 0)

    energy = contract.energy_curve(market, START + HOUR / 2, START + DAY)

    assert energy.slots[0].start == START + HOUR / 2
    assert energy.at(START + 3 * HOUR) is None
    assert energy.at(START + 5 * HOUR) is not None


@given(tariff=tariffs, zone=zones, at=whenever, length=st.integers(1, 5 * 24 * 60))
def test_a_fixed_price_is_known_without_holes_at_any_time(
    tariff: AccessTariff, zone: Zone, at: datetime, length: int
) -> None:
    end = at + length * MINUTE

    energy = fixed(tariff, zone).energy_curve(PriceCurve(), at, end)

    assert energy.slots[0].start == at
    assert energy.slots[-1].end == end
    assert all(before.end == after.start for before, after in pairwise(energy))
    for slot in energy:
        assert slot.price == lawful(tariff, zone, slot.start)
        assert slot.price == lawful(tariff, zone, slot.end - timedelta(microseconds=1))
        assert slot.source is Source.CONTRACT


@pytest.mark.parametrize("year", [2001, 2049])
def test_a_fixed_price_is_known_for_any_year(year: int) -> None:
    start, end = (datetime(year, 5, day, tzinfo=MADRID) for day in (4, 5))

    energy = fixed().energy_curve(PriceCurve(), start, end)

    assert [slot.price for slot in energy] == [
        *(8 * [0.03]), 0.02, 0.02, *(4 * [0.01]), *(4 * [0.02]), *(4 * [0.01]), 0.02, 0.02,
    ]  # fmt: skip


def test_a_fixed_price_for_no_time_is_no_price() -> None:
    for at in (START, START + 17 * MINUTE):
        assert len(fixed().energy_curve(PriceCurve(), at, at)) == 0


@pytest.mark.parametrize(
    ("taxes", "electricity_tax", "vat"),
    [
        (Taxes(), 0, 0),
        (Taxes(electricity_tax=5.11269632), 0.00511269632, 0),
        (Taxes(vat=21), 0, 0.021),
        (Taxes(electricity_tax=5.11269632, vat=21), 0.00511269632, 0.0220736662272),
        (Taxes(electricity_tax=0.5, vat=10), 0.0005, 0.01005),
    ],
)
def test_vat_is_charged_on_the_electricity_tax_too(
    taxes: Taxes, electricity_tax: float, vat: float
) -> None:
    contract = PvpcContract(calendar=pvpc().calendar, taxes=taxes)

    breakdown = contract.breakdown(0.1)

    assert breakdown.energy == 0.1
    assert breakdown.electricity_tax == pytest.approx(electricity_tax)
    assert breakdown.vat == pytest.approx(vat)
    assert breakdown.all_in == pytest.approx(0.1 + electricity_tax + vat)


def test_taxes_change_prices_and_nothing_else() -> None:
    contract: Contract = FixedContract(
        calendar=fixed().calendar, prices=SIX, taxes=Taxes(electricity_tax=5.11269632, vat=21)
    )
    energy = curve([0.1, -0.02, 0.0], length=QUARTER, source=Source.ESTIMATE)

    all_in = contract.with_taxes(energy)

    factor = 1.0511269632 * 1.21
    assert [slot.price for slot in all_in] == pytest.approx([0.1 * factor, -0.02 * factor, 0])
    for before, after in zip(energy, all_in, strict=True):
        assert (after.start, after.end) == (before.start, before.end)
        assert after.source is Source.ESTIMATE
    assert contract.breakdown(0.1).all_in == all_in.slots[0].price


def test_without_taxes_the_all_in_price_is_the_energy_price() -> None:
    assert pvpc().breakdown(0.123) == Breakdown(energy=0.123, electricity_tax=0, vat=0)
    assert pvpc().with_taxes(curve([0.1, 0.2])) == curve([0.1, 0.2])


TAXES = Taxes(electricity_tax=5.11269632, vat=21)
contracts = st.one_of(
    st.builds(
        PvpcContract,
        calendar=st.builds(TariffCalendar, st.just(AccessTariff.T2_0TD), zones),
        taxes=st.sampled_from([Taxes(), TAXES]),
    ),
    st.builds(
        IndexedContract,
        calendar=st.builds(TariffCalendar, tariffs, zones),
        taxes=st.sampled_from([Taxes(), TAXES]),
        adders=st.just(SIX),
        losses=st.floats(0, 30),
        margin=st.floats(-0.01, 0.1),
    ),
    st.builds(
        FixedContract,
        calendar=st.builds(TariffCalendar, tariffs, zones),
        taxes=st.sampled_from([Taxes(), TAXES]),
        prices=st.just(SIX),
    ),
)


@given(
    contract=contracts,
    at=whenever,
    prices=st.lists(st.floats(-0.5, 4), min_size=1, max_size=100),
    length=st.sampled_from([HOUR, QUARTER]),
)
def test_many_slots_at_once_cost_what_each_of_them_does(
    contract: Contract, at: datetime, prices: list[float], length: timedelta
) -> None:
    start = at.replace(minute=0, second=0, microsecond=0)
    length = length if contract.market is Series.SPOT else HOUR
    market = curve(prices, start=start - contract.delay, length=length)
    end = start + len(prices) * length

    all_in = contract.with_taxes(contract.energy_curve(market, start, end))

    together = contract.all_in(starts_of(all_in), np.array(prices))
    assert together.tolist() == pytest.approx([slot.price for slot in all_in], abs=1e-12)


@pytest.mark.parametrize("zone", Zone)
def test_pvpc_holds_later_than_on_the_market_in_the_canaries_only(zone: Zone) -> None:
    assert pvpc(zone).delay == (HOUR if zone is Zone.CANARIES else 0 * HOUR)
    assert indexed(AccessTariff.T2_0TD, zone, 0, 0).delay == fixed(zone=zone).delay == 0 * HOUR


def test_only_a_fixed_price_is_known_without_the_market() -> None:
    starts = starts_of(curve(24 * [0.0]))

    for contract in (pvpc(), indexed(AccessTariff.T2_0TD, Zone.PENINSULA, 0, 0)):
        assert np.isnan(contract.all_in(starts)).all()
        some = np.where(starts == starts[5], 0.1, np.nan)
        assert np.flatnonzero(~np.isnan(contract.all_in(starts, some))).tolist() == [5]
    assert fixed().all_in(starts).tolist() == [
        lawful(AccessTariff.T2_0TD, Zone.PENINSULA, START + hour * HOUR) for hour in range(24)
    ]


@given(
    contract=contracts.filter(lambda contract: contract.market is not None),
    at=whenever,
    market=st.lists(st.floats(-0.5, 4), min_size=11, max_size=11),
)
def test_quantiles_of_the_market_price_are_those_of_what_is_paid(
    contract: Contract, at: datetime, market: list[float]
) -> None:
    starts = np.full(11, int(at.timestamp()))

    paid = contract.all_in(starts, np.array(market))

    shares = [0.1, 0.5, 0.9]
    quantiles = np.quantile(market, shares).astype(np.float64)
    carried_over = contract.all_in(starts[:3], quantiles)
    assert np.quantile(paid, shares).tolist() == pytest.approx(carried_over.tolist(), abs=1e-9)
