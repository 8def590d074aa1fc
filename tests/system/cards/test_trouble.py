"""What the cards say when something is missing, and that they are well again by themselves."""

from collections.abc import AsyncIterator
import re

from playwright.async_api import Page, expect
import pytest
import pytest_asyncio

from .stage import CARDS, CARDS_PATH, Look, Stage, all_shown, card
from .texts import text

pytestmark = [pytest.mark.xdist_group("cards"), pytest.mark.asyncio(loop_scope="session")]

STALE, DISCONNECTED = (
    re.compile(re.escape(text(f"state.{name}", since="")) + r"\d")
    for name in ("stale", "disconnected")
)


@pytest_asyncio.fixture(loop_scope="session")
async def page(look: Look) -> AsyncIterator[Page]:
    """Return a page with all cards, which is not loaded anew until the test is over."""
    page = await look(CARDS_PATH)
    await all_shown(page)
    await page.evaluate("window.isSame = true")
    yield page
    assert await page.evaluate("window.isSame")


async def told(page: Page, note: re.Pattern[str], count: int) -> None:
    """Wait until every card, or none, says something of itself."""
    for name in CARDS:
        notes = card(page, name).get_by_role("status").filter(has_text=note)
        await expect(notes).to_have_count(count, timeout=30_000)


async def test_a_restart_is_told_and_then_there_are_fresh_data(
    page: Page, look: Look, stage: Stage
) -> None:
    before = await stage.dashboard()
    # Home Assistant's own pages complain about its absence, some of them late; ours must not.
    look.hears_others = False
    await stage.home.stop()
    await told(page, DISCONNECTED, 1)
    await all_shown(page)
    await stage.home.start()
    await told(page, DISCONNECTED, 0)
    await all_shown(page)
    after = await stage.dashboard()
    assert before["updated"] < after["updated"]


async def test_what_is_an_hour_old_is_called_so(page: Page) -> None:
    await told(page, STALE, 0)
    # The machine has slept, and somebody looks again.
    await page.evaluate("((now) => { Date.now = () => now() + 2 * 3_600_000; })(Date.now)")
    await page.evaluate("probes.see(false)")
    await told(page, STALE, 1)


async def test_a_factory_that_is_switched_off_is_missed_and_comes_back(
    page: Page, stage: Stage
) -> None:
    entry = await stage.entry()
    await stage.home.command("config_entries/disable", entry_id=entry, disabled_by="user")
    try:
        for name in CARDS:
            one = card(page, name)
            await expect(one.get_by_role("status")).to_contain_text(text("state.no_factory"))
            await expect(one.locator("ha-card")).to_be_visible()
    finally:
        await stage.home.command("config_entries/disable", entry_id=entry, disabled_by=None)
    await all_shown(page)


async def test_nothing_is_drawn_while_nobody_looks(page: Page, stage: Stage) -> None:
    # Whatever was to be drawn before comes with the frame before.
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    await page.evaluate("probes.see(true)")
    await page.evaluate("probes.hear()")
    entry = await stage.entry()
    await stage.home.command("config_entries/disable", entry_id=entry, disabled_by="user")
    try:
        # What they hear comes after what the cards hear, on the same connection.
        await page.wait_for_function("probes.heard.factories === 0")
        assert await page.evaluate("probes.heard.changes") == 0
        await page.evaluate("probes.see(false)")
        for name in CARDS:
            await expect(card(page, name).get_by_text(text("state.no_factory"))).to_be_visible()
    finally:
        await stage.home.command("config_entries/disable", entry_id=entry, disabled_by=None)
    await all_shown(page)
