"""Take the pictures of the README: a real Home Assistant with a factory, always on one morning."""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
import socket
import sys
import tempfile
from typing import Any, Final
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from custom_components.chocolate_factory.factory.recommendation import Engine, Recommendation
from custom_components.chocolate_factory.history.recommendations import PastRecommendation
from custom_components.chocolate_factory.history.store import Store
from simulator.aemet import key as aemet_key

from .browser import DESKTOP, PHONE, TABLET, WALL, Screen, launch, visit
from .errors import DemoError
from .home_assistant import HOME, INTEGRATION, ROOT, HomeAssistant
from .past import write_past
from .simulator import run_simulator

IMAGES: Final = ROOT / "docs" / "images"

# A Saturday in June: cheap and mild in the morning, too hot in the afternoon.
NOW: Final = datetime(2026, 6, 20, 10, tzinfo=ZoneInfo("Europe/Madrid"))
# Each is taken in this minute, however long it took to come so far.
TAKEN_AT: Final = NOW + timedelta(minutes=5, seconds=5)
DAYS: Final = 400
PATIENCE: Final = 300
# Since when it has been told what to do: all that the cards show of the past.
TOLD: Final = NOW.replace(hour=0) - timedelta(days=1)

DASHBOARD: Final = "chocolate-week"
PANEL: Final = "chocolate-factory"
CARDS: Final = ("now", "week", "prices", "comfort", "health")


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What is seen of which page, and what it is called."""

    name: str
    screen: Screen
    path: str = DASHBOARD
    card: str | None = None
    """The card at the top of the picture, unless it is the first."""
    is_whole: bool = False
    """Whether all of the page is seen, however long."""


def _for_readme() -> list[Picture]:
    pictures = []
    for theme in ("light", "dark"):
        is_dark = theme == "dark"
        phone = Screen(size=PHONE, is_dark=is_dark, has_touch=True, scale=2)
        pictures += [
            Picture(name=f"desktop-{theme}", screen=Screen(size=DESKTOP, is_dark=is_dark)),
            Picture(name=f"phone-{theme}", screen=phone),
            Picture(name=f"phone-week-{theme}", screen=phone, card="week"),
        ]
    return pictures


def _for_looking() -> list[Picture]:
    """Return every page in every size and theme, as long as it is."""
    return [
        Picture(
            name=f"{path}-{width}x{height}-{'dark' if is_dark else 'light'}-{language[:2]}",
            path=path,
            screen=Screen(
                size=(width, height),
                is_dark=is_dark,
                has_touch=width < DESKTOP[0],
                language=language,
            ),
            is_whole=True,
        )
        for path in (DASHBOARD, PANEL)
        for width, height in (PHONE, TABLET, DESKTOP, WALL)
        for is_dark in (False, True)
        for language in ("en-GB", "es-ES")
    ]


@asynccontextmanager
async def _home(config: Path, now: datetime) -> AsyncIterator[HomeAssistant]:
    """Run a Home Assistant with a factory that has all keys."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with (
        run_simulator(now=now) as upstream,
        HomeAssistant(config=config, port=port, upstream=upstream, now=now) as home,
    ):
        await home.add_factory(
            aemet_key=aemet_key(NOW + timedelta(days=100)), openweathermap_key="demo"
        )
        await home.action("ingest_now")
        yield home


async def _live_until_now(config: Path) -> None:
    """Leave a store that knows a year, and what was recommended since yesterday."""
    path = config / f"{INTEGRATION}.db"
    await write_past(path, TOLD, DAYS, HOME)
    async with _home(config, TOLD) as home:
        said = await _until_settled(home)
    await write_past(path, NOW, 3, HOME)
    store = Store(path, lambda: NOW)
    await store.open()
    try:
        for one in _recommendations(said):
            await store.write_recommendation(said["factory"]["id"], one)
    finally:
        await store.close()


