"""Two factories never deliver under one name without somebody knowing."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryDisabler, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.const import DOMAIN

from .clients.influx_server import Influx, influx_server
from .conftest import ASKED, NOON, PVPC, World, settle
from .databases import PASSWORD, USER, Server, ask, influxdb
from .forms import names, suggested
from .influx_forms import ANSWERS, choose, fill_in


@pytest.fixture
async def influx(now: None, socket_enabled: None) -> AsyncIterator[Influx]:
    """Return a server that takes points and shows that nobody has signed."""
    async with influx_server() as influx:
        signed(influx)
        yield influx


@pytest.fixture
def resting() -> Iterator[None]:
    """Let no factory really start."""
    with patch("custom_components.chocolate_factory.async_setup_entry", return_value=True):
        yield


@pytest.fixture
def tuned(home: HomeAssistant, resting: None) -> MockConfigEntry:
    """Return a factory that never really starts."""
    entry = MockConfigEntry(domain=DOMAIN, title="Obrador", data=PVPC, entry_id="mine")
    entry.add_to_hass(home)
    return entry


def signed(influx: Influx, **last: datetime) -> None:
    """Let a server show who has signed under a name, and when."""
    times = sorted((at, who) for who, at in last.items())
    # And the point that was written to see whether it can be read.
    rows = [*((int(at.timestamp()), who) for at, who in times), (int(NOON.timestamp()), None)]
    series = {"columns": ["time", "factory"], "values": rows}
    influx.answers["/query"] = json.dumps({"results": [{"series": [series]}]})
    influx.answers["/api/v2/query"] = "\n".join(
        [
            "#datatype,string,long,dateTime:RFC3339,string",
            "#group,false,false,false,false",
            "#default,_result,,,",
            ",result,table,_time,factory",
            *(
                f",,0,{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%XZ},{who or ''}"
                for at, who in rows
            ),
        ]
    )


def other(hass: HomeAssistant, words: dict[str, Any] | None, **how: Any) -> MockConfigEntry:
    """Add another factory, which delivers to somewhere."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="La Fábrica",
        data=PVPC,
        options={"influxdb": words} if words else {},
        entry_id="other",
        **how,
    )
    entry.add_to_hass(hass)
    return entry


def placeholders(form: ConfigFlowResult) -> dict[str, str]:
    """Return what the words of a form quote."""
    return dict(form["description_placeholders"] or {})


@pytest.mark.parametrize("step", ANSWERS)
@pytest.mark.parametrize(
    "theirs",
    [
        {},
        {"url": "HTTP://127.0.0.1:8086/"},
        {"site": "  Toledo "},
        {"username": "guest", "retention_policy": "years", "organization": "01234"},
        {"api": "v1"},
        {"api": "v2"},
    ],
)
async def test_two_factories_here_cannot_deliver_under_one_name(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx, step: str, theirs: dict[str, str]
) -> None:
    theirs = {"url": influx.url, "database": "history", "site": "Toledo", "api": "v2"} | theirs
    theirs["url"] = theirs["url"].replace("8086", influx.url.rpartition(":")[2])
    other(home, theirs, disabled_by=ConfigEntryDisabler.USER)
    form = await choose(home, tuned, step)
    form = await fill_in(home, form, {"url": influx.url, **ANSWERS[step]})
    assert form["errors"] == {"site": "site_taken"}
    assert placeholders(form)["factory"] == "La Fábrica"
    assert "same_factory" not in names(form)
    assert influx.requests == []
    result = await fill_in(home, form, suggested(form) | {"site": "Cuenca"})
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    "theirs",
    [
        {"url": "http://127.0.0.2:8086"},
        {"url": "http://127.0.0.1:8086/proxy"},
        {"database": "other"},
        {"site": "Cuenca"},
        None,
    ],
)
async def test_whoever_delivers_to_elsewhere_is_in_nobodys_way(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx, theirs: dict[str, str] | None
) -> None:
    same = {"url": influx.url, "database": "history", "site": "Toledo", "api": "v2"}
    other(home, theirs and same | theirs)
    for _ in range(2):
        form = await choose(home, tuned, "influxdb_v2")
        result = await fill_in(home, form, {"url": influx.url, **ANSWERS["influxdb_v2"]})
        assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("step", ANSWERS)
