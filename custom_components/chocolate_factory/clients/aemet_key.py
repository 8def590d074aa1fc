"""AEMET's keys, which tell when they die, and the ring that they hang on."""

from base64 import urlsafe_b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
import json
import re
from typing import Any, Final, Self

# JSON web tokens (RFC 7519): three parts in the alphabet that is safe in addresses and headers.
_TOKEN: Final = re.compile(r"([\w-]+)\.([\w-]+)\.[\w-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class AemetKey:
    """A key of AEMET OpenData; it never shows itself."""

    text: str = field(repr=False)
    expires: datetime | None
    """From the key itself; AEMET refuses keys without since 2026-10-15."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the key that a text is, or raise ValueError."""
        token = _TOKEN.fullmatch(text.strip())
        if token is None:
            raise ValueError("a key of AEMET has three parts with periods between them")
        try:
            _header, claims = map(_claims, token.groups())
            expires = claims.get("exp")
            return cls(token.string, None if expires is None else _instant(expires))
        # What is said of the cause could show the key.
        except ValueError, TypeError, OverflowError, OSError, RecursionError:
            raise ValueError("a key of AEMET is a JSON web token") from None

    def is_expired(self, now: datetime) -> bool:
        """Tell whether the key is past its time; one that does not know its time is not."""
        return self.expires is not None and self.expires <= now


@dataclass
class AemetKeyring:
    """The keys of a factory, one or two: when the first one dies, the second one takes over."""

    keys: Sequence[AemetKey]
    clock: Callable[[], datetime]
    _rejected: set[AemetKey] = field(default_factory=set, init=False)

    @property
    def current(self) -> AemetKey | None:
        """Return the key in use: the first that AEMET has not rejected and that is in time."""
        now = self.clock()
        usable = (key for key in self.keys if key not in self._rejected and not key.is_expired(now))
        return next(usable, None)

    @property
    def is_second_in_use(self) -> bool:
        """Tell whether the first key is dead and another one has taken over."""
        return self.current not in (None, *self.keys[:1])

    @property
    def rejected(self) -> tuple[AemetKey, ...]:
        """Return the keys that AEMET has rejected."""
        return tuple(key for key in self.keys if key in self._rejected)

    def reject(self, key: AemetKey) -> None:
        """Use a key no more, because AEMET says that it is no good."""
        self._rejected.add(key)

    def forgive(self) -> None:
        """Try rejected keys again: AEMET has been wrong before."""
        self._rejected.clear()


def _claims(part: str) -> dict[str, Any]:
    """Return the JSON object that a part of a token is."""
    padding = "=" * (-len(part) % 4)
    claims = json.loads(urlsafe_b64decode(part + padding))
    if not isinstance(claims, dict):
        raise TypeError("no object")
    return claims


def _instant(seconds: object) -> datetime:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise TypeError("no time")
    return datetime.fromtimestamp(seconds, UTC)
