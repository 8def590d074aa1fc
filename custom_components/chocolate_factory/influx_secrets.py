"""The secret that is stored for a database: never shown in a form, kept as it is, or emptied."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.const import CONF_PASSWORD, CONF_TOKEN, CONF_URL, CONF_USERNAME

from .clients.influx import Api, server
from .const import CONF_API

SECRETS: Final = {Api.V1: CONF_PASSWORD, Api.V2: CONF_TOKEN}
"""The fields."""

# Stands in the form for a secret that is stored: who leaves it there wants to keep the secret.
_UNTOUCHED: Final = "__**unchanged**__"


class OthersSecretError(ValueError):
    """A secret cannot be kept for another server or user than that which it was entered for."""


def hidden(words: Mapping[str, Any], api: Api) -> dict[str, Any]:
    """Return stored words as they may be shown in the form of a kind of server."""
    shown = {name: word for name, word in words.items() if name not in SECRETS.values()}
    # One of the other kind is no use here.
    if words.get(SECRETS[api]):
        shown[SECRETS[api]] = _UNTOUCHED
    return shown


def is_kept(shown: Mapping[str, Any], api: Api) -> bool:
    """Tell whether a form shows nothing but that a secret is stored."""
    return shown.get(SECRETS[api]) == _UNTOUCHED


def with_secret(answers: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers with the stored secret in the place of one that was left untouched.

    Raises OthersSecretError if that would send it to where it was not meant for.
    """
    field = SECRETS[Api(answers[CONF_API])]
    words = {name: word for name, word in answers.items() if name != field or word}
    if words.get(field) == _UNTOUCHED:
        if not stored.get(field) or _owner(words) != _owner(stored):
            raise OthersSecretError
        words[field] = stored[field]
    return words


def _owner(words: Mapping[str, Any]) -> tuple[str, str, str]:
    return words[CONF_API], server(words[CONF_URL]), words.get(CONF_USERNAME) or ""
