"""Both ways to talk to InfluxDB write and read alike, and say alike what goes wrong."""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
import json
import logging
from pathlib import Path
import ssl
import subprocess
import traceback
from typing import Any
from urllib.parse import parse_qs

from aiohttp import ClientSession
import pytest

from custom_components.chocolate_factory.clients import influx_ql
from custom_components.chocolate_factory.clients.errors import AuthenticationError, SourceError
from custom_components.chocolate_factory.clients.influx import (
    Api,
    CertificateError,
    InfluxDatabase,
    InfluxSettings,
    MissingDatabaseError,
    NoInfluxError,
    Record,
    Selection,
    TooLargeError,
    said,
    tls_context,
)
from custom_components.chocolate_factory.clients.influx_refusals import RejectedError, kind
from custom_components.chocolate_factory.clients.influx_v1 import InfluxV1
from custom_components.chocolate_factory.clients.influx_v2 import InfluxV2

from .influx_server import CONFLICT, TOO_OLD, Influx, influx_server

TOKEN, PASSWORD = "secret-token", "secret-password"
LINE = b"chocolate_prices,site=obrador price=0.1 1785801600"
SELECTION = Selection(
    measurement="chocolate_prices",
    tags=("series",),
    fields=("price", "source"),
    site='the "old" one\'s',
    start=datetime(2026, 8, 1, tzinfo=UTC),
    end=datetime(2026, 9, 1, tzinfo=UTC),
)
RECORDS = [
    Record(1785542400, {"price": 0.1, "source": "redata", "series": "pvpc"}),
    Record(1785546000, {"price": 0.12345678901234567, "series": "pvpc"}),
]
INFLUX_QL = {
    "results": [
        {
            "series": [
                {
                    "name": "chocolate_prices",
                    "columns": ["time", "price", "source", "series"],
                    "values": [
                        [1785542400, 0.1, "redata", "pvpc"],
                        [1785546000, 0.12345678901234567, None, "pvpc"],
                    ],
                }
            ]
        }
    ]
}
FLUX = """\
#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,string,string,string,double,string
#group,false,false,true,true,false,true,true,true,false,false
#default,_result,,,,,,,,,
,result,table,_start,_stop,_time,_measurement,series,site,price,source
,,0,2026-08-01T00:00:00Z,2026-09-01T00:00:00Z,2026-08-01T00:00:00Z,chocolate_prices,pvpc,s,0.1,redata

#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,string,string,string,double
#group,false,false,true,true,false,true,true,true,false
#default,_result,,,,,,,,
,result,table,_start,_stop,_time,_measurement,series,site,price
,,1,2026-08-01T00:00:00Z,2026-09-01T00:00:00Z,2026-08-01T01:00:00Z,chocolate_prices,pvpc,s,0.12345678901234567

"""

type Connect = Callable[..., Awaitable[InfluxDatabase]]


def settings(api: Api, url: str, **others: Any) -> InfluxSettings:
    """Return the settings for a server."""
    mine = (
        {"username": "maker", "password": PASSWORD}
        if api is Api.V1
        else {"token": TOKEN, "organization": "makers"}
    )
    return InfluxSettings(api=api, url=url, database="history", **(mine | others))


@pytest.fixture
async def influx(socket_enabled: None) -> AsyncIterator[Influx]:
    """Return a server that takes everything."""
    async with influx_server() as influx:
        yield influx


@pytest.fixture
async def connect(socket_enabled: None) -> AsyncIterator[Connect]:
    """Return a way to connect to a server."""
    opened: list[InfluxDatabase] = []

    async with ClientSession() as session:

        async def connect(api: Api, url: str, **others: Any) -> InfluxDatabase:
            where = settings(api, url, **others)
            tls = tls_context(where)
            database: InfluxDatabase = (
                InfluxV1(session=session, settings=where, tls=tls)
                if api is Api.V1
                else InfluxV2(where, tls)
            )
            opened.append(database)
            return database

        yield connect
        for database in opened:
            await database.close()


async def test_v1_names_the_database_and_shows_the_password_in_a_header_alone(
    influx: Influx, connect: Connect
) -> None:
    database = await connect(Api.V1, influx.url, retention_policy="years")
    await database.write(LINE)
    (request,) = influx.requests
    assert influx.lines == [LINE.decode()]
    assert (request.path, dict(request.query)) == (
        "/write",
        {"db": "history", "rp": "years", "precision": "s"},
    )
    user = base64.b64encode(f"maker:{PASSWORD}".encode()).decode()
    assert request.headers["Authorization"] == f"Basic {user}"


