"""A stand-in for an InfluxDB that answers as a test wants it, and remembers what it was told."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import ssl

from aiohttp import web
from aiohttp.test_utils import TestServer

type Verdict = Callable[[list[str]], web.Response | None]


@dataclass
class Influx:
    """Takes points unless a verdict on their lines says otherwise."""

    lines: list[str] = field(default_factory=list)
    requests: list[web.BaseRequest] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    verdict: Verdict | None = None
    answers: dict[str, str | bytes] = field(default_factory=dict)
    """By path, for those that read."""
    url: str = ""

    def refuse(self, status: int, body: str = "", **headers: str) -> None:
        """Answer all writes alike."""
        self.verdict = lambda _: web.Response(
            status=status,
            text=body,
            headers={name.replace("_", "-"): headers[name] for name in headers},
        )

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request."""
        body = await request.text()
        self.requests.append(request)
        self.bodies.append(body)
        if not request.path.endswith("/write"):
            answer = self.answers.get(request.path)
            content = answer.encode() if isinstance(answer, str) else answer
            return web.Response(body=content, status=404 if content is None else 200)
        lines = body.splitlines()
        if self.verdict and (refusal := self.verdict(lines)) is not None:
            return refusal
        self.lines += lines
        return web.Response(status=204)


@asynccontextmanager
async def influx_server(tls: ssl.SSLContext | None = None) -> AsyncIterator[Influx]:
    """Start one on loopback."""
    influx = Influx()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", influx.handle)
    server = TestServer(app, scheme="https" if tls else "http")
    await server.start_server(ssl=tls, access_log=None)
    influx.url = str(server.make_url("")).rstrip("/")
    try:
        yield influx
    finally:
        await server.close()


CONFLICT = '{"error":"partial write: field type conflict: input field \\"price\\" dropped=1"}'
TOO_OLD = '{"error":"partial write: points beyond retention policy dropped=1"}'


def dislikes(*words: str) -> Verdict:
    """Refuse whatever has a line with one of these words."""

    def verdict(lines: list[str]) -> web.Response | None:
        if any(word in line for line in lines for word in words):
            return web.Response(status=400, text=CONFLICT)
        return None

    return verdict


def drops(influx: Influx, *words: str) -> Verdict:
    """Refuse just the lines with one of these words, write the others, and say how many."""

    def verdict(lines: list[str]) -> web.Response | None:
        good = [line for line in lines if not any(word in line for word in words)]
        influx.lines += good
        dropped = len(lines) - len(good)
        text = CONFLICT.replace("dropped=1", f"dropped={dropped}")
        return web.Response(status=400 if dropped else 204, text=text if dropped else None)

    return verdict


def holds(most: int) -> Verdict:
    """Refuse more than so many lines at a time."""
    return lambda lines: web.Response(status=413) if len(lines) > most else None