async def _until_settled(home: HomeAssistant) -> dict[str, Any]:
    """Return the dashboard once the week is forecast and nothing is done any more."""
    async with asyncio.timeout(PATIENCE):
        while True:
            shown = await home.action("get_dashboard")
            is_busy = any(job["running"] for job in shown["jobs"])
            if not is_busy and shown["slots"]["recommendation"][-1] is not None:
                return shown
            await asyncio.sleep(0.5)


def _recommendations(dashboard: dict[str, Any]) -> list[PastRecommendation]:
    slots, names = dashboard["slots"], dashboard["recommendations"]
    ((first, seconds, count),) = slots["time"]
    starts = [
        datetime.fromisoformat(first) + number * timedelta(seconds=seconds)
        for number in range(count)
    ]
    return [
        PastRecommendation(
            start=start,
            seconds=seconds,
            recommendation=Recommendation(names[name]),
            score=score,
            engine=Engine(dashboard["engine"]),
        )
        for start, name, score in zip(starts, slots["recommendation"], slots["score"], strict=True)
        if name is not None and start < NOW
    ]


async def _take(browser: Browser, home: HomeAssistant, picture: Picture, folder: Path) -> None:
    context = await visit(browser, home, picture.screen, await home.log_in(), loaded_at=TAKEN_AT)
    # A narrow sidebar leaves room for what the picture is about.
    await context.add_init_script("""localStorage.dockedSidebar = '"auto"';""")
    page = await context.new_page()
    await page.goto(f"{home.url}/{picture.path}")
    await _until_drawn(page)
    if picture.card:
        card = page.locator(f"{INTEGRATION.replace('_', '-')}-{picture.card}-card").first
        await card.evaluate("card => scrollTo(0, card.getBoundingClientRect().top - 64)")
    if picture.is_whole:
        width, height = picture.screen.size
        long = await page.evaluate("document.scrollingElement.scrollHeight")
        await page.set_viewport_size({"width": width, "height": max(height, long)})
        await _until_drawn(page)
    _save(await page.screenshot(animations="disabled"), folder / f"{picture.name}.png")
    await context.close()


async def _until_drawn(page: Page) -> None:
    """Wait for all cards, and for pictures and letters in them."""
    for name in CARDS:
        card = page.locator(f"chocolate-factory-{name}-card:visible").first
        await card.locator("ha-card > .content").wait_for()
    await page.wait_for_load_state("networkidle")
    await page.evaluate("document.fonts.ready")


def _save(image: bytes, path: Path) -> None:
    """Keep a picture in as few colours as its page has, near enough."""
    with Image.open(BytesIO(image)) as picture:
        few = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
    print(f"{path} ({path.stat().st_size // 1000} kB)", flush=True)


async def _run(pictures: list[Picture], folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="chocolate-factory-") as directory:
        config = Path(directory)
        await _live_until_now(config)
        async with _home(config, NOW) as home, async_playwright() as playwright:
            await home.action("train_models")
            await _until_settled(home)
            await home.command(
                "lovelace/dashboards/create",
                url_path=DASHBOARD,
                title="Chocolate week",
                icon="mdi:candy-outline",
                mode="storage",
            )
            await home.command(
                "lovelace/config/save",
                url_path=DASHBOARD,
                config={"strategy": {"type": "custom:chocolate-factory"}},
            )
            browser = await launch(playwright)
            for picture in pictures:
                await _take(browser, home, picture, folder)
            await browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="scripts/screenshots", description=__doc__)
    parser.add_argument(
        "--all",
        type=Path,
        metavar="DIR",
        help="put every page there instead, in every size, theme and language, for looking at",
    )
    directory = parser.parse_args().all
    wanted = _for_looking() if directory else _for_readme()
    folder = directory or IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    try:
        asyncio.run(_run(wanted, folder))
    except DemoError as error:
        sys.exit(f"scripts/screenshots: {error}")
