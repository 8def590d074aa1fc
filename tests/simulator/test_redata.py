from datetime import date, datetime, timedelta
import re

import pytest

from simulator import redata
from simulator.madrid import MADRID
from simulator.market import QUARTERS_SINCE
from tests.simulator.asking import CLOCK_CHANGES, ask_redata, move_clock, redata_series
from tests.simulator.conftest import Client

YESTERDAY, TOMORROW = date(2026, 8, 4), date(2026, 8, 6)


async def test_a_day_has_pvpc_by_the_hour_and_spot_by_the_quarter(client: Client) -> None:
    series = await redata_series(client, YESTERDAY)

    assert {key: len(values) for key, values in series.items()} == {"1001": 24, "600": 96}


async def test_times_carry_madrids_offset_and_milliseconds(client: Client) -> None:
    for day, offset in ((date(2026, 1, 15), "+01:00"), (YESTERDAY, "+02:00")):
        answer = await (await ask_redata(client, day)).json()
        first = answer["included"][0]["attributes"]["values"][0]
        assert first["datetime"] == f"{day}T00:00:00.000{offset}"


async def test_whole_prices_come_as_integers(client: Client) -> None:
    kinds = set()
    for number in range(40):
        series = await redata_series(client, date(2026, 4, 1) + timedelta(days=number))
        kinds |= {type(price) for prices in series.values() for price in prices.values()}

    assert kinds == {int, float}


@pytest.mark.parametrize(("day", "hours"), CLOCK_CHANGES)
async def test_a_clock_change_has_all_its_slots(client: Client, day: date, hours: int) -> None:
    move_clock(client, "2026-11-01T12:00Z")

    series = await redata_series(client, day)

    assert len(series["1001"]) == hours
    assert len(series["600"]) == hours * (4 if day >= QUARTERS_SINCE else 1)


@pytest.mark.parametrize(
    ("now", "status", "ids"),
    [
        ("14:39", 502, None),
        ("14:40", 200, ["600"]),
        ("20:24", 200, ["600"]),
        ("20:25", 200, ["1001", "600"]),
    ],
)
async def test_tomorrow_comes_out_in_two_steps(
    client: Client, now: str, status: int, ids: list[str] | None
) -> None:
    move_clock(client, f"2026-08-05T{now}+02:00")

    response = await ask_redata(client, TOMORROW)

    assert response.status == status
    answer = await response.json()
    if ids is None:
        assert answer["errors"][0]["status"] == "502"
        assert answer["errors"][0]["title"] == "Error Interno"
        assert answer["errors"][0]["detail"].startswith("Los datos solicitados no están disponi")
    else:
        assert [series["id"] for series in answer["included"]] == ids


@pytest.mark.parametrize("geo", [{"geo_ids": "8741"}, {"geo_limit": "peninsular"}])
async def test_any_geo_parameter_removes_spot(client: Client, geo: dict[str, str]) -> None:
    assert list(await redata_series(client, YESTERDAY, **geo)) == ["1001"]


@pytest.mark.parametrize(
    "query",
    [
        {"geo_limit": "canarias"},
        {"time_trunc": "fortnight"},
        {"start_date": "yesterday"},
        {"start_date": "2026-08-05T00:00"},
        {"start_date": "2026-06-01T00:00"},
    ],
    ids=["other zone", "other step", "no date", "ends before it starts", "too long"],
)
async def test_nonsense_is_a_bad_request(client: Client, query: dict[str, str]) -> None:
    response = await ask_redata(client, YESTERDAY, **query)

    assert response.status == 400
    assert (await response.json())["errors"][0]["status"] == "400"


async def test_nothing_but_nonsense_is_refused_without_dates(client: Client) -> None:
    assert (await client.get(redata.PATH)).status == 400


async def test_several_days_come_in_one_answer(client: Client) -> None:
    series = await redata_series(client, YESTERDAY, start_date="2026-08-01T00:00")

    assert {key: len(values) for key, values in series.items()} == {"1001": 96, "600": 384}


async def test_only_the_hours_asked_for_come(client: Client) -> None:
    series = await redata_series(
        client, YESTERDAY, start_date=f"{YESTERDAY}T10:00", end_date=f"{YESTERDAY}T11:59"
    )

    assert [slot.astimezone(MADRID).hour for slot in series["1001"]] == [10, 11]


async def test_the_answer_is_dated_by_the_simulated_clock(client: Client) -> None:
    response = await ask_redata(client, YESTERDAY)

    assert response.headers["Date"] == "Wed, 05 Aug 2026 10:00:00 GMT"


async def test_the_last_update_is_when_the_prices_came_out(client: Client) -> None:
    answer = await (await ask_redata(client, YESTERDAY)).json()

    update = answer["data"]["attributes"]["last-update"]
    assert datetime.fromisoformat(update).isoformat() == "2026-08-03T20:25:00+02:00"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+02:00", update)
