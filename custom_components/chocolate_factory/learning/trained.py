"""A training as a whole: from a factory's history to models on disk, and what is remembered."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
import json
from pathlib import Path
from typing import Any, Final

from .bundle import Bundle, ModelFileError
from .card import Card
from .champion import Verdict
from .contest import part
from .decision_models import DecisionModels, unmeasured
from .forest_trainer import Check, TrainerName
from .inputs import INPUTS
from .material import Material, past_of
from .price_forecast import TooLittleHistoryError
from .saved import Loaded, load, save
from .trainers import TrainerChoice, trainer
from .training import SETTINGS, Decisions, train_decisions

_MODEL: Final = "decisions"


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """What training came to."""

    models: DecisionModels
    memory: dict[str, Any]
    """What is remembered of it, as JSON knows it."""


def train(
    material: Material,
    champion: DecisionModels,
    choice: TrainerChoice,
    folder: Path,
    now: datetime,
    check: Check,
) -> Trained:
    """Train, and keep who is put to work; raises TrainerMissingError and ModelFileError."""
    grower = trainer(choice)
    try:
        past = past_of(material, part(check, 0.0, 0.3))
    except TooLittleHistoryError:
        return Trained(unmeasured(), _remembered(None, grower.name, now))
    decisions = train_decisions(past, grower, champion, check=part(check, 0.3, 1.0))
    if decisions.evaluation:
        save(folder, _MODEL, decisions.models.to_arrays(), _card(decisions, grower.name, now))
    return Trained(decisions.models, _remembered(decisions, grower.name, now))


def load_trained(folder: Path) -> Loaded[DecisionModels]:
    """Return the newest sound models of a folder, and why others are not."""

    def build(bundle: Bundle) -> DecisionModels:
        if bundle.card.features != INPUTS:
            raise ValueError("it asks for other inputs")
        return DecisionModels.from_arrays(bundle.arrays)

    try:
        return load(folder, _MODEL, build)
    except ModelFileError as error:
        return Loaded(model=None, card=None, refused={folder.name: str(error)})


def _remembered(decisions: Decisions | None, name: TrainerName, now: datetime) -> dict[str, Any]:
    nothing = Verdict.TOO_LITTLE_HISTORY
    evaluation = decisions.evaluation if decisions else None
    return {
        "trained": now.isoformat(),
        "trainer": name.value,
        "score": (decisions.score_verdict if decisions else nothing).value,
        "class": (decisions.class_verdict if decisions else nothing).value,
        "rows": decisions.rows if decisions else 0,
        "first": decisions.first if decisions else 0,
        "last": decisions.last if decisions else 0,
        # As it will be read back: JSON knows no tuples.
        "evaluation": json.loads(json.dumps(evaluation.to_json())) if evaluation else None,
    }


def _card(decisions: Decisions, name: TrainerName, now: datetime) -> Card:
    """Return what saved models say of themselves: what they are worth for hours as they begin."""
    evaluation = decisions.evaluation
    if evaluation is None:
        raise ValueError("a model that was not measured is not kept")
    compared = {"score": asdict(evaluation.score[0]), "class": asdict(evaluation.classes[0])}
    figures = {
        who: {
            f"{task}_{name}": value
            for task, of_task in compared.items()
            for name, value in of_task[who].items()
            if isinstance(value, float)
        }
        for who in ("model", "rule", "naive")
    }
    return Card(
        task=_MODEL,
        features=INPUTS,
        first=datetime.fromtimestamp(decisions.first, UTC),
        last=datetime.fromtimestamp(decisions.last, UTC),
        rows=decisions.rows,
        trainer=name,
        versions=_versions(name),
        scores=figures.pop("model"),
        baselines=figures,
        seed=SETTINGS.seed,
        created=now,
    )


def _versions(name: TrainerName) -> Mapping[str, str]:
    return {package: version(package) for package in sorted({"numpy", name.value})}
