"""Start Home Assistant and the browser once, for they take longer than the tests."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from playwright.async_api import async_playwright, expect
import pytest
import pytest_asyncio
import pytest_socket

from demo.browser import launch
from demo.errors import DemoError
from demo.simulator import run_simulator
from tests.system.conftest import free_port

from .stage import NOON, PATIENCE, Look, Stage, log_everybody_in, run_home


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Run a factory and a browser for all tests here."""
    # They are closed before every test, and this comes before what opens them for the test.
    pytest_socket.enable_socket()
    # As long as pages wait for what is clicked; a busy machine takes its time.
    expect.set_options(timeout=PATIENCE)
    async with AsyncExitStack() as stack:
        playwright = await stack.enter_async_context(async_playwright())
        try:
            browser = await launch(playwright)
        except DemoError as error:
            pytest.skip(str(error))
        upstream = await stack.enter_async_context(run_simulator(now=NOON))
        config = tmp_path_factory.mktemp("home")
        home = await stack.enter_async_context(run_home(config, free_port(), upstream))
        yield Stage(home=home, browser=browser, tokens=await log_everybody_in(home))
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def look(stage: Stage) -> AsyncIterator[Look]:
    """Return a way to open pages; nobody may complain about any of them."""
    look = Look(stage)
    yield look
    await look.close()
    assert not look.complaints
