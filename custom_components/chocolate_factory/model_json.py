"""Who recommends, and how well the models do, as plain JSON."""

from collections.abc import Mapping

from homeassistant.util.json import JsonObjectType

from .model_status import ModelStatus, Scores
from .outlook_json import rounded


def status_json(status: ModelStatus) -> JsonObjectType:
    """Return who is at work, and why; all that was measured is told apart."""
    start, end = status.span or (None, None)
    return {
        "engine": str(status.engine),
        "score_engine": str(status.score_engine),
        "share": rounded(status.share, 2),
        "score_share": rounded(status.score_share, 2),
        "reason": str(status.reason) if status.reason else None,
        "trained": status.trained.isoformat() if status.trained else None,
        "trainer": status.trainer,
        "rows": status.rows,
        "span": {"start": start.isoformat(), "end": end.isoformat()} if start and end else None,
        "score": _scores(status.score),
        "recommendation": _scores(status.recommendation),
        "importance": _figures(status.importance),
        "refused": dict(status.refused),
        "running": status.running,
        "progress": rounded(status.progress, 2),
    }


def _scores(scores: Scores | None) -> JsonObjectType | None:
    if scores is None:
        return None
    return {
        "model": _figures(scores.model),
        "rule": _figures(scores.rule),
        "naive": _figures(scores.naive),
    }


def _figures(figures: Mapping[str, float]) -> JsonObjectType:
    return {name: rounded(value, 4) for name, value in figures.items()}
