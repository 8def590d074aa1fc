"""Who is at work at one factory, and why: read off what is remembered of its last training."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from .factory.recommendation import Engine
from .learning.champion import Verdict
from .learning.decision_models import DecisionModels


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What a model is worth on weeks that it had not seen, beside others asked the same.

    Of hours as they begin; the evaluation has the days ahead as well.
    """

    model: Mapping[str, float]
    rule: Mapping[str, float]
    naive: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelStatus:
    """Who is at work, and why."""

    engine: Engine = Engine.RULE
    """Who recommends."""
    score_engine: Engine = Engine.RULE
    """Who scores."""
    share: float = 0
    """At what share of the moments a model recommends, 0 to 1; at the others the rule does."""
    score_share: float = 0
    """The same of who scores."""
    reason: str | None = "not_trained_yet"
    """Why the rule recommends; None where a model does."""
    trained: datetime | None = None
    """When the last training ended, whoever won."""
    trainer: str | None = None
    rows: int | None = None
    span: tuple[datetime, datetime] | None = None
    """The time of the hours that were learned from."""
    score: Scores | None = None
    recommendation: Scores | None = None
    importance: Mapping[str, float] = field(default_factory=dict)
    """How much the error of the score grows when a feature is shuffled."""
    evaluation: Mapping[str, Any] | None = None
    """All that was measured."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Model files that were not sound, and why not."""
    running: bool = False
    progress: float | None = None
    """The share of the training that is done, 0 to 1."""


def model_status(
    memory: Mapping[str, Any], decisions: DecisionModels, now: ModelStatus
) -> ModelStatus:
    """Return the status after a training, if there was one, beside what holds now."""
    at_work = replace(
        now,
        engine=Engine.MODEL if decisions.classes else Engine.RULE,
        score_engine=Engine.MODEL if decisions.score else Engine.RULE,
        share=decisions.classes.share if decisions.classes else 0,
        score_share=decisions.score.share if decisions.score else 0,
        reason=None if decisions.classes else now.reason,
    )
    if not memory:
        return at_work
    evaluation = memory["evaluation"]
    return replace(
        at_work,
        reason=None if decisions.classes else Verdict(memory["class"]),
        trained=datetime.fromisoformat(memory["trained"]),
        trainer=memory["trainer"],
        rows=memory["rows"] or None,
        span=(_instant(memory["first"]), _instant(memory["last"])) if memory["rows"] else None,
        score=_scores(evaluation["score"][0]) if evaluation else None,
        recommendation=_scores(evaluation["classes"][0]) if evaluation else None,
        importance=evaluation["score_importance"] if evaluation else {},
        evaluation=evaluation,
    )


def _scores(compared: Mapping[str, Mapping[str, Any]]) -> Scores:
    """Return the figures of a comparison; what is no single number is in the evaluation."""
    return Scores(
        **{
            who: {name: value for name, value in figures.items() if isinstance(value, float)}
            for who, figures in compared.items()
        }
    )


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
