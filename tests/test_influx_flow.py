"""A database is taken into the options only after it has taken a point and shown it again."""

from base64 import b64decode
from collections.abc import AsyncIterator, Iterator
from copy import deepcopy
import json
from pathlib import Path
from unittest.mock import patch

from aiohttp import web
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.influx import settings_from, site_from

from . import forms
from .clients.influx_server import Influx, influx_server
from .conftest import PVPC
from .databases import PASSWORD, USER, influxdb, victoria_metrics
from .forms import TEXTS, suggested
from .influx_forms import ANSWERS, FLUX, INFLUX_QL, V2, choose, fill_in

MISSED = '{{"code":"not found","message":"{} \\"x\\" not found"}}'
POLICY = '{"error":"retention policy not found: x"}'
SECRETS = {"influxdb_v1": "password", "influxdb_v2": "token"}


def secret(entry: MockConfigEntry) -> str:
    """Return the secret that is stored."""
    settings = settings_from(entry.options)
    assert settings
    return settings.token or settings.password


def secret_of(request: web.BaseRequest) -> str:
    """Return what a request tells of who asks."""
    kind, _, words = request.headers.get("Authorization", "").partition(" ")
    return b64decode(words).decode() if kind == "Basic" else words


@pytest.fixture
async def influx(now: None, socket_enabled: None) -> AsyncIterator[Influx]:
    """Return a server that takes points and shows them."""
    async with influx_server() as influx:
        influx.answers["/query"] = json.dumps(INFLUX_QL)
        influx.answers["/api/v2/query"] = FLUX
        yield influx


@pytest.fixture
def tuned(home: HomeAssistant) -> Iterator[MockConfigEntry]:
    """Return a factory that never really starts."""
    entry = MockConfigEntry(domain=DOMAIN, title="Obrador", data=PVPC, options={"notify": False})
    entry.add_to_hass(home)
    with (
        patch("custom_components.chocolate_factory.async_setup_entry", return_value=True),
        patch("custom_components.chocolate_factory.influx._TRIES", 1),
    ):
        yield entry


@pytest.mark.parametrize("step", ANSWERS)
async def test_a_database_that_works_is_taken_and_can_be_left_again(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx, step: str
) -> None:
    form = await choose(home, tuned, step)
    assert suggested(form) == {"site": "Obrador"}
    result = await fill_in(home, form, {"url": influx.url, **ANSWERS[step]})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert [line.split(",")[0] for line in influx.lines] == ["chocolate_probe"]
    settings = settings_from(tuned.options)
    assert settings
    assert settings.target.split() == [
        influx.url,
        *(["makers"] if step == "influxdb_v2" else []),
        "history",
    ]
    assert (settings.token, settings.password) == (
        ("secret", "") if step == "influxdb_v2" else ("", "secret")
    )
    assert settings.verify_tls
    assert site_from(tuned.options, "Obrador") == "Toledo"
    assert tuned.options["notify"] is False

    form = await choose(home, tuned, "influxdb_off")
    await fill_in(home, form, {})
    assert settings_from(tuned.options) is None
    assert tuned.options == {"notify": False}


async def test_an_influxdb_is_forgotten_only_after_it_was_said_what_stays(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx
) -> None:
    await fill_in(home, await choose(home, tuned, "influxdb_v2"), {"url": influx.url, **V2})
    before = tuned.options
    form = await choose(home, tuned, "influxdb_off")
    assert form["type"] is FlowResultType.FORM
    assert form["description_placeholders"] == {"server": influx.url.removeprefix("http://")}
    assert "stays in your InfluxDB" in TEXTS["options"]["step"]["influxdb_off"]["description"]
    assert tuned.options == before
    await fill_in(home, form, {})
    assert tuned.options == {"notify": False}