async def test_who_has_delivered_under_a_name_before_is_told_of(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx, step: str
) -> None:
    signed(influx, stranger=NOON - timedelta(days=3), friend=NOON - timedelta(days=60))
    form = await choose(home, tuned, step)
    assert "same_factory" not in names(form)
    answers = {"url": influx.url, **ANSWERS[step]}
    for _ in range(2):
        form = await fill_in(home, form, answers)
        assert form["errors"] == {"site": "site_in_use"}
        assert placeholders(form)["last"] == "2026-08-02 12:00"
        assert "same_factory" in names(form)
    # Somebody of whom nobody was told has come meanwhile.
    signed(influx, stranger=NOON, newcomer=NOON)
    form = await fill_in(home, form, answers | {"same_factory": True})
    assert form["errors"] == {"site": "site_in_use"}
    result = await fill_in(home, form, suggested(form) | {"same_factory": True})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert tuned.options["influxdb"].keys() >= answers.keys()
    assert "same_factory" not in tuned.options["influxdb"]


@pytest.mark.parametrize(
    ("last", "errors"),
    [
        ({"mine": timedelta(days=5)}, None),
        ({"mine": timedelta(hours=1), "stranger": timedelta(days=2, hours=2)}, None),
        ({"mine": timedelta(hours=1), "stranger": timedelta(days=1)}, {"site": "site_in_use"}),
        ({"mine": timedelta(days=50), "stranger": timedelta(days=40)}, {"site": "site_in_use"}),
    ],
)
async def test_a_name_is_free_that_the_other_has_given_up(
    home: HomeAssistant,
    tuned: MockConfigEntry,
    influx: Influx,
    last: dict[str, timedelta],
    errors: dict[str, str] | None,
) -> None:
    signed(influx, **{who: NOON - ago for who, ago in last.items()})
    form = await choose(home, tuned, "influxdb_v2")
    result = await fill_in(home, form, {"url": influx.url, **ANSWERS["influxdb_v2"]})
    assert result.get("errors") == errors


@pytest.mark.parametrize("delivers", [True, False])
async def test_a_factory_here_is_known_by_its_signature_whatever_its_address(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx, *, delivers: bool
) -> None:
    words = {"url": "http://influxdb.local", "database": "1", "site": "Toledo", "api": "v1"}
    other(home, words if delivers else None)
    signed(influx, other=NOON)
    form = await choose(home, tuned, "influxdb_v2")
    form = await fill_in(home, form, {"url": influx.url, **ANSWERS["influxdb_v2"]})
    assert form["errors"] == {"site": "site_taken" if delivers else "site_in_use"}
    if delivers:
        assert placeholders(form)["factory"] == "La Fábrica"


@pytest.fixture
def server(tmp_path: Path, now: None, socket_enabled: None) -> Iterator[Server]:
    """Return a running InfluxDB."""
    server = influxdb(tmp_path)
    yield server
    server.stop()


async def test_a_factory_that_moves_takes_its_name_along(
    home: HomeAssistant, world: World, server: Server, freezer: FrozenDateTimeFactory
) -> None:
    words = {"url": server.url, "database": "history", "username": USER, "site": "Toledo"}
    old = MockConfigEntry(
        domain=DOMAIN,
        data=PVPC | ASKED,
        options={"influxdb": words | {"api": "v1", "password": PASSWORD}},
    )
    old.add_to_hass(home)
    assert await home.config_entries.async_setup(old.entry_id)
    await settle(home)
    # What another Home Assistant has delivered looks no different.
    await home.config_entries.async_remove(old.entry_id)
    freezer.tick(timedelta(minutes=1))

    new = MockConfigEntry(domain=DOMAIN, title="Obrador", data=PVPC | ASKED)
    new.add_to_hass(home)
    assert await home.config_entries.async_setup(new.entry_id)
    form = await choose(home, new, "influxdb_v1")
    form = await fill_in(home, form, words | {"password": PASSWORD})
    assert form["errors"] == {"site": "site_in_use"}
    assert placeholders(form)["last"] == "2026-08-05 12:00"
    result = await fill_in(home, form, suggested(form) | {"same_factory": True})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(home)
    signatures = json.loads(ask(server, "SELECT factory FROM chocolate_probe", db="history"))
    (series,) = signatures["results"][0]["series"]
    assert [who for _, who in series["values"]] == [old.entry_id, new.entry_id]

    # Three days later nobody speaks of the old one any more.
    freezer.tick(timedelta(days=3))
    await home.config_entries.async_reload(new.entry_id)
    await settle(home)
    form = await choose(home, new, "influxdb_v1")
    result = await fill_in(home, form, suggested(form))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(home)
