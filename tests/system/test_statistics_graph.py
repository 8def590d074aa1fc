"""Home Assistant's own graphs show what was filled in of years ago."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page, expect
import pytest

from demo.home_assistant import HOME, HomeAssistant
from demo.past import write_past
from demo.simulator import run_simulator
from simulator import market

from . import test_browser
from .test_browser import picture

pytestmark = pytest.mark.timeout(300)

page = test_browser.page

DAYS: Final = 3
PATIENCE: Final = 120
NAME: Final = "Electricity price, history (Chocolate Factory)"


@pytest.fixture
async def home(tmp_path: Path, port: int) -> AsyncIterator[HomeAssistant]:
    """Run Home Assistant with a factory whose last month is there: only the past is to be asked."""
    await write_past(tmp_path / "chocolate_factory.db", datetime.now(UTC), 32, HOME)
    async with (
        run_simulator() as upstream,
        HomeAssistant(config=tmp_path, port=port, upstream=upstream) as home,
    ):
        await home.add_factory()
        yield home


async def ask(page: Page, **message: Any) -> Any:
    """Return what Home Assistant answers to the person who is logged in."""
    return await page.evaluate(
        "(message) => document.querySelector('home-assistant').hass.callWS(message)", message
    )


async def statistics(
    page: Page, statistic_id: str, start: datetime, end: datetime
) -> Sequence[Mapping[str, Any]]:
    """Return the hours that the recorder knows."""
    found = await ask(
        page,
        type="recorder/statistics_during_period",
        start_time=start.isoformat(),
        end_time=end.isoformat(),
        statistic_ids=[statistic_id],
        period="hour",
    )
    return found.get(statistic_id, [])  # type: ignore[no-any-return]


async def until_told(
    page: Page, start: datetime, end: datetime
) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """Wait until the recorder knows all hours of a time; return its name for them, and them."""
    for _ in range(PATIENCE):
        for one in await ask(page, type="recorder/list_statistic_ids"):
            if one["name"] == NAME:
                rows = await statistics(page, one["statistic_id"], start, end)
                if len(rows) == 24 * DAYS:
                    return one["statistic_id"], rows
        await asyncio.sleep(1)
    raise TimeoutError


async def test_a_graph_shows_backfilled_prices_of_two_years_ago(
    home: HomeAssistant, page: Page
) -> None:
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    start = today - timedelta(days=2 * 365)
    end = start + timedelta(days=DAYS)
    await home.action("backfill", start=start.isoformat(), end=end.isoformat(), series=["pvpc"])
    statistic_id, rows = await until_told(page, start, end)
    spot = market.modelled_spot(start.date() + timedelta(days=1))
    prices = market.pvpc(start.date() + timedelta(days=1), spot)
    told = {datetime.fromtimestamp(row["start"] / 1000, UTC): row["mean"] for row in rows}
    assert {at: told[at] for at in prices} == pytest.approx(
        {at: price / 1000 for at, price in prices.items()}, abs=1e-5
    )

    await ask(
        page,
        type="lovelace/dashboards/create",
        url_path="past-prices",
        title="Past prices",
        mode="storage",
    )
    card = {
        "type": "statistics-graph",
        "title": "Two years ago",
        "entities": [statistic_id],
        "days_to_show": 2 * 365 + 1,
        "period": "hour",
        "stat_types": ["mean"],
    }
    await ask(
        page,
        type="lovelace/config/save",
        url_path="past-prices",
        config={"views": [{"title": "Past", "type": "panel", "cards": [card]}]},
    )
    await page.goto(f"{home.url}/past-prices/0")
    graph = page.locator("hui-statistics-graph-card")
    await expect(graph.get_by_text("Two years ago")).to_be_visible()
    await expect(graph.locator("canvas").first).to_be_visible()
    drawn = await graph.locator("statistics-chart").evaluate(
        "(chart, id) => chart.statisticsData[id].map(({ start, mean }) => [start, mean])",
        statistic_id,
    )
    hours = [[row["start"], row["mean"]] for row in rows]
    assert [hour for hour in drawn if hour[0] <= hours[-1][0]][-24 * DAYS :] == hours
    # The line is drawn from left to right.
    await asyncio.sleep(2)
    await picture(page, "statistics-graph")
