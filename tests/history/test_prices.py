"""Curves come out of the store as they went in."""

from datetime import UTC, datetime, timedelta

from custom_components.chocolate_factory.factory.prices import PriceCurve, PriceSlot
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.history.prices import read_prices, write_prices
from custom_components.chocolate_factory.history.store import Store

START = datetime(2026, 10, 25, tzinfo=UTC)


def curve(lengths: str, source: Source = Source.REDATA) -> PriceCurve:
    """Return hours (h) and quarters (q), with holes of an hour (-)."""
    at, slots = START, []
    for number, length in enumerate(lengths):
        duration = timedelta(minutes=15 if length == "q" else 60)
        if length != "-":
            slots.append(PriceSlot(at, at + duration, number / 7, source))
        at += duration
    return PriceCurve(tuple(slots))


async def test_a_curve_of_hours_quarters_and_holes_comes_out_as_it_went_in(store: Store) -> None:
    hours, mixed = curve("hhhh", Source.ESIOS), curve("hqqqqhh--hqqqq-h")

    assert await write_prices(store, {Series.PVPC: hours, Series.SPOT: mixed}) == 17

    end = START + timedelta(days=2)
    assert await read_prices(store, Series.PVPC, START, end) == hours
    assert await read_prices(store, Series.SPOT, START, end) == mixed
    assert await read_prices(store, Series.PVPC_CEUTA_MELILLA, START, end) == PriceCurve()


async def test_hours_that_reach_over_the_time_asked_for_are_cut(store: Store) -> None:
    await write_prices(store, {Series.PVPC: curve("hhhh")})
    start, end = START + timedelta(minutes=30), START + timedelta(minutes=135)

    found = await read_prices(store, Series.PVPC, start, end)

    assert found == curve("hhhh").between(start, end)
    assert [slot.duration / timedelta(minutes=1) for slot in found] == [30, 60, 15]


async def test_a_curve_of_two_sources_keeps_both(store: Store) -> None:
    mixed = PriceCurve(
        curve("hh", Source.OMIE).slots
        + tuple(slot for slot in curve("hhhh", Source.ESTIMATE) if slot.start > START)[1:]
    )
    assert [slot.source for slot in mixed] == [Source.OMIE] * 2 + [Source.ESTIMATE] * 2

    assert await write_prices(store, {Series.PVPC: mixed}) == 4

    assert await read_prices(store, Series.PVPC, START, START + timedelta(days=1)) == mixed


async def test_nothing_is_written_of_an_empty_curve(store: Store) -> None:
    assert await write_prices(store, {Series.PVPC: PriceCurve()}) == 0
    assert await write_prices(store, {}) == 0
