"""Whatever a server answers, it is points or no answer of an InfluxDB; nothing else is raised."""

from collections.abc import Callable
from functools import partial
import json
from typing import Any

from aiohttp import ClientSession
from hypothesis import example, given, strategies as st
import pytest

from custom_components.chocolate_factory.clients import influx_ql, influx_v2
from custom_components.chocolate_factory.clients.errors import SourceError
from custom_components.chocolate_factory.clients.influx import (
    Api,
    InfluxDatabase,
    NoInfluxError,
    Record,
    tls_context,
)
from custom_components.chocolate_factory.clients.influx_v1 import InfluxV1
from custom_components.chocolate_factory.clients.influx_v2 import InfluxV2
from custom_components.chocolate_factory.factory.reach import BEGINNING, END

from .garbage import JUNK, damaged, damaged_bytes
from .influx_server import influx_server
from .test_influx import FLUX, INFLUX_QL, RECORDS, SELECTION, settings

HEAD = "#datatype,string,long,dateTime:RFC3339,double\n,result,table,_time,price\n"
TABLES = [line.split(",") for line in FLUX.splitlines()]


def check(parse: Callable[[], list[Record]]) -> None:
    """Refuse anything but points of a time that somebody may ask about."""
    try:
        records = parse()
    except SourceError:
        return
    for record in records:
        assert BEGINNING.timestamp() <= record.time < END.timestamp()
        assert {type(value) for value in record.values.values()} <= {str, float, bool}


def influx_ql_point(time: Any, value: Any) -> Any:
    """Return an answer with one point."""
    series = {"columns": ["time", "price"], "values": [[time, value]]}
    return {"results": [{"series": [series]}]}


@given(answer=damaged(INFLUX_QL) | JUNK)
@example(answer={"results": ["x"]})
@example(answer=influx_ql_point(float("inf"), 1))
@example(answer=influx_ql_point(10**22, 1))
@example(answer=influx_ql_point(0, 10**400))
@example(answer={"results": [{"error": {"a": 1}}]})
def test_an_answer_in_influxql_is_points_or_none(answer: Any) -> None:
    check(lambda: influx_ql.parse(json.dumps(answer).encode()))


@given(tables=damaged(TABLES).filter(lambda tables: isinstance(tables, list)))
def test_an_answer_in_flux_is_points_or_none(tables: list[Any]) -> None:
    rows = [row if isinstance(row, list) else [row] for row in tables]
    check(lambda: influx_v2.parse("\n".join(",".join(map(str, row)) for row in rows)))


@given(text=st.text(alphabet='#_,"\r\n\0 datypetime:10-Z'))
def test_any_text_is_points_or_none(text: str) -> None:
    check(lambda: influx_v2.parse(text))
    check(lambda: influx_v2.parse(HEAD + text))
    check(lambda: influx_ql.parse(text.encode()))


def test_an_answer_with_a_broken_byte_is_points_or_none() -> None:
    for body in damaged_bytes(json.dumps(INFLUX_QL).encode(), 1, 300):
        check(partial(influx_ql.parse, body))
    for body in damaged_bytes(FLUX.encode(), 2, 300):
        check(partial(influx_v2.parse, body.decode(errors="replace")))


@pytest.mark.parametrize(
    "row",
    [
        f',,0,2026-08-01T00:00:00Z,"{"x" * 200_000}"\n',
        ",,0,2026-08-01T00:00:00Z,1.0\rmore\n",
        ",,0,2026-08-01T00:00:00,1.0\n",
        ",,0,9999-12-31T23:59:59-23:00,1.0\n",
        ",,0,,1.0\n",
    ],
    ids=["too long", "bare carriage return", "no zone", "no time of ours", "no time"],
)
def test_flux_that_cannot_be_read_is_no_answer(row: str) -> None:
    with pytest.raises(NoInfluxError):
        influx_v2.parse(HEAD + row)


def test_what_is_no_garbage_is_read() -> None:
    assert influx_ql.parse(json.dumps(INFLUX_QL).encode()) == RECORDS
    assert influx_v2.parse(FLUX) == RECORDS


@pytest.mark.parametrize("api", Api)
@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b'{"results": ["x"]}', b"\xff\xfe", b"#datatype\n1,2\n3", b"a\rb\n"]
)
async def test_what_something_else_answers_is_no_answer(
    socket_enabled: None, api: Api, body: bytes
) -> None:
    async with influx_server() as influx, ClientSession() as session:
        influx.answers = {"/query": body, "/api/v2/query": body}
        where = settings(api, influx.url)
        tls = tls_context(where)
        database: InfluxDatabase = (
            InfluxV1(session=session, settings=where, tls=tls)
            if api is Api.V1
            else InfluxV2(where, tls)
        )
        with pytest.raises(NoInfluxError):
            await database.read(SELECTION)
        await database.close()
