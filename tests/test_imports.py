"""Years of climate come in on demand: tried out first, told as they come, resumed when cut off."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.persistent_notification import UpdateType, async_register_callback
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.clients.gatekeeper import PACE
from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.history import climate_import
from custom_components.chocolate_factory.history.errors import StoreError
from custom_components.chocolate_factory.history.store import Store
from simulator import LOG

from .conftest import PVPC, World, settle
from .told import AEMET, ARCHIVE, MINUTE, ask, do, keyed, listen, notices, set_up

MEASURES = ["temperature", "humidity", "pressure"]
HALVES: dict[str, Any] = {"source": "aemet", "start": "2025-02-07", "end": "2026-07-31"}
"""Three windows of 180 days."""
ROW = "Madrid, Retiro;Madrid;{highest};15:50;12.3 ;7:20;0\n"


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch, freezer: FrozenDateTimeFactory) -> list[float]:
    """Have an import sleep by letting the clock go on; return for how long it did."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        freezer.tick(timedelta(seconds=seconds))
        await asyncio.sleep(0)

    monkeypatch.setattr(climate_import.ClimateImport.__init__, "__kwdefaults__", {"sleep": sleep})
    return slept


@pytest.fixture
async def ready(slept: list[float], full: MockConfigEntry) -> MockConfigEntry:
    """Return a factory whose imports do not take long."""
    return full


@pytest.fixture
def files(home: HomeAssistant, tmp_path: Path) -> Path:
    """Return a folder where Home Assistant may read, with three days of weather."""
    folder = tmp_path / "media"
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"Aemet2019-06-0{day}.csv").write_text(ROW.format(highest=20 + day))
    home.config.allowlist_external_dirs = {str(folder)}
    return folder


def aemet_asked(world: World) -> list[str]:
    """Return the windows of the climate that AEMET was asked for."""
    return [entry.path for entry in world.app[LOG] if "/diarios/datos/" in entry.path]


async def until_asked(world: World, times: int) -> None:
    """Wait until AEMET was asked for so many windows."""
    while len(aemet_asked(world)) < times:  # noqa: ASYNC110 - the log has no event
        await asyncio.sleep(0)


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    ("source", "days", "last"),
    [("aemet", 1095 - 3, "2026-08-01"), ("open_meteo", 1095 - 5, "2026-07-30")],
)
async def test_a_dry_run_tells_what_would_come_and_asks_nobody(
    home: HomeAssistant, world: World, source: str, days: int, last: str
) -> None:
    told = listen(home)
    answer = await ask(home, "import_climate", source=source, dry_run=True)
    assert (answer["dry_run"], answer["source"], answer["requests"]) == (
        True,
        {"aemet": "aemet_climatology", "open_meteo": "open_meteo_archive"}[source],
        0,
    )
    assert (answer["first"], answer["last"]) == ("2023-08-06", last)
    stored = 0 if source == "aemet" else answer["days"] - days
    assert -30 < stored <= 0, "some of the last month is there already"
    assert answer["new_days"] == answer["days"]
    assert answer["station"] == ("3195" if source == "aemet" else None)
    assert world.asked() == 0
    assert told == []
    assert notices(home) == {}


