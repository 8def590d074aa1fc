"""What the cards and the integration say, by language."""

from collections.abc import Iterator
import json
from typing import Any, Final

from demo.home_assistant import INTEGRATION, ROOT

_CARDS: Final = ROOT / "cards" / "src" / "translations"
_INTEGRATION: Final = ROOT / "custom_components" / INTEGRATION / "translations"


def text(key: str, language: str = "en", **values: str) -> str:
    """Return a text of the cards by its path, like "week.title"."""
    return _find(_read(_CARDS, language), key.split(".")).format(**values)


def state_text(sensor: str, value: str, attribute: str | None = None, language: str = "en") -> str:
    """Return what the integration calls a state of one of its sensors."""
    path = ["state_attributes", attribute, "state"] if attribute else ["state"]
    tree = _read(_INTEGRATION, language)
    return _find(tree, ["entity", "sensor", sensor, *path, value])


def only_english() -> set[str]:
    """Return what the cards say in English, and not in Spanish."""
    english, spanish = (set(_leaves(_read(_CARDS, language))) for language in ("en", "es"))
    return {one for one in english - spanish if "{" not in one}


def _read(folder: Any, language: str) -> Any:
    return json.loads((folder / f"{language}.json").read_text())


def _find(tree: Any, path: list[str]) -> str:
    for name in path:
        tree = tree[name]
    return str(tree)


def _leaves(tree: Any) -> Iterator[str]:
    for value in tree.values():
        if isinstance(value, str):
            yield value
        else:
            yield from _leaves(value)
