"""The history leaves the house and comes back in, for those who may."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
import sys
from threading import Thread, current_thread, main_thread
from types import ModuleType
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
import numpy as np
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.chocolate_factory import exports
from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.exports import Part
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.weather import Measure, WeatherHours
from custom_components.chocolate_factory.history import parquet_file, staging
from custom_components.chocolate_factory.history.errors import StoreError
from custom_components.chocolate_factory.history.intake import Found, Intake
from custom_components.chocolate_factory.history.rows import Kind
from custom_components.chocolate_factory.history.staging import Staging
from custom_components.chocolate_factory.history.store import Store
from custom_components.chocolate_factory.history.weather import write_weather

from .conftest import MADRID, NOON, World, settle
from .history.stored import rows
from .history.test_price_forecasts import issue
from .history.test_transfer import contents
from .told import ask, do

type Tick = Callable[..., Awaitable[None]]


@pytest.fixture
def folder(home: HomeAssistant, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that Home Assistant may use."""
    folder = tmp_path_factory.mktemp("allowed")
    home.config.allowlist_external_dirs = {str(folder)}
    return folder


@pytest.fixture
async def lived(home: HomeAssistant, factory: MockConfigEntry, tick: Tick) -> MockConfigEntry:
    """Return a factory of which several things are known."""
    await tick(timedelta(minutes=15))
    await do(home, "record_outcome", start="2026-08-05T08:00:00Z", outcome="good", note="ñ")
    store = factory.runtime_data.shared.store
    await store.write_price_issue(issue())
    # The weather of Spain that drives the price is no factory's.
    await store._guarded(
        lambda connection: connection.execute(
            "DELETE FROM forecast WHERE place != ?", (MADRID.name,)
        )
    )
    return factory


async def move(hass: HomeAssistant, world: World, entry: MockConfigEntry, folder: Path) -> Path:
    """Set a factory up elsewhere, where nobody answers, and return the file of its history."""
    assert await hass.config_entries.async_remove(entry.entry_id)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_CLOSE)
    await settle(hass)
    del hass.data[DOMAIN]
    world.fail(kind="garbage")
    hass.config.config_dir = str(folder)
    new = MockConfigEntry(domain=DOMAIN, title=entry.title, data=entry.data, entry_id="elsewhere")
    new.add_to_hass(hass)
    assert await hass.config_entries.async_setup(new.entry_id)
    await settle(hass)
    return folder / f"{DOMAIN}.db"


async def test_a_new_installation_gets_the_history_of_the_old_one(
    home: HomeAssistant,
    world: World,
    lived: MockConfigEntry,
    folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path, file = Path(home.config.path(f"{DOMAIN}.db")), folder / "history.csv"
    answer = await ask(
        home,
        "export_history",
        path=str(file),
        series=["prices", "weather", "outcomes", "recommendations", "forecasts"],
    )
    known = contents(path)
    assert all(known.values()), "something of everything"
    assert answer == {"path": str(file), "rows": sum(map(len, known.values()))}
    assert len(list(folder.iterdir())) == 1

    path = await move(home, world, lived, tmp_path_factory.mktemp("elsewhere"))
    assert not any(contents(path).values())
    told = await ask(home, "import_history", path=str(file), dry_run=True)
    assert told == {"rows": answer["rows"], "bad_rows": []}
    assert not any(contents(path).values())
    with patch("custom_components.chocolate_factory.jobs.Jobs.want") as want:
        told = await ask(home, "import_history", path=str(file))
    assert {call.args[0] for call in want.call_args_list} == {"prices", "weather", "statistics"}
    assert contents(path) == known
    assert told["rows"] == answer["rows"]
    assert told["changed"]["slot"] == len(known["slots"])
    again = await ask(home, "import_history", path=str(file))
    assert not any(again["changed"].values())
    await settle(home)


async def test_a_link_is_good_for_an_hour(
    home: HomeAssistant,
    lived: MockConfigEntry,
    hass_client_no_auth: ClientSessionGenerator,
    freezer: FrozenDateTimeFactory,
) -> None:
    answer = await ask(home, "export_history", series="prices", start=NOON, end="2026-08-05T14:00Z")
    client = await hass_client_no_auth()
    response = await client.get(answer["url"])
    assert response.status == 200
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="chocolate_factory-20260805-20260805.csv"'
    )
    lines = (await response.text()).splitlines()
    assert lines[0] == "kind,series,source,start,seconds,value,word,text,at"
    assert lines[1].startswith("slot,pvpc,redata,2026-08-05T10:00:00Z,3600,0.")
    assert len(lines) == 1 + 4 + 16

    assert (await client.get(answer["url"].replace("prices", "outcomes"))).status == 401
    freezer.tick(timedelta(minutes=61))
    assert (await client.get(answer["url"])).status == 401


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({}, "chocolate_factory-20260805.csv"),
        ({"end": "2024-01-02 00:00:00"}, "chocolate_factory-20240102.csv"),
        # In winter, midnight in Madrid is still yesterday in UTC.
        ({"start": "2024-01-01 00:00:00"}, "chocolate_factory-20240101-20260805.csv"),
    ],
)
async def test_a_file_is_called_by_the_days_that_are_in_it(
    home: HomeAssistant,
    factory: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    asked: dict[str, Any],
    name: str,
) -> None:
    url = (await ask(home, "export_history", series="outcomes", **asked))["url"]
    response = await (await hass_client()).get(url)
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'


