from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.factory.clock import local_hours, wall_seconds

HOUR = timedelta(hours=1)
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - what a clock on the wall shows has no zone
ZONES = ["Europe/Madrid", "Atlantic/Canary", "UTC", "America/New_York"]


def shown(start: datetime, count: int, zone: ZoneInfo) -> list[int]:
    """Return what the clock on the wall shows, asked hour by hour."""
    walls = [(start + number * HOUR).astimezone(zone) for number in range(count)]
    return [(wall.replace(tzinfo=None) - EPOCH) // HOUR for wall in walls]


@given(
    start=st.integers(450_000, 520_000).map(lambda hour: datetime.fromtimestamp(hour * 3600, UTC)),
    count=st.integers(0, 2000),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
)
def test_many_hours_at_once_are_as_on_the_wall(start: datetime, count: int, zone: ZoneInfo) -> None:
    assert local_hours(start, count, zone).tolist() == shown(start, count, zone)


@pytest.mark.parametrize("name", ZONES)
def test_so_are_those_of_three_years(name: str) -> None:
    start = datetime(2024, 2, 28, 23, tzinfo=UTC)

    hours = local_hours(start, 3 * 366 * 24, ZoneInfo(name))

    assert hours.tolist() == shown(start, 3 * 366 * 24, ZoneInfo(name))


def test_the_start_may_be_told_in_any_zone() -> None:
    zone = ZoneInfo("Europe/Madrid")
    start = datetime(2026, 10, 25, 2, tzinfo=zone, fold=1)

    assert (local_hours(start, 3, zone) % 24).tolist() == [2, 3, 4]


def test_of_an_offset_of_half_an_hour_the_half_is_left_out() -> None:
    hours = local_hours(datetime(2026, 8, 5, tzinfo=UTC), 2, ZoneInfo("Asia/Kolkata"))

    assert (hours % 24).tolist() == [5, 6]


@given(
    instants=st.lists(st.integers(0, 4_000_000_000), max_size=30),
    zone=st.sampled_from([*ZONES, "Asia/Kolkata", "Australia/Lord_Howe"]).map(ZoneInfo),
)
def test_any_instants_in_any_order_are_as_on_the_wall(instants: list[int], zone: ZoneInfo) -> None:
    walls = [datetime.fromtimestamp(instant, zone).replace(tzinfo=None) for instant in instants]

    shown = wall_seconds(np.array(instants, dtype=np.int64), zone)

    assert shown.tolist() == [(wall - EPOCH) // timedelta(seconds=1) for wall in walls]


@pytest.mark.parametrize("year", [1976, 2026, 2090])
@pytest.mark.parametrize("name", ZONES)
def test_the_clock_is_changed_to_the_second(name: str, year: int) -> None:
    zone = ZoneInfo(name)
    hours = int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) + 3600 * np.arange(8760)
    instants = np.sort(np.concatenate([hours - 1, hours]))

    walls = [datetime.fromtimestamp(at, zone).replace(tzinfo=None) for at in instants.tolist()]
    expected = [(wall - EPOCH) // timedelta(seconds=1) for wall in walls]
    assert wall_seconds(instants, zone).tolist() == expected


def test_an_instant_is_shown_the_same_alone_and_among_many() -> None:
    zone = ZoneInfo("Europe/Madrid")
    quarters = 1_700_000_000 + 900 * np.arange(2 * 35_040)

    together = wall_seconds(quarters, zone)

    apart = [int(wall_seconds(quarters[[index]], zone)[0]) for index in range(0, 70_080, 997)]
    assert apart == together[::997].tolist()
