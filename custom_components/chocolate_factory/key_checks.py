"""Whether the keys that a user types are good: asked of the services themselves."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .clients.aemet import AemetClient
from .clients.aemet_key import AemetKey, AemetKeyring
from .clients.errors import (
    AuthenticationError,
    NoDataError,
    PlanError,
    RefusedError,
    SourceError,
    YoungKeyError,
)
from .clients.gatekeeper import Urgency
from .clients.open_meteo import OpenMeteoClient
from .clients.openweathermap import OpenWeatherMapClient
from .clients.transport import Transport
from .factory.weather import Place
from .sites import Service


class KeyDoubt(StrEnum):
    """Why a key cannot be taken, by the name of the error that explains it."""

    MALFORMED = "key_malformed"
    EXPIRED = "key_expired"
    REJECTED = "key_rejected"
    MAYBE_NEW = "key_rejected_or_new"
    """OpenWeatherMap says the same of a wrong key and of a new one."""
    UNREACHABLE = "service_unreachable"
    REFUSED = "service_refused"


@dataclass(frozen=True, kw_only=True)
class KeyChecks:
    """Ask for something small with a key, insisting, because a user is waiting."""

    transport: Transport
    place: Place
    clock: Callable[[], datetime]

    async def doubt(self, service: Service, text: str, *, is_new: bool) -> KeyDoubt | None:
        """Return what is wrong with a key; a new one may not be accepted yet."""
        match service:
            case Service.AEMET:
                return await self._aemet(text)
            case Service.OPENWEATHERMAP:
                return await self._openweathermap(text, is_new=is_new)
            case Service.OPEN_METEO:
                return await self._open_meteo(text)

    async def _aemet(self, text: str) -> KeyDoubt | None:
        try:
            key = AemetKey.parse(text)
        except ValueError:
            return KeyDoubt.MALFORMED
        if key.expires is not None and key.expires <= self.clock():
            return KeyDoubt.EXPIRED
        client = AemetClient(transport=self.transport, keys=AemetKeyring((key,), self.clock))
        return await self._outcome(client.host, client.check(urgency=Urgency.INSISTENT))

    async def _openweathermap(self, text: str, *, is_new: bool) -> KeyDoubt | None:
        if not _can_be_key(text):
            return KeyDoubt.MALFORMED
        client = OpenWeatherMapClient(
            transport=self.transport,
            key=text,
            key_since=self.clock() if is_new else None,
            place=self.place,
            clock=self.clock,
        )
        outcome = await self._outcome(client.host, client.check(urgency=Urgency.INSISTENT))
        return KeyDoubt.MAYBE_NEW if outcome is KeyDoubt.REJECTED else outcome

    async def _open_meteo(self, text: str) -> KeyDoubt | None:
        if not _can_be_key(text):
            return KeyDoubt.MALFORMED
        client = OpenMeteoClient(
            transport=self.transport, place=self.place, key=text, clock=self.clock
        )
        return await self._outcome(client.host, client.check(urgency=Urgency.INSISTENT))

    async def _outcome(self, host: str, check: Awaitable[object]) -> KeyDoubt | None:
        """Return what the outcome of a check says of the key."""
        try:
            await check
        except YoungKeyError, PlanError, NoDataError:
            return None
        except AuthenticationError:
            return KeyDoubt.REJECTED
        except RefusedError:
            return KeyDoubt.REFUSED
        except SourceError:
            # A host that turned us away before is not even asked.
            refused = self.transport.gatekeeper.state(host).refusals
            return KeyDoubt.REFUSED if refused else KeyDoubt.UNREACHABLE
        return None


def _can_be_key(text: str) -> bool:
    """Tell a key from a sentence, an address or half of a password manager's note."""
    return text.isascii() and text.isprintable() and not set(text) & set(" /:")
