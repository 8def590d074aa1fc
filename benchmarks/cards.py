"""How quickly the week is drawn in a browser, what that keeps, and how much there is to load."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
import gzip
import json
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page, Route, async_playwright

from benchmarks.figures import Figure, ratio
from demo.browser import find_browser

WWW: Final = Path(__file__).parent.parent / "custom_components" / "chocolate_factory" / "www"
PAGE: Final = Path(__file__).parent / "cards_page.html"
# A secure context, as a browser wants it for modules; nothing is asked of it.
HOME: Final = "http://localhost:1"
ROUNDS: Final = 15
FLAGS: Final = ("--enable-precise-memory-info", "--js-flags=--expose-gc")
_TYPES: Final = {".js": "text/javascript", ".html": "text/html"}


def figures() -> Iterator[Figure]:
    """Take the figures of the cards."""
    files = {path.name: path.read_bytes() for path in WWW.glob("*.js")}
    zipped = {name: len(gzip.compress(content)) for name, content in files.items()}
    total, plain = sum(zipped.values()), sum(map(len, files.values()))
    yield Figure("cards.size", total, "B", ratio(total, plain))
    loader = zipped["chocolate-factory.js"]
    yield Figure("cards.loader", loader, "B", ratio(loader, total))
    yield from asyncio.run(_in_browser())


async def _in_browser() -> list[Figure]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_browser(playwright), chromium_sandbox=False, args=[*FLAGS]
        )
        page = await browser.new_page()
        await page.route("**/*", _serve)
        await page.goto(f"{HOME}/{PAGE.name}")
        await page.wait_for_function("window.isReady")
        taken = [
            await _draw(page, "cards.draw_168", 3600, 168, "hour"),
            await _draw(page, "cards.draw_672", 900, 672, "quarter"),
            *await _after_many(page),
        ]
        await browser.close()
    return taken


async def _serve(route: Route) -> None:
    name = Path(route.request.url).name
    path = PAGE if name == PAGE.name else WWW / name
    if not path.is_file():
        await route.fulfill(status=404)
        return
    await route.fulfill(body=path.read_bytes(), content_type=_TYPES[path.suffix])


async def _draw(page: Page, name: str, seconds: int, cells: int, resolution: str) -> Figure:
    """Return the median time to draw a week, beside as many bare elements."""
    text = json.dumps(_dashboard(seconds))
    await page.evaluate("config => begin(config)", {"resolution": resolution})
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(await page.evaluate("text => draw(text)", text))
        bare.append(await page.evaluate("count => drawBare(count)", cells))
    if (there := await page.evaluate("cells()")) != cells:
        raise RuntimeError(f"{there} cells were drawn, not {cells}")
    middle = sorted(ours)[ROUNDS // 2]
    return Figure(name, round(middle, 1), "ms", ratio(middle, sorted(bare)[ROUNDS // 2]))


async def _after_many(page: Page) -> list[Figure]:
    """Return what a thousand updates keep, and what is done for nobody."""
    text = json.dumps(_dashboard(3600))
    before = await page.evaluate("text => update(text, 100)", text)
    after = await page.evaluate("text => update(text, 1000)", text)
    changes = await page.evaluate("text => updateHidden(text, 100)", text)
    return [
        Figure("cards.memory", round((after - before) / 1e6, 2), "MB", ratio(after, before)),
        Figure("cards.hidden", changes, "changes", changes / 100),
    ]


def _dashboard(seconds: int) -> dict[str, Any]:
    """Return a dashboard of yesterday and eight days more, whatever day it is."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    first = now.replace(hour=0) - timedelta(days=1)
    count, hours = 9 * 86_400 // seconds, 9 * 24

    def column(modulus: int, scale: float = 1.0) -> list[float]:
        return [round(index % modulus * scale, 4) for index in range(count)]

    return {
        "version": 1,
        "factory": {"id": "obrador", "title": "Obrador"},
        "updated": now.isoformat(),
        "issued": now.isoformat(),
        "zone": "UTC",
        "unit": "€/kWh",
        "engine": "rule",
        "score_engine": "rule",
        "origins": ["published", "estimated", "forecast", "contract"],
        "levels": ["very_cheap", "cheap", "normal", "expensive", "very_expensive"],
        "recommendations": ["optimal", "moderate", "reduced", "halt"],
        "reasons": ["price_good", "heat_bad"],
        "slots": {
            "time": [[first.isoformat(), seconds, count]],
            "price": column(97, 0.001),
            "low": column(97, 0.0009),
            "high": column(97, 0.0011),
            "origin": [0 if index < count // 3 else 2 for index in range(count)],
            "period": [1 + index % 3 for index in range(count)],
            "level": column(5),
            "score": column(101),
            "recommendation": column(4),
            "confidence": column(100),
            "reasons": [[0, 20, 1, -5]] * count,
        },
        "air": {
            "time": [[first.isoformat(), 3600, hours]],
            **{
                name: [index % 30 for index in range(hours)]
                for name in (
                    *("temperature", "humidity", "room_temperature", "room_humidity"),
                    *("index", "heat_stress"),
                )
            },
        },
        "days": [],
        "windows": [],
    }
