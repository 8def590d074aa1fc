from datetime import date

import pytest

from simulator.market import QUARTERS_SINCE
from tests.simulator.asking import CLOCK_CHANGES, ask_omie, move_clock, omie_file, omie_spot
from tests.simulator.conftest import Client

YESTERDAY, TOMORROW = date(2026, 8, 4), date(2026, 8, 6)


async def test_the_download_leads_to_an_absolute_address(client: Client) -> None:
    response = await ask_omie(client, YESTERDAY)

    assert response.status == 302
    assert response.headers["Location"].startswith("https://www.omie.es/")


async def test_the_file_has_a_header_numbered_rows_and_an_end(client: Client) -> None:
    lines = (await omie_file(client, YESTERDAY)).decode("ascii").split("\r\n")

    assert lines[0] == "MARGINALPDBC;"
    assert lines[1].startswith("2026;08;04;1;")
    assert lines[96].startswith("2026;08;04;96;")
    assert lines[97:] == ["*", ""]
    assert {len(line.split(";")) for line in lines[1:97]} == {7}


async def test_portugal_sometimes_pays_more_than_spain(client: Client) -> None:
    rows = (await omie_file(client, YESTERDAY)).decode("ascii").split("\r\n")[1:-2]

    differences = [float(row.split(";")[4]) - float(row.split(";")[5]) for row in rows]
    assert 0 < sum(difference > 0 for difference in differences) < 48
    assert min(differences) == 0


@pytest.mark.parametrize(("day", "hours"), CLOCK_CHANGES)
async def test_a_clock_change_has_all_its_periods(client: Client, day: date, hours: int) -> None:
    move_clock(client, "2026-11-01T12:00Z")

    assert len(await omie_spot(client, day)) == hours * (4 if day >= QUARTERS_SINCE else 1)


@pytest.mark.parametrize(("now", "status"), [("13:49", 404), ("13:50", 302)])
async def test_tomorrow_comes_out_after_lunch(client: Client, now: str, status: int) -> None:
    move_clock(client, f"2026-08-05T{now}+02:00")

    assert (await ask_omie(client, TOMORROW)).status == status


@pytest.mark.parametrize(
    "query",
    [
        {"parents": "marginalpdbc", "filename": "marginalpdbc_20260804.2"},
        {"parents": "marginalpdbc", "filename": "marginalpdbc_20261304.1"},
        {"parents": "marginalpibc", "filename": "marginalpdbc_20260804.1"},
        {},
    ],
)
async def test_other_files_do_not_exist(client: Client, query: dict[str, str]) -> None:
    response = await client.get(
        "/www.omie.es/es/file-download", params=query, allow_redirects=False
    )

    assert response.status == 404
