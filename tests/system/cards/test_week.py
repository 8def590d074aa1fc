"""The week: every hour of it, with a mouse, a finger, and keys."""

from datetime import datetime, timedelta
import re
from zoneinfo import ZoneInfo

from playwright.async_api import Locator, Page, expect
import pytest

from demo.browser import PHONE, Screen

from .stage import CARDS_PATH, NOON, Look, Stage, card, shown
from .texts import state_text, text

pytestmark = [pytest.mark.xdist_group("cards"), pytest.mark.asyncio(loop_scope="session")]

TOUCH = Screen(size=PHONE, has_touch=True)
MADRID = ZoneInfo("Europe/Madrid")
EVENING = NOON + timedelta(days=1, hours=7)


async def week(page: Page) -> Locator:
    """Return the card when it shows something."""
    one = card(page, "week")
    await shown(one)
    return one


def hours(week: Locator) -> Locator:
    """Return the cells that are about an hour."""
    return week.get_by_role("gridcell", name=re.compile(r", \d\d:00"))


def hour(week: Locator, at: datetime) -> Locator:
    """Return the cell of one hour."""
    local = at.astimezone(MADRID)
    return week.get_by_role("gridcell", name=re.compile(f" {local.day}, {local:%H}:00"))


async def says(stage: Stage, at: datetime) -> list[str]:
    """Return what has to be said of an hour: price, weather, score and reasons."""
    dashboard = await stage.dashboard()
    slots, air = dashboard["slots"], dashboard["air"]

    def position(runs: list[tuple[str, int, int]]) -> int:
        ((first, seconds, _count),) = runs
        return int((at - datetime.fromisoformat(first)) / timedelta(seconds=seconds))

    index = position(slots["time"])
    keys = [dashboard["reasons"][number] for number in slots["reasons"][index][::2]]
    name = dashboard["recommendations"][slots["recommendation"][index]]
    local = at.astimezone(MADRID)
    return [
        f"{local.day}, {local:%H}:00",
        state_text("production_recommendation", name),
        f"{slots['price'][index]:.4f} €/kWh",
        f"{air['temperature'][position(air['time'])]:.0f} °C",
        f"{slots['score'][index]:.0f}",
        *(state_text("production_recommendation", key, "reasons") for key in keys),
    ]


async def test_the_week_has_168_hours(look: Look) -> None:
    one = await week(await look(CARDS_PATH))
    await expect(hours(one)).to_have_count(168)
    areas = await hours(one).evaluate_all("cells => cells.map(cell => cell.offsetWidth)")
    assert min(areas) > 10


async def test_under_the_mouse_an_hour_tells_price_weather_score_and_reasons(
    look: Look, stage: Stage
) -> None:
    page = await look(CARDS_PATH)
    one = await week(page)
    await hour(one, EVENING).hover()
    tooltip = one.locator(".tooltip")
    await expect(tooltip).to_be_visible()
    for said in await says(stage, EVENING):
        await expect(tooltip).to_contain_text(said)
    await page.mouse.move(0, 0)
    await expect(tooltip).to_have_count(0)


async def test_a_tap_shows_the_details_of_an_hour(look: Look, stage: Stage) -> None:
    one = await week(await look(CARDS_PATH, screen=TOUCH))
    await hour(one, EVENING).tap()
    details = one.locator("[aria-live=polite]")
    await expect(details).to_be_in_viewport()
    for said in await says(stage, EVENING):
        await expect(details).to_contain_text(said)
    await expect(one.locator(".tooltip")).to_have_count(0)


async def test_arrow_keys_go_from_hour_to_hour_and_show_where_they_are(look: Look) -> None:
    page = await look(CARDS_PATH)
    one = await week(page)
    await hour(one, NOON).focus()
    for key, at in (
        ("ArrowRight", NOON + timedelta(hours=1)),
        ("ArrowDown", NOON + timedelta(days=1, hours=1)),
        ("ArrowLeft", NOON + timedelta(days=1)),
        ("ArrowUp", NOON),
    ):
        await page.keyboard.press(key)
        cell = hour(one, at)
        await expect(cell).to_be_focused()
        await expect(cell).to_have_css("outline-style", "solid")
        local = at.astimezone(MADRID)
        await expect(one.locator("[aria-live]")).to_contain_text(f", {local:%H}:00")
    # One stop for the tabulator, not 168.
    await expect(one.locator("[role=gridcell][tabindex='0']")).to_have_count(1)


async def test_colours_mean_the_recommendation_the_score_or_the_price(look: Look) -> None:
    one = await week(await look(CARDS_PATH))
    legend = one.get_by_role("list", name=text("week.legend"))
    colours = "cells => cells.map(cell => getComputedStyle(cell).backgroundColor).join()"
    seen = set()
    for name, meaning in (
        ("recommendation", state_text("production_recommendation", "halt")),
        ("score", "80\N{EN DASH}100"),
        ("price", state_text("price_level", "very_cheap")),
    ):
        button = one.get_by_role("button", name=text(f"form.choices.{name}"), exact=True)
        await button.click()
        await expect(button).to_have_attribute("aria-pressed", "true")
        await expect(legend).to_contain_text(meaning)
        seen.add(await hours(one).evaluate_all(colours))
    assert len(seen) == 3


async def test_forecast_prices_look_and_read_otherwise_than_published_ones(
    look: Look, stage: Stage
) -> None:
    one = await week(await look(CARDS_PATH))
    dashboard = await stage.dashboard()
    forecast = dashboard["origins"].index("forecast")
    # The card shows whole days from today on; the slots begin yesterday.
    shown_ones = dashboard["slots"]["origin"][24:192]
    cells = one.get_by_role("gridcell", name=text("week.forecast"))
    await expect(cells).to_have_count(shown_ones.count(forecast))
    assert 0 < shown_ones.count(forecast) < 168
    await expect(cells.first).to_have_css("background-image", re.compile("gradient"))
    await expect(hour(one, NOON)).to_have_css("background-image", "none")
    legend = one.get_by_role("list", name=text("week.legend"))
    await expect(legend).to_contain_text(text("week.forecast"))


async def test_the_present_hour_is_marked(look: Look) -> None:
    one = await week(await look(CARDS_PATH))
    present = one.locator("[aria-current=time]")
    await expect(present).to_have_count(1)
    await expect(present).to_have_attribute("aria-label", re.compile(" 5, 12:00"))
    await expect(present).not_to_have_css("box-shadow", "none")
