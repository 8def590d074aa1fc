"""Models on disk: written all or nothing, the last three kept, the damaged ones left out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import os
from pathlib import Path
import re
from typing import Any, Final

from numpy.typing import NDArray

from .bundle import MOST_BYTES, Bundle, ModelFileError, pack, unpack
from .card import Card

KEPT: Final = 3


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Loaded[T]:
    """The newest model that is sound."""

    model: T | None
    card: Card | None
    """Both None where there is no such model."""
    refused: Mapping[str, str]
    """The files that are newer but not sound, and why not."""


def save(folder: Path, name: str, arrays: Mapping[str, NDArray[Any]], card: Card) -> Path:
    """Write a model beside the older ones of its name; ModelFileError if it cannot be."""
    content = pack(Bundle(arrays=arrays, card=card))
    # What could not be read again would only push out what can.
    unpack(content)
    if len(content) > MOST_BYTES:
        raise ModelFileError(f"{len(content)} bytes are too many for a model")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        older = _saved(folder, name)
        path = folder / f"{name}-{max(older, default=0) + 1:06}.npz"
        _write(path, content)
        for number in sorted(older)[: -(KEPT - 1)]:
            older[number].unlink()
    except OSError as error:
        raise ModelFileError(f"it cannot be written: {error}") from error
    return path


def load[T](folder: Path, name: str, build: Callable[[Bundle], T]) -> Loaded[T]:
    """Return the newest model of a name that can be built; one that cannot raises ValueError.

    ModelFileError only if the folder itself cannot be read.
    """
    refused: dict[str, str] = {}
    saved = _saved(folder, name)
    for number in sorted(saved, reverse=True):
        try:
            bundle = read(saved[number])
            return Loaded(model=build(bundle), card=bundle.card, refused=refused)
        except (ModelFileError, ValueError) as error:
            refused[saved[number].name] = str(error)
    return Loaded(model=None, card=None, refused=refused)


def read(path: Path) -> Bundle:
    """Return what a file holds; ModelFileError if it is no sound one."""
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            raise ModelFileError("it is no file, or too large")
        content = path.read_bytes()
    except OSError as error:
        raise ModelFileError(f"it cannot be read: {error}") from error
    return unpack(content)


def _saved(folder: Path, name: str) -> dict[int, Path]:
    """Return the files of a name by their number, which rises."""
    pattern = re.compile(rf"{re.escape(name)}-([0-9]{{6,}})\.npz")
    found = {}
    try:
        for path in folder.iterdir():
            if match := pattern.fullmatch(path.name):
                found[int(match[1])] = path
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ModelFileError(f"the folder cannot be read: {error}") from error
    return found


def _write(path: Path, content: bytes) -> None:
    """Write a file so that after a crash all of it is there, or nothing."""
    partial = path.with_name(f"{path.name}.partial")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
