"""Home Assistant's statistics show every hour that the store knows, and no other."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.models import StatisticData, StatisticMetaData
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import numpy as np
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory import past_statistics
from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.factory.retrospect import Figure, Hours
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.factory.weather import Place
from custom_components.chocolate_factory.history.slots import Batch
from custom_components.chocolate_factory.past_statistics import PastStatistics, async_heard

from .conftest import MADRID, World
from .recorded import (
    FIRST,
    HOUR,
    LAST,
    UNTIL,
    change,
    factory,
    known,
    move,
    names,
    obrador,
    prices,
    quiet,
    start,
    tell,
    weather,
    write,
)
from .told import job_of


@pytest.fixture(autouse=True)
def _recorder(recorder_mock: Recorder) -> None:
    """Have a recorder, before anything else is there."""
    quiet()


@pytest.fixture
async def entry(home: HomeAssistant, world: World) -> MockConfigEntry:
    """Set a factory up whose store has two weeks."""
    return await factory(home, world)


@pytest.fixture
def told() -> Iterator[list[tuple[str, list[datetime]]]]:
    """Return the list of what the recorder will be told: of which figure, and which hours."""
    calls: list[tuple[str, list[datetime]]] = []

    def listen(
        hass: HomeAssistant, metadata: StatisticMetaData, statistics: Sequence[StatisticData]
    ) -> None:
        calls.append((metadata["statistic_id"], [one["start"] for one in statistics]))
        async_add_external_statistics(hass, metadata, statistics)

    with patch.object(past_statistics, "async_add_external_statistics", listen):
        yield calls


async def test_every_figure_of_every_hour_that_is_over_is_there(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    price = await known(home, Figure.PRICE)
    assert list(price) == list(range(FIRST, UNTIL, HOUR))
    assert all(
        row == pytest.approx(3 * [0.1 + start // HOUR % 24 / 1000]) for start, row in price.items()
    )
    for figure, value in (
        (Figure.TEMPERATURE, 18.0),
        (Figure.HUMIDITY, 40.0),
        (Figure.PRESSURE, 1015.5),
        (Figure.INDEX, 100.0),
    ):
        assert await known(home, figure) == dict.fromkeys(price, 3 * (value,))
    complete = await known(home, Figure.COMPLETENESS)
    assert complete == dict.fromkeys(price, 3 * (80.0,)), "the spot price is missing"


async def test_hindsight_tells_the_score_once_the_week_around_is_known(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    score = await known(home, Figure.ENERGY_SCORE)
    assert min(score) == FIRST + 67 * HOUR
    assert max(score) == LAST - 68 * HOUR
    # Of 168 hours the cheapest seven are as cheap: half of themselves, and all the others.
    midnight = next(start for start in score if start % 86_400 == 0 and start > FIRST + 84 * HOUR)
    assert score[midnight] == pytest.approx(3 * (100 - 50 / 24,), abs=0.1)
    assert score[midnight + 23 * HOUR] == pytest.approx(3 * (50 / 24,), abs=0.1)


async def test_names_are_those_of_the_house_and_ids_stay(
    home: HomeAssistant, entry: MockConfigEntry, told: list[Any]
) -> None:
    before = await names(home)
    assert before == {
        f"{DOMAIN}:obrador1_price": "Electricity price, history (Obrador)",
        f"{DOMAIN}:obrador1_energy_score": "Energy score, history (Obrador)",
        f"{DOMAIN}:obrador1_temperature": "Temperature, history (Obrador)",
        f"{DOMAIN}:obrador1_humidity": "Humidity, history (Obrador)",
        f"{DOMAIN}:obrador1_pressure": "Pressure, history (Obrador)",
        f"{DOMAIN}:obrador1_chocolate_production_index": (
            "Chocolate production index, history (Obrador)"
        ),
        f"{DOMAIN}:obrador1_data_completeness": "Data completeness, history (Obrador)",
    }
    home.config_entries.async_update_entry(entry, title="Fábrica")
    home.config.language = "es"
    await tell(home, entry)
    await async_heard(home)
    after = await names(home)
    assert after.keys() == before.keys()
    assert after[f"{DOMAIN}:obrador1_price"] == "Precio de la electricidad, histórico (Fábrica)"
    assert not any(hours for _, hours in told), "no hour was told again"


async def test_a_correction_is_told_of_exactly_the_hours_that_it_changes(
    home: HomeAssistant, entry: MockConfigEntry, told: list[Any]
) -> None:
    await tell(home, entry)
    assert told == []
    at = FIRST + 200 * HOUR
    corrected = Batch(
        series=Series.PVPC,
        source=Source.ESIOS,
        starts=np.array([at, at + HOUR]),
        values=np.array([0.5, float(0.1 + (at + HOUR) // HOUR % 24 / 1000)]),
        seconds=HOUR,
    )
    before = await known(home, Figure.ENERGY_SCORE)
    await entry.runtime_data.shared.store.write([corrected])
    await tell(home, entry)

    hours = {name.split("_")[-1]: [int(one.timestamp()) for one in hours] for name, hours in told}
    assert hours.keys() == {"price", "score"}
    assert hours["price"] == [at]
    assert (await known(home, Figure.PRICE))[at] == (0.5, 0.5, 0.5)
    after = await known(home, Figure.ENERGY_SCORE)
    assert hours["score"] == [start for start, row in after.items() if row != before[start]]
    assert after[at][0] == pytest.approx(0, abs=0.5)
    assert min(hours["score"]) >= at - 84 * HOUR
    assert max(hours["score"]) <= at + 84 * HOUR


async def test_backfilled_months_arrive_without_crowding_the_recorder(
    home: HomeAssistant, entry: MockConfigEntry, told: list[Any]
) -> None:
    highest = 0
    queue_task = get_instance(home).queue_task

    def measured(task: Any) -> None:
        nonlocal highest
        queue_task(task)
        highest = max(highest, get_instance(home).backlog)

    await entry.runtime_data.shared.store.write([prices(150, FIRST, price=0.2)])
    with patch.object(get_instance(home), "queue_task", measured):
        await tell(home, entry)
    price = await known(home, Figure.PRICE)
    assert list(price) == list(range(FIRST - 150 * 24 * HOUR, UNTIL, HOUR))
    assert price[FIRST - 150 * 24 * HOUR] == pytest.approx(3 * (0.2 + LAST // HOUR % 24 / 1000,))
    assert 0 < highest < 500
    assert max(len(hours) for _, hours in told) <= 240
    newest = [hours[0] for name, hours in told if name.endswith("_price")]
    assert newest[0] > newest[-1], "the newest pieces first"
    assert (await job_of(home, "statistics"))["detail"].endswith(" hourly values")


async def test_hours_without_anything_count_as_incomplete(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    await entry.runtime_data.shared.store.write([prices(1, FIRST - 48 * HOUR)])
    await tell(home, entry)
    complete = await known(home, Figure.COMPLETENESS)
    shares = [row[0] for row in complete.values()][: 4 * 24]
    assert shares == 24 * [20.0] + 48 * [0.0] + 24 * [80.0]


async def test_a_recorder_that_has_forgotten_is_told_again(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    before = {figure: await known(home, figure) for figure in Figure}
    get_instance(home).async_clear_statistics(list(await names(home)))
    await async_heard(home)
    assert await names(home) == {}
    await tell(home, entry)
    assert {figure: await known(home, figure) for figure in Figure} == before


async def test_one_that_is_removed_comes_again(
    home: HomeAssistant, entry: MockConfigEntry, told: list[Any]
) -> None:
    before = await known(home, Figure.PRICE)
    get_instance(home).async_clear_statistics([f"{DOMAIN}:obrador1_price"])
    await async_heard(home)
    await tell(home, entry)
    assert await known(home, Figure.PRICE) == before
    assert {name for name, _ in told} == {f"{DOMAIN}:obrador1_price"}


async def test_other_taxes_make_other_prices_and_leave_the_rest_alone(
    home: HomeAssistant, entry: MockConfigEntry, told: list[Any]
) -> None:
    await change(home, entry, include_vat=True, vat=100.0)
    assert {name for name, _ in told} == {f"{DOMAIN}:obrador1_price"}
    assert (await known(home, Figure.PRICE))[FIRST][0] == pytest.approx(
        2 * (0.1 + FIRST // HOUR % 24 / 1000)
    )


async def test_another_place_leaves_nothing_of_the_former(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    await move(home, entry, Place(28.1, -15.4))
    assert await known(home, Figure.TEMPERATURE) == {}
    assert len(await known(home, Figure.PRICE)) == (UNTIL - FIRST) // HOUR


@pytest.mark.parametrize(("choice", "stays"), [("keep", True), ("until_removed", False)])
async def test_a_removed_factory_takes_its_statistics_along_if_wished(
    home: HomeAssistant, world: World, choice: str, stays: bool
) -> None:
    world.fail(kind="status", status=500)
    await write(home, prices())
    entry = obrador(statistics=choice)
    await start(home, entry)
    assert await names(home)
    await home.config_entries.async_remove(entry.entry_id)
    await async_heard(home)
    assert bool(await names(home)) is stays


async def test_without_the_wish_there_are_none(home: HomeAssistant, entry: MockConfigEntry) -> None:
    assert await names(home)
    await change(home, entry, statistics="none")
    assert await names(home) == {}
    await change(home, entry, statistics="keep")
    assert len(await known(home, Figure.PRICE)) == (UNTIL - FIRST) // HOUR


async def test_whoever_is_stopped_while_the_place_changes_begins_again(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    there = Place(28.1, -15.4)
    half = [
        replace(batch, starts=batch.starts[:300], values=batch.values[:300])
        for batch in weather(there)
    ]
    await entry.runtime_data.shared.store.write(half)
    clear, add = PastStatistics.async_clear, PastStatistics.async_add

    async def stop_after_clearing(self: PastStatistics, figures: Any) -> None:
        await clear(self, figures)
        raise HomeAssistantError("the lights went out")

    async def stop_amid_telling(self: PastStatistics, figure: Figure, hours: Hours) -> None:
        await add(self, figure, hours)
        if figure is Figure.TEMPERATURE:
            raise HomeAssistantError("the lights went out")

    with patch.object(PastStatistics, "async_clear", stop_after_clearing):
        await move(home, entry, there)
    assert await known(home, Figure.TEMPERATURE) == {}
    await tell(home, entry)
    warm = await known(home, Figure.TEMPERATURE)
    assert list(warm) == half[0].starts.tolist()

    with patch.object(PastStatistics, "async_add", stop_amid_telling):
        await move(home, entry, MADRID)
    assert len(await known(home, Figure.TEMPERATURE)) > len(warm)
    await move(home, entry, there)
    assert await known(home, Figure.TEMPERATURE) == warm


async def test_a_recorder_that_keeps_nothing_is_a_failure_of_the_job(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    await entry.runtime_data.shared.store.write([prices(1, FIRST)])
    with patch.object(past_statistics, "async_add_external_statistics"):
        await tell(home, entry)
    job = await job_of(home, "statistics")
    assert job["last_result"] == "failed"
    assert "recorder" in job["detail"]
    await tell(home, entry)
    assert (await job_of(home, "statistics"))["last_result"] == "ok"
    assert min(await known(home, Figure.PRICE)) == FIRST - 24 * HOUR


async def test_time_that_passes_is_told(
    home: HomeAssistant, entry: MockConfigEntry, freezer: Any, told: list[Any]
) -> None:
    freezer.tick(timedelta(hours=2))
    await tell(home, entry)
    new = [datetime.fromtimestamp(UNTIL + number * HOUR, UTC) for number in range(2)]
    assert (f"{DOMAIN}:obrador1_price", new) in told
    assert (f"{DOMAIN}:obrador1_data_completeness", new) in told
    assert len(told) == 2
