from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from simulator.madrid import MADRID, ONE_DAY
from simulator.market import QUARTERS_SINCE, Series, hourly, modelled_spot, pvpc
from simulator.tolls import toll
from tests.simulator.asking import CLOCK_CHANGES


def mean(prices: Series, hours: range) -> float:
    chosen = [price for slot, price in prices.items() if slot.astimezone(MADRID).hour in hours]
    return sum(chosen) / len(chosen)


def days(first: date, count: int) -> list[date]:
    return [first + number * ONE_DAY for number in range(count)]


def test_the_same_day_always_has_the_same_prices() -> None:
    assert modelled_spot(date(2026, 8, 5)) == modelled_spot(date(2026, 8, 5))


def test_two_days_have_different_prices() -> None:
    one, other = modelled_spot(date(2026, 8, 5)), modelled_spot(date(2026, 8, 6))

    assert list(one.values()) != list(other.values())


@pytest.mark.parametrize(("day", "hours"), CLOCK_CHANGES)
def test_a_clock_change_leaves_no_hole(day: date, hours: int) -> None:
    spot = modelled_spot(day)

    assert len(spot) == hours * (4 if day >= QUARTERS_SINCE else 1)
    assert len(pvpc(day, spot)) == hours
    following = [*spot, next(iter(modelled_spot(day + ONE_DAY)))]
    assert len({after - before for before, after in pairwise(following)}) == 1


def test_spot_is_hourly_until_the_last_of_september_2025() -> None:
    assert len(modelled_spot(date(2025, 9, 30))) == 24
    assert len(modelled_spot(date(2025, 10, 1))) == 96


def test_slots_begin_at_madrids_midnight() -> None:
    assert next(iter(modelled_spot(date(2026, 8, 5)))) == datetime(2026, 8, 4, 22, tzinfo=UTC)


@pytest.mark.parametrize("month", [1, 4, 7, 10])
def test_a_working_day_peaks_twice_around_a_solar_valley(month: int) -> None:
    for day in days(date(2026, month, 5), 5):
        spot = modelled_spot(day)
        night, morning, midday, evening = (
            mean(spot, hours) for hours in (range(3, 5), range(7, 9), range(13, 16), range(20, 22))
        )
        assert morning > night
        assert evening > morning * 0.9 > midday


def test_weekends_are_cheaper() -> None:
    weeks = days(date(2026, 6, 1), 28)
    working = [mean(modelled_spot(day), range(24)) for day in weeks if day.weekday() < 5]
    weekend = [mean(modelled_spot(day), range(24)) for day in weeks if day.weekday() >= 5]

    assert sum(weekend) / len(weekend) < 0.9 * sum(working) / len(working)


def test_power_is_given_away_on_some_spring_weekends_but_never_in_winter() -> None:
    spring = [modelled_spot(day) for day in days(date(2026, 4, 1), 60) if day.weekday() >= 5]
    winter = [modelled_spot(day) for day in days(date(2026, 1, 1), 31)]

    assert any(price == 0 for day in spring for price in day.values())
    assert any(price < 0 for day in spring for price in day.values())
    assert not all(min(day.values()) < 0 for day in spring)
    assert min(min(day.values()) for day in winter) > 0


@pytest.mark.parametrize("year", range(2014, 2028))
def test_prices_are_plausible_in_every_year(year: int) -> None:
    for day in days(date(year, 1, 1), 365)[::7]:
        spot = modelled_spot(day)
        assert -20 < min(spot.values()) <= max(spot.values()) < 700
        assert -20 < min(pvpc(day, spot).values()) < 900


def test_pvpc_follows_spot_and_the_periods() -> None:
    day = date(2026, 8, 5)
    spot = modelled_spot(day)
    tariff = pvpc(day, spot)
    energy = {hour: price - toll(hour) for hour, price in tariff.items()}

    means = hourly(spot)
    by_spot, by_energy = (sorted(means, key=series.__getitem__) for series in (means, energy))
    assert by_spot == by_energy


@pytest.mark.parametrize(
    ("wall", "mainland", "africa"),
    [
        ("2026-08-05T07:00", 3.3, 3.3),
        ("2026-08-05T10:00", 97.2, 29.1),
        ("2026-08-05T14:00", 29.1, 97.2),
        ("2026-08-05T18:00", 97.2, 29.1),
        ("2026-08-05T22:00", 29.1, 97.2),
        ("2026-08-08T11:00", 3.3, 3.3),
        ("2026-10-12T11:00", 3.3, 3.3),
        ("2026-04-03T11:00", 97.2, 97.2),
        ("2021-05-31T11:00", 44.0, 44.0),
    ],
    ids=["night", "10", "14", "18", "22", "Saturday", "holiday", "Good Friday", "before"],
)
def test_tolls_keep_the_calendar_of_2_0td(wall: str, mainland: float, africa: float) -> None:
    start = datetime.fromisoformat(wall).replace(tzinfo=MADRID)

    assert (toll(start), toll(start, african=True)) == (mainland, africa)


def test_prices_jump_nowhere_at_midnight() -> None:
    for day in days(date(2026, 2, 3), 3):
        last = list(modelled_spot(day).values())[-1]
        first = next(iter(modelled_spot(day + timedelta(days=1)).values()))
        assert abs(first - last) < 15
