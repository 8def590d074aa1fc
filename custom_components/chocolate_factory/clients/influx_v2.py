"""The API of InfluxDB 2.x, which Cloud and 3 understand too.

Importing the library takes the better part of a second and 20 MB: only in a thread, and only where
somebody has such a database.
"""

import asyncio
from collections.abc import Awaitable, Mapping
import csv
from datetime import datetime
import io
import ssl
from typing import Any, Final, cast, override
from urllib.parse import urlencode

from influxdb_client import WritePrecision
from influxdb_client.client.influxdb_client_async import InfluxDBClientAsync
from influxdb_client.rest import ApiException
from yarl import URL

from . import influx_ql
from .influx import (
    NETWORK_ERRORS,
    NONSENSE,
    TIMEOUT,
    InfluxDatabase,
    InfluxSettings,
    MissingDatabaseError,
    NoInfluxError,
    Record,
    Selection,
    check,
    network_error,
)

# The library's type of it is a class that holds the words.
_SECONDS: Final = cast("WritePrecision", WritePrecision.S)
# What Flux adds of its own, and what was asked for.
_COLUMNS: Final = {"", "result", "table", "_start", "_stop", "_measurement", "site"}


class InfluxV2(InfluxDatabase):
    """A bucket of a server that has tokens."""

    def __init__(self, settings: InfluxSettings, tls: ssl.SSLContext) -> None:
        """Connect when somebody asks; in the event loop, where the connections will live."""
        self._settings = settings
        self._client = InfluxDBClientAsync(
            settings.url,
            settings.token,
            org=settings.organization,
            timeout=TIMEOUT,
            ssl_context=tls,
            allow_redirects=False,
        )
        self._writer = self._client.write_api()

    @override
    async def write(self, lines: bytes) -> None:
        """Write points."""
        await self._ask(
            self._writer.write(self._settings.database, record=lines, write_precision=_SECONDS)
        )

    @override
    async def read(self, selection: Selection) -> list[Record]:
        """Return points: through Flux, and where nobody speaks that any more, through InfluxQL."""
        try:
            answer = await self._ask(
                self._client.query_api().query_raw(_flux(self._settings.database, selection))
            )
        except MissingDatabaseError:
            other = await self._ask(self._query_influx_ql(selection))
            return await asyncio.to_thread(influx_ql.parse, other or b"")
        return await asyncio.to_thread(parse, answer or "")

    @override
    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()  # type: ignore[no-untyped-call]  # the library has none

    async def _query_influx_ql(self, selection: Selection) -> bytes:
        """Ask with the library's own session and headers."""
        question = {
            "q": influx_ql.query(selection),
            "db": self._settings.database,
            "epoch": "s",
        }
        client = self._client.api_client
        response = await client.rest_client.request(  # type: ignore[no-untyped-call]  # nor here
            "GET",
            f"{self._settings.url.rstrip('/')}/query?{urlencode(question)}",
            headers=dict(client.default_headers),
        )
        answer: bytes = response.data
        return answer

    async def _ask[T](self, answer: Awaitable[T]) -> T | None:
        """Return an answer, or raise what its absence means; the cause would show the token.

        None if the points were too old to be kept.
        """
        try:
            return await answer
        except ApiException as error:
            status, body = error.status or 0, _text(error.body)
            headers: Mapping[str, str] = error.headers or {}
        except NETWORK_ERRORS as error:
            raise network_error(error, URL(self._settings.url).host or "") from None
        except UnicodeDecodeError as error:
            raise NoInfluxError from error
        check(status, body, headers)
        return None


def _text(body: bytes | str | None) -> str:
    return body.decode(errors="replace") if isinstance(body, bytes) else body or ""


def _flux(bucket: str, selection: Selection) -> str:
    """Return the question after points."""
    start, end = (at.strftime("%Y-%m-%dT%H:%M:%SZ") for at in (selection.start, selection.end))
    return f"""
        from(bucket: {_quoted(bucket)})
        |> range(start: {start}, stop: {end})
        |> filter(fn: (r) => r._measurement == {_quoted(selection.measurement)})
        |> filter(fn: (r) => r.site == {_quoted(selection.site)})
        {"|> first()" if selection.first else ""}
        |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
    """


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$") + '"'


def parse(answer: str) -> list[Record]:
    """Return the points of annotated CSV: tables after one another, each with its own columns.

    Raises SourceError for anything else.
    """
    records = []
    types: dict[int, str] = {}
    names: list[str] = []
    try:
        for row in csv.reader(io.StringIO(answer)):
            if not any(row):
                names = []
            elif row[0] == "#datatype":
                types, names = dict(enumerate(row)), []
            elif row[0].startswith("#"):
                continue
            elif not names:
                names = _with_time(row)
            else:
                records.append(_record(names, types, row))
    except (*NONSENSE, csv.Error) as error:
        raise NoInfluxError from error
    return sorted(records, key=lambda record: record.time)


def _with_time(names: list[str]) -> list[str]:
    if "_time" not in names:
        raise ValueError("no points")
    return names


def _record(names: list[str], types: dict[int, str], row: list[str]) -> Record:
    values: dict[str, Any] = {}
    for position, (name, text) in enumerate(zip(names, row, strict=True)):
        if name not in _COLUMNS and text:
            match types[position]:
                case "double" | "long" | "unsignedLong":
                    values[name] = float(text)
                case "boolean":
                    values[name] = text == "true"
                case _:
                    values[name] = text
    time = datetime.fromisoformat(values.pop("_time"))
    if time.tzinfo is None:
        raise ValueError("a time without a zone")
    return Record(int(time.timestamp()), values)
