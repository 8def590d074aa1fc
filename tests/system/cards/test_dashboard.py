"""The panel in the sidebar is a dashboard of one's own after one click."""

from playwright.async_api import expect
import pytest

from .stage import PANEL_PATH, READER, WORKER, Look, Stage, all_shown
from .texts import text

pytestmark = [pytest.mark.xdist_group("cards"), pytest.mark.asyncio(loop_scope="session")]


async def test_one_click_makes_a_dashboard_of_the_panel(look: Look, stage: Stage) -> None:
    before = await stage.home.command("lovelace/dashboards/list")
    page = await look(PANEL_PATH)
    await page.get_by_role("button", name=text("panel.add")).click()
    await expect(page.locator("hui-root")).to_be_visible()
    await all_shown(page.locator("hui-root"))
    after = await stage.home.command("lovelace/dashboards/list")
    (made,) = (one for one in after if one not in before)
    try:
        config = await stage.home.command("lovelace/config", url_path=made["url_path"])
        assert config["strategy"]["type"] == "custom:chocolate-factory"
        await page.go_back()
        await page.get_by_role("button", name=text("panel.open")).click()
        await page.wait_for_url(f"**/{made['url_path']}/**")
    finally:
        await stage.home.command("lovelace/dashboards/delete", dashboard_id=made["id"])


@pytest.mark.parametrize("person", [WORKER, READER])
async def test_it_is_not_offered_to_who_may_not_make_one(look: Look, person: str) -> None:
    page = await look(PANEL_PATH, person=person)
    await all_shown(page.locator("chocolate-factory-panel"))
    for name in ("panel.add", "panel.open"):
        await expect(page.get_by_role("button", name=text(name))).to_have_count(0)
