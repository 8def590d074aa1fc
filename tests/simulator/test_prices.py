from datetime import date
from pathlib import Path

import pytest

from simulator import recorded_days
from simulator.market import modelled_spot
from simulator.prices import Prices
from simulator.recordings import ESIOS, OMIE, REDATA, Kind, Recordings
from tests.simulator.asking import (
    ask_esios,
    ask_redata,
    esios_rows,
    european,
    move_clock,
    omie_file,
    omie_spot,
    redata_series,
)
from tests.simulator.conftest import Client


async def agree(client: Client, day: date) -> None:
    """Prove that no host contradicts another about a day."""
    series = await redata_series(client, day)
    rows = await esios_rows(client, day)
    assert [european(row["PCB"]) for row in rows] == list(series["1001"].values())
    assert await omie_spot(client, day) == list(series["600"].values())


@pytest.mark.parametrize(
    "day", [date(2019, 5, 4), date(2021, 6, 1), date(2025, 10, 26), date(2026, 3, 29)]
)
async def test_hosts_agree_on_a_modelled_day(client: Client, day: date) -> None:
    await agree(client, day)


@pytest.mark.parametrize(
    "day",
    [
        date(2021, 6, 1),
        date(2021, 10, 31),
        date(2022, 1, 3),
        date(2022, 10, 30),
        date(2023, 1, 6),
        date(2025, 10, 1),
        date(2025, 10, 26),
        date(2026, 3, 29),
        date(2026, 4, 15),
    ],
)
async def test_hosts_agree_on_a_recorded_day(recorded: Client, day: date) -> None:
    await agree(recorded, day)


async def test_a_recorded_answer_comes_byte_for_byte(recorded: Client, recordings: Path) -> None:
    day, quarters = date(2021, 6, 1), date(2026, 4, 15)

    assert (
        await (await ask_redata(recorded, day)).read()
        == (recordings / REDATA.format(day)).read_bytes()
    )
    assert (
        await (await ask_esios(recorded, day)).read()
        == (recordings / ESIOS.format(day)).read_bytes()
    )
    assert await omie_file(recorded, quarters) == (recordings / OMIE.format(quarters)).read_bytes()


async def test_a_recorded_day_is_not_out_before_its_time(recorded: Client) -> None:
    move_clock(recorded, "2021-05-31T20:00+02:00")

    assert list(await redata_series(recorded, date(2021, 6, 1))) == ["600"]


async def test_a_recorded_value_reaches_the_hosts_that_were_not_recorded(
    recorded: Client,
) -> None:
    series = await redata_series(recorded, date(2026, 8, 5))

    assert list(series["1001"].values())[-3:] == [315.43, 238.42, 230.52]


async def test_the_pvpc_of_an_unrecorded_evening_follows_the_recorded_spot(
    recorded: Client, client: Client
) -> None:
    day = date(2022, 1, 3)

    assert (await esios_rows(recorded, day))[0] != (await esios_rows(client, day))[0]


def test_a_quarter_that_was_not_recorded_stays_modelled(recordings: Path) -> None:
    day = date(2025, 10, 1)
    modelled = list(modelled_spot(day).values())

    spot = list(Prices(Recordings(recordings)).of(Kind.SPOT, day).values())

    assert spot[:2] == [105.1, 104.24]
    assert spot[:93] != modelled[:93]
    assert spot[93:] == modelled[93:]


def test_recorded_days_are_those_of_redatas_own_answers(recordings: Path) -> None:
    assert recorded_days(recordings) == [date(2021, 6, 1), date(2021, 10, 30)]


def test_no_recordings_are_no_recorded_days(tmp_path: Path) -> None:
    assert recorded_days(tmp_path) == []
