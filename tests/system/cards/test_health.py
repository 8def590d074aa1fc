"""The data: its buttons do what they say, for those who may press them."""

from contextlib import closing
from datetime import timedelta
import re
import sqlite3

from playwright.async_api import Locator, Page, expect
import pytest

from .stage import ADMIN, CARDS_PATH, NOON, READER, WORKER, Look, Stage, card, shown
from .texts import text

pytestmark = [pytest.mark.xdist_group("cards"), pytest.mark.asyncio(loop_scope="session")]

BUTTONS = [text(f"health.do.{key}") for key in ("fetch", "fill", "train")]


async def health(page: Page) -> Locator:
    """Return the card when it shows something."""
    one = card(page, "health")
    await shown(one)
    return one


def lose(stage: Stage, series: str, days_ago: int, hours: int) -> None:
    """Lose some hours of a series from the store, as a damaged disk might."""
    start = int((NOON - timedelta(days=days_ago)).timestamp())
    with closing(sqlite3.connect(stage.home.config / "chocolate_factory.db")) as store, store:
        lost = store.execute(
            "DELETE FROM slot WHERE start >= ? AND start < ?"
            " AND series = (SELECT id FROM series WHERE name = ?)",
            (start, start + 3600 * hours, series),
        )
        assert lost.rowcount == hours


async def jobs(stage: Stage) -> dict[str, str]:
    """Return when each job last ran."""
    return {job["name"]: job["last_run"] for job in (await stage.home.action("get_jobs"))["jobs"]}


async def test_what_is_missing_is_fetched(look: Look, stage: Stage) -> None:
    one = await health(await look(CARDS_PATH))
    lose(stage, "pvpc", days_ago=1, hours=5)
    await one.get_by_role("button", name=text("health.do.fetch")).click()
    await expect(one.get_by_text(text("health.fetched", count="5"))).to_be_visible()
    await one.get_by_role("button", name=text("health.do.fetch")).click()
    await expect(one.get_by_text(text("health.nothing_new"))).to_be_visible()


async def test_gaps_are_filled(look: Look, stage: Stage) -> None:
    one = await health(await look(CARDS_PATH))
    lose(stage, "pvpc", days_ago=20, hours=30)
    await one.get_by_role("button", name=text("health.do.fill")).click()
    await expect(one.get_by_text(text("health.filled"))).to_be_visible(timeout=30_000)
    assert (await stage.dashboard())["history"]["completeness"] == 100


async def test_models_are_trained(look: Look, stage: Stage) -> None:
    one = await health(await look(CARDS_PATH))
    before = await stage.dashboard()
    await one.get_by_role("button", name=text("health.do.train")).click()
    training = one.get_by_role("button", name=text("health.doing.train"))
    await expect(training).to_have_attribute("aria-disabled", "true")
    await expect(one.get_by_text(text("health.trained_model"))).to_be_visible(timeout=90_000)
    after = await stage.dashboard()
    assert before["models"]["trained"] != after["models"]["trained"]
    assert after["engine"] == "model"
    await expect(one.locator("tr", has_text=text("health.who.model"))).to_contain_text(
        text("health.at_work")
    )


@pytest.mark.parametrize("person", [WORKER, READER])
async def test_who_may_not_change_anything_sees_no_buttons(look: Look, person: str) -> None:
    page = await look(CARDS_PATH, person=person)
    one = await health(page)
    await expect(one.get_by_role("button", name=re.compile("|".join(BUTTONS)))).to_have_count(0)


async def test_an_admin_sees_them(look: Look) -> None:
    one = await health(await look(CARDS_PATH, person=ADMIN))
    for name in BUTTONS:
        await expect(one.get_by_role("button", name=name)).to_be_visible()