async def test_the_menu_names_the_server_in_use_and_offers_to_leave_no_other(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx
) -> None:
    options = home.config_entries.options
    for server in ("", influx.url.removeprefix("http://")):
        menu = await options.async_init(tuned.entry_id)
        menu = await options.async_configure(menu["flow_id"], {"next_step_id": "influxdb"})
        assert menu["menu_options"] == [
            *("influxdb_v2", "influxdb_v1"),
            *(["influxdb_off"] if server else []),
        ]
        assert menu["description_placeholders"] == {"server": server}
        await fill_in(home, await choose(home, tuned, "influxdb_v2"), {"url": influx.url, **V2})


@pytest.mark.parametrize("step", ANSWERS)
async def test_a_secret_is_never_shown_and_stays_until_it_is_touched(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx, step: str
) -> None:
    form = await choose(home, tuned, step)
    await fill_in(home, form, {"url": influx.url, **ANSWERS[step]})
    shown = suggested(await choose(home, tuned, step))
    assert "secret" not in str(shown)
    for changed in ({"site": "Cuenca"}, {"url": f"{influx.url}/"}, {"database": "other"}):
        await fill_in(home, await choose(home, tuned, step), shown | changed)
        assert secret(tuned) == "secret"
        assert tuned.options["influxdb"].items() >= changed.items()
    await fill_in(home, await choose(home, tuned, step), shown | {SECRETS[step]: "other"})
    assert secret(tuned) == "other"


@pytest.mark.parametrize("step", ANSWERS)
@pytest.mark.parametrize("is_gone", [True, False])
async def test_a_secret_that_is_emptied_is_gone(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx, step: str, is_gone: bool
) -> None:
    await fill_in(home, await choose(home, tuned, step), {"url": influx.url, **ANSWERS[step]})
    shown = suggested(await choose(home, tuned, step))
    del shown[SECRETS[step]]
    influx.requests.clear()
    # Browsers send either.
    answers = shown if is_gone else shown | {SECRETS[step]: ""}
    result = await fill_in(home, await choose(home, tuned, step), answers)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert secret(tuned) == ""
    assert SECRETS[step] not in tuned.options["influxdb"]
    assert influx.requests
    assert all(secret_of(request) in ("", "maker:") for request in influx.requests)
    assert SECRETS[step] not in suggested(await choose(home, tuned, step))


@pytest.mark.parametrize("step", ANSWERS)
async def test_a_secret_is_sent_to_nobody_but_whom_it_was_entered_for(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx, step: str
) -> None:
    await fill_in(home, await choose(home, tuned, step), {"url": influx.url, **ANSWERS[step]})
    shown = suggested(await choose(home, tuned, step))
    places = [{"url": f"{influx.url}/other"}, {"url": influx.url.replace("127.0.0.1", "localhost")}]
    if step == "influxdb_v1":
        places.append({"username": "guest"})
    form = await choose(home, tuned, step)
    async with influx_server() as other:
        influx.requests.clear()
        for changed in ({"url": other.url}, *places):
            form = await fill_in(home, form, shown | changed)
            assert form["errors"] == {SECRETS[step]: "others_secret"}
        assert other.requests == influx.requests == []
    # Who finds the way back has lost nothing.
    result = await fill_in(home, form, shown)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert secret(tuned) == "secret"


async def test_a_secret_of_one_kind_of_server_is_nothing_to_the_other(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx
) -> None:
    for step, other in (("influxdb_v1", "influxdb_v2"), ("influxdb_v2", "influxdb_v1")):
        await fill_in(home, await choose(home, tuned, step), {"url": influx.url, **ANSWERS[step]})
        form = await choose(home, tuned, other)
        assert SECRETS[other] not in suggested(form)
        influx.requests.clear()
        await fill_in(home, form, suggested(form))
        assert "secret" not in str(tuned.options)
        assert all("secret" not in secret_of(request) for request in influx.requests)


@pytest.mark.parametrize("step", ANSWERS)
async def test_a_secret_need_not_be_typed_again_when_something_else_is_wrong(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx, step: str
) -> None:
    form = await choose(home, tuned, step)
    answers = {"url": influx.url, **ANSWERS[step]}
    form = await fill_in(home, form, answers | {"site": " "})
    assert form["errors"] == {"site": "no_site"}
    await fill_in(home, form, suggested(form) | {"site": "Toledo"})
    assert secret(tuned) == "secret"