async def test_everyone_may_read_and_admins_write(
    home: HomeAssistant,
    lived: MockConfigEntry,
    folder: Path,
    hass_client: ClientSessionGenerator,
    hass_read_only_user: MockUser,
    hass_admin_user: MockUser,
    hass_read_only_access_token: str,
) -> None:
    reader = Context(user_id=hass_read_only_user.id)
    file = str(folder / "history.csv")
    answer = await ask(home, "export_history", reader)
    client = await hass_client(hass_read_only_access_token)
    assert (await client.get(answer["url"])).status == 200
    for action in ("export_history", "import_history"):
        with pytest.raises(Unauthorized):
            await ask(home, action, reader, path=file)
    assert list(folder.iterdir()) == []
    await ask(home, "export_history", Context(user_id=hass_admin_user.id), path=file)
    await ask(home, "import_history", Context(user_id=hass_admin_user.id), path=file)
    await settle(home)


@pytest.mark.parametrize("name", ["photo.jpg", "history", "history.parquet", "history.csv.txt"])
async def test_no_file_of_another_kind_is_written_over(
    home: HomeAssistant,
    lived: MockConfigEntry,
    folder: Path,
    hass_admin_user: MockUser,
    name: str,
) -> None:
    (folder / name).write_bytes(b"precious")
    with pytest.raises(ServiceValidationError, match=r"must end with \.csv"):
        await ask(
            home,
            "export_history",
            Context(user_id=hass_admin_user.id),
            path=str(folder / name),
            format="csv",
        )
    assert (folder / name).read_bytes() == b"precious"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nobody?start={0}&end={0}&series=prices&format=csv", 404),
        ("obrador?start={0}&end={0}&series=prices", 400),
        ("obrador?start={0}&end={0}&series=gold&format=csv", 400),
        ("obrador?start=noon&end={0}&series=prices&format=csv", 400),
        ("obrador?start=0001-01-01T00:00%2B10:00&end={0}&series=prices&format=csv", 400),
        ("obrador?start=9999-12-31T23:59:59%2B00:00&end={0}&series=prices&format=csv", 400),
        ("obrador?start={0}&end=2100-01-02T00:00:00Z&series=prices&format=csv", 400),
        ("obrador?start={0}&end={0}&series=prices&format=parquet", 400),
        ("obrador?start={0}&end={0}&series=prices&format=csv", 200),
    ],
)
async def test_links_that_nobody_made_lead_nowhere(
    home: HomeAssistant,
    lived: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    path: str,
    status: int,
) -> None:
    client = await hass_client()
    with patch.object(exports, "has_parquet", return_value=False):
        response = await client.get(f"/api/{DOMAIN}/export/{path.format('2026-08-05T10:00:00Z')}")
    assert response.status == status


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("1850-01-01 00:00:00", "2099-12-31 23:59:59"),
        ("1850-01-01T00:00:00+14:00", "2099-12-31T23:59:59-12:00"),
    ],
)
async def test_a_link_reaches_as_far_as_the_action(
    home: HomeAssistant,
    factory: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    start: str,
    end: str,
) -> None:
    url = (await ask(home, "export_history", series="outcomes", start=start, end=end))["url"]
    assert (await (await hass_client()).get(url)).status == 200