async def test_v2_names_the_bucket_and_shows_the_token_in_a_header_alone(
    influx: Influx, connect: Connect
) -> None:
    database = await connect(Api.V2, influx.url)
    await database.write(LINE)
    (request,) = influx.requests
    assert influx.lines == [LINE.decode()]
    assert (request.path, dict(request.query)) == (
        "/api/v2/write",
        {"org": "makers", "bucket": "history", "precision": "s"},
    )
    assert request.headers["Authorization"] == f"Token {TOKEN}"


async def test_v1_asks_in_influxql_and_quotes_what_it_asks_for(
    influx: Influx, connect: Connect
) -> None:
    influx.answers["/query"] = json.dumps(INFLUX_QL)
    database = await connect(Api.V1, influx.url)
    assert await database.read(SELECTION) == RECORDS
    (question,) = parse_qs(influx.bodies[0])["q"]
    assert question == (
        'SELECT "price", "source", "series" FROM "chocolate_prices"'
        """ WHERE "site" = 'the "old" one\\'s' """
        "AND time >= 1785542400s AND time < 1788220800s"
    )


async def test_v2_asks_in_flux(influx: Influx, connect: Connect) -> None:
    influx.answers["/api/v2/query"] = FLUX.replace("\n", "\r\n")
    database = await connect(Api.V2, influx.url)
    assert await database.read(SELECTION) == RECORDS
    question = json.loads(influx.bodies[0])["query"]
    assert 'from(bucket: "history")' in question
    assert 'r.site == "the \\"old\\" one\'s"' in question
    assert "start: 2026-08-01T00:00:00Z, stop: 2026-09-01T00:00:00Z" in question


async def test_where_only_the_oldest_matters_little_more_is_asked_for(
    influx: Influx, connect: Connect
) -> None:
    influx.answers["/api/v2/query"] = FLUX.replace("\n", "\r\n")
    oldest = replace(SELECTION, first=True)
    database = await connect(Api.V2, influx.url)
    assert (await database.read(oldest))[0] == RECORDS[0]
    question = json.loads(influx.bodies[0])["query"]
    assert question.index("filter") < question.index("|> first()") < question.index("|> pivot")
    assert influx_ql.query(oldest) == f"{influx_ql.query(SELECTION)} ORDER BY time LIMIT 1"


async def test_a_server_that_speaks_no_flux_is_asked_in_influxql(
    influx: Influx, connect: Connect
) -> None:
    influx.answers["/query"] = json.dumps(INFLUX_QL)
    database = await connect(Api.V2, influx.url)
    assert await database.read(SELECTION) == RECORDS
    request = influx.requests[-1]
    assert request.query["db"] == "history"
    assert request.query["q"] == influx_ql.query(SELECTION)
    assert request.headers["Authorization"] == f"Token {TOKEN}"
    assert TOKEN not in request.path_qs


@pytest.mark.parametrize("api", Api)
@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (400, CONFLICT, RejectedError, "field type conflict"),
        (422, '{"message":"unable to parse it"}', RejectedError, "unable to parse"),
        (422, "secret-echo", RejectedError, "HTTP status 422"),
        (401, "secret-echo", AuthenticationError, "HTTP status 401"),
        (403, "secret-echo", AuthenticationError, "HTTP status 403"),
        (404, "secret-echo", MissingDatabaseError, "no such database"),
        (500, '{"error":"retention policy not found: x"}', MissingDatabaseError, "no such"),
        (413, "", TooLargeError, "HTTP status 413"),
        (500, "disk is full", SourceError, "HTTP status 500"),
        (302, "", NoInfluxError, "HTTP status 302"),
    ],
)
async def test_each_answer_has_its_meaning(
    influx: Influx,
    connect: Connect,
    api: Api,
    status: int,
    body: str,
    error: type[SourceError],
    words: str,
) -> None:
    influx.refuse(status, body)
    database = await connect(api, influx.url)
    with pytest.raises(SourceError, match=words) as raised:
        await database.write(LINE)
    assert type(raised.value) is error