@pytest.mark.usefixtures("ready")
async def test_three_years_of_aemet_come_in_and_progress_is_told(
    home: HomeAssistant, world: World, slept: list[float]
) -> None:
    told, said = listen(home), list[str]()

    @callback
    def notified(_kind: UpdateType, news: Mapping[str, Any]) -> None:
        said.extend(one["message"] for one in news.values())

    async_register_callback(home, notified)

    answer = await ask(home, "import_climate", source="aemet")

    assert answer["requests"] == 7
    assert len(aemet_asked(world)) == 7
    assert slept
    assert all(0 < pause <= 60 for pause in slept)
    times = [entry.at for entry in world.app[LOG] if entry.host == AEMET]
    assert max(sum(at <= one < at + MINUTE for one in times) for at in times) <= PACE
    assert answer["measures"] == MEASURES
    assert answer["days"] == answer["new_days"] > 1080
    assert answer["days"] + answer["unknown_days"] == 1092
    assert answer["changed"] > 0.95 * 3 * 24 * 1092
    assert (answer["error"], answer["problems"], answer["dry_run"]) == (None, [], False)
    assert answer["dropped"] == 0
    assert said[:-1] == [
        f"The climate of past years is being imported: {percent} %."
        for percent in (0, *(100 * 180 * done // 1092 for done in range(1, 7)), 100)
    ]
    days, new = answer["days"], answer["new_days"]
    assert notices(home) == {
        "import_obrador": f"The climate of {days} days was imported; {new} of them are new."
    }
    assert told == [
        {"config_entry_id": "obrador", "type": "import_finished", **answer, "problems": 0}
    ]
    state = home.states.get("event.obrador_data")
    assert state
    assert state.attributes["event_type"] == "import_finished"

    again = await ask(home, "import_climate", source="aemet", dry_run=True)
    assert again["days"] == 0


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    ("source", "host"), [("aemet", AEMET), ("open_meteo", ARCHIVE)], ids=["aemet", "open_meteo"]
)
@pytest.mark.parametrize("fault", [{"kind": "status", "status": 429}, {"kind": "reset"}])
async def test_what_fails_on_the_way_is_waited_for(
    home: HomeAssistant, world: World, source: str, host: str, fault: dict[str, Any]
) -> None:
    world.fail(host=host, count=2, **fault)
    answer = await ask(home, "import_climate", **HALVES | {"source": source})
    assert answer["error"] is None
    assert answer["days"] + answer["unknown_days"] > 500
    assert answer["requests"] == {"aemet": 3, "open_meteo": 2}[source] + 2


@pytest.mark.usefixtures("ready")
async def test_an_import_that_cannot_go_on_keeps_what_came_and_says_so(
    home: HomeAssistant, world: World
) -> None:
    told = listen(home)
    await ask(home, "import_climate", **HALVES | {"start": "2026-01-01"})
    world.app[LOG].clear()
    world.fail(host=AEMET, kind="garbage")
    answer = await ask(home, "import_climate", **HALVES)
    assert answer["error"]
    assert [one["type"] for one in told] == ["import_finished", "import_failed"]
    assert "but not everything that was asked for" in notices(home)["import_obrador"]
    world.recover()
    world.app[LOG].clear()
    answer = await ask(home, "import_climate", **HALVES)
    assert answer["error"] is None
    assert answer["last"] < "2026-01-01", "only the rest"


async def test_an_import_that_is_cut_off_ends_cleanly_and_is_resumed(
    home: HomeAssistant,
    world: World,
    ready: MockConfigEntry,
    slept: list[float],
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = listen(home)
    importing = asyncio.ensure_future(ask(home, "import_climate", **HALVES))
    await until_asked(world, 3)
    assert await home.config_entries.async_unload(ready.entry_id)
    with pytest.raises(HomeAssistantError) as caught:
        await importing
    assert caught.value.translation_key == "import_stopped"
    assert [(one["type"], one["error"]) for one in told] == [("import_failed", "stopped")]
    assert "cut short" in notices(home)["import_obrador"]
    before = aemet_asked(world)
    world.app[LOG].clear()

    assert await home.config_entries.async_setup(ready.entry_id)
    await settle(home)
    answer = await ask(home, "import_climate", **HALVES)

    assert answer["error"] is None
    assert answer["requests"] == len(set(aemet_asked(world))) == 1
    assert not set(aemet_asked(world)) & set(before[:2])
    assert "Traceback" not in caplog.text
    assert (await ask(home, "import_climate", **HALVES))["requests"] == 0


@pytest.mark.usefixtures("ready")
async def test_one_import_at_a_time(home: HomeAssistant, world: World) -> None:
    importing = asyncio.ensure_future(ask(home, "import_climate", **HALVES))
    await until_asked(world, 1)
    for source in ("aemet", "open_meteo"):
        with pytest.raises(ServiceValidationError) as caught:
            await ask(home, "import_climate", source=source)
        assert caught.value.translation_key == "import_running"
    assert (await ask(home, "import_climate", source="open_meteo", dry_run=True))["dry_run"]
    assert (await importing)["error"] is None
    assert (await ask(home, "import_climate", **HALVES))["error"] is None


@pytest.mark.usefixtures("ready")
async def test_who_does_not_wait_is_told_by_a_notice(home: HomeAssistant) -> None:
    await do(home, "import_climate", **HALVES | {"start": "2026-06-01"})
    assert notices(home)["import_obrador"].startswith("The climate of 6")


@pytest.mark.usefixtures("ready")
async def test_who_gives_up_waiting_does_not_stop_the_import(
    home: HomeAssistant, world: World
) -> None:
    told = listen(home)
    importing = asyncio.ensure_future(ask(home, "import_climate", **HALVES))
    await until_asked(world, 1)
    importing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await importing
    await settle(home)
    assert [one["type"] for one in told] == ["import_finished"]
    assert told[0]["requests"] == 3


@pytest.mark.parametrize("wait", [True, False])
async def test_a_store_that_fails_is_told_in_the_language_of_the_house(
    home: HomeAssistant,
    world: World,
    ready: MockConfigEntry,
    wait: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = listen(home)
    with patch.object(Store, "write", side_effect=StoreError("disk is full")):
        if wait:
            with pytest.raises(HomeAssistantError) as caught:
                await ask(home, "import_climate", **HALVES)
            assert caught.value.translation_key == "store_failed"
        else:
            await do(home, "import_climate", **HALVES)
    assert notices(home)["import_obrador"] == (
        "The climate of past years could not be imported: "
        "The history file cannot be read or written: disk is full"
    )
    assert [(one["type"]) for one in told] == ["import_failed"]
    assert "Traceback" not in caplog.text
    assert "never retrieved" not in caplog.text


async def test_errors_are_told_in_spanish_to_the_spanish(
    home: HomeAssistant, world: World, slept: list[float]
) -> None:
    home.config.language = "es"
    await set_up(home, keyed())
    with patch.object(Store, "write", side_effect=StoreError("disk is full")):
        await do(home, "import_climate", **HALVES)
    assert notices(home)["import_obrador"] == (
        "No se ha podido importar el clima de años anteriores: "
        "No se puede leer o escribir el archivo del histórico: disk is full"
    )


@pytest.mark.usefixtures("ready")
async def test_a_mistake_of_ours_is_logged_and_tells_no_secret(
    home: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    with patch.object(Store, "write", side_effect=ZeroDivisionError("s3cret")):
        await do(home, "import_climate", **HALVES)
    assert notices(home)["import_obrador"].endswith(": ZeroDivisionError")
    assert "The import failed unexpectedly" in caplog.text


@pytest.mark.parametrize(
    ("source", "key"), [("aemet", "no_aemet"), ("open_meteo", "no_open_meteo")]
)
async def test_a_source_that_the_factory_does_not_have_is_refused(
    home: HomeAssistant, world: World, source: str, key: str
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, title="Obrador", data=PVPC | {"open_meteo": False})
    await set_up(home, entry)
    for dry_run in (True, False):
        with pytest.raises(ServiceValidationError) as caught:
            await ask(home, "import_climate", source=source, dry_run=dry_run)
        assert caught.value.translation_key == key


@pytest.mark.usefixtures("ready")
async def test_files_come_in_once(home: HomeAssistant, files: Path, world: World) -> None:
    told = listen(home)
    dry = await ask(home, "import_climate", source="files", path=str(files), dry_run=True)
    assert told == []
    answer = await ask(home, "import_climate", source="files", path=str(files))
    assert dry | {"dry_run": False, "changed": 72} == answer
    assert (answer["first"], answer["last"], answer["days"]) == ("2019-06-01", "2019-06-03", 3)
    assert answer["station"] == "Madrid, Retiro (Madrid)"
    assert answer["measures"] == ["temperature"]
    assert [one["type"] for one in told] == ["import_finished"]
    assert world.asked() == 0
    again = await ask(home, "import_climate", source="files", path=str(files))
    assert (again["days"], again["changed"]) == (3, 0)
    assert again["new_days"] <= 1, "the first hours of local days are of another day in UTC"


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    "path",
    [
        "/etc",
        "/etc/passwd",
        "secret.csv",
        "media/../../secret.csv",
        "{files}/../secret.csv",
        "{files}/away.csv",
        "/media/\0/a.csv",
        "\0",
    ],
)
async def test_other_folders_are_not_read(
    home: HomeAssistant, files: Path, tmp_path: Path, path: str
) -> None:
    (tmp_path / "secret.csv").write_text(ROW.format(highest=20))
    (files / "away.csv").symlink_to(tmp_path / "secret.csv")
    path = path.replace("{files}", str(files))
    for dry_run in (True, False):
        with pytest.raises(ServiceValidationError) as caught:
            await ask(home, "import_climate", source="files", path=path, dry_run=dry_run)
        assert caught.value.translation_key == "path_not_allowed"


@pytest.mark.usefixtures("ready")
async def test_files_that_cannot_be_read_are_listed_and_nothing_comes_in(
    home: HomeAssistant, files: Path
) -> None:
    told = listen(home)
    (files / "Aemet2019-06-04.csv").write_text(
        "Rota;Cádiz;20;15:00;12;7:00;0\n" + ROW.format(highest="warm")
    )
    (files / "notes.csv").write_text("no weather at all")
    data: dict[str, Any] = {"source": "files", "path": str(files)}

    dry = await ask(home, "import_climate", **data, dry_run=True)
    assert [(one["file"], one["line"]) for one in dry["problems"]] == [
        ("Aemet2019-06-04.csv", 2),
        ("notes.csv", None),
    ]
    with pytest.raises(ServiceValidationError) as caught:
        await ask(home, "import_climate", **data)
    assert caught.value.translation_key == "unreadable_files"
    assert "Aemet2019-06-04.csv:2: " in str(caught.value)
    assert "notes.csv: " in str(caught.value)
    assert "Aemet2019-06-04.csv:2: " in notices(home)["import_obrador"]
    assert [one["type"] for one in told] == ["import_failed"]
    assert (await ask(home, "import_climate", **data, dry_run=True))["new_days"] == 3

    answer = await ask(home, "import_climate", **data, skip_unreadable=True)
    assert (answer["days"], answer["changed"]) == (3, 72)
    assert answer["problems"] == dry["problems"]
    assert told[-1]["problems"] == 2


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    ("name", "station", "key"),
    [
        ("", "Madrid, Retirado", "unknown_station"),
        ("nothing", None, "file_failed"),
        ("empty", None, "file_failed"),
    ],
)
async def test_what_is_wrong_with_the_files_is_said(
    home: HomeAssistant, files: Path, name: str, station: str | None, key: str
) -> None:
    (files / "empty").mkdir()
    with pytest.raises(ServiceValidationError) as caught:
        await ask(
            home,
            "import_climate",
            source="files",
            path=str(files / name),
            station=station or "",
        )
    assert caught.value.translation_key == key
    if station:
        assert "Madrid, Retiro (Madrid)" in str(caught.value)


async def test_without_a_station_the_files_need_one(
    home: HomeAssistant, world: World, files: Path
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, title="Obrador", data=PVPC)
    await set_up(home, entry)
    data: dict[str, Any] = {"source": "files", "path": str(files)}
    with pytest.raises(ServiceValidationError) as caught:
        await ask(home, "import_climate", **data)
    assert caught.value.translation_key == "no_station"
    assert (await ask(home, "import_climate", **data, station="madrid retiro"))["days"] == 3