async def test_half_a_file_is_no_file(
    home: HomeAssistant, lived: MockConfigEntry, folder: Path, hass_client: ClientSessionGenerator
) -> None:
    url = (await ask(home, "export_history"))["url"]
    client = await hass_client()
    file = folder / "history.csv"
    file.write_text("an older one", "utf-8")
    read = Store.read_rows

    async def fail(store: Store, strand: Any, start: int, end: int) -> Any:
        if strand.series == "spot":
            raise StoreError("the disk is gone")
        return await read(store, strand, start, end)

    with patch.object(Store, "read_rows", fail):
        with pytest.raises(HomeAssistantError, match="the disk is gone"):
            await ask(home, "export_history", path=str(file))
        with pytest.raises(Exception, match=r"(?i)payload|disconnected|closed"):
            await (await client.get(url)).read()
    assert file.read_text("utf-8") == "an older one"
    assert len(list(folder.iterdir())) == 1


async def test_parquet_comes_as_a_file_and_through_a_link(
    home: HomeAssistant, lived: MockConfigEntry, folder: Path, hass_client: ClientSessionGenerator
) -> None:
    file = folder / "history.parquet"
    asked: dict[str, Any] = {"format": "parquet", "series": [*Part]}
    answer = await ask(home, "export_history", path=str(file), **asked)
    url = (await ask(home, "export_history", **asked))["url"]
    response = await (await hass_client()).get(url)
    assert response.headers["Content-Type"] == "application/vnd.apache.parquet"
    assert await response.read() == file.read_bytes()
    found = import_module("pyarrow.parquet").read_table(file).to_pylist()
    assert len(found) == answer["rows"]
    assert {row["kind"] for row in found} == {*Kind}


