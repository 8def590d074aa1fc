"""What all answers of AEMET have in common: two steps, one envelope, many ways to say no."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
import json
import re
from typing import Any, Final

from yarl import URL

from .aemet_key import AemetKey
from .aemet_values import UNREADABLE, number
from .errors import AuthenticationError, NoDataError, RefusedError, SourceError
from .transport import Reply

CHARSET: Final = "iso-8859-15"
# It says "the next minute", but has kept people out for more than an hour.
_THROTTLED: Final = 3900.0

# The data are on the same host, encrypted; anywhere else, nobody knows who answers.
_DATA: Final = re.compile(r"https://opendata\.aemet\.es(/[\w.~-]+)+", re.ASCII)
# What AEMET says to a key that is no good, should its envelope be missing.
_REJECTION: Final = re.compile(
    rb"JWT strings must contain|API key (inv.{1,2}lido|ha expirado)", re.IGNORECASE
)
_LONGEST_REJECTION: Final = 1000
_BLANK: Final = re.compile(r"\s*")


class ExpiredError(NoDataError):
    """The data were promised, but not fetched in time."""


def promised(reply: Reply, *, key: AemetKey, now: datetime) -> URL:
    """Return where the data are, from the answer to the first step.

    Raises AuthenticationError only for what cannot be anything but the key.
    """
    if reply.status == HTTPStatus.OK and not reply.body.strip():
        # A dead key is sometimes answered with silence.
        if key.expires is None or key.is_expired(now):
            raise AuthenticationError("AEMET does not speak to this key")
        raise SourceError("AEMET's answer is empty")
    envelope = _envelope(reply)
    if _state(reply, envelope) == HTTPStatus.UNAUTHORIZED and _is_aemets(reply, envelope):
        raise AuthenticationError("AEMET rejects the key")
    _check(reply, envelope)
    address = envelope.get("datos")
    if not isinstance(address, str) or not _DATA.fullmatch(address):
        raise SourceError("AEMET does not say where the data are")
    return URL(address)


def handed[T](
    reply: Reply, *, parse: Callable[[Iterable[Any]], T], expired: type[SourceError]
) -> T:
    """Return what `parse` makes of the records in the answer to the second step.

    Raises `expired` when it came too late. Any other trouble is a SourceError, never the key's:
    this step has none.
    """
    _check(reply, _envelope(reply), expired=expired)
    try:
        return parse(_records(reply.text(CHARSET)))
    except UNREADABLE as error:
        raise SourceError("AEMET's data have an unknown shape") from error


def _envelope(reply: Reply) -> dict[str, Any]:
    """Return what AEMET says around or instead of the data; it is an object, data are an array."""
    if not reply.body.lstrip().startswith(b"{"):
        return {}
    try:
        envelope: dict[str, Any] = json.loads(reply.text(CHARSET))
    except ValueError, RecursionError:
        return {}
    return envelope


def _state(reply: Reply, envelope: dict[str, Any]) -> int:
    """Return the status of an answer; the one inside counts when HTTP's is a success."""
    said = number(envelope.get("estado"))
    return reply.status if reply.status != HTTPStatus.OK or said is None else int(said)


def _is_aemets(reply: Reply, envelope: dict[str, Any]) -> bool:
    """Tell whether it is AEMET that rejects the key, and not a firewall or a proxy on the way."""
    if number(envelope.get("estado")) == HTTPStatus.UNAUTHORIZED:
        return True
    return _REJECTION.search(reply.body, 0, _LONGEST_REJECTION) is not None


def _check(
    reply: Reply, envelope: dict[str, Any], *, expired: type[SourceError] = SourceError
) -> None:
    """Raise what an answer means that is no success."""
    state = _state(reply, envelope)
    reason = str(envelope.get("descripcion")).casefold()
    if state == HTTPStatus.TOO_MANY_REQUESTS:
        wait = max(reply.retry_after or 0, _THROTTLED)
        raise RefusedError("AEMET's limit is reached", retry_after=wait)
    if state == HTTPStatus.NOT_FOUND and "no hay datos" in reason:
        raise NoDataError("AEMET has no such data")
    if state == HTTPStatus.NOT_FOUND and "expirados" in reason:
        raise expired("AEMET's data have expired")
    if state == HTTPStatus.NOT_FOUND and "rango de fechas" in reason:
        raise SourceError("AEMET does not answer for so many days at once")
    replace(reply, status=state).checked()


def _records(text: str) -> Iterator[Any]:
    """Yield the elements of a JSON array one by one, or raise ValueError.

    The largest has 3.6 MB: read in one go it would stop all threads.
    """
    decoder = json.JSONDecoder()
    at = _skip(text, 0)
    if text[at : at + 1] != "[":
        raise ValueError("no array")
    at = _skip(text, at + 1)
    if text[at : at + 1] == "]":
        return
    while True:
        record, at = decoder.raw_decode(text, at)
        yield record
        at = _skip(text, at)
        if text[at : at + 1] != ",":
            break
        at = _skip(text, at + 1)
    if text[at : at + 1] != "]":
        raise ValueError("the array does not end")


def _skip(text: str, at: int) -> int:
    """Return where the next sign is that is no blank."""
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at
