"""Models come by themselves when there is enough to learn from, and stay until there is more."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import timedelta
import json
from pathlib import Path
import shutil
import sqlite3
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import numpy as np
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.factory.outcome import Outcome, OutcomeKind
from custom_components.chocolate_factory.factory.recommendation import Engine
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.weather import Measure, WeatherHours
from custom_components.chocolate_factory.history.jobs import JobOutcome
from custom_components.chocolate_factory.history.weather import write_forecast
from custom_components.chocolate_factory.learning.material import Material
from custom_components.chocolate_factory.learning.trained import Trained, train
from custom_components.chocolate_factory.models import Models
from demo.past import write_past

from .conftest import ASKED, MADRID, NOON, PVPC, World, settle

type Tick = Callable[..., Awaitable[None]]

HOUR = timedelta(hours=1)
# A season: enough to learn from, and soon learned.
DAYS = 120
MEMORY = f"{DOMAIN}.models.obrador"


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the store of a factory that has lived for a season."""
    path = tmp_path_factory.mktemp("lived") / "store.db"
    asyncio.run(write_past(path, NOON, DAYS, MADRID))
    return path


@pytest.fixture
def entry() -> MockConfigEntry:
    """Return a factory whose models are trained by what is there everywhere."""
    return MockConfigEntry(
        domain=DOMAIN,
        title=PVPC["name"],
        data=PVPC | ASKED,
        options={"trainer": "numpy"},
        entry_id="obrador",
    )


@pytest.fixture
async def experienced(
    home: HomeAssistant, world: World, entry: MockConfigEntry, lived: Path
) -> MockConfigEntry:
    """Set up a factory that has a past, but no models yet."""
    shutil.copy(lived, home.config.path(f"{DOMAIN}.db"))
    return await set_up(home, entry)


@pytest.fixture(scope="session")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where to keep what a factory was like after its training, so that one will do."""
    return tmp_path_factory.mktemp("learned")


@pytest.fixture
async def trained(
    home: HomeAssistant,
    world: World,
    entry: MockConfigEntry,
    lived: Path,
    learned: Path,
    hass_storage: dict[str, Any],
    tick: Tick,
) -> MockConfigEntry:
    """Return a factory that has trained its models by itself."""
    folder, memory = Path(home.config.config_dir), learned / "memory.json"
    if memory.exists():
        shutil.copytree(learned, folder, dirs_exist_ok=True)
        hass_storage[MEMORY] = json.loads(memory.read_text("utf-8"))
        entry = await set_up(home, entry)
        await tick()
        return entry
    shutil.copy(lived, home.config.path(f"{DOMAIN}.db"))
    entry = await set_up(home, entry)
    await tick()
    with closing(sqlite3.connect(home.config.path(f"{DOMAIN}.db"))) as connection:
        connection.execute("VACUUM INTO ?", (str(learned / f"{DOMAIN}.db"),))
    shutil.copytree(folder / f"{DOMAIN}_models", learned / f"{DOMAIN}_models")
    memory.write_text(json.dumps(hass_storage[MEMORY]), "utf-8")
    return entry


async def set_up(home: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Set up a factory and wait until all is quiet."""
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    return entry


def models(entry: MockConfigEntry) -> Models:
    """Return the models of a factory."""
    found: Models = entry.runtime_data.models
    return found


async def run(entry: MockConfigEntry) -> JobOutcome:
    """Do the training check, and return how it went."""
    state = await entry.runtime_data.shared.jobs.run_now("training")
    outcome: JobOutcome = state.run.outcome
    return outcome


def files(home: HomeAssistant) -> list[Path]:
    """Return the models on disk."""
    return sorted(Path(home.config.path(f"{DOMAIN}_models", "obrador")).glob("*.npz"))


async def test_a_factory_with_a_past_trains_models_by_itself(
    home: HomeAssistant, experienced: MockConfigEntry, tick: Tick
) -> None:
    before = models(experienced).status
    assert (before.engine, before.reason) == (Engine.RULE, "not_trained_yet")
    await tick()
    status = models(experienced).status
    assert status.trained is not None
    assert status.trainer == "numpy"
    assert status.span
    assert timedelta(0) <= NOON - status.span[1] < timedelta(days=5)
    assert not status.running
    for scores, figure in ((status.score, "r2"), (status.recommendation, "accuracy")):
        assert scores
        # Worse than last week's hour would mean that nothing was learned.
        assert scores.model[figure] > scores.naive[figure]
    # The model is at work where it beat the rule, and only there.
    assert (status.engine is Engine.RULE) is (status.reason is not None)
    outlook = experienced.runtime_data.outlook.data
    assert (outlook.engine, outlook.score_engine) == (status.engine, status.score_engine)
    assert len(files(home)) == 1


