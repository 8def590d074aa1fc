"""What the two ways to talk to InfluxDB have in common: what is asked, and what may go wrong."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
import json
import ssl
from typing import Any, Final, Protocol

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorError,
    ClientError,
    ClientSSLError,
    ClientTimeout,
)
from yarl import URL

from ..factory.reach import BEGINNING, END
from .errors import AuthenticationError, SourceError
from .influx_refusals import RejectedError
from .retry_after import seconds_to_wait

TIMEOUT: Final = ClientTimeout(total=60, connect=10)
"""A month of a slow machine takes a while."""

_LONGEST_REASON: Final = 300
_FIRST: Final = int(BEGINNING.timestamp())
_END: Final = int(END.timestamp())
# In the words of all versions; the points are dropped, and what else there was is written.
_TOO_OLD: Final = "beyond retention policy"


class Missing(StrEnum):
    """What a server says that it does not have."""

    DATABASE = "database"
    """Or the bucket."""
    RETENTION_POLICY = "retention_policy"
    ORGANIZATION = "organization"
    EVERYTHING = "everything"
    """It does not even look like an InfluxDB."""


class MissingDatabaseError(SourceError):
    """There is no such database, bucket or retention policy."""

    def __init__(self, what: Missing = Missing.DATABASE) -> None:
        """Remember what it is that is not there."""
        super().__init__("there is no such database")
        self.what = what


class UnreachableError(SourceError):
    """Nobody answers."""


class CertificateError(SourceError):
    """The server's certificate is not trusted."""


class TooLargeError(SourceError):
    """The server takes less at a time."""


class Api(StrEnum):
    """How a server wants to be talked to."""

    V1 = "v1"
    """1.x, with user and password."""
    V2 = "v2"
    """2.x, Cloud and 3, with a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InfluxSettings:
    """Which server, and what in it."""

    api: Api
    url: str
    database: str
    """Or the bucket."""
    verify_tls: bool = True
    ca_file: str | None = None
    """Certificates to be trusted beside those that everybody trusts."""
    organization: str = ""
    token: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    retention_policy: str = ""

    @property
    def target(self) -> str:
        """Return where it leads, without a secret."""
        parts = (self.url.rstrip("/"), self.organization, self.database, self.retention_policy)
        return " ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Points of one site to be read."""

    measurement: str
    tags: tuple[str, ...]
    fields: tuple[str, ...]
    site: str
    start: datetime
    end: datetime
    """Not included."""
    first: bool = False
    """Whether nothing matters but the oldest; others may come along."""


@dataclass(frozen=True, slots=True)
class Record:
    """A point as it was read."""

    time: int
    """Unix seconds."""
    values: Mapping[str, str | float | bool]
    """Of tags and fields, as far as it has them; numbers are floats."""

    def __post_init__(self) -> None:
        """Refuse a time that nobody asks about: sums with it may overflow."""
        if not _FIRST <= self.time < _END:
            raise ValueError(f"{self.time} is no time of a point")


class NoInfluxError(SourceError):
    """Something else than an InfluxDB answers."""

    def __init__(self, detail: str = "") -> None:
        """Say so."""
        super().__init__(f"the answer is not that of an InfluxDB{detail and f': {detail}'}")


NONSENSE: Final = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
"""What may be raised where an answer is taken for what it is not."""


class InfluxDatabase(Protocol):
    """A database to write to and to read from; every method may raise SourceError."""

    async def write(self, lines: bytes) -> None:
        """Write points, given in line protocol with times in seconds."""

    async def read(self, selection: Selection) -> list[Record]:
        """Return points, oldest first."""

    async def close(self) -> None:
        """Let go of the connections."""


def tls_context(settings: InfluxSettings) -> ssl.SSLContext:
    """Return what decides which server is trusted; blocks, and raises OSError for a bad file."""
    context = ssl.create_default_context()
    if settings.ca_file:
        context.load_verify_locations(settings.ca_file)
    if not settings.verify_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def server(url: str) -> str:
    """Return an address in the one form that all addresses of a server have in common."""
    address = URL(url)
    return f"{address.scheme}://{address.host}:{address.port}{address.path.rstrip('/')}"


def check(status: int, body: str, headers: Mapping[str, str]) -> None:
    """Raise what an answer means, unless all is well.

    What the server says is kept only where it is about the points.
    """
    if 200 <= status < 300:
        return
    reason = said(body)
    # A wish for another retention policy is answered with different statuses.
    if "retention policy not found" in reason:
        raise MissingDatabaseError(Missing.RETENTION_POLICY)
    match status:
        case HTTPStatus.NOT_FOUND if reason.startswith("organization"):
            raise MissingDatabaseError(Missing.ORGANIZATION)
        case HTTPStatus.NOT_FOUND:
            is_influx = _is_influx(body, headers)
            raise MissingDatabaseError(Missing.DATABASE if is_influx else Missing.EVERYTHING)
        case HTTPStatus.BAD_REQUEST | HTTPStatus.UNPROCESSABLE_ENTITY:
            if _TOO_OLD not in reason:
                raise RejectedError(status, reason)
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            raise AuthenticationError(f"HTTP status {status}")
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise TooLargeError(f"HTTP status {status}")
        case _ if 300 <= status < 400 or status == HTTPStatus.METHOD_NOT_ALLOWED:
            raise NoInfluxError(f"HTTP status {status}")
        case _:
            wait = seconds_to_wait(headers, datetime.now(UTC))
            raise SourceError(f"HTTP status {status}", retry_after=wait)


def _is_influx(body: str, headers: Mapping[str, str]) -> bool:
    """Tell by its manners whether an InfluxDB misses something, and not just the whole path."""
    if "x-influxdb-error" in {name.lower() for name in headers}:
        return True
    with suppress(ValueError, RecursionError):
        answer = json.loads(body)
        return isinstance(answer, dict) and ("error" in answer or {"code", "message"} <= {*answer})
    return False


def said(body: str) -> str:
    """Return in one line what a server says was wrong."""
    with suppress(ValueError, RecursionError, AttributeError):
        answer: dict[str, Any] = json.loads(body)
        body = str(answer.get("error") or answer.get("message") or "")
    return " ".join(body.split())[:_LONGEST_REASON]


def network_error(error: Exception, host: str) -> SourceError:
    """Return what an error of the network means; the cause would show where a key may be."""
    if isinstance(error, TimeoutError):
        return UnreachableError(f"{host} did not answer in time")
    if isinstance(error, ClientConnectorCertificateError):
        return CertificateError(f"the certificate of {host} is not trusted")
    if isinstance(error, ClientConnectorError) and not isinstance(error, ClientSSLError):
        return UnreachableError(f"nobody answers at {host}")
    return SourceError(f"{host}: {type(error).__name__}")


NETWORK_ERRORS: Final = (ClientError, OSError)
"""A TimeoutError is an OSError."""
