"""Randomness that is the same every time it is asked for."""

from hashlib import blake2b

import numpy as np
from numpy.typing import ArrayLike, NDArray


def noise(name: str, index: ArrayLike) -> NDArray[np.float64]:
    """Return a number between -1 and 1 for each whole index, always the same one."""
    seed = int.from_bytes(blake2b(name.encode(), digest_size=8).digest())
    # SplitMix64: neighbouring indices give unrelated numbers, and it works on whole arrays.
    mixed = np.atleast_1d(np.asarray(index)).astype(np.int64).view(np.uint64) + np.uint64(seed)
    mixed *= np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed.astype(np.float64) / 2.0**63 - 1.0


def smooth_noise(name: str, position: ArrayLike) -> NDArray[np.float64]:
    """Return noise that changes gradually from each whole position to the next."""
    place = np.atleast_1d(np.asarray(position, dtype=np.float64))
    whole = np.floor(place)
    before, after = noise(name, whole), noise(name, whole + 1)
    weight = (1 - np.cos(np.pi * (place - whole))) / 2
    mixed: NDArray[np.float64] = before + (after - before) * weight
    return mixed
