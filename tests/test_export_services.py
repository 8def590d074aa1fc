"""The history leaves the house and comes back in, for those who may."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.chocolate_factory import exports
from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.history.errors import StoreError
from custom_components.chocolate_factory.history.store import Store

from .conftest import MADRID, NOON, settle
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


async def test_a_new_installation_gets_the_history_of_the_old_one(
    home: HomeAssistant, lived: MockConfigEntry, folder: Path
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

    store: Store = lived.runtime_data.shared.store
    for table in ("slot", "outcome", "recommendation", "forecast", "price_forecast"):
        await store._guarded(
            lambda connection, table=table: connection.execute(f"DELETE FROM {table}")  # type: ignore[misc] # noqa: S608
        )
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


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nobody?start={0}&end={0}&series=prices&format=csv", 404),
        ("obrador?start={0}&end={0}&series=prices", 400),
        ("obrador?start={0}&end={0}&series=gold&format=csv", 400),
        ("obrador?start=noon&end={0}&series=prices&format=csv", 400),
        ("obrador?start=0001-01-01T00:00%2B10:00&end={0}&series=prices&format=csv", 400),
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
    with pytest.raises(ServiceValidationError, match=r"Nothing was imported: 1 rows .*oracle"):
        await ask(home, "import_history", path=str(file))
    told = await ask(home, "import_history", path=str(file), dry_run=True)
    assert told["bad_rows"][0]["line"] == told["rows"] + 2
    assert rows(path, "SELECT count(*) FROM slot") == [(0,)]

    with pytest.raises(HomeAssistantError, match="no exported file"):
        await ask(home, "import_history", path=str(folder / "nothing.csv"))
    for action in ("export_history", "import_history"):
        with pytest.raises(ServiceValidationError, match="may not read"):
            await ask(home, action, path="/etc/history.csv")
    with pytest.raises(ServiceValidationError, match="before the end"):
        await ask(home, "export_history", start=NOON, end=NOON)
    with (
        patch.object(exports, "has_parquet", return_value=False),
        pytest.raises(ServiceValidationError, match="pyarrow"),
    ):
        await ask(home, "export_history", format="parquet")
    with pytest.raises(HomeAssistantError, match="cannot be written"):
        await ask(home, "export_history", path=str(folder))
