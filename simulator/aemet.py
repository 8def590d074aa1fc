"""AEMET OpenData: who may ask, and the two steps in which it answers."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import count
import json
from typing import Any

from aiohttp import web

from simulator import aemet_climatology, aemet_forecasts, aemet_observations
from simulator.aemet_data import NoDataError
from simulator.clock import Clock
from simulator.quota import Quota
from simulator.sky import Sky
from simulator.world import World

HOST = "opendata.aemet.es"
API = f"/{HOST}/opendata/api"
CHARSET = "ISO-8859-15"
VALID = timedelta(minutes=5)
EXP_REQUIRED_SINCE = datetime(2026, 10, 15, tzinfo=UTC)
USUAL_QUOTA, SMALL_QUOTA = 40, 15

type Product = Callable[[web.Request, datetime, Sky], object]
"""Something that reads a request at an instant and returns the data, or raises NoDataError."""


def key(expires: datetime | None, name: str = "demo") -> str:
    """Return a key as AEMET gives them; a name with bad or dead in front is a bad or dead one."""
    claims: dict[str, Any] = {"sub": name, "jti": "0", "iss": "AEMET", "userId": "0", "role": ""}
    if expires is not None:
        claims["exp"] = int(expires.timestamp())
    parts = ({"alg": "HS256"}, claims)
    head, body = (
        urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts
    )
    return f"{head}.{body}.c2lnbmF0dXJl"


def routes(world: World) -> list[web.RouteDef]:
    """Return what the host answers."""
    steps = _Steps(world.clock, world.sky)
    products: dict[str, Product] = {
        "/observacion/convencional/todas": aemet_observations.everywhere,
        "/observacion/convencional/datos/estacion/{idema}": aemet_observations.station,
        "/prediccion/especifica/municipio/diaria/{code}": aemet_forecasts.daily,
        "/prediccion/especifica/municipio/horaria/{code}": aemet_forecasts.hourly,
        "/valores/climatologicos/diarios/datos/fechaini/{start}/fechafin/{end}/estacion/{idema}": (
            aemet_climatology.station
        ),
        "/valores/climatologicos/inventarioestaciones/todasestaciones": (
            aemet_climatology.inventory
        ),
        "/maestro/municipios": aemet_forecasts.municipalities,
    }
    return [
        *(web.get(API + path, steps.first(path, product)) for path, product in products.items()),
        web.get(f"/{HOST}/opendata/sh/{{token}}", steps.second),
    ]


@dataclass
class _Steps:
    """The data that were promised in a first step, and until when."""

    clock: Clock
    sky: Sky
    quota: Quota = field(init=False)
    promised: dict[str, tuple[datetime, object]] = field(default_factory=dict)
    numbers: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.quota = Quota(self.clock)

    def first(
        self, path: str, product: Product
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Return the handler that checks the key and says where the data are."""
        limit = SMALL_QUOTA if "horaria" in path else USUAL_QUOTA

        async def handler(request: web.Request) -> web.Response:
            now = self.clock.now()
            api_key = request.headers.get("api_key", "")
            if (refusal := _refusal(api_key, now)) is not None:
                return refusal
            remaining = self.quota.remaining(api_key, path, limit)
            if remaining < 0:
                return _said(
                    429,
                    "Se ha alcanzado uno de los límites de uso. "
                    "Vuelva a intentarlo el próximo minuto.",
                )
            try:
                data = product(request, now, self.sky)
            except NoDataError as error:
                response = _said(404, str(error), status=200)
            else:
                response = _answer(
                    {
                        "descripcion": "exito",
                        "estado": 200,
                        "datos": self._promise(data, now),
                        "metadatos": self._promise({"unidad_generadora": "AEMET"}, now),
                    }
                )
            response.headers["Remaining-request-endpoint"] = str(remaining)
            return response

        return handler

    async def second(self, request: web.Request) -> web.Response:
        """Hand out the promised data, for a while."""
        until, data = self.promised.get(request.match_info["token"], (None, None))
        if until is None or self.clock.now() > until:
            return _said(404, "datos expirados")
        return _answer(data)

    def _promise(self, data: object, now: datetime) -> str:
        self.promised = {
            token: promise for token, promise in self.promised.items() if now <= promise[0]
        }
        token = blake2b(f"{next(self.numbers)}".encode(), digest_size=4).hexdigest()
        self.promised[token] = (now + VALID, data)
        return f"https://{HOST}/opendata/sh/{token}"


def _refusal(api_key: str, now: datetime) -> web.Response | None:
    """Return what AEMET says to a key that is not good, in one of its many ways."""
    if not api_key:
        return _answer(None)
    if (periods := api_key.count(".")) != 2:
        return _said(401, f"JWT strings must contain exactly 2 period characters. Found: {periods}")
    claims = _claims(api_key)
    if "userId" not in claims:
        return _said(401, "API key invalido")
    if str(claims.get("sub")).startswith("bad"):
        return _said(401, "API key invalido", status=200)
    return _expiry(claims, now)


def _expiry(claims: dict[str, Any], now: datetime) -> web.Response | None:
    expires = claims.get("exp")
    expired = expires is not None and float(expires) <= now.timestamp()
    silent = str(claims.get("sub")).startswith("dead")
    if (expired and silent) or (expires is None and now >= EXP_REQUIRED_SINCE):
        return _answer(None)
    if expired:
        return _said(401, "La API Key ha expirado. Genere una nueva API Key.")
    return None


def _claims(api_key: str) -> dict[str, Any]:
    try:
        claims = json.loads(urlsafe_b64decode(api_key.split(".")[1] + "=="))
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}


def _said(state: int, description: str, status: int | None = None) -> web.Response:
    return _answer({"descripcion": description, "estado": state}, status or state)


def _answer(body: object, status: int = 200) -> web.Response:
    text = "" if body is None else json.dumps(body, ensure_ascii=False, indent=2)
    return web.Response(
        body=text.encode(CHARSET, "replace"),
        status=status,
        headers={"Content-Type": f"text/plain;charset={CHARSET}"},
    )
