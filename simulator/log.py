"""What the simulator was asked, with the secrets left out."""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

SECRETS = {"api_key", "apikey", "appid"}


@dataclass(frozen=True)
class Entry:
    """One request to a simulated host, and how it ended."""

    at: datetime
    host: str
    method: str
    path: str
    query: str
    status: int | None
    fault: str | None


def address(request: web.Request) -> tuple[str, str]:
    """Return the original host and path of a request."""
    host, _, path = request.path.removeprefix("/").partition("/")
    return host, f"/{path}"


def masked_query(request: web.Request) -> str:
    """Return the query as people read it, without the values that are secret."""
    return "&".join(
        f"{key}={'***' if key.lower() in SECRETS else value}"
        for key, value in request.query.items()
    )
