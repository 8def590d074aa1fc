from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import numpy as np
from numpy.typing import NDArray
import pytest

from custom_components.chocolate_factory.factory.clock import wall_seconds
from custom_components.chocolate_factory.factory.local_days import LocalDays
from custom_components.chocolate_factory.factory.tariff import local_day
from tests.factory.curves import DAY, HOUR, QUARTER, curve

MADRID = ZoneInfo("Europe/Madrid")
NAN = float("nan")

# Few, so that there are always some of the same price.
few_prices = st.sampled_from([-0.02, 0.0, 0.05, 0.1, 0.1001, 0.3])
perhaps = st.one_of(st.just(NAN), few_prices)
odd_days = st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 8, 5)])


def consecutive(day: date, days: int, length: timedelta = HOUR) -> NDArray[np.int64]:
    """Return where the slots of some local days begin."""
    start, end = local_day(day, MADRID)[0], local_day(day + (days - 1) * DAY, MADRID)[1]
    seconds = length // timedelta(seconds=1)
    return np.arange(int(start.timestamp()), int(end.timestamp()), seconds)


def days_of(starts: NDArray[np.int64], seconds: NDArray[np.int64] | int = 3600) -> LocalDays:
    lengths = np.broadcast_to(np.asarray(seconds, dtype=np.int64), starts.shape)
    return LocalDays.of(wall_seconds(starts, MADRID) // 86_400, lengths)


def prices(size: int, seed: int = 7) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(0.1, 0.05, size)


@given(data=st.data(), day=odd_days, length=st.sampled_from([HOUR, QUARTER]))
def test_a_rank_is_the_percentile_within_the_local_day(
    data: st.DataObject, day: date, length: timedelta
) -> None:
    starts = consecutive(day, 3, length)
    drawn = np.array(data.draw(st.lists(few_prices, min_size=24, max_size=24)))
    price = np.resize(drawn, len(starts))
    slots = curve(price, start=datetime.fromtimestamp(int(starts[0]), UTC), length=length)

    ranks = days_of(starts, length // timedelta(seconds=1)).ranks(price)

    expected = [
        local.percentile(slot.price)
        for local in (slots.day(day + number * DAY, MADRID) for number in range(3))
        for slot in local
    ]
    assert (100 * ranks).tolist() == pytest.approx(expected, abs=1e-9)


@given(price=st.lists(perhaps, min_size=48, max_size=48))
def test_a_rank_is_weighted_by_time_and_leaves_out_what_is_not_known(price: list[float]) -> None:
    # The first day by the hour, the second by the quarter until six and then by the hour.
    hours = consecutive(date(2026, 8, 5), 2)
    quarters = hours[24:30, None] + 900 * np.arange(4)
    starts = np.concatenate([hours[:24], quarters.ravel(), hours[30:]])
    seconds = np.repeat([3600, 900, 3600], [24, 24, 18])
    second_day = starts >= hours[24]
    known = np.resize(np.array(price), len(starts))

    ranks = days_of(starts, seconds).ranks(known)

    for index, rank in enumerate(ranks):
        today = second_day == second_day[index]
        time = np.where(np.isnan(known), 0, seconds) * today
        cheaper = time[known < known[index]].sum() + time[known == known[index]].sum() / 2
        if np.isnan(known[index]) or time.sum() < 43_200:
            assert np.isnan(rank)
        else:
            assert rank == pytest.approx(cheaper / time.sum(), abs=1e-12)


def test_the_ranks_of_a_day_are_a_half_on_average() -> None:
    starts = consecutive(date(2026, 3, 20), 30)
    days = days_of(starts)
    ranks = days.ranks(prices(len(starts)))

    means = np.bincount(days.positions, ranks) / np.bincount(days.positions)
    assert means.tolist() == pytest.approx([0.5] * 30)


@pytest.mark.parametrize(("known", "is_said"), [(11, False), (12, True)])
def test_of_a_day_that_is_known_for_less_than_half_no_rank_is_said(
    known: int, *, is_said: bool
) -> None:
    starts = consecutive(date(2026, 8, 5), 2)
    price = prices(48)
    price[24 + known :] = NAN

    ranks = days_of(starts).ranks(price)

    assert not np.isnan(ranks[:24]).any()
    assert (~np.isnan(ranks[24 : 24 + known])).all() == is_said
    assert np.isnan(ranks[24 + known :]).all()


def mean_until(starts: NDArray[np.int64], price: NDArray[np.float64], last: date) -> float:
    """Return the mean price of the seven local days up to one, asked day by day."""
    start, end = local_day(last - 6 * DAY, MADRID)[0], local_day(last, MADRID)[1]
    inside = (starts >= start.timestamp()) & (starts < end.timestamp()) & ~np.isnan(price)
    return float(price[inside].mean()) if inside.sum() >= 84 else NAN


@given(
    lead=st.integers(0, 8),
    hidden=st.lists(st.integers(0, 29 * 24 - 2), max_size=500),
    first=st.sampled_from([date(2026, 3, 15), date(2026, 10, 10), date(2026, 8, 1)]),
)
def test_the_week_ends_with_the_slots_own_day_or_as_many_days_before(
    lead: int, hidden: list[int], first: date
) -> None:
    starts = consecutive(first, 30)
    price = prices(len(starts))
    price[hidden] = NAN

    means = days_of(starts).trailing_means(price, lead=lead)

    expected = np.array(
        [mean_until(starts, price, first + (number - lead) * DAY) for number in range(30)]
    )
    of_slots = expected[days_of(starts).positions]
    assert np.allclose(means, of_slots, equal_nan=True)


def test_after_the_last_published_day_the_week_stays_where_it_is() -> None:
    starts = consecutive(date(2026, 8, 1), 20)
    published = prices(len(starts))
    published[12 * 24 :] = NAN

    means = days_of(starts).trailing_means(published)

    last = published[5 * 24 : 12 * 24].mean()
    assert means[11 * 24 :].tolist() == pytest.approx([last] * (9 * 24))
    assert means[10 * 24] == pytest.approx(published[4 * 24 : 11 * 24].mean())


def test_of_less_than_half_a_week_no_mean_is_said() -> None:
    starts = consecutive(date(2026, 8, 1), 10)
    published = prices(len(starts))

    means = days_of(starts).trailing_means(published)

    assert np.isnan(means[: 3 * 24]).all()
    assert means[3 * 24] == pytest.approx(published[: 4 * 24].mean())


def test_days_that_are_missing_are_not_taken_for_others() -> None:
    starts = consecutive(date(2026, 8, 1), 20)
    price = prices(len(starts))
    gone = (days_of(starts).positions >= 8) & (days_of(starts).positions < 11)
    with_hole = np.where(gone, NAN, price)

    whole, rest = days_of(starts), days_of(starts[~gone])

    assert rest.ranks(price[~gone]).tolist() == pytest.approx(whole.ranks(price)[~gone].tolist())
    assert rest.trailing_means(price[~gone]).tolist() == pytest.approx(
        whole.trailing_means(with_hole)[~gone].tolist(), nan_ok=True
    )


def test_of_nothing_nothing_is_said() -> None:
    nothing = days_of(np.array([], dtype=np.int64))

    assert nothing.ranks(np.array([])).tolist() == []
    assert nothing.trailing_means(np.array([])).tolist() == []
    unknown = days_of(consecutive(date(2026, 8, 1), 2))
    assert np.isnan(unknown.ranks(np.full(48, NAN))).all()
    assert np.isnan(unknown.trailing_means(np.full(48, NAN))).all()
