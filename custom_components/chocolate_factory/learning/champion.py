"""Who is put to work: the model at work, a newer one, or the rule."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# A model that has heard what others have not may be so much more often wrong: what the maker told
# counts for more than a few weeks can show, and the rule hears nothing.
_FOR_OUTCOMES: Final = 0.02


@dataclass(frozen=True, slots=True)
class Opponent:
    """Someone who is judged."""

    error: float
    """How wrong it was."""
    told: int
    """Of how many hours it has heard the outcome from the maker."""

    def beats(self, other: Opponent) -> bool:
        """Tell whether it is put to work instead of another."""
        allowed = 1 + _FOR_OUTCOMES if self.told > other.told else 1
        return self.error < other.error * allowed


class Verdict(StrEnum):
    """Why the one that is at work is at work."""

    TOO_LITTLE_HISTORY = "too_little_history"
    """There are not enough days to learn from and to judge by, so the rule is."""
    RULE_IS_BETTER = "rule_is_better"
    """On the newest weeks no model beat the rule."""
    MODEL_STAYS = "model_stays"
    """The model at work was better than a newer one."""
    NEW_MODEL = "new_model"
    """The newer model was better than the rule and the model at work."""

    @property
    def is_model(self) -> bool:
        """Tell whether a model is at work."""
        return self in (Verdict.MODEL_STAYS, Verdict.NEW_MODEL)


def judge(challenger: Opponent | None, rule: float, champion: Opponent | None) -> Verdict:
    """Judge by the errors on the newest unseen weeks.

    No challenger is one that nobody would ask; no champion, that no model is at work.
    """
    beats_rule = challenger is not None and challenger.beats(Opponent(rule, 0))
    if champion is None:
        return Verdict.NEW_MODEL if beats_rule else Verdict.RULE_IS_BETTER
    if challenger and beats_rule and challenger.beats(champion):
        return Verdict.NEW_MODEL
    return Verdict.MODEL_STAYS if champion.beats(Opponent(rule, 0)) else Verdict.RULE_IS_BETTER
