import importlib.util
import sys
import sysconfig

import numpy as np
import pytest
import sklearn

from custom_components.chocolate_factory.learning import trainers
from custom_components.chocolate_factory.learning.forest_trainer import TrainerName
from custom_components.chocolate_factory.learning.trainers import (
    TrainerChoice,
    TrainerMissingError,
    is_musl,
    is_worth_installing,
    trainer,
    versions,
)

MODULE = "custom_components.chocolate_factory.learning.sklearn_trainer"


@pytest.fixture
def no_scikit_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make importing scikit-learn fail, as where it is not installed."""
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)


@pytest.mark.parametrize(
    ("choice", "name"),
    [
        (TrainerChoice.AUTO, TrainerName.SCIKIT_LEARN),
        (TrainerChoice.SCIKIT_LEARN, TrainerName.SCIKIT_LEARN),
        (TrainerChoice.NUMPY, TrainerName.NUMPY),
    ],
)
def test_scikit_learn_trains_unless_numpy_is_asked_for(
    choice: TrainerChoice, name: TrainerName
) -> None:
    assert trainer(choice).name is name


@pytest.mark.usefixtures("no_scikit_learn")
def test_without_scikit_learn_numpy_trains() -> None:
    assert trainer(TrainerChoice.AUTO).name is TrainerName.NUMPY
    with pytest.raises(TrainerMissingError, match="does not run here"):
        trainer(TrainerChoice.SCIKIT_LEARN)


def test_a_scikit_learn_that_breaks_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def __getattr__(self, name: str) -> None:
            raise OSError("wrong ELF class")

    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", Broken())

    assert trainer().name is TrainerName.NUMPY


def test_scikit_learn_is_not_imported_before_it_is_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, MODULE, raising=False)

    trainer(TrainerChoice.NUMPY)
    assert MODULE not in sys.modules

    trainer(TrainerChoice.AUTO)
    assert MODULE in sys.modules


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"SOABI": "cpython-314-x86_64-linux-musl", "HOST_GNU_TYPE": "x86_64-alpine-linux"}, True),
        ({"SOABI": "cpython-314-aarch64-linux-gnu", "HOST_GNU_TYPE": "aarch64-linux-gnu"}, False),
        ({"SOABI": None, "HOST_GNU_TYPE": "aarch64-alpine-linux-musl"}, True),
        ({"SOABI": "cpython-314-darwin", "HOST_GNU_TYPE": None}, False),
    ],
)
def test_alpine_is_known_by_its_python(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str | None], expected: bool
) -> None:
    monkeypatch.setattr(sysconfig, "get_config_var", variables.__getitem__)

    assert is_musl() is expected


@pytest.mark.parametrize(
    ("musl", "installed", "expected"),
    [(True, False, False), (False, False, True), (False, True, False), (True, True, False)],
)
def test_installing_is_tried_only_where_it_is_missing_and_may_work(
    monkeypatch: pytest.MonkeyPatch, musl: bool, installed: bool, expected: bool
) -> None:
    spec = importlib.util.find_spec("sklearn") if installed else None
    monkeypatch.setattr(trainers, "is_musl", lambda: musl)
    monkeypatch.setattr(trainers, "find_spec", lambda _name: spec)

    assert is_worth_installing() is expected


def test_the_versions_are_those_of_who_took_part() -> None:
    assert versions(TrainerName.NUMPY) == {
        "python": sys.version.split()[0],
        "numpy": np.__version__,
    }
    assert versions(TrainerName.SCIKIT_LEARN)["scikit-learn"] == sklearn.__version__
