"""An outcome is about some time that is over within a week."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.chocolate_factory.factory.outcome import Outcome, OutcomeKind

NOON = datetime(2026, 8, 5, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def outcome(**parts: Any) -> Outcome:
    whole: dict[str, Any] = {"start": NOON, "end": NOON + 8 * HOUR, "kind": OutcomeKind.GOOD}
    return Outcome(**whole | parts)


def test_the_longest_outcome_is_a_week_and_the_longest_note_five_hundred_characters() -> None:
    assert outcome(end=NOON + timedelta(days=7), note="ñ" * 500).note.startswith("ñ")


@pytest.mark.parametrize(
    "parts",
    [
        {"end": NOON},
        {"end": NOON - HOUR},
        {"end": NOON + timedelta(days=7, seconds=1)},
        {"start": NOON.replace(tzinfo=None)},
        {"end": (NOON + HOUR).replace(tzinfo=None)},
        {"note": "x" * 501},
    ],
)
def test_what_nobody_can_learn_from_is_refused(parts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"outcome|note"):
        outcome(**parts)
