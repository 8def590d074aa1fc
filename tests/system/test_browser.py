"""What a user sees, in a real browser."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect
import pytest

from demo.browser import launch
from demo.errors import DemoError
from demo.home_assistant import PASSWORD, USER, HomeAssistant
from demo.simulator import run_simulator
from simulator.aemet import key as aemet_key

pytestmark = pytest.mark.timeout(300)

SCREENSHOTS = Path(__file__).parent.parent.parent / ".screenshots"


@pytest.fixture
async def home(tmp_path: Path, port: int) -> AsyncIterator[HomeAssistant]:
    """Run Home Assistant with a factory and its prices."""
    async with (
        run_simulator() as upstream,
        HomeAssistant(config=tmp_path, port=port, upstream=upstream) as home,
    ):
        await home.add_factory()
        await home.action("ingest_now")
        yield home


@pytest.fixture
async def page(home: HomeAssistant) -> AsyncIterator[Page]:
    """Open a browser and log in; nothing may be complained about in its console."""
    async with async_playwright() as playwright:
        try:
            browser = await launch(playwright)
        except DemoError as error:
            pytest.skip(str(error))
        context = await browser.new_context(
            viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="Europe/Madrid"
        )
        page = await context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(home.url)
        await page.locator("input[name=username]").fill(USER)
        await page.locator("input[name=password]").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/home/**")
        yield page
        await browser.close()
        assert not complaints


async def picture(page: Page, name: str) -> None:
    """Keep what the page looks like, for people."""
    SCREENSHOTS.mkdir(exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"{name}.png")


async def test_the_dashboard_shows_every_entity(home: HomeAssistant, page: Page) -> None:
    entities = {
        state["entity_id"].split("chocolate_factory_")[1]: state for state in await home.entities()
    }
    unseen = {
        state["attributes"]["friendly_name"].removeprefix("Chocolate Factory ")
        for state in entities.values()
    }
    await page.goto(f"{home.url}/factory-entities/prices")
    price = Decimal(entities["electricity_price"]["state"])
    # As browsers round.
    price = price.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    await expect(page.get_by_text(f"{price} €/kWh").first).to_be_visible()
    await expect(page.get_by_text("REE (REData)")).to_be_visible()
    unseen -= await seen(page, unseen)
    await picture(page, "dashboard")

    await page.goto(f"{home.url}/factory-entities/weather")
    await expect(page.get_by_text("Open-Meteo").first).to_be_visible()
    temperature = float(entities["temperature"]["state"])
    await expect(page.get_by_text(f"{temperature:.1f} °C").first).to_be_visible()
    await expect(page.locator("hui-weather-forecast-card .forecast").first).to_be_visible()
    unseen -= await seen(page, unseen)
    await picture(page, "dashboard-weather")

    await page.goto(f"{home.url}/factory-entities/production")
    recommendation = entities["production_recommendation"]["state"].capitalize()
    await expect(page.get_by_text(recommendation).first).to_be_visible()
    await expect(page.locator("hui-markdown-card table")).to_be_visible()
    unseen -= await seen(page, unseen)
    await picture(page, "dashboard-production")
    assert not unseen


async def seen(page: Page, titles: set[str]) -> set[str]:
    """Return which titles a page shows."""
    return {
        title
        for title in titles
        if await page.get_by_text(title, exact=title != "Weather").first.is_visible()
    }


async def test_a_second_factory_is_set_up_through_the_forms(
    home: HomeAssistant, page: Page
) -> None:
    await page.goto(f"{home.url}/config/integrations/integration/chocolate_factory")
    await page.get_by_text("Add service").click()
    dialog = page.locator("dialog-data-entry-flow")
    await expect(dialog.get_by_text("Your factory")).to_be_visible()
    await picture(page, "set-up")
    await dialog.get_by_role("textbox", name="Name").fill("Tienda")
    await dialog.get_by_text("Submit").click()
    await expect(dialog.get_by_text("Where the factory is")).to_be_visible()
    aemet, _, openweathermap, _ = await dialog.locator("input[type=password]").all()
    await aemet.fill(aemet_key(None, name="bad"))
    await openweathermap.fill("good")
    await dialog.get_by_text("Submit").click()
    await expect(dialog.get_by_text("The service does not accept this key").first).to_be_visible()
    await picture(page, "set-up-refused")
    good = aemet_key(datetime.now(UTC) + timedelta(days=100))
    await aemet.fill(good)
    await dialog.get_by_text("Submit").click()
    await expect(dialog.get_by_text("Madrid, Retiro · 2.").last).to_be_visible()
    await picture(page, "set-up-station")
    await dialog.get_by_text("Submit").click()
    await expect(dialog.get_by_text("Name and assign")).to_be_visible()
    await picture(page, "set-up-done")
    states = await home.entities()
    assert {"sensor.tienda_electricity_price", "sensor.tienda_aemet_key_expires"} <= {
        state["entity_id"] for state in states
    }
