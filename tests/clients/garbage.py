"""What may come instead of an answer, and what must hold of whatever is made of it."""

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
import json
import random
from typing import Any

from hypothesis import strategies as st
import numpy as np

from custom_components.chocolate_factory.clients.errors import SourceError
from custom_components.chocolate_factory.clients.transport import Reply
from custom_components.chocolate_factory.factory.weather import PLAUSIBLE, WeatherHours

type Path = tuple[str | int, ...]

JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(2**63), 10**18, 1e308, float("inf"), float("nan")])
    | st.floats()
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


def check_weather(hours: WeatherHours) -> None:
    """Refuse hours that hold anything that cannot be true."""
    assert 0 < len(hours) <= 24 * 400
    for measure, values in hours.values.items():
        lowest, highest = PLAUSIBLE[measure]
        known = values[~np.isnan(values)]
        assert ((lowest <= known) & (known <= highest)).all()


def paths(document: Any, here: Path = ()) -> Iterator[Path]:
    """Return the ways to everything in a document."""
    yield here
    if isinstance(document, dict):
        for key, value in document.items():
            yield from paths(value, (*here, key))
    elif isinstance(document, list):
        for number, value in enumerate(document):
            yield from paths(value, (*here, number))


def damaged(document: Any) -> st.SearchStrategy[Any]:
    """Return documents in which one to three parts are something else, or missing."""
    change = st.tuples(st.sampled_from(list(paths(document))), JUNK, st.booleans())
    return st.lists(change, min_size=1, max_size=3).map(
        lambda changes: _with_changes(document, changes)
    )


def _with_changes(document: Any, changes: Iterable[tuple[Path, Any, bool]]) -> Any:
    document = deepcopy(document)
    for path, junk, is_missing in changes:
        if not path:
            return junk
        *way, last = path
        parent = document
        try:
            for step in way:
                parent = parent[step]
            if is_missing:
                del parent[last]
            else:
                parent[last] = junk
        except LookupError, TypeError:
            # An earlier change has cut the way off.
            continue
    return document


def damaged_bytes(body: bytes, seed: int, count: int) -> Iterator[bytes]:
    """Return bodies in which one byte is another one, or which end too early."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(count):
        broken = bytearray(body)
        at = dice.randrange(len(body))
        broken[at] = dice.randrange(256)
        yield bytes(broken)
        yield body[:at]


def survives(parse: Callable[[Reply], Iterable[WeatherHours]], body: object) -> bool:
    """Return whether a body is weather; what it must not be is any other error than ours."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        weather = parse(Reply(status=200, body=content))
    except SourceError:
        return False
    for hours in weather:
        check_weather(hours)
    return True
