"""A browser that looks at the demo: as somebody, in a language, on a screen, at its time."""

from dataclasses import dataclass
from datetime import UTC, datetime
import json
import os
from pathlib import Path
import shutil
from typing import Any, Final

from playwright.async_api import Browser, BrowserContext, Playwright, ViewportSize

from .errors import DemoError
from .home_assistant import HomeAssistant

PHONE: Final = (360, 740)
TABLET: Final = (820, 1180)
DESKTOP: Final = (1280, 800)
WALL: Final = (1920, 1080)

# Only what asks for the time is told another one: timers go on as they are.
_CLOCK: Final = """{
  const Real = Date;
  const lag = LAG;
  const now = () => Real.now() + lag;
  window.Date = class Date extends Real {
    constructor(...given) { given.length ? super(...given) : super(now()); }
    static now() { return now(); }
  };
}"""


@dataclass(frozen=True, kw_only=True)
class Screen:
    """What somebody looks at, and how they like it."""

    size: tuple[int, int] = DESKTOP
    language: str = "en-GB"
    is_dark: bool = False
    has_touch: bool = False
    scale: int = 1


def find_browser(playwright: Playwright) -> str:
    """Return the path of a Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), playwright.chromium.executable_path)
    if not Path(path).exists():
        raise DemoError("there is no Chromium: scripts/browser could not install one")
    return path


async def launch(playwright: Playwright) -> Browser:
    """Start a Chromium."""
    return await playwright.chromium.launch(
        executable_path=find_browser(playwright),
        # Root, as in most containers, gets no sandbox.
        chromium_sandbox=os.getuid() != 0,
        # Nobody is asked for anything but Home Assistant.
        args=["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
    )


async def visit(
    browser: Browser,
    home: HomeAssistant,
    screen: Screen,
    tokens: dict[str, Any],
    *,
    loaded_at: datetime | None = None,
) -> BrowserContext:
    """Return a context in which Home Assistant knows who is there.

    Its clock is that of Home Assistant, unless every page is to be loaded at the same instant.
    """
    width, height = screen.size
    context = await browser.new_context(
        viewport=ViewportSize(width=width, height=height),
        device_scale_factor=screen.scale,
        has_touch=screen.has_touch,
        is_mobile=screen.has_touch,
        locale=screen.language,
        color_scheme="dark" if screen.is_dark else "light",
        timezone_id="Europe/Madrid",
    )
    lag = f"{home.lag.total_seconds() * 1000}"
    if loaded_at:
        lag = f"{loaded_at.timestamp() * 1000} - Real.now()"
    await context.add_init_script(_CLOCK.replace("LAG", lag))
    expires = (datetime.now(UTC) + home.lag).timestamp() + tokens["expires_in"]
    known = tokens | {
        "hassUrl": home.url,
        "clientId": f"{home.url}/",
        "expires": int(expires * 1000),
    }
    store = f"localStorage.hassTokens ??= {json.dumps(json.dumps(known))};"
    await context.add_init_script(store)
    return context
