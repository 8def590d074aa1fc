from itertools import pairwise
from typing import Any

from aiohttp import ClientResponse
import pytest

from simulator import openweathermap
from tests.simulator.asking import move_clock
from tests.simulator.conftest import Client

MADRID = {"lat": "40.4166", "lon": "-3.7038", "units": "metric"}


async def ask(
    client: Client, product: str = "2.5/weather", key: str = "key", **more: str
) -> ClientResponse:
    query = MADRID | {"appid": key} | more
    return await client.get(f"/{openweathermap.HOST}/data/{product}", params=query)


async def fetch(client: Client, product: str = "2.5/weather", **more: str) -> dict[str, Any]:
    answer: dict[str, Any] = await (await ask(client, product, **more)).json()
    return answer


async def test_the_weather_has_the_shape_of_the_real_one(client: Client) -> None:
    answer = await fetch(client)

    assert answer["cod"] == 200
    assert {"coord", "weather", "main", "wind", "clouds", "dt", "sys", "timezone"} <= answer.keys()
    assert {"temp", "feels_like", "pressure", "humidity", "grnd_level"} <= answer["main"].keys()
    assert isinstance(answer["main"]["humidity"], int)


async def test_degrees_are_kelvin_unless_asked_otherwise(client: Client) -> None:
    celsius = (await fetch(client))["main"]["temp"]
    kelvin = (await fetch(client, units="standard"))["main"]["temp"]

    assert kelvin - celsius == pytest.approx(273.15, abs=0.011)


async def test_the_forecast_is_five_days_in_steps_of_three_hours(client: Client) -> None:
    answer = await fetch(client, "2.5/forecast")

    times = [one["dt"] for one in answer["list"]]
    assert (answer["cod"], answer["cnt"], len(times)) == ("200", 40, 40)
    assert {after - before for before, after in pairwise(times)} == {10_800}
    assert answer["list"][0]["dt_txt"] == "2026-08-05 12:00:00"
    assert {one["sys"]["pod"] for one in answer["list"]} == {"d", "n"}


@pytest.mark.parametrize("key", ["", "young-key", "bad-key"])
async def test_a_key_that_does_not_work_is_refused(client: Client, key: str) -> None:
    response = await ask(client, key=key)

    assert response.status == 401
    answer = await response.json()
    assert answer["cod"] == 401
    assert answer["message"].startswith("Invalid API key")


async def test_one_call_wants_its_own_subscription(client: Client) -> None:
    response = await ask(client, "3.0/onecall")

    assert response.status == 401
    assert "separate subscription" in (await response.json())["message"]


async def test_one_call_tells_two_days_by_the_hour_and_eight_by_the_day(client: Client) -> None:
    answer = await fetch(client, "3.0/onecall", key="onecall-key")

    assert (len(answer["hourly"]), len(answer["daily"])) == (48, 8)
    assert answer["timezone"] == "Europe/Madrid"
    assert {"temp", "dew_point", "humidity", "pressure", "uvi"} <= answer["current"].keys()
    assert all(day["temp"]["min"] < day["temp"]["max"] for day in answer["daily"])


async def test_one_call_leaves_out_what_is_excluded(client: Client) -> None:
    answer = await fetch(client, "3.0/onecall", key="onecall-key", exclude="daily,minutely")

    assert "daily" not in answer
    assert "hourly" in answer


async def test_a_city_that_does_not_exist_is_a_404_in_text(client: Client) -> None:
    query = {"appid": "key", "q": "Nowhere,ES"}
    response = await client.get(f"/{openweathermap.HOST}/data/2.5/weather", params=query)

    assert response.status == 404
    assert await response.json() == {"cod": "404", "message": "city not found"}


async def test_a_wrong_latitude_is_a_bad_request(client: Client) -> None:
    response = await ask(client, lat="91")

    assert response.status == 400
    assert await response.json() == {"cod": "400", "message": "wrong latitude"}


async def test_more_than_sixty_calls_a_minute_are_too_many(client: Client) -> None:
    statuses = [(await ask(client)).status for _ in range(61)]

    assert statuses == [200] * 60 + [429]


async def test_the_rain_of_a_step_is_that_of_the_three_hours_before(client: Client) -> None:
    move_clock(client, "2027-02-28T11:00+00:00")
    bilbao = {"lat": "43.2569", "lon": "-2.9236"}
    by_the_hour = await fetch(client, "3.0/onecall", key="onecall-key", **bilbao)
    steps = (await fetch(client, "2.5/forecast", **bilbao))["list"]

    rain = {one["dt"]: one.get("rain", {}).get("1h", 0) for one in by_the_hour["hourly"]}
    compared = [one for one in steps if one["dt"] - 10_800 in rain and one["dt"] - 3_600 in rain]
    assert len(compared) > 10
    assert any("rain" in one for one in compared)
    for one in compared:
        fallen = sum(rain[one["dt"] - back * 3_600] for back in (1, 2, 3))
        assert one.get("rain", {}).get("3h", 0) == pytest.approx(fallen, abs=0.02)
