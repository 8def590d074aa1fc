"""From a fresh installation to models at work: the rule at once, then history, then what it taught.

`./scripts/bench backfill` has it done with three years, and tells how long that takes.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
import os
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.factory.recommendation import Engine
from custom_components.chocolate_factory.model_status import ModelStatus

from .conftest import World, settle
from .told import DAY, MINUTE, Tick, check_budgets, do, listen

DAYS = int(os.environ.get("CHOCOLATE_FACTORY_BACKFILL_DAYS", "240"))
# Six days a minute, a training every half hour, and one more when all is there.
LONGEST = DAYS // 6 + 60


@pytest.fixture
def entry(entry: MockConfigEntry, hass: HomeAssistant) -> MockConfigEntry:
    """Return a factory whose models are trained by what is there everywhere."""
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options={"trainer": "numpy"})
    return entry


def status(entry: MockConfigEntry) -> ModelStatus:
    """Return who is at work at a factory."""
    found: ModelStatus = entry.runtime_data.models.status
    return found


async def minutes(tick: Tick) -> AsyncIterator[int]:
    """Let the minutes go by, and count them."""
    for minute in range(1, LONGEST + 1):
        await tick(MINUTE)
        yield minute


async def test_after_a_backfill_models_are_at_work_within_the_hour_and_learn_on_by_themselves(
    home: HomeAssistant,
    world: World,
    entry: MockConfigEntry,
    tick: Tick,
    record_property: Callable[[str, Any], None],
) -> None:
    # Debugging would double the time of thousands of reads.
    asyncio.get_running_loop().set_debug(False)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    outlook = entry.runtime_data.outlook.data
    assert outlook.engine is outlook.score_engine is Engine.RULE
    assert (outlook.recommendation[:12] >= 0).all()

    told = listen(home)
    await do(home, "backfill", days_back=DAYS)
    at_work = complete = None
    learned: dict[int, int] = {}
    async for minute in minutes(tick):
        if at_work is None and status(entry).score_engine is Engine.MODEL:
            at_work = minute
        if complete is None and any(one["type"] == "backfill_finished" for one in told):
            complete = minute
        if span := status(entry).span:
            learned.setdefault((span[1] - span[0]) // DAY, minute)
        # Half a week at either end has not turned out.
        if complete and max(learned) >= DAYS - 8:
            break

    assert at_work is not None
    assert at_work <= 60
    assert complete is not None
    assert list(learned) == sorted(learned), "the more history, the more is learned from"
    assert min(learned.values()) < complete < max(learned.values()), "nobody waits for the end"
    assert max(learned.values()) <= complete + 30
    assert entry.runtime_data.outlook.data.score_engine is Engine.MODEL
    check_budgets(world)
    for name, value in (("at_work", at_work), ("complete", complete), ("learned", learned)):
        record_property(name, value)
