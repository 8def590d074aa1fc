"""The API of InfluxDB 1.x, which is also that of the Home Assistant add-on."""

import asyncio
from base64 import b64encode
from dataclasses import dataclass, field
import ssl
from typing import override

from aiohttp import ClientSession
from yarl import URL

from . import influx_ql
from .influx import (
    NETWORK_ERRORS,
    TIMEOUT,
    InfluxDatabase,
    InfluxSettings,
    Record,
    Selection,
    check,
    network_error,
)


@dataclass(frozen=True, kw_only=True)
class InfluxV1(InfluxDatabase):
    """A database of a 1.x server."""

    session: ClientSession = field(repr=False)
    settings: InfluxSettings
    tls: ssl.SSLContext = field(repr=False)

    @override
    async def write(self, lines: bytes) -> None:
        """Write points."""
        await self._post("write", {"precision": "s", **self._where}, lines)

    @override
    async def read(self, selection: Selection) -> list[Record]:
        """Return points."""
        # In the body: a question may be longer than an address.
        question = {"q": influx_ql.query(selection), "epoch": "s", **self._where}
        body = await self._post("query", {}, question)
        return await asyncio.to_thread(influx_ql.parse, body)

    @override
    async def close(self) -> None:
        """Leave the session to whom it belongs."""

    @property
    def _where(self) -> dict[str, str]:
        policy = self.settings.retention_policy
        return {"db": self.settings.database} | ({"rp": policy} if policy else {})

    @property
    def _headers(self) -> dict[str, str]:
        user, password = self.settings.username, self.settings.password
        if not user:
            return {}
        return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}

    async def _post(
        self, path: str, parameters: dict[str, str], data: bytes | dict[str, str]
    ) -> bytes:
        url = URL(self.settings.url)
        try:
            async with self.session.post(
                url / path % parameters,
                data=data,
                headers=self._headers,
                ssl=self.tls,
                timeout=TIMEOUT,
                allow_redirects=False,
            ) as response:
                body = await response.read()
        except NETWORK_ERRORS as error:
            raise network_error(error, url.host or "") from None
        check(response.status, body.decode(errors="replace"), response.headers)
        return body
