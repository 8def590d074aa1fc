"""Which trainer grows the forests here."""

from enum import StrEnum
from importlib.metadata import version
from importlib.util import find_spec
from platform import python_version
import sysconfig
from typing import Final
import warnings

import numpy as np

from .forest_trainer import ForestTrainer, TrainerName
from .numpy_trainer import NumpyTrainer

REQUIREMENT: Final = "scikit-learn>=1.6"
"""What to install, once, where that is worth trying: it is never a condition for anything."""


class TrainerChoice(StrEnum):
    """What the user may want."""

    AUTO = "auto"
    """scikit-learn where it is there, else NumPy."""
    SCIKIT_LEARN = "scikit-learn"
    NUMPY = "numpy"


class TrainerMissingError(Exception):
    """The trainer that was asked for is not installed, or does not run here."""


def trainer(choice: TrainerChoice = TrainerChoice.AUTO) -> ForestTrainer:
    """Return who trains; it may import scikit-learn, which blocks for seconds."""
    if choice is TrainerChoice.NUMPY:
        return NumpyTrainer()
    try:
        return _scikit_learn()
    except TrainerMissingError:
        if choice is TrainerChoice.AUTO:
            return NumpyTrainer()
        raise


def is_worth_installing() -> bool:
    """Tell whether scikit-learn is missing from a system that it can be installed on."""
    return not is_musl() and find_spec("sklearn") is None


def is_musl() -> bool:
    """Tell whether this is Alpine or its like: nobody builds scikit-learn for musl."""
    return (
        "musl" in f"{sysconfig.get_config_var('SOABI')} {sysconfig.get_config_var('HOST_GNU_TYPE')}"
    )


def _scikit_learn() -> ForestTrainer:
    try:
        # Where processes cannot share a lock, joblib warns that it will use but one, as we do.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from .sklearn_trainer import ScikitLearnTrainer  # noqa: PLC0415  # it may be missing
    except Exception as error:
        # Compiled for another system, it fails in any way.
        raise TrainerMissingError(f"scikit-learn does not run here: {error}") from error
    return ScikitLearnTrainer()


def versions(name: TrainerName) -> dict[str, str]:
    """Return the versions of what takes part in training, by name."""
    found = {"python": python_version(), "numpy": np.__version__}
    if name is TrainerName.SCIKIT_LEARN:
        found["scikit-learn"] = version("scikit-learn")
    return found
