"""The cards in the card picker, and the forms in which they are set up."""

from playwright.async_api import Page, expect
import pytest

from demo.browser import Screen

from .stage import CARDS, EMPTY_PATH, EMPTY_VIEW, MONITOR, Look, Stage, card, shown
from .texts import text

pytestmark = [pytest.mark.xdist_group("cards"), pytest.mark.asyncio(loop_scope="session")]

# As the picker calls them.
NAMES = {
    "now": "Chocolate Factory: now",
    "week": "Chocolate Factory: week",
    "prices": "Chocolate Factory: prices",
    "comfort": "Chocolate Factory: comfort",
    "health": "Chocolate Factory: data",
}
LABELS = {
    "now": ("factory", "title"),
    "week": ("factory", "title", "color_by", "resolution", "weather"),
    "prices": ("factory", "title", "days", "band", "periods", "cheapest"),
    "comfort": ("factory", "title", "hours"),
    "health": ("factory", "title", "actions"),
}


async def edit(look: Look, stage: Stage, screen: Screen = MONITOR) -> Page:
    """Return a dashboard without cards, about to be changed."""
    await stage.home.command(
        "lovelace/config/save", url_path=EMPTY_PATH, config={"views": [EMPTY_VIEW]}
    )
    return await look(f"{EMPTY_PATH}/0?edit=1", screen=screen)


async def test_every_card_is_picked_by_its_preview_set_up_in_a_form_and_shown(
    look: Look, stage: Stage
) -> None:
    page = await edit(look, stage)
    for name in CARDS:
        await page.get_by_role("button", name="Add card").click()
        dialog = page.locator("hui-dialog-create-card")
        await dialog.get_by_text("By card").click()
        await dialog.get_by_placeholder("Search cards").fill(NAMES[name])
        offered = dialog.locator(".card", has_text=NAMES[name])
        await shown(card(offered, name))
        await offered.locator(".overlay").click()
        editor = page.locator("hui-dialog-edit-card")
        await shown(card(editor, name))
        for label in LABELS[name]:
            await expect(editor.get_by_text(text(f"form.labels.{label}")).first).to_be_visible()
        save = editor.get_by_role("button", name="Save")
        await save.click()
        await expect(save).to_be_hidden()
        await shown(card(page, name))
    saved = await stage.home.command("lovelace/config", url_path=EMPTY_PATH)
    assert [one["type"] for one in saved["views"][0]["sections"][0]["cards"]] == [
        f"custom:chocolate-factory-{name}-card" for name in CARDS
    ]


async def test_the_form_speaks_the_language_of_the_user(look: Look, stage: Stage) -> None:
    page = await edit(look, stage, Screen(language="es-ES"))
    await page.get_by_role("button", name="Añadir tarjeta").click()
    dialog = page.locator("hui-dialog-create-card")
    await dialog.get_by_text("Por tarjeta").click()
    await dialog.get_by_role("textbox").last.fill("chocolate factory")
    await dialog.locator(".card", has_text="Chocolate Factory: semana").locator(".overlay").click()
    editor = page.locator("hui-dialog-edit-card")
    for label in LABELS["week"]:
        await expect(editor.get_by_text(text(f"form.labels.{label}", "es")).first).to_be_visible()
    await expect(editor.get_by_text(text("form.helpers.factory", "es"))).to_be_visible()


async def test_whoever_looks_for_a_card_for_an_entity_of_ours_is_shown_our_cards(
    look: Look, stage: Stage
) -> None:
    page = await edit(look, stage)
    await page.get_by_role("button", name="Add card").click()
    dialog = page.locator("hui-dialog-create-card")
    await dialog.get_by_placeholder("Search entities").fill("week outlook")
    await dialog.get_by_text("Week outlook").click()
    await shown(card(dialog, "week"))
