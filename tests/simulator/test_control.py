import asyncio
import json
from typing import Any

from aiohttp import ClientConnectionError, ClientPayloadError, ClientTimeout
import pytest

from simulator import FAULTS, Failure, Fault
from tests.simulator.conftest import Client

PATH = "/www.omie.es/es/file-download"


async def set_fault(client: Client, kind: str, **more: Any) -> None:
    body = {"host": "www.omie.es", "kind": kind} | more
    response = await client.post("/_faults", json=body)
    assert response.status == 201


async def log(client: Client) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = await (await client.get("/_log")).json()
    return entries


async def test_the_log_tells_what_was_asked_and_how_it_ended(client: Client) -> None:
    await client.get(PATH, params={"filename": "x"})

    assert await log(client) == [
        {
            "at": "2026-08-05T10:00:00+00:00",
            "host": "www.omie.es",
            "method": "GET",
            "path": "/es/file-download",
            "query": "filename=x",
            "status": 404,
            "fault": None,
        }
    ]


@pytest.mark.parametrize("name", ["api_key", "appid", "apikey", "APPID"])
async def test_the_log_masks_secrets(client: Client, name: str) -> None:
    await client.get(PATH, params={name: "secret", "lat": "40.4"})

    [entry] = await log(client)
    assert entry["query"] == f"{name}=***&lat=40.4"


async def test_the_log_can_be_cleared(client: Client) -> None:
    await client.get(PATH)

    assert (await client.delete("/_log")).status == 204
    assert await log(client) == []


async def test_a_status_fault_answers_with_the_status(client: Client) -> None:
    await set_fault(client, "status", status=503)

    assert (await client.get(PATH)).status == 503
    assert [(entry["status"], entry["fault"]) for entry in await log(client)] == [(503, "status")]


async def test_a_reset_fault_closes_the_connection(client: Client) -> None:
    await set_fault(client, "reset", count=1)

    with pytest.raises(ClientConnectionError):
        await client.get(PATH)
    assert [(entry["status"], entry["fault"]) for entry in await log(client)] == [(None, "reset")]


async def test_a_truncate_fault_promises_more_than_it_sends(client: Client) -> None:
    await set_fault(client, "truncate")

    response = await client.get(PATH)
    with pytest.raises(ClientPayloadError):
        await response.read()


async def test_a_garbage_fault_calls_random_bytes_json(client: Client) -> None:
    await set_fault(client, "garbage")

    response = await client.get(PATH)
    assert (response.status, response.content_type) == (200, "application/json")
    with pytest.raises(UnicodeDecodeError):
        json.loads(await response.read())


@pytest.mark.parametrize(("given", "status"), [({}, 200), ({"status": 403}, 403)])
async def test_an_html_fault_is_the_firewalls_page(
    client: Client, given: dict[str, int], status: int
) -> None:
    await set_fault(client, "html", **given)

    response = await client.get(PATH)
    assert (response.status, response.content_type) == (status, "text/html")
    assert "Incapsula" in await response.text()


async def test_an_empty_fault_says_nothing(client: Client) -> None:
    await set_fault(client, "empty")

    response = await client.get(PATH)
    assert (response.status, await response.read()) == (200, b"")


async def test_a_delay_ends_when_the_faults_are_deleted(client: Client) -> None:
    await set_fault(client, "delay")

    slow = asyncio.create_task(client.get(PATH))
    # The order of connections is the order of requests: the delayed one is under way now.
    await client.get("/_log")
    assert not slow.done()
    await client.delete("/_faults")
    assert (await slow).status == 404


async def test_a_delay_ends_after_its_seconds(client: Client) -> None:
    await set_fault(client, "delay", seconds=0.01)

    assert (await client.get(PATH)).status == 404


async def test_a_delay_ends_when_the_client_goes(client: Client) -> None:
    await set_fault(client, "delay")

    with pytest.raises(TimeoutError):
        await client.get(PATH, timeout=ClientTimeout(total=0.01))
    while not await log(client):
        pass  # the simulator notices at its next look


async def test_a_counted_fault_is_gone_after_its_count(client: Client) -> None:
    await set_fault(client, "status", status=500, count=2)

    assert [(await client.get(PATH)).status for _ in range(3)] == [500, 500, 404]
    assert await (await client.get("/_faults")).json() == []


async def test_a_fault_hits_only_its_host(client: Client) -> None:
    await set_fault(client, "status", status=500)

    assert (await client.get("/api.esios.ree.es/nothing")).status == 404


async def test_a_fault_for_all_hosts_hits_each_but_not_the_control(client: Client) -> None:
    await set_fault(client, "status", host="*", status=500)

    assert (await client.get("/api.esios.ree.es/nothing")).status == 500
    assert (await client.get("/_log")).status == 200


async def test_a_likely_fault_hits_sometimes(client: Client) -> None:
    assert client.app
    client.app[FAULTS].add(Fault(kind=Failure.STATUS, status=500, probability=0.5))

    statuses = [(await client.get(PATH)).status for _ in range(40)]
    assert 10 <= statuses.count(500) <= 30


async def test_faults_can_be_listed_and_deleted(client: Client) -> None:
    await set_fault(client, "empty", count=3)

    [fault] = await (await client.get("/_faults")).json()
    assert (fault["host"], fault["kind"], fault["count"]) == ("www.omie.es", "empty", 3)
    assert (await client.delete("/_faults")).status == 204
    assert (await client.get(PATH)).status == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"host": "*"}',
        b'{"kind": "empty"}',
        b'{"host": "example.org", "kind": "empty"}',
        b'{"host": ["*"], "kind": "empty"}',
        b'{"host": "*", "kind": "explode"}',
        b'{"host": "*", "kind": "status"}',
        b'{"host": "*", "kind": "status", "status": 99}',
        b'{"host": "*", "kind": "status", "status": "500"}',
        b'{"host": "*", "kind": "empty", "status": 500}',
        b'{"host": "*", "kind": "empty", "count": 0}',
        b'{"host": "*", "kind": "empty", "count": true}',
        b'{"host": "*", "kind": "empty", "probability": 1.5}',
        b'{"host": "*", "kind": "empty", "probability": 0}',
        b'{"host": "*", "kind": "delay", "seconds": -1}',
        b'{"host": "*", "kind": "delay", "seconds": NaN}',
        b'{"host": "*", "kind": "delay", "second": 1}',
    ],
)
async def test_a_nonsensical_fault_is_refused(client: Client, body: bytes) -> None:
    response = await client.post("/_faults", data=body)

    assert response.status == 400
    assert (await response.json())["error"]
    assert await (await client.get("/_faults")).json() == []


async def test_the_clock_can_be_moved(client: Client) -> None:
    response = await client.post("/_clock", json={"now": "2030-01-01T00:00+01:00"})

    assert await response.json() == {"now": "2029-12-31T23:00:00+00:00"}
    assert response.headers["Date"] == "Mon, 31 Dec 2029 23:00:00 GMT"


@pytest.mark.parametrize("now", [None, 5, "soon", "2030-01-01T00:00"])
async def test_the_clock_refuses_nonsense(client: Client, now: object) -> None:
    assert (await client.post("/_clock", json={"now": now})).status == 400


async def test_an_unknown_host_is_not_found_and_noted(client: Client) -> None:
    assert (await client.get("/example.org/x")).status == 404
    assert [entry["host"] for entry in await log(client)] == ["example.org"]
