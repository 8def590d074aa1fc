"""Ask the simulated price services what the product asks the real ones."""

from datetime import date, datetime
from typing import Any

from aiohttp import ClientResponse

from simulator import CLOCK, esios, omie, redata
from tests.simulator.conftest import Client

CLOCK_CHANGES = [
    (date(2021, 3, 28), 23), (date(2021, 10, 31), 25),
    (date(2022, 3, 27), 23), (date(2022, 10, 30), 25),
    (date(2023, 3, 26), 23), (date(2023, 10, 29), 25),
    (date(2024, 3, 31), 23), (date(2024, 10, 27), 25),
    (date(2025, 3, 30), 23), (date(2025, 10, 26), 25),
    (date(2026, 3, 29), 23), (date(2026, 10, 25), 25),
]  # fmt: skip


def move_clock(client: Client, now: str) -> None:
    """Go on from another instant."""
    assert client.app
    client.app[CLOCK].set(datetime.fromisoformat(now))


async def ask_redata(client: Client, day: date, **more: str) -> ClientResponse:
    """Ask REData for a day."""
    query = {"start_date": f"{day}T00:00", "end_date": f"{day}T23:59", "time_trunc": "hour"}
    return await client.get(redata.PATH, params=query | more)


async def ask_esios(client: Client, day: date) -> ClientResponse:
    """Ask the ESIOS archive for a day."""
    path = f"/{esios.HOST}/archives/70/download_json"
    return await client.get(path, params={"locale": "es", "date": f"{day}"})


async def ask_omie(client: Client, day: date) -> ClientResponse:
    """Ask OMIE for a day's file, without following where it leads."""
    query = {"parents": "marginalpdbc", "filename": f"marginalpdbc_{day:%Y%m%d}.1"}
    path = f"/{omie.HOST}/es/file-download"
    return await client.get(path, params=query, allow_redirects=False)


async def redata_series(client: Client, day: date, **more: str) -> dict[str, dict[datetime, float]]:
    """Return REData's prices of a day by the id of their series."""
    answer = await (await ask_redata(client, day, **more)).json()
    return {
        series["id"]: {
            datetime.fromisoformat(value["datetime"]): value["value"]
            for value in series["attributes"]["values"]
        }
        for series in answer["included"]
    }


async def esios_rows(client: Client, day: date) -> list[dict[str, str]]:
    """Return the rows of the ESIOS archive for a day."""
    answer: dict[str, Any] = await (await ask_esios(client, day)).json(content_type=None)
    rows: list[dict[str, str]] = answer["PVPC"]
    return rows


async def omie_file(client: Client, day: date) -> bytes:
    """Return the file to which OMIE redirects."""
    redirect = await ask_omie(client, day)
    return await (await client.get(f"/{redirect.headers['Location'][8:]}")).read()


async def omie_spot(client: Client, day: date) -> list[float]:
    """Return Spain's prices in OMIE's file."""
    rows = (await omie_file(client, day)).decode("ascii").split("\r\n")[1:-2]
    return [float(row.split(";")[5]) for row in rows]


def european(number: str) -> float:
    """Return the value of a number with a decimal comma."""
    return float(number.replace(",", "."))
