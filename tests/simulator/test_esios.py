from datetime import date

import pytest

from simulator import esios
from tests.simulator.asking import CLOCK_CHANGES, ask_esios, esios_rows, european, move_clock
from tests.simulator.conftest import Client

YESTERDAY, TOMORROW = date(2026, 8, 4), date(2026, 8, 6)
SPOT = {"start_date": "2026-08-04T00:00", "end_date": "2026-08-04T23:59"}


async def test_a_row_has_comma_decimals_and_a_spanish_date(client: Client) -> None:
    first = (await esios_rows(client, YESTERDAY))[0]

    assert (first["Dia"], first["Hora"]) == ("04/08/2026", "00-01")
    assert "," in first["PCB"]
    assert "," in first["CYM"]


@pytest.mark.parametrize(("day", "hours"), CLOCK_CHANGES)
async def test_a_clock_change_skips_or_adds_a_row(client: Client, day: date, hours: int) -> None:
    move_clock(client, "2026-11-01T12:00Z")

    labels = [row["Hora"] for row in await esios_rows(client, day)]

    assert len(labels) == hours
    if hours == 23:
        assert labels[1:3] == ["01-02", "03-04"]
        assert labels[-1] == "23-24"
    else:
        assert labels[-2:] == ["23-24", "24-25"]


async def test_ceuta_and_melilla_differ_only_where_their_periods_do(client: Client) -> None:
    rows = await esios_rows(client, YESTERDAY)

    differing = [row["Hora"] for row in rows if row["PCB"] != row["CYM"]]
    assert differing == ["10-11", "14-15", "18-19", "22-23"]
    assert european(rows[10]["PCB"]) > european(rows[10]["CYM"])


@pytest.mark.parametrize(("now", "out"), [("20:24", False), ("20:25", True)])
async def test_tomorrow_is_missing_until_the_evening(client: Client, now: str, out: bool) -> None:
    move_clock(client, f"2026-08-05T{now}+02:00")

    response = await ask_esios(client, TOMORROW)

    answer = await response.json(content_type=None)
    assert response.status == 200
    assert list(answer) == (["PVPC"] if out else ["message"])
    if not out:
        assert answer["message"] == "No values for specified archive"


async def test_the_archive_calls_its_content_type_json(client: Client) -> None:
    assert (await ask_esios(client, YESTERDAY)).headers["Content-Type"] == "json"


@pytest.mark.parametrize("token", ["", "bad-token"])
async def test_indicators_want_a_token(client: Client, token: str) -> None:
    response = await client.get(
        f"/{esios.HOST}/indicators/600", params=SPOT, headers={"x-api-key": token}
    )

    assert response.status == 401
    assert (await response.text()).strip() == "HTTP Token: Access denied."


@pytest.mark.parametrize(
    ("number", "geo", "count", "step"),
    [(600, "3", 96, "Quince minutos"), (1001, "8741", 24, "Hora"), (1001, "", 120, "Hora")],
)
async def test_an_indicator_has_the_values_of_its_places(
    client: Client, number: int, geo: str, count: int, step: str
) -> None:
    response = await client.get(
        f"/{esios.HOST}/indicators/{number}",
        params=SPOT | ({"geo_ids[]": geo} if geo else {}),
        headers={"x-api-key": "token"},
    )

    indicator = (await response.json())["indicator"]
    assert len(indicator["values"]) == count
    assert indicator["tiempo"][0]["name"] == step
    assert indicator["values"][0]["datetime_utc"] == "2026-08-03T22:00:00Z"