@pytest.mark.parametrize("api", Api)
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("wish", "wait"), [("17", 17), ("Wed, 05 Aug 2026 10:00:40 GMT", 40), ("soon", None)]
)
async def test_a_server_that_wants_to_be_left_alone_says_for_how_long(
    influx: Influx, connect: Connect, api: Api, status: int, wish: str, wait: float | None
) -> None:
    influx.refuse(status, Retry_After=wish, Date="Wed, 05 Aug 2026 10:00:00 GMT")
    database = await connect(api, influx.url)
    with pytest.raises(SourceError) as raised:
        await database.write(LINE)
    assert raised.value.retry_after == wait


@pytest.mark.parametrize("api", Api)
async def test_points_that_are_older_than_the_database_keeps_are_no_error(
    influx: Influx, connect: Connect, api: Api
) -> None:
    influx.refuse(422 if api is Api.V2 else 400, TOO_OLD)
    await (await connect(api, influx.url)).write(LINE)


@pytest.mark.parametrize("api", Api)
async def test_no_error_and_no_log_tells_a_secret(
    influx: Influx, connect: Connect, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    database = await connect(api, influx.url)
    told = [repr(database), repr(settings(api, influx.url))]
    for status in (400, 401, 403, 404, 413, 422, 429, 503):
        influx.refuse(status, json.dumps({"message": f"nonsense of {TOKEN} and {PASSWORD}"}))
        with pytest.raises(SourceError) as raised:
            await database.write(LINE)
        told += traceback.format_exception(raised.value)
    gone = await connect(api, "http://127.0.0.1:1")
    for work in (gone.write(LINE), gone.read(SELECTION)):
        with pytest.raises(SourceError, match=r"nobody answers at 127\.0\.0\.1") as raised:
            await work
        told += traceback.format_exception(raised.value)
    assert caplog.text
    for secret in (TOKEN, PASSWORD, base64.b64encode(f"maker:{PASSWORD}".encode()).decode()):
        assert secret not in "".join(told) + caplog.text


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a certificate of 127.0.0.1 that nobody trusts, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    files = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "36500"),
            *("-subj", "/CN=influx", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-out", files[0], "-keyout", files[1]),
        ],
        check=True,
        capture_output=True,
    )
    return files


@pytest.mark.parametrize("api", Api)
async def test_a_certificate_is_trusted_when_the_user_says_so(
    socket_enabled: None, connect: Connect, certificate: tuple[Path, Path], api: Api
) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(*certificate)
    async with influx_server(tls) as influx:
        assert influx.url.startswith("https://")
        stranger = await connect(api, influx.url)
        with pytest.raises(CertificateError):
            await stranger.write(LINE)
        assert influx.lines == []
        for trust in ({"ca_file": str(certificate[0])}, {"verify_tls": False}):
            await (await connect(api, influx.url, **trust)).write(LINE)
        assert len(influx.lines) == 2


async def test_to_say_nothing_in_flux_is_to_have_no_points(
    influx: Influx, connect: Connect
) -> None:
    influx.answers["/api/v2/query"] = ""
    assert await (await connect(Api.V2, influx.url)).read(SELECTION) == []


@pytest.mark.parametrize("api", Api)
async def test_what_a_server_says_to_points_is_for_those_alone_whom_they_belong_to(
    influx: Influx, connect: Connect, api: Api
) -> None:
    database = await connect(api, influx.url)
    for said_it, known in (
        ("unable to parse 'a,site=Toledo b 1'", "unable to parse (HTTP status 400)"),
        ("Toledo is full", "HTTP status 400"),
    ):
        influx.refuse(400, json.dumps({"error": said_it}))
        with pytest.raises(RejectedError) as raised:
            await database.write(LINE)
        assert str(raised.value) == known
        assert raised.value.reason == said_it


@pytest.mark.parametrize(
    ("reason", "known"),
    [
        (json.loads(CONFLICT)["error"], "field type conflict"),
        ("partial write: max-values-per-tag limit exceeded (1/1): site=Toledo", "limit exceeded"),
        ("Partial write of line protocol occurred", "partial write"),
        ("invalid column type for column 'price', expected float", "column type"),
        ("who are you?", None),
    ],
)
def test_a_reason_is_of_a_kind_that_quotes_nothing(reason: str, known: str | None) -> None:
    assert kind(reason) == known


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"error":"a\\nb"}', "a b"),
        ('{"message":"c"}', "c"),
        ("[1]", "[1]"),
        ("plain", "plain"),
        ("x" * 1000, "x" * 300),
    ],
)
def test_what_a_server_says_fits_into_a_line(body: str, reason: str) -> None:
    assert said(body) == reason
