"""Prices and comfort: what is told of the hour that is pointed at."""

import re

from playwright.async_api import Locator, expect
import pytest

from .stage import CARDS_PATH, Look, card, shown
from .texts import text

pytestmark = [
    pytest.mark.xdist_group("cards"),
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize(
        ("name", "unit"),
        [("prices", re.compile(r"\d[.]\d{4} €/kWh")), ("comfort", re.compile(r"\d °C · \d+ %"))],
    ),
]


def tip(chart: Locator) -> Locator:
    """Return what stands beside the line."""
    return chart.locator(".tip")


async def test_the_mouse_moves_a_crosshair_that_tells_of_its_hour(
    look: Look, name: str, unit: re.Pattern[str]
) -> None:
    page = await look(CARDS_PATH)
    one = card(page, name)
    await shown(one)
    chart = one.locator(".chart")
    await chart.scroll_into_view_if_needed()
    box = await chart.bounding_box()
    assert box
    told = []
    for share in (0.3, 0.7):
        await page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        await expect(tip(one)).to_contain_text(unit)
        told.append(await tip(one).inner_text())
    assert told[0] != told[1]
    await page.mouse.move(0, 0)
    await expect(tip(one)).to_have_count(0)


async def test_arrow_keys_move_it_and_a_screen_reader_is_told(
    look: Look, name: str, unit: re.Pattern[str]
) -> None:
    page = await look(CARDS_PATH)
    one = card(page, name)
    await shown(one)
    slider = one.get_by_role("slider", name=text(f"{name}.label"))
    await slider.focus()
    told = set()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        await page.keyboard.press(key)
        await expect(tip(one)).to_contain_text(unit)
        told.add(await slider.get_attribute("aria-valuetext"))
    assert len(told) == 2
    assert all(one and "Wednesday 5 August" in one for one in told)
    await page.keyboard.press("Escape")
    await expect(tip(one)).to_have_count(0)
