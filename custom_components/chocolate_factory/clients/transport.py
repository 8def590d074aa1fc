"""The only door to the outside: every remote request goes through here."""

import asyncio
import codecs
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
import json
import time
from typing import Any, Final

from aiohttp import (
    ClientConnectionError,
    ClientError,
    ClientHandlerType,
    ClientOSError,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ServerDisconnectedError,
    StreamReader,
)
from yarl import URL

from .errors import (
    AuthenticationError,
    HeldBackError,
    NoDataError,
    PlanError,
    RefusedError,
    SourceError,
)
from .gatekeeper import Gatekeeper, Urgency
from .retry_after import seconds_to_wait

TIMEOUT: Final = ClientTimeout(total=10)
# The largest honest answer, AEMET's list of all observations, has 3.6 MB.
MAX_BODY: Final = 16 * 1024 * 1024
MAX_REDIRECTS: Final = 5
# More than clocks drift apart while a program runs, or a machine sleeps.
_CLOCK_WAS_SET: Final = timedelta(minutes=1)
# Python knows many more, some of them no encodings of text, some of them slow.
_CODECS: Final = {"cp1252", "iso8859-1", "iso8859-15", "utf-8"}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a host answered."""

    status: int
    body: bytes
    retry_after: float | None = None
    charset: str | None = None
    """The name that the host gives to the encoding of its text."""

    def checked(self) -> Reply:
        """Return the reply if it is a success, or raise what the status means."""
        match self.status:
            case HTTPStatus.OK:
                return self
            case HTTPStatus.FORBIDDEN | HTTPStatus.TOO_MANY_REQUESTS:
                raise RefusedError(f"HTTP status {self.status}", retry_after=self.retry_after)
            case _:
                raise SourceError(f"HTTP status {self.status}", retry_after=self.retry_after)

    def json(self) -> Any:  # noqa: ANN401 - JSON is what it is
        """Return the body as JSON, or raise SourceError."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise SourceError("the answer is not JSON") from error

    def text(self, default: str) -> str:
        """Return the body as text, in its own encoding if that is a usual one."""
        return self.body.decode(_codec(self.charset) or default, "replace")


@dataclass(frozen=True, slots=True)
class _ClockComparison:
    """How far two clocks were apart, what ours showed, and a third one that nobody can set."""

    offset: timedelta
    here: datetime
    ticks: float


@dataclass(kw_only=True)
class Transport:
    """Ask hosts, within their budgets, and hand the replies to whoever understands them."""

    session: ClientSession = field(repr=False)
    gatekeeper: Gatekeeper
    clock: Callable[[], datetime]
    upstream: URL | None = None
    """Send everything there instead, with the host as the first part of the path."""
    timeout: ClientTimeout = TIMEOUT
    _comparison: _ClockComparison | None = field(default=None, init=False)

    @property
    def clock_offset(self) -> timedelta | None:
        """Return how far the last reply's clock was ahead of ours.

        None when nothing was asked yet, or when our clock has been set since then.
        """
        last = self._comparison
        if last is None:
            return None
        elapsed = timedelta(seconds=time.monotonic() - last.ticks)
        if abs(self.clock() - last.here - elapsed) > _CLOCK_WAS_SET:
            return None
        return last.offset

    async def get[T](
        self,
        url: URL,
        parse: Callable[[Reply], T],
        *,
        headers: Mapping[str, str] | None = None,
        urgency: Urgency = Urgency.USUAL,
        in_thread: bool = False,
    ) -> T:
        """Return what `parse` makes of the reply, in a thread if that takes long.

        Errors of the network and of `parse` are SourceErrors; they name the host but not the URL,
        which may hold a key.
        """
        host = url.host or ""
        try:
            reply = await self._fetch(url, headers, urgency)
            parsed = await asyncio.to_thread(parse, reply) if in_thread else parse(reply)
        except HeldBackError:
            raise
        # The host works; it is our question or our key that does not.
        except NoDataError, AuthenticationError, PlanError:
            await self.gatekeeper.succeeded(host)
            raise
        except SourceError as error:
            await self.gatekeeper.failed(host, error)
            raise
        await self.gatekeeper.succeeded(host)
        return parsed

    async def reach(self, host: str) -> None:
        """Return if a host answers at all, whatever it says."""
        await self._fetch(URL.build(scheme="https", host=host, path="/"), None, Urgency.INSISTENT)

    async def _fetch(self, url: URL, headers: Mapping[str, str] | None, urgency: Urgency) -> Reply:
        """Send a request and follow redirects within the host, each of them within its budget."""
        for _ in range(MAX_REDIRECTS + 1):
            await self.gatekeeper.admit(url.host or "", urgency)
            try:
                async with self.session.get(
                    self._route(url),
                    headers=headers,
                    timeout=self.timeout,
                    allow_redirects=False,
                    middlewares=(_once,),
                ) as response:
                    self._compare_clocks(response.headers)
                    location = response.headers.get("Location")
                    if not 300 <= response.status < 400 or location is None:
                        return Reply(
                            status=response.status,
                            body=await _read(response.content),
                            retry_after=seconds_to_wait(response.headers, self.clock()),
                            charset=response.charset,
                        )
            # The cause would show the URL in a traceback.
            except TimeoutError:
                raise SourceError(f"{url.host} did not answer in time") from None
            except (ClientError, OSError) as error:
                raise SourceError(f"{url.host}: {type(error).__name__}") from None
            url = _redirect(url, location)
        raise SourceError(f"{url.host} redirects without end")

    def _route(self, url: URL) -> URL:
        """Return where a URL is to be found: there, or at the stand-in for all hosts."""
        if self.upstream is None:
            return url
        parts = (url.host or "", *url.raw_parts[1:])
        return self.upstream.joinpath(*parts, encoded=True).with_query(url.query)

    def _compare_clocks(self, headers: Mapping[str, str]) -> None:
        """Note how far the host's clock is from ours; a cache adds the age of its copy."""
        try:
            there = parsedate_to_datetime(headers["Date"]) + timedelta(
                seconds=float(headers.get("Age", 0))
            )
            here = self.clock()
            self._comparison = _ClockComparison(there - here, here, time.monotonic())
        except KeyError, ValueError, TypeError, OverflowError:
            return


async def _once(request: ClientRequest, send: ClientHandlerType) -> ClientResponse:
    """Send a request once: the session would repeat it by itself when the connection breaks."""
    try:
        return await send(request)
    except (ClientOSError, ServerDisconnectedError) as error:
        raise ClientConnectionError(type(error).__name__) from None


def _redirect(url: URL, location: str) -> URL:
    """Return where a redirect leads; away from the host or its encryption, it leads nowhere."""
    try:
        target = url.join(URL(location))
    except ValueError:
        raise SourceError(f"{url.host} redirects to no address") from None
    if target.host != url.host or target.scheme != url.scheme:
        raise SourceError(f"{url.host} redirects to another host")
    return target


async def _read(content: StreamReader) -> bytes:
    """Return the whole body, unless it is absurdly long."""
    body = bytearray()
    async for chunk in content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            raise SourceError("the answer is too long")
    return bytes(body)


def _codec(charset: str | None) -> str | None:
    """Return Python's name of an encoding, if it is a usual one."""
    try:
        codec = codecs.lookup(charset or "").name
    except LookupError, ValueError:
        return None
    return codec if codec in _CODECS else None
