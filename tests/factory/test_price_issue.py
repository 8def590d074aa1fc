"""A forecast of prices that was issued is whole, or it is none."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from custom_components.chocolate_factory.factory.price_issue import PriceIssue
from custom_components.chocolate_factory.factory.series import Series

NOON = datetime(2026, 8, 5, 10, tzinfo=UTC)
START = int((NOON + timedelta(hours=36)).timestamp())


def issue(**parts: Any) -> PriceIssue:
    whole: dict[str, Any] = {
        "series": Series.PVPC,
        "issued": NOON,
        "known_until": NOON + timedelta(hours=36),
        "starts": START + 3600 * np.arange(3),
        "seconds": 3600,
        "low": np.array([0.1, 0.2, 0.3]),
        "middle": np.array([0.2, 0.3, np.nan]),
        "high": np.array([0.3, 0.4, 0.5]),
    }
    return PriceIssue(**whole | parts)


def test_a_forecast_has_as_many_slots_as_starts() -> None:
    assert len(issue()) == 3


@pytest.mark.parametrize(
    "parts",
    [
        {"issued": NOON.replace(tzinfo=None)},
        {"known_until": NOON.replace(tzinfo=None)},
        {"starts": START + 3600 * np.arange(2)},
        {"starts": START + 900 * np.arange(3)},
        {"starts": START - 3600 * np.arange(3)},
        {"seconds": 0},
        {"seconds": -3600},
        {"seconds": 7200},
        {"seconds": 2500},
        {"low": np.zeros((3, 1))},
        {"high": np.zeros(4)},
        {name: np.empty(0) for name in ("starts", "low", "middle", "high")},
    ],
)
def test_what_does_not_fit_together_is_refused(parts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"slots|instant"):
        issue(**parts)