@pytest.mark.parametrize("step", ANSWERS)
async def test_a_secret_that_was_typed_goes_along_when_the_address_is_corrected(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx, step: str
) -> None:
    form = await choose(home, tuned, step)
    without_scheme = influx.url.removeprefix("http://")
    form = await fill_in(home, form, {"url": without_scheme, **ANSWERS[step]})
    assert form["errors"] == {"url": "invalid_url"}
    # Nobody listens there, and nobody is where an InfluxDB would be.
    for wrong in ("http://127.0.0.1:1", f"{influx.url}/elsewhere"):
        influx.refuse(404)
        form = await fill_in(home, form, suggested(form) | {"url": wrong})
        assert form["errors"]
        assert form["errors"].keys() <= {"url", "base", "database"}
    influx.verdict = None
    result = await fill_in(home, form, suggested(form) | {"url": influx.url})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert secret(tuned) == "secret"


@pytest.mark.parametrize("step", ANSWERS)
async def test_a_secret_that_was_typed_anew_is_kept_and_the_stored_one_goes_nowhere(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx, step: str
) -> None:
    await fill_in(home, await choose(home, tuned, step), {"url": influx.url, **ANSWERS[step]})
    form = await choose(home, tuned, step)
    async with influx_server() as other:
        other.answers = influx.answers
        form = await fill_in(home, form, suggested(form) | {"url": other.url})
        assert form["errors"] == {SECRETS[step]: "others_secret"}
        assert other.requests == []
        form = await fill_in(home, form, suggested(form) | {SECRETS[step]: "other", "site": " "})
        assert form["errors"] == {"site": "no_site"}
        result = await fill_in(home, form, suggested(form) | {"site": "Toledo"})
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert all("secret" not in secret_of(request) for request in other.requests)
    assert secret(tuned) == "other"


@pytest.mark.parametrize("step", ANSWERS)
async def test_a_form_speaks_of_a_stored_secret_only_where_it_can_be_kept(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx, step: str
) -> None:
    form = await choose(home, tuned, step)
    answers = {"url": influx.url, **ANSWERS[step]}
    for changed in ({"site": " "}, {"url": "influx"}):
        assert form["step_id"] == step
        form = await fill_in(home, form, answers | changed)
        assert suggested(form)[SECRETS[step]] == "secret"
    await fill_in(home, form, answers)
    form = await choose(home, tuned, step)
    assert form["step_id"] == f"{step}_stored"
    form = await fill_in(home, form, suggested(form) | {"site": " "})
    assert form["step_id"] == f"{step}_stored"
    form = await fill_in(home, form, suggested(form) | {SECRETS[step]: "other"})
    assert form["step_id"] == step


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_address_in_the_help_is_no_link(language: str) -> None:
    path = Path(forms.__file__).parents[1] / f"custom_components/{DOMAIN}/translations"
    steps = json.loads((path / f"{language}.json").read_text())["options"]["step"]
    helps = [
        words for step in steps.values() for words in step.get("data_description", {}).values()
    ]
    assert sum("`http://" in words for words in helps) == 2
    assert all(words.count("://") == words.count("`http://") for words in helps)


@pytest.mark.parametrize("step", SECRETS)
def test_both_forms_of_a_kind_of_server_differ_in_the_help_on_the_secret_alone(step: str) -> None:
    fresh, stored = (deepcopy(TEXTS["options"]["step"][name]) for name in (step, f"{step}_stored"))
    helps = [texts["data_description"].pop(SECRETS[step]) for texts in (fresh, stored)]
    assert fresh == stored
    assert ["stored" in words for words in helps] == [False, True]