async def test_pyarrow_is_not_loaded_in_the_event_loop(
    home: HomeAssistant, lived: MockConfigEntry, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First of all where scikit-learn cannot be at work, which looks at whatever is loaded."""
    threads: list[Thread] = []

    def imported(name: str) -> ModuleType:
        threads.append(current_thread())
        return import_module(name)

    monkeypatch.setattr(parquet_file, "import_module", imported)
    await ask(home, "export_history", path=str(folder / "history.csv"))
    assert not threads
    await ask(home, "export_history", format="parquet", path=str(folder / "history.parquet"))
    assert threads[0].name.startswith("chocolate_factory_learning")
    assert main_thread() not in threads


async def test_without_pyarrow_it_is_said_that_there_is_no_parquet(
    home: HomeAssistant, lived: MockConfigEntry, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("pyarrow", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, module, None)
    for path in ("", str(folder / "history.parquet")):
        with pytest.raises(ServiceValidationError, match=r"pyarrow is missing. Choose CSV"):
            await ask(home, "export_history", format="parquet", path=path)
    assert list(folder.iterdir()) == []


async def test_what_is_older_than_all_prices_is_exported_too(
    home: HomeAssistant, lived: MockConfigEntry, folder: Path
) -> None:
    store: Store = lived.runtime_data.shared.store
    old = WeatherHours(
        source=Source.DATOSCLIMA,
        start=datetime(1925, 6, 4, tzinfo=UTC),
        values={Measure.TEMPERATURE: np.arange(24, dtype=np.float64)},
    )
    await write_weather(store, MADRID, old)
    file = folder / "history.csv"
    asked: dict[str, Any] = {"path": str(file), "series": "weather"}
    for start in (None, "1925-06-04 00:00:00"):
        if start:
            asked["start"] = start
        await ask(home, "export_history", **asked)
        told = [line for line in file.read_text("utf-8").splitlines() if "1925-06-0" in line]
        assert len(told) == 24
    await ask(home, "export_history", **asked, end="1926-01-01 00:00:00")
    path = Path(home.config.path(f"{DOMAIN}.db"))
    known = contents(path)
    await store._guarded(lambda connection: connection.execute("DELETE FROM slot WHERE start < 0"))
    assert (await ask(home, "import_history", path=str(file)))["changed"]["slot"] == 24
    assert contents(path) == known
    with pytest.raises(ServiceValidationError, match="within the years 1850 to 2099"):
        await ask(home, "export_history", start="1812-06-04 00:00:00")
    await settle(home)


async def test_an_import_that_the_disk_ends_says_how_far_it_came(
    home: HomeAssistant, lived: MockConfigEntry, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, file = Path(home.config.path(f"{DOMAIN}.db")), folder / "history.csv"
    rows = (await ask(home, "export_history", path=str(file)))["rows"]
    known = contents(path)["slots"]
    store: Store = lived.runtime_data.shared.store
    await store._guarded(lambda connection: connection.execute("DELETE FROM slot"))
    monkeypatch.setattr(staging, "_MOST_ROWS", 100)
    write_rows, parts = Store.write_rows, iter((True, True, False))

    async def fail(store: Store, factory: str, rows: Any) -> Any:
        if next(parts):
            return await write_rows(store, factory, rows)
        raise StoreError("the disk is full")

    with (
        patch.object(Store, "write_rows", fail),
        patch("custom_components.chocolate_factory.jobs.Jobs.want") as want,
        pytest.raises(HomeAssistantError, match=f"200 of {rows} rows .*the disk is full"),
    ):
        await ask(home, "import_history", path=str(file))
    assert want.call_args_list, "what is there is used"
    assert len(contents(path)["slots"]) == 200

    with (
        patch.object(Staging, "add", side_effect=StoreError("no room")),
        pytest.raises(HomeAssistantError, match="cannot be read or written: no room"),
    ):
        await ask(home, "import_history", path=str(file))
    await ask(home, "import_history", path=str(file))
    assert contents(path)["slots"] == known
    await settle(home)


async def test_an_import_ends_with_its_factory_and_not_with_whoever_asked(
    home: HomeAssistant, lived: MockConfigEntry, folder: Path
) -> None:
    file = folder / "history.csv"
    await ask(home, "export_history", path=str(file))
    look, begun, go_on = Intake.look, asyncio.Event(), asyncio.Event()

    async def slow(intake: Intake, *, keep: bool) -> Found:
        begun.set()
        await go_on.wait()
        return await look(intake, keep=keep)

    store: Store = lived.runtime_data.shared.store
    known = contents(Path(home.config.path(f"{DOMAIN}.db")))["slots"]
    await store._guarded(lambda connection: connection.execute("DELETE FROM slot"))
    with patch.object(Intake, "look", slow):
        asking = asyncio.create_task(ask(home, "import_history", path=str(file)))
        await begun.wait()
        asking.cancel()
        go_on.set()
        await settle(home)
        assert contents(Path(home.config.path(f"{DOMAIN}.db")))["slots"] == known

        begun.clear()
        go_on.clear()
        asking = asyncio.create_task(ask(home, "import_history", path=str(file)))
        await begun.wait()
        assert await home.config_entries.async_unload(lived.entry_id)
        with pytest.raises(HomeAssistantError, match="cut short"):
            await asking


async def test_an_import_that_ends_while_it_writes_says_so(
    home: HomeAssistant, lived: MockConfigEntry, folder: Path
) -> None:
    """Nobody is left who could be asked to use what has come in."""
    file = folder / "history.csv"
    await ask(home, "export_history", path=str(file))
    begun = asyncio.Event()

    async def slow(*_: object) -> Any:
        begun.set()
        await asyncio.Event().wait()

    with patch.object(Intake, "write", slow):
        asking = asyncio.create_task(ask(home, "import_history", path=str(file)))
        await begun.wait()
        assert await home.config_entries.async_unload(lived.entry_id)
        with pytest.raises(HomeAssistantError, match="cut short"):
            await asking


async def test_bad_files_are_told_and_change_nothing(
    home: HomeAssistant, lived: MockConfigEntry, folder: Path
) -> None:
    path, file = Path(home.config.path(f"{DOMAIN}.db")), folder / "history.csv"
    await ask(home, "export_history", path=str(file), series="prices")
    await lived.runtime_data.shared.store._guarded(
        lambda connection: connection.execute("DELETE FROM slot")
    )
    file.write_text(
        f"{file.read_text('utf-8')}slot,pvpc,oracle,2026-08-05T10:00:00Z,3600,1,,,\n", "utf-8"
    )
    with pytest.raises(ServiceValidationError, match=r"Nothing was imported.* 1 rows .*oracle"):
        await ask(home, "import_history", path=str(file))
    told = await ask(home, "import_history", path=str(file), dry_run=True)
    assert told["bad_rows"][0]["line"] == told["rows"] + 2
    assert rows(path, "SELECT count(*) FROM slot") == [(0,)]

    with pytest.raises(ServiceValidationError, match="cannot be imported: No such file"):
        await ask(home, "import_history", path=str(folder / "nothing.csv"))
    (folder / "history.parquet").write_bytes(b"PAR1\xd0")
    with pytest.raises(ServiceValidationError, match="it is no text in UTF-8"):
        await ask(home, "import_history", path=str(folder / "history.parquet"))
    for action in ("export_history", "import_history"):
        with pytest.raises(ServiceValidationError, match="may not use"):
            await ask(home, action, path="/etc/history.csv")
    with pytest.raises(ServiceValidationError, match="before the end"):
        await ask(home, "export_history", start=NOON, end=NOON)
    with pytest.raises(HomeAssistantError, match="cannot be written"):
        await ask(home, "export_history", path=str(folder / "nowhere" / "history.csv"))
