"""How the cards look: in every theme, language and size, for every pair of eyes."""

from typing import Any

from playwright.async_api import Page, expect
import pytest

from demo.browser import DESKTOP, PHONE, TABLET, WALL, Screen
from demo.home_assistant import ROOT

from .stage import CARDS, PANEL_PATH, STRATEGY_PATH, Look, all_shown, card
from .texts import only_english, state_text, text

pytestmark = [pytest.mark.xdist_group("cards"), pytest.mark.asyncio(loop_scope="session")]

AXE = ROOT / "cards" / "node_modules" / "axe-core" / "axe.min.js"
OURS = ", ".join(f"chocolate-factory-{name}-card" for name in CARDS)


async def said(page: Page) -> set[str]:
    """Return all that the cards say, to eyes and to screen readers."""
    found: list[str] = await page.locator(OURS).evaluate_all(
        "(cards) => cards.flatMap(probes.said)"
    )
    return {" ".join(one.split()) for one in found if one and one.strip()}


@pytest.mark.parametrize("path", [STRATEGY_PATH, PANEL_PATH])
async def test_a_spanish_user_reads_no_english(look: Look, path: str) -> None:
    page = await look(path, screen=Screen(language="es-ES"))
    await all_shown(page)
    words = await said(page)
    assert not words & only_english()
    for one in only_english():
        # A sentence may be part of a longer text; a word may be part of another word.
        if len(one.split()) > 2:
            assert not any(one in heard for heard in words), one
    for name in CARDS:
        heading = card(page, name).get_by_role("heading", level=2)
        await expect(heading).to_have_text(text(f"{name}.title", "es"))
    assert state_text("production_recommendation", "halt", language="es") in words


async def test_the_english_user_reads_english(look: Look) -> None:
    page = await look(STRATEGY_PATH)
    await all_shown(page)
    for name in CARDS:
        heading = card(page, name).get_by_role("heading", level=2)
        await expect(heading).to_have_text(text(f"{name}.title"))


async def test_cards_are_dark_where_home_assistant_is(look: Look) -> None:
    colours: dict[str, list[str]] = {name: [] for name in CARDS}
    for is_dark, background in ((False, "rgb(255, 255, 255)"), (True, "rgb(28, 28, 28)")):
        page = await look(STRATEGY_PATH, screen=Screen(is_dark=is_dark))
        await all_shown(page)
        for name in CARDS:
            frame = card(page, name).locator("ha-card").first
            await expect(frame).to_have_css("background-color", background)
            colours[name].append(
                await frame.evaluate(
                    "frame => getComputedStyle(frame).getPropertyValue('--cf-optimal')"
                )
            )
    assert all(light and light != dark for light, dark in colours.values()), colours


NARROWEST = (320, 640)
WIDEST = (3840, 2160)


@pytest.mark.parametrize(
    ("path", "size"),
    [
        *((STRATEGY_PATH, size) for size in (NARROWEST, PHONE, TABLET, DESKTOP, WALL, WIDEST)),
        *((PANEL_PATH, size) for size in (NARROWEST, TABLET, WALL)),
    ],
    ids=lambda value: value if isinstance(value, str) else "x".join(map(str, value)),
)
async def test_everything_fits_and_can_be_read(
    look: Look, path: str, size: tuple[int, int]
) -> None:
    page = await look(path, screen=Screen(size=size, language="es-ES", has_touch=size[0] < 800))
    await all_shown(page)
    wrong = await page.locator(OURS).evaluate_all("(cards) => cards.flatMap(probes.misfits)")
    assert not wrong
    assert await page.evaluate("document.scrollingElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_axe_finds_nothing_serious(
    look: Look, size: tuple[int, int], *, is_dark: bool
) -> None:
    page = await look(STRATEGY_PATH, screen=Screen(size=size, is_dark=is_dark))
    await all_shown(page)
    await page.evaluate(AXE.read_text())
    violations: list[dict[str, Any]] = await page.locator(OURS).evaluate_all(
        """async (cards) => {
          const { violations } = await axe.run({ include: cards }, { resultTypes: ["violations"] });
          return violations;
        }"""
    )
    serious = [one for one in violations if one["impact"] in {"serious", "critical"}]
    told = [f"{one['help']}: {node['html'][:300]}" for one in serious for node in one["nodes"]]
    assert not serious, "\n".join(told)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("path", [STRATEGY_PATH, PANEL_PATH])
async def test_nothing_moves_while_the_cards_come(
    look: Look, path: str, size: tuple[int, int]
) -> None:
    moves = []
    for _visit in range(2):
        page = await look(
            path, screen=Screen(size=size, language="en-US"), script="probes.follow()"
        )
        await all_shown(page)
        # What was drawn last is measured after the next frame.
        await page.evaluate(
            """() => new Promise((done) => {
              requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));
            })"""
        )
        moves.append(await page.evaluate("probes.moves"))
    first, second = moves
    assert max(first.values()) < 300, "about as tall as the boxes that kept their place"
    assert max(second.values()) < 1, "just as tall as they were last time"