@pytest.mark.parametrize(
    ("step", "status", "body", "errors"),
    [
        ("influxdb_v1", 401, "", {"password": "wrong_password"}),
        ("influxdb_v2", 401, "", {"token": "wrong_token"}),
        ("influxdb_v1", 404, MISSED.format("database"), {"database": "no_database"}),
        ("influxdb_v2", 404, MISSED.format("bucket"), {"database": "no_bucket"}),
        ("influxdb_v2", 404, MISSED.format("organization"), {"organization": "no_organization"}),
        ("influxdb_v1", 500, POLICY, {"retention_policy": "no_retention_policy"}),
        ("influxdb_v2", 500, POLICY, {"database": "no_bucket"}),
        *(
            (step, status, body, {"url": "no_influxdb"})
            for step in ANSWERS
            for status, body in ((404, "<html>"), (404, "{}"), (405, ""), (301, ""))
        ),
        *((step, 500, "", {"base": "cannot_write"}) for step in ANSWERS),
        *((step, 400, "<html>", {"base": "cannot_write"}) for step in ANSWERS),
    ],
)
async def test_the_form_says_what_the_server_has_against_it(
    home: HomeAssistant,
    tuned: MockConfigEntry,
    influx: Influx,
    step: str,
    status: int,
    body: str,
    errors: dict[str, str],
) -> None:
    influx.refuse(status, body)
    form = await choose(home, tuned, step)
    result = await fill_in(home, form, {"url": influx.url, **ANSWERS[step]})
    assert result["errors"] == errors
    influx.verdict = None
    result = await fill_in(home, result, {"url": influx.url, **ANSWERS[step]})
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("step", ANSWERS)
async def test_an_influxdb_is_known_by_its_headers_when_its_words_are_gone(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx, step: str
) -> None:
    influx.refuse(404, body="<html>", X_Influxdb_Error="not found")
    form = await choose(home, tuned, step)
    form = await fill_in(home, form, {"url": influx.url, **ANSWERS[step]})
    assert form["errors"] == {"database": "no_bucket" if step == "influxdb_v2" else "no_database"}


@pytest.mark.parametrize("step", ANSWERS)
async def test_where_nobody_answers_the_address_is_named(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx, step: str
) -> None:
    form = await choose(home, tuned, step)
    for url in ("http://127.0.0.1:1/path", "https://127.0.0.1:1"):
        form = await fill_in(home, form, {"url": url, **ANSWERS[step]})
        assert form["errors"] == {"url": "unreachable"}
        assert form["description_placeholders"]
        assert form["description_placeholders"]["host"] == "127.0.0.1:1"
    # Somebody does answer, but not in this way.
    form = await fill_in(
        home, form, {"url": influx.url.replace("http:", "https:"), **ANSWERS[step]}
    )
    assert form["errors"] == {"base": "cannot_write"}


def test_the_words_for_one_kind_of_server_do_not_speak_of_the_other() -> None:
    errors = TEXTS["options"]["error"]
    for name in ("wrong_password", "no_database", "no_retention_policy"):
        assert "bucket" not in errors[name]
        assert "token" not in errors[name]
    for name in ("wrong_token", "no_bucket", "no_organization"):
        assert "retention" not in errors[name]
        assert "password" not in errors[name]


async def test_a_real_influxdb_says_at_which_field_something_is_wrong(
    home: HomeAssistant, tuned: MockConfigEntry, tmp_path: Path, now: None, socket_enabled: None
) -> None:
    server = influxdb(tmp_path)
    right = {
        "database": "history",
        "username": USER,
        "password": PASSWORD,
        "site": "Toledo",
        "url": server.url,
    }
    form = await choose(home, tuned, "influxdb_v1")
    try:
        for wrong, error in (
            ({"database": "nowhere"}, {"database": "no_database"}),
            ({"retention_policy": "nowhere"}, {"retention_policy": "no_retention_policy"}),
            ({"password": "wrong"}, {"password": "wrong_password"}),
            ({"username": "wrong"}, {"password": "wrong_password"}),
            ({"url": f"{server.url}/elsewhere"}, {"url": "no_influxdb"}),
        ):
            form = await fill_in(home, form, right | wrong)
            assert form["errors"] == error
        result = await fill_in(home, form, right)
    finally:
        server.stop()
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("step", ANSWERS)
@pytest.mark.parametrize("is_silent", [True, False])
async def test_what_was_written_has_to_be_readable(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx, step: str, is_silent: bool
) -> None:
    influx.answers.clear()
    if is_silent:
        influx.answers["/query"] = '{"results": [{}]}'
        influx.answers["/api/v2/query"] = ""
    form = await choose(home, tuned, step)
    with patch("custom_components.chocolate_factory.influx.asyncio.sleep"):
        result = await fill_in(home, form, {"url": influx.url, **ANSWERS[step]})
    assert result["errors"] == {"base": "cannot_read_back"}


