"""What can go wrong with a service, on demand."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from enum import StrEnum
import math
import socket
import struct
from typing import Any, Self

from aiohttp import web
import numpy as np

from simulator.noise import noise

FIREWALL = (
    "<html><head></head><body>Request unsuccessful. Incapsula incident ID: "
    "000000000000000000-000000000000000000</body></html>"
)
PATIENCE = 0.05
"""Seconds between two looks at whether the client of a delayed answer is still there."""


class Failure(StrEnum):
    """The ways in which an answer fails."""

    STATUS = "status"
    DELAY = "delay"
    RESET = "reset"
    TRUNCATE = "truncate"
    GARBAGE = "garbage"
    HTML = "html"
    EMPTY = "empty"


@dataclass(kw_only=True)
class Fault:
    """Something that happens to the requests of a host until it has had enough."""

    kind: Failure
    host: str = "*"
    status: int | None = None
    count: int | None = None
    probability: float = 1.0
    seconds: float = 60.0

    @classmethod
    def parse(cls, body: dict[str, Any], hosts: Iterable[str]) -> Self:
        """Return the fault that someone asks for, or refuse nonsense."""
        unknown = body.keys() - {one.name for one in fields(cls)}
        if unknown:
            raise ValueError(f"unknown: {', '.join(sorted(map(str, unknown)))}")
        if str(body.get("host")) not in {"*", *hosts}:
            raise ValueError("host is one of the simulated ones, or * for all")
        kind = Failure(str(body.get("kind")))
        status = _whole(body, "status", 200, 599)
        if kind is Failure.STATUS and status is None:
            raise ValueError("a fault of the kind status needs a status")
        if status is not None and kind not in {Failure.STATUS, Failure.HTML}:
            raise ValueError(f"a fault of the kind {kind} has no status")
        return cls(
            kind=kind,
            host=body["host"],
            status=status,
            count=_whole(body, "count", 1, 1_000_000),
            probability=_real(body, "probability", 1.0, 1.0),
            seconds=_real(body, "seconds", 60.0, 3600.0),
        )


@dataclass
class Faults:
    """The faults that are about to happen."""

    pending: list[Fault] = field(default_factory=list)
    draws: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, fault: Fault) -> None:
        """Let something go wrong from now on."""
        self.pending.append(fault)

    def clear(self) -> None:
        """Let everything work again, and whoever waits go on."""
        self.pending.clear()
        self.released.set()
        self.released = asyncio.Event()

    def strike(self, host: str) -> Fault | None:
        """Return what happens to a request, and count it."""
        for fault in self.pending:
            if fault.host not in {"*", host}:
                continue
            self.draws += 1
            if (noise("faults", self.draws)[0] + 1) / 2 >= fault.probability:
                continue
            if fault.count is not None:
                fault.count -= 1
                if not fault.count:
                    self.pending.remove(fault)
            return fault
        return None

    async def happen(self, fault: Fault, request: web.Request) -> web.StreamResponse | None:
        """Spoil the answer, or return nothing if the request may go on."""
        match fault.kind:
            case Failure.DELAY:
                await self._delay(fault.seconds, request)
                return None
            case Failure.RESET:
                return _reset(request)
            case Failure.TRUNCATE:
                return await _truncate(request)
        return _spoiled(fault)

    async def _delay(self, seconds: float, request: web.Request) -> None:
        released = self.released
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while request.transport and not released.is_set() and (left := end - loop.time()) > 0:
            try:
                async with asyncio.timeout(min(left, PATIENCE)):
                    await released.wait()
            except TimeoutError:
                continue


def _spoiled(fault: Fault) -> web.Response:
    match fault.kind:
        case Failure.HTML:
            status = fault.status or 200
            return web.Response(text=FIREWALL, content_type="text/html", status=status)
        case Failure.GARBAGE:
            body = (127.5 * (noise("garbage", range(512)) + 1)).astype(np.uint8).tobytes()
            return web.Response(body=body, content_type="application/json")
        case Failure.EMPTY:
            return web.Response(content_type="application/json")
    return web.Response(status=fault.status or 500)


def _reset(request: web.Request) -> web.Response:
    if request.transport:
        # A socket that does not linger is closed with RST.
        linger = struct.pack("ii", 1, 0)
        request.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, linger
        )
        request.transport.abort()
    return web.Response()


async def _truncate(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = 4096
    await response.prepare(request)
    await response.write(b'{"data": {"type": "Precios mercado')
    if request.transport:
        request.transport.close()
    return response


def _whole(body: dict[str, Any], key: str, least: int, most: int) -> int | None:
    value = body.get(key)
    if value is None:
        return None
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{key} is a whole number from {least} to {most}")
    return value


def _real(body: dict[str, Any], key: str, default: float, most: float) -> float:
    value = body.get(key, default)
    if type(value) not in {int, float} or not math.isfinite(value) or not 0 < value <= most:
        raise ValueError(f"{key} is a number above 0, up to {most:g}")
    return float(value)
