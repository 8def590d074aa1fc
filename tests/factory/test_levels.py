"""The levels of many slots are those that the sensor shows of each in turn."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.factory.contract import PvpcContract
from custom_components.chocolate_factory.factory.contract_prices import ContractPrices
from custom_components.chocolate_factory.factory.levels import UNKNOWN, price_levels
from custom_components.chocolate_factory.factory.prices import PriceCurve, PriceLevel, PriceSlot
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.tariff import (
    AccessTariff,
    TariffCalendar,
    Zone,
    local_day,
)
from tests.factory.curves import HOUR, QUARTER

MADRID = ZoneInfo("Europe/Madrid")
LEVELS = tuple(PriceLevel)
NAN = float("nan")


def of(curve: PriceCurve) -> list[int]:
    """Return the levels of all slots of a curve."""
    starts = np.array([int(slot.start.timestamp()) for slot in curve])
    seconds = np.array([int(slot.duration.total_seconds()) for slot in curve])
    price = np.array([slot.price for slot in curve])
    rows = np.arange(len(starts))
    levels: list[int] = price_levels(starts, seconds, price, MADRID, rows).tolist()
    return levels


def sensor(curve: PriceCurve) -> list[int]:
    """Return what the sensor shows when each slot begins."""
    contract = PvpcContract(calendar=TariffCalendar(AccessTariff.T2_0TD, Zone.PENINSULA))
    prices = ContractPrices(contract=contract, energy=curve, curve=curve, updated=None)
    levels = [prices.level(slot.start) for slot in curve]
    return [UNKNOWN if level is None else LEVELS.index(level) for level in levels]


@st.composite
def curves(draw: st.DrawFn) -> PriceCurve:
    """Draw nine local days of few prices, hours and then quarters, with holes here and there."""
    day = draw(st.sampled_from([(2026, 8, 1), (2026, 3, 24), (2026, 10, 20)]))
    start = datetime(*day, tzinfo=MADRID)
    at = start.astimezone(UTC)
    end = local_day((start + timedelta(days=8)).date(), MADRID)[1]
    quarters_from = at + draw(st.integers(0, 9)) * timedelta(hours=25)
    # A thousand draws would be too many to make sense of.
    random = np.random.default_rng(draw(st.integers(0, 999)))
    slots = []
    while at < end:
        length = QUARTER if at >= quarters_from else HOUR
        if random.random() > 0.05:
            price = int(random.integers(-3, 9)) / 1000
            slots.append(PriceSlot(at, at + length, price, Source.REDATA))
        at += length
    return PriceCurve(tuple(slots))


@settings(max_examples=12, deadline=None)
@given(curve=curves())
def test_every_slot_has_the_level_that_the_sensor_shows_in_it(curve: PriceCurve) -> None:
    assert of(curve) == sensor(curve)


def test_a_slot_without_a_price_has_no_level_and_counts_for_no_other() -> None:
    starts = 3600 * np.arange(4)
    price = np.array([0.1, NAN, 0.3, NAN])
    levels = price_levels(starts, np.full(4, 3600), price, MADRID, np.arange(4))
    # Each of two is cheaper than the other, or half of it.
    assert levels.tolist() == [LEVELS.index(PriceLevel.CHEAP), -1, 3, -1]


def test_prices_that_are_all_alike_are_normal() -> None:
    starts = 900 * np.arange(200)
    levels = price_levels(starts, np.full(200, 900), np.full(200, 0.1), MADRID, np.arange(200))
    assert set(levels.tolist()) == {LEVELS.index(PriceLevel.NORMAL)}


@pytest.mark.parametrize("rows", [[], [0], [150, 3, 199]])
def test_only_the_slots_that_are_asked_about_are_answered(rows: list[int]) -> None:
    starts, price = 3600 * np.arange(200), np.sin(np.arange(200))
    seconds, some = np.full(200, 3600), np.array(rows, dtype=np.intp)
    every = price_levels(starts, seconds, price, MADRID, np.arange(200))
    assert price_levels(starts, seconds, price, MADRID, some).tolist() == every[some].tolist()
