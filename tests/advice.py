"""Outlooks that are made by hand, for what shows them to be checked against."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
import numpy as np
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.factory.features import FEATURES
from custom_components.chocolate_factory.factory.outlook import Outlook, PriceOrigin, Reason
from custom_components.chocolate_factory.factory.recommendation import Engine, Recommendation
from custom_components.chocolate_factory.model_status import ModelStatus, Scores
from custom_components.chocolate_factory.outlook_coordinator import OutlookCoordinator

from .conftest import ASKED, NOON, PVPC, World, settle

MADRID = ZoneInfo("Europe/Madrid")
HOUR = timedelta(hours=1)
WEEK = 168
OPTIMAL, MODERATE, REDUCED, HALT = Recommendation
REASONS = (Reason("price", 12.34), Reason("damp", -3.21))
RULE = ModelStatus(
    engine=Engine.RULE,
    score_engine=Engine.RULE,
    reason="not_trained_yet",
    trained=None,
    trainer=None,
    rows=None,
    span=None,
    score=None,
    recommendation=None,
    importance={},
    running=False,
    progress=None,
)
MODEL = replace(
    RULE,
    engine=Engine.MODEL,
    score_engine=Engine.MODEL,
    share=5 / 9,
    score_share=1,
    reason=None,
    trained=datetime(2026, 8, 4, 3, tzinfo=UTC),
    trainer="numpy",
    rows=26280,
    span=(datetime(2023, 8, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)),
    score=Scores(
        model={"r2": 0.9512, "mae": 4.1, "spearman": 0.97},
        rule={"r2": 0.9211, "mae": 5.2, "spearman": 0.95},
        naive={"r2": -0.01, "mae": 25.0, "spearman": np.nan},
    ),
    recommendation=Scores(
        model={"accuracy": 0.9034, "macro_f1": 0.85, "calibration_error": 0.02},
        rule={"accuracy": 0.871, "macro_f1": 0.8},
        naive={"accuracy": 0.4, "macro_f1": 0.14},
    ),
)


def outlook(
    said: Sequence[Recommendation | None],
    *,
    first: datetime = NOON,
    seconds: int = 3600,
    engine: Engine = Engine.MODEL,
) -> Outlook:
    """Return an outlook that recommends something, or nothing, for each slot in turn.

    The slots cost 0.10 €/kWh and a tenth of a cent more from slot to slot, and score 90 points and
    a tenth less; from the second day on prices are forecast, 2 cents up or down.
    """
    count = len(said)
    positions = [-1 if one is None else one.position for one in said]
    unknown = np.array([one is None for one in said])
    steps = np.arange(count)
    starts = int(first.timestamp()) + seconds * steps
    is_forecast = steps * seconds >= 86400
    price = (0.1 + 0.001 * steps).astype(np.float64)
    probabilities = np.full((count, 4), 0.1)
    probabilities[steps, positions] = 0.7
    return Outlook(
        issued=first,
        zone=MADRID,
        engine=engine,
        score_engine=engine,
        starts=starts.astype(np.int64),
        seconds=np.full(count, seconds),
        price=price,
        price_low=price - 0.02 * is_forecast,
        price_high=price + 0.02 * is_forecast,
        origin=np.where(
            is_forecast, PriceOrigin.FORECAST.position, PriceOrigin.PUBLISHED.position
        ).astype(np.int8),
        temperature=np.full(count, 21.26),
        humidity=np.where(unknown, np.nan, 48.0),
        features=np.full((count, len(FEATURES)), np.nan),
        index=np.full(count, 88.0),
        heat_stress=np.full(count, 0.125),
        score=np.where(unknown, np.nan, 90 - 0.1 * steps),
        probabilities=probabilities,
        recommendation=np.array(positions, dtype=np.int8),
        reasons=tuple(() if one is None else REASONS for one in said),
    )


def show(entry: MockConfigEntry, shown: Outlook | None) -> None:
    """Let a factory have an outlook."""
    entry.runtime_data.outlook.async_set_updated_data(shown)


async def begin(
    hass: HomeAssistant,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    *,
    entry_id: str = "obrador",
    **data: Any,
) -> MockConfigEntry:
    """Set up a factory whose outlook nobody else makes: nothing can be fetched to make it from."""
    # Debugging would double the time of every test.
    asyncio.get_running_loop().set_debug(False)

    async def same(coordinator: OutlookCoordinator) -> Outlook | None:
        return coordinator.data

    monkeypatch.setattr(OutlookCoordinator, "_async_look", same)
    world.fail(kind="status", status=500)
    entry = MockConfigEntry(
        domain=DOMAIN, title=entry_id.title(), data=PVPC | ASKED | data, entry_id=entry_id
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)
    return entry
