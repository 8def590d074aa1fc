"""What a forecaster has learned, as plain arrays, and back."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .price_deviations import Deviations
from .price_grid import DAY_HOURS
from .price_levels import Levels
from .price_members import Members
from .price_panel import LEADS
from .price_ridge import Regression, Ridge
from .price_tracker import MEMBERS, Tracker

type Arrays = Mapping[str, NDArray[np.generic]]

_TRACKER: Final = {
    "errors": (MEMBERS, LEADS),
    "weights": (MEMBERS, LEADS),
    "spread": (LEADS, DAY_HOURS),
    "margins": (2, LEADS, DAY_HOURS),
}


def pack(members: Members, tracker: Tracker) -> dict[str, NDArray[np.generic]]:
    """Return arrays that hold all of it."""
    arrays: dict[str, NDArray[np.generic]] = {
        f"tracker.{name}": getattr(tracker, name) for name in _TRACKER
    }
    for field in fields(members):
        member = getattr(members, field.name)
        if member is None:
            continue
        arrays |= _pack_regression(field.name, member.regression)
        if isinstance(member, Levels):
            arrays[f"{field.name}.scale"] = np.array([member.centre, member.scale])
    return arrays


def unpack_members(arrays: Arrays) -> Members:
    """Return the members that some arrays hold; raises KeyError or ValueError for others."""
    deviations, recent, levels = (
        _unpack_regression(arrays, name) for name in ("deviations", "recent", "levels")
    )
    scale = _array(arrays, "levels.scale", (2,)) if levels else np.empty(0)
    return Members(
        deviations=Deviations(deviations, is_lasting=True) if deviations else None,
        recent=Deviations(recent, is_lasting=False) if recent else None,
        levels=Levels(levels, *scale.tolist()) if levels else None,
    )


def unpack_tracker(arrays: Arrays) -> Tracker:
    """Return the tracker that some arrays hold; raises KeyError or ValueError for others."""
    return Tracker(
        **{name: _array(arrays, f"tracker.{name}", shape) for name, shape in _TRACKER.items()}
    )


def _pack_regression(name: str, regression: Regression) -> dict[str, NDArray[np.generic]]:
    ridges = {"plain": regression.plain, "informed": regression.informed}
    return {
        f"{name}.{kind}.{field.name}": getattr(ridge, field.name)
        for kind, ridge in ridges.items()
        if ridge
        for field in fields(ridge)
    }


def _unpack_regression(arrays: Arrays, name: str) -> Regression | None:
    plain = _unpack_ridge(arrays, f"{name}.plain")
    return Regression(plain, _unpack_ridge(arrays, f"{name}.informed")) if plain else None


def _unpack_ridge(arrays: Arrays, name: str) -> Ridge | None:
    if f"{name}.slopes" not in arrays:
        return None
    inputs = arrays[f"{name}.slopes"].shape[1:2]
    return Ridge(
        centre=_array(arrays, f"{name}.centre", (LEADS, *inputs)),
        deviation=_array(arrays, f"{name}.deviation", (LEADS, *inputs)),
        slopes=_array(arrays, f"{name}.slopes", (LEADS, *inputs, DAY_HOURS)),
        level=_array(arrays, f"{name}.level", (LEADS, DAY_HOURS)),
    )


def _array(arrays: Arrays, name: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return an array of finite numbers; raises ValueError when it is something else."""
    array = arrays[name]
    if array.dtype != np.float64 or array.shape != shape or not np.isfinite(array).all():
        raise ValueError(f"{name} is not what it should be")
    return array.astype(np.float64)
