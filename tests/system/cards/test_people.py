"""Reading is for everyone, changing is for admins."""

from typing import Any

import pytest

from demo.home_assistant import INTEGRATION

from .stage import (
    ADMIN,
    PANEL_PATH,
    READER,
    STRATEGY_PATH,
    WORKER,
    Look,
    Stage,
    all_shown,
)

pytestmark = [pytest.mark.xdist_group("cards"), pytest.mark.asyncio(loop_scope="session")]

EVERYBODY = [ADMIN, WORKER, READER]
READING = ("get_", "predict_", "export_")
# What an action asks for before it asks who is there.
NEEDS: dict[str, dict[str, Any]] = {
    "record_outcome": {"start": "2026-08-05T09:00:00+02:00", "outcome": "good"},
    "delete_outcome": {"id": 1},
    "import_climate": {"source": "aemet"},
    "import_history": {"path": "/media/history.csv"},
    # Whoever only wants a link to read is welcome.
    "export_history": {"path": "/media/history.csv"},
}


@pytest.mark.parametrize("person", EVERYBODY)
async def test_everybody_sees_every_card_on_the_dashboard_that_makes_itself(
    look: Look, person: str
) -> None:
    await all_shown(await look(STRATEGY_PATH, person=person))


@pytest.mark.parametrize("person", EVERYBODY)
async def test_everybody_sees_the_same_cards_in_the_panel(look: Look, person: str) -> None:
    page = await look("", person=person)
    await page.locator("ha-sidebar").get_by_text("Chocolate Factory").click()
    await page.wait_for_url(f"**/{PANEL_PATH}")
    await all_shown(page.locator("chocolate-factory-panel"))


@pytest.mark.parametrize("person", [WORKER, READER])
async def test_only_admins_may_change_anything(stage: Stage, person: str) -> None:
    domains = await stage.home.get("/api/services")
    (actions,) = (one["services"] for one in domains if one["domain"] == INTEGRATION)
    changing = {name for name in actions if not name.startswith(READING)}
    assert {"ingest_now", "train_models"} <= changing
    for name in changing:
        assert await stage.status(person, name, NEEDS.get(name)) == 401, name


@pytest.mark.parametrize("person", EVERYBODY)
async def test_everybody_may_ask_for_all_that_is_shown(stage: Stage, person: str) -> None:
    assert await stage.status(person, "get_dashboard?return_response") == 200