async def test_nothing_is_trained_again_until_there_is_more_to_learn(
    home: HomeAssistant, trained: MockConfigEntry
) -> None:
    assert await run(trained) is JobOutcome.NOTHING
    store = trained.runtime_data.shared.store
    told = Outcome(start=NOON - 9 * HOUR, end=NOON - HOUR, kind=OutcomeKind.SPOILED)
    await store.record_outcome("obrador", told)
    assert await run(trained) is JobOutcome.OK
    assert await run(trained) is JobOutcome.NOTHING
    assert len(files(home)) == 2


async def test_the_air_is_learned_from_as_it_was_forecast_before_each_evening(
    experienced: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Eight o'clock in Madrid, a week ago.
    evening = (NOON - timedelta(days=7)).replace(hour=18, minute=0)
    for issued, temperature in ((-HOUR, 31.5), (HOUR, 45.0)):
        await write_forecast(
            experienced.runtime_data.shared.store,
            experienced.runtime_data.weather.sources.place,
            WeatherHours(
                source=Source.OPEN_METEO,
                start=evening,
                values={Measure.TEMPERATURE: np.full(48, temperature)},
                issued=evening + issued,
            ),
        )
    learned_from: list[Material] = []

    def spy(material: Material, *arguments: Any) -> Trained:
        learned_from.append(material)
        return train(material, *arguments)

    monkeypatch.setattr("custom_components.chocolate_factory.models.train", spy)
    assert await run(experienced) is JobOutcome.OK
    tomorrow = int(evening.timestamp()) + 3600 * np.arange(6, 30)
    said = learned_from[0].foreseen.at(tomorrow, np.arange(6, 30))
    assert said.temperature.tolist() == [31.5] * 24
    later = learned_from[0].foreseen.at(tomorrow, np.arange(6, 30) - 24)
    assert 31.5 not in later.temperature


async def test_models_are_at_work_at_once_after_a_restart(
    home: HomeAssistant, trained: MockConfigEntry
) -> None:
    before, arrays = models(trained).status, models(trained).decisions.to_arrays()
    engine = trained.runtime_data.outlook.data.score_engine
    assert await home.config_entries.async_reload(trained.entry_id)
    assert models(trained).status == before
    found = models(trained).decisions.to_arrays()
    assert found.keys() == arrays.keys()
    assert all(np.array_equal(found[name], arrays[name]) for name in arrays)
    assert trained.runtime_data.outlook.data.score_engine is engine


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 no zip at all"])
async def test_a_damaged_model_is_refused_and_the_rule_takes_over(
    home: HomeAssistant, trained: MockConfigEntry, damage: bytes
) -> None:
    (file,) = files(home)
    file.write_bytes(damage)
    assert await home.config_entries.async_reload(trained.entry_id)
    status = models(trained).status
    assert (status.engine, status.score_engine) == (Engine.RULE, Engine.RULE)
    assert list(status.refused) == [file.name]
    assert trained.runtime_data.outlook.data.engine is Engine.RULE
    assert await run(trained) is JobOutcome.OK
    status = models(trained).status
    assert status.trained
    assert not status.refused
    assert len(files(home)) == 2


async def test_a_disk_that_takes_no_models_is_a_failure_that_is_told_and_not_fatal(
    home: HomeAssistant, experienced: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    Path(home.config.path(f"{DOMAIN}_models")).write_text("a file, no folder", "utf-8")
    assert await run(experienced) is JobOutcome.FAILED
    status = models(experienced).status
    assert (status.engine, status.running) == (Engine.RULE, False)
    assert not [one for one in caplog.records if one.levelname == "ERROR"]


async def test_models_of_another_contract_are_not_used(
    home: HomeAssistant, trained: MockConfigEntry
) -> None:
    home.config_entries.async_update_entry(trained, options=trained.options | {"include_vat": True})
    assert await home.config_entries.async_reload(trained.entry_id)
    status = models(trained).status
    assert (status.engine, status.reason) == (Engine.RULE, "not_trained_yet")


async def test_training_is_called_off_with_the_factory(
    home: HomeAssistant, experienced: MockConfigEntry
) -> None:
    heard: list[float] = []
    learner = models(experienced)
    begun = asyncio.Event()

    def listen() -> None:
        if learner.status.progress is not None:
            heard.append(learner.status.progress)
            begun.set()

    learner.async_add_listener(listen)
    training = asyncio.create_task(learner.async_train(force=True))
    await begun.wait()
    assert learner.status.running
    assert await home.config_entries.async_unload(experienced.entry_id)
    with pytest.raises(HomeAssistantError):
        await training
    assert not learner.status.running
    assert files(home) == []
    assert heard == sorted(heard)


async def test_what_was_learned_goes_with_the_factory(
    home: HomeAssistant, trained: MockConfigEntry
) -> None:
    assert files(home)
    assert await home.config_entries.async_remove(trained.entry_id)
    assert files(home) == []


async def test_a_factory_without_a_past_says_that_there_is_too_little_of_it(
    factory: MockConfigEntry,
) -> None:
    assert await run(factory) is JobOutcome.OK
    status = models(factory).status
    assert (status.engine, status.reason) == (Engine.RULE, "too_little_history")
    assert status.score is None
