"""A training as a whole: from a factory's history to models on disk, and what is remembered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
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
from .trainers import TrainerChoice, trainer, versions
from .training import SETTINGS, Decisions, train_decisions

_MODEL: Final = "decisions"
_TERMS: Final = "terms"


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """What was there before a training."""

    models: DecisionModels
    evaluation: Mapping[str, Any] | None
    """What they were worth, as it is remembered."""
    terms: str
    """Tells contract, place and taste of a factory from others."""


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """What training came to."""

    models: DecisionModels
    memory: dict[str, Any]
    """What is remembered of it, as JSON knows it."""


def train(
    material: Material,
    before: Before,
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
    decisions = train_decisions(past, grower, before.models, check=part(check, 0.3, 1.0))
    memory = _remembered(decisions, grower.name, now)
    if decisions.evaluation:
        memory["evaluation"] = _at_work(memory, before.evaluation)
        card = _card(decisions, memory["evaluation"], grower.name, before.terms, now)
        save(folder, _MODEL, decisions.models.to_arrays(), card)
    return Trained(decisions.models, memory)


def _at_work(memory: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what those at work are worth: one that stays keeps the figures of its own contest."""
    found: dict[str, Any] = dict(memory["evaluation"])
    for verdict, parts in (
        ("score", ("score", "score_importance")),
        ("class", ("classes", "class_importance")),
    ):
        if memory[verdict] == Verdict.MODEL_STAYS and before:
            found |= {name: before[name] for name in parts}
    return found


def load_trained(folder: Path, terms: str) -> Loaded[DecisionModels]:
    """Return the newest sound models of a folder that keep to some terms, and why others do not."""

    def build(bundle: Bundle) -> DecisionModels:
        if bundle.card.features != INPUTS:
            raise ValueError("it asks for other inputs")
        if bundle.card.versions.get(_TERMS) != terms:
            raise ValueError("it is of another contract, another place or other limits")
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


def _card(
    decisions: Decisions,
    evaluation: Mapping[str, Any],
    name: TrainerName,
    terms: str,
    now: datetime,
) -> Card:
    """Return what saved models say of themselves: what they are worth for hours as they begin."""
    compared = {"score": evaluation["score"][0], "class": evaluation["classes"][0]}
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
        versions={**versions(name), _TERMS: terms},
        scores=figures.pop("model"),
        baselines=figures,
        seed=SETTINGS.seed,
        created=now,
    )
