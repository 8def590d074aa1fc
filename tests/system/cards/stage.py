"""One Home Assistant with a year of history, and browsers that look at it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientSession
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    expect,
)

from demo.browser import Screen, visit
from demo.home_assistant import HOME, INTEGRATION, HomeAssistant
from demo.past import write_past
from simulator.aemet import key as aemet_key

# A working day in summer, at noon in Madrid: all four recommendations lie ahead.
NOON: Final = datetime(2026, 8, 5, 10, tzinfo=UTC)
DAYS: Final = 370
# Milliseconds.
PATIENCE: Final = 20_000
KEYS: Final = {"aemet_key": aemet_key(NOON + timedelta(days=100)), "openweathermap_key": "demo"}

CARDS: Final = ("now", "week", "prices", "comfort", "health")
CARDS_PATH: Final = "our-cards"
STRATEGY_PATH: Final = "our-strategy"
EMPTY_PATH: Final = "no-cards"
PANEL_PATH: Final = "chocolate-factory"
PROBES: Final = (Path(__file__).parent / "probes.js").read_text()

ADMIN: Final = "demo"
WORKER: Final = "worker"
READER: Final = "reader"
GROUPS: Final = {WORKER: "system-users", READER: "system-read-only"}


def _view(*names: str) -> dict[str, Any]:
    cards = [{"type": f"custom:chocolate-factory-{name}-card"} for name in names]
    section = {"type": "grid", "column_span": 2, "cards": cards}
    return {"type": "sections", "title": "Cards", "max_columns": 2, "sections": [section]}


EMPTY_VIEW: Final = _view()

MONITOR: Final = Screen()


@dataclass(kw_only=True)
class Stage:
    """Who looks at the factory, from where."""

    home: HomeAssistant
    browser: Browser
    tokens: dict[str, dict[str, Any]]
    _contexts: dict[tuple[str, Screen], BrowserContext] = field(default_factory=dict)

    async def context(self, person: str, screen: Screen) -> BrowserContext:
        """Return the browser of somebody, which keeps what it has loaded once."""
        key = person, screen
        if key not in self._contexts:
            tokens = self.tokens[person]
            self._contexts[key] = await visit(self.browser, self.home, screen, tokens)
        return self._contexts[key]

    async def entry(self) -> str:
        """Return the id of the factory."""
        (entry,) = await self.home.get(
            "/api/config/config_entries/entry", params={"domain": INTEGRATION}
        )
        return str(entry["entry_id"])

    async def dashboard(self) -> dict[str, Any]:
        """Return what the cards should show."""
        return await self.home.action("get_dashboard")

    async def status(self, person: str, action: str, data: dict[str, Any] | None = None) -> int:
        """Return what the REST interface answers when somebody calls an action of ours."""
        headers = {"Authorization": f"Bearer {self.tokens[person]['access_token']}"}
        address = f"{self.home.url}/api/services/{INTEGRATION}/{action}"
        async with (
            ClientSession(headers=headers) as session,
            session.post(address, json=data or {}) as response,
        ):
            return response.status


class Look:
    """Opens pages, and hears what the browser complains about."""

    def __init__(self, stage: Stage) -> None:
        """Look at a stage."""
        self._stage = stage
        self._pages: list[Page] = []
        self.complaints: list[str] = []
        self.hears_others = True
        """Whether what others complain about counts too."""

    async def __call__(
        self, path: str, *, person: str = ADMIN, screen: Screen = MONITOR, script: str = ""
    ) -> Page:
        """Return a page of Home Assistant as somebody sees it, and a script that came first."""
        context = await self._stage.context(person, screen)
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        self._pages.append(page)
        page.on("pageerror", lambda error: self._complain(f"{error}\n{error.stack}"))
        page.on("console", self._console)
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)
        await page.add_init_script(f"{PROBES}{script}")
        await page.goto(f"{self._stage.home.url}/{path}")
        return page

    async def close(self) -> None:
        """Close all pages."""
        for page in self._pages:
            await page.close()

    # Home Assistant's own previews show pictures from its website: they are no concern of ours.

    def _console(self, message: ConsoleMessage) -> None:
        url = message.location["url"]
        if message.type in {"error", "warning"} and self._is_home(url):
            self._complain(f"{message.type}: {message.text} {url}")

    def _failed(self, request: Request) -> None:
        if self._is_home(request.url):
            self._complain(f"{request.failure}: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and self._is_home(response.url):
            self._complain(f"{response.status}: {response.url}")

    def _complain(self, text: str) -> None:
        if self.hears_others or "chocolate" in text:
            self.complaints.append(text)

    def _is_home(self, url: str) -> bool:
        return not url or url.startswith(self._stage.home.url)


def card(page: Page | Locator, name: str) -> Locator:
    """Return one of our cards."""
    return page.locator(f"chocolate-factory-{name}-card")


async def all_shown(page: Page | Locator) -> None:
    """Wait until every card shows what it knows."""
    for name in CARDS:
        await shown(card(page, name).first)


async def shown(one: Locator) -> None:
    """Wait until a card shows what it knows."""
    await expect(one.get_by_role("heading", level=2)).to_have_count(1)
    await expect(one.locator("ha-card > .content")).to_have_count(1)


@asynccontextmanager
async def run_home(config: Path, port: int, upstream: str) -> AsyncIterator[HomeAssistant]:
    """Run a Home Assistant in which a factory has been at work for a year."""
    await write_past(config / f"{INTEGRATION}.db", NOON, DAYS, HOME)
    async with HomeAssistant(config=config, port=port, upstream=upstream, now=NOON) as home:
        await home.add_factory(**KEYS)
        await home.action("ingest_now")
        for path, content in (
            (CARDS_PATH, {"views": [_view(*CARDS)]}),
            (STRATEGY_PATH, {"strategy": {"type": "custom:chocolate-factory"}}),
            (EMPTY_PATH, {"views": [EMPTY_VIEW]}),
        ):
            await home.command(
                "lovelace/dashboards/create", url_path=path, title=path, mode="storage"
            )
            await home.command("lovelace/config/save", url_path=path, config=content)
        yield home


async def log_everybody_in(home: HomeAssistant) -> dict[str, dict[str, Any]]:
    """Return the tokens of an admin, of a worker, and of somebody who may only read."""
    for name, group in GROUPS.items():
        answer = await home.command("config/auth/create", name=name, group_ids=[group])
        await home.command(
            "config/auth_provider/homeassistant/create",
            user_id=answer["user"]["id"],
            username=name,
            password=name,
        )
    return {name: await home.log_in(name, name) for name in (ADMIN, WORKER, READER)}