@pytest.mark.parametrize(
    ("answers", "errors"),
    [
        ({"url": "influx.local"}, {"url": "invalid_url"}),
        ({"url": "ftp://influx.local"}, {"url": "invalid_url"}),
        ({"url": "http://maker:secret@influx.local"}, {"url": "invalid_url"}),
        ({"url": "http://influx.local/?token=secret"}, {"url": "invalid_url"}),
        ({"url": "http://influx.local/#token"}, {"url": "invalid_url"}),
        ({"url": "http://influx.local?"}, {"url": "invalid_url"}),
        ({"url": "http://influx\n.local"}, {"url": "invalid_url"}),
        ({"url": "http://["}, {"url": "invalid_url"}),
        ({"site": " "}, {"site": "no_site"}),
        ({"site": "C:\\Obrador"}, {"site": "site_backslash"}),
        ({"ca_file": "/nowhere/at/all.pem"}, {"ca_file": "ca_file_unreadable"}),
        ({"ca_file": __file__}, {"ca_file": "ca_file_unreadable"}),
    ],
)
async def test_answers_that_make_no_sense_are_refused(
    home: HomeAssistant,
    tuned: MockConfigEntry,
    influx: Influx,
    answers: dict[str, str],
    errors: dict[str, str],
) -> None:
    form = await choose(home, tuned, "influxdb_v2")
    result = await fill_in(home, form, {"url": influx.url, **V2, **answers})
    assert result["errors"] == errors
    assert influx.requests == []


@pytest.mark.parametrize("step", ANSWERS)
async def test_blanks_around_an_address_are_no_part_of_it(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx, step: str
) -> None:
    form = await choose(home, tuned, step)
    await fill_in(home, form, {"url": f" {influx.url}\n", **ANSWERS[step]})
    assert tuned.options["influxdb"]["url"] == influx.url


@pytest.mark.parametrize("step", ANSWERS)
@pytest.mark.parametrize("malformed", ["secret\n", "sec\0ret", "sec\x1bret"])
async def test_a_secret_with_an_invisible_character_is_refused_at_its_field(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx, step: str, malformed: str
) -> None:
    form = await choose(home, tuned, step)
    answers = {"url": influx.url, **ANSWERS[step]}
    form = await fill_in(home, form, answers | {SECRETS[step]: malformed})
    assert form["errors"] == {SECRETS[step]: "secret_malformed"}
    assert SECRETS[step] not in suggested(form)
    assert influx.requests == []
    await fill_in(home, form, answers)
    assert secret(tuned) == "secret"


async def test_what_was_emptied_stays_empty_when_something_else_is_wrong(
    home: HomeAssistant, tuned: MockConfigEntry, influx: Influx
) -> None:
    form = await choose(home, tuned, "influxdb_v2")
    await fill_in(home, form, {"url": influx.url, **V2})
    form = await choose(home, tuned, "influxdb_v2")
    answers = {name: word for name, word in suggested(form).items() if name != "organization"}
    result = await fill_in(home, form, answers | {"site": " "})
    assert result["errors"] == {"site": "no_site"}
    assert "organization" not in suggested(result)


async def test_a_server_that_shows_nothing_of_what_it_takes_is_not_taken(
    home: HomeAssistant, tuned: MockConfigEntry, tmp_path: Path, now: None, socket_enabled: None
) -> None:
    server = victoria_metrics(tmp_path)
    try:
        form = await choose(home, tuned, "influxdb_v2")
        result = await fill_in(home, form, {"url": server.url, **V2})
    finally:
        server.stop()
    assert result["errors"] == {"base": "cannot_read_back"}
