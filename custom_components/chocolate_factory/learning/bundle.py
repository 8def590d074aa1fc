"""Arrays and their card as one file: NumPy's `.npz`, a zip, with the card as JSON in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
import math
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from .card import Card

MOST_BYTES: Final = 32 * 2**20
"""No file is larger."""
# Hundreds of times what models take, but no bomb.
_MOST_UNPACKED: Final = 256 * 2**20
_MOST_MEMBERS: Final = 1000
_CARD: Final = "card.json"
_SUFFIX: Final = ".npy"
_MAGIC: Final = b"\x93NUMPY\x01\x00"
_DIGEST: Final = 32
_KINDS: Final = "biuf"


class ModelFileError(Exception):
    """A model could not be read from its file, or not be written to one; tells the reason."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Bundle:
    """What is saved of a model: numbers, and nothing that could run."""

    arrays: Mapping[str, NDArray[Any]]
    card: Card


def pack(bundle: Bundle) -> bytes:
    """Return the content of a file."""
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        # A name alone has the zip's oldest date: the same model is the same file.
        archive.writestr(ZipInfo(_CARD), bundle.card.to_json(), ZIP_DEFLATED)
        for name, array in bundle.arrays.items():
            member = BytesIO()
            np.save(member, array, allow_pickle=False)
            archive.writestr(ZipInfo(name + _SUFFIX), member.getvalue(), ZIP_DEFLATED)
        # A comment is the end of a zip, and nobody's business.
        archive.comment = bytes(_DIGEST)
    return sealed(content.getvalue())


def sealed(content: bytes) -> bytes:
    """Return a file with the digest of what is before it at its end."""
    body = content[:-_DIGEST]
    return body + sha256(body).digest()


def unpack(content: bytes) -> Bundle:
    """Return what `pack` packed; ModelFileError for anything else, however it came about."""
    if sealed(content) != content:
        raise ModelFileError("it is damaged, or no model")
    try:
        with ZipFile(BytesIO(content)) as archive:
            members = _members(archive)
            arrays = {
                name.removesuffix(_SUFFIX): _array(archive.read(info))
                for name, info in members.items()
                if name != _CARD
            }
            return Bundle(arrays=arrays, card=Card.from_json(archive.read(members[_CARD])))
    except ModelFileError:
        raise
    except Exception as error:
        # What is made up makes the readers of zip, JSON and arrays raise nearly anything.
        raise ModelFileError(f"it is no model: {type(error).__name__}: {error}") from error


def _members(archive: ZipFile) -> dict[str, ZipInfo]:
    """Return what is in a file, if that can be read without harm."""
    infos = archive.infolist()
    members = {info.filename: info for info in infos}
    if len(infos) > _MOST_MEMBERS or sum(info.file_size for info in infos) > _MOST_UNPACKED:
        raise ModelFileError("it holds more than any model")
    if _CARD not in members or len(members) != len(infos):
        raise ModelFileError("it has no card, or two of something")
    if any(info.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for info in infos):
        raise ModelFileError("it is packed in another way")
    if not all(name.endswith(_SUFFIX) for name in members if name != _CARD):
        raise ModelFileError("it holds something else than arrays")
    return members


def _array(member: bytes) -> NDArray[Any]:
    """Return an array, which cannot be written to; the member's checksum has been looked at."""
    if not member.startswith(_MAGIC):
        raise ModelFileError("an array is of another version")
    stream = BytesIO(member)
    stream.seek(len(_MAGIC))
    header = npy.read_array_header_1_0(stream)  # type: ignore[no-untyped-call]  # NumPy's own gap
    shape, is_transposed, dtype = header
    numbers = memoryview(member)[stream.tell() :]
    if dtype.kind not in _KINDS or not dtype.isnative:
        raise ModelFileError(f"an array is of {dtype}")
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != len(numbers):
        raise ModelFileError("an array has another size than it says")
    if dtype.kind == "b" and len(numbers) and max(numbers) > 1:
        raise ModelFileError("an array has something else than yes and no")
    return np.frombuffer(numbers, dtype).reshape(shape, order="F" if is_transposed else "C")
