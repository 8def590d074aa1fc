"""Where the factory is, and with which keys: asked in set-up, and again when reconfigured."""

from collections.abc import Iterator
from datetime import timedelta
import json
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import config_validation as cv
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.const import DOMAIN
from simulator.aemet import key

from .conftest import NOON, PVPC, World
from .forms import (
    MADRID,
    OPEN_METEO_ONLY,
    STORED,
    begin,
    go_on,
    markers,
    names,
    readable,
    suggested,
)

AEMET = "opendata.aemet.es"
GOOD = key(NOON + timedelta(days=60))
OTHER = key(NOON + timedelta(days=90), name="other")
RETIRO = {
    "code": "3195",
    "name": "MADRID, RETIRO",
    "latitude": 40.411944,
    "longitude": -3.678056,
    "height": 667,
}
# The two lists round in other ways.
HISTORY = RETIRO | {"latitude": 40.411944444444444, "longitude": -3.6780555555555554}
TOWN = {"code": "28079", "name": "Madrid", **MADRID}


@pytest.fixture(autouse=True)
def no_factory() -> Iterator[None]:
    """Only the forms are tried here: a factory that starts would fetch its prices."""
    with patch("custom_components.chocolate_factory.async_setup_entry", return_value=True):
        yield


def preselected(form: ConfigFlowResult) -> str:
    """Return the station that the form begins with."""
    (station,) = markers(form)
    assert isinstance(station, probatio.Required)
    assert not isinstance(station.default, probatio.Undefined)
    return str(station.default())


async def ask(hass: HomeAssistant, **answers: Any) -> ConfigFlowResult:
    """Come to the form about the weather, and fill it in."""
    form = await begin(hass)
    assert form["step_id"] == "weather"
    return await go_on(hass, form, OPEN_METEO_ONLY | answers)


def stored(hass: HomeAssistant) -> dict[str, Any]:
    """Return what the newest factory keeps of its weather."""
    data = hass.config_entries.async_entries(DOMAIN)[-1].data
    return {name: value for name, value in data.items() if name not in PVPC}


@pytest.mark.usefixtures("home", "world")
async def test_the_place_of_home_assistant_is_suggested(hass: HomeAssistant) -> None:
    hass.config.latitude, hass.config.longitude = 37.18, -3.6
    form = await begin(hass)
    assert suggested(form) == {
        "location": {"latitude": 37.18, "longitude": -3.6},
        "open_meteo": True,
    }
    assert not {name for name in names(form) if name.startswith("remove")}


@pytest.mark.usefixtures("home")
async def test_a_key_of_aemet_leads_to_the_stations_around(
    hass: HomeAssistant, world: World
) -> None:
    form = await ask(hass, aemet_key=f" {GOOD}\n")
    assert form["step_id"] == "station"
    assert world.asked(AEMET) == 7
    assert preselected(form) == "3195"
    assert form["data_schema"]
    options = form["data_schema"].schema["station"].config["options"]
    assert options[0] == {"value": "3195", "label": "Madrid, Retiro · 2.2 km · 667 m"}
    kilometres = [float(one["label"].split(" · ")[1].removesuffix(" km")) for one in options]
    assert kilometres == sorted(kilometres)
    assert len(options) == 15
    result = await go_on(hass, form, {"station": "3195"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert stored(hass) == STORED | {
        "aemet_key": GOOD,
        "station": RETIRO,
        "climate_station": HISTORY,
        "municipality": TOWN,
    }


@pytest.mark.usefixtures("home", "world")
async def test_another_station_may_be_chosen_and_finds_its_own_history(
    hass: HomeAssistant,
) -> None:
    form = await ask(hass, aemet_key=GOOD, location={"latitude": 36.6, "longitude": -6.3})
    assert preselected(form) == "5910X"
    await go_on(hass, form, {"station": "5910X"})
    found = stored(hass)
    assert found["station"]["code"] == "5910X"
    assert found["climate_station"]["code"] == "5910"


@pytest.mark.usefixtures("home", "world")
@pytest.mark.parametrize(
    ("answers", "errors"),
    [
        ({"aemet_key": "abc"}, {"aemet_key": "key_malformed"}),
        ({"aemet_key": "a.b.c"}, {"aemet_key": "key_malformed"}),
        ({"aemet_key": key(None, name="bad")}, {"aemet_key": "key_rejected"}),
        ({"aemet_key": key(NOON + timedelta(1), name="bad")}, {"aemet_key": "key_rejected"}),
        ({"aemet_key": key(NOON - timedelta(days=1))}, {"aemet_key": "key_expired"}),
        ({"aemet_second_key": key(NOON, name="two")}, {"aemet_second_key": "key_expired"}),
        ({"aemet_key": GOOD, "aemet_second_key": GOOD}, {"aemet_second_key": "same_key"}),
        (
            {"aemet_key": GOOD, "aemet_second_key": key(None, name="bad")},
            {"aemet_second_key": "key_rejected"},
        ),
        ({"openweathermap_key": "my key"}, {"openweathermap_key": "key_malformed"}),
        ({"openweathermap_key": "bad"}, {"openweathermap_key": "key_rejected_or_new"}),
        ({"open_meteo": False}, {"base": "no_source"}),
        ({"open_meteo_key": "it is secret"}, {"open_meteo_key": "key_malformed"}),
        ({"location": {"latitude": 91, "longitude": 0}}, {"location": "no_place"}),
    ],
)
async def test_what_cannot_be_taken_is_explained_at_its_field(
    hass: HomeAssistant, answers: dict[str, Any], errors: dict[str, str]
) -> None:
    form = await ask(hass, **answers)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "weather"
    assert form["errors"] == errors
    # What was accepted beside it is not forgotten, unless that is wanted.
    removals = {name for name in names(form) if name.startswith("remove")}
    result = await go_on(hass, form, OPEN_METEO_ONLY | dict.fromkeys(removals, True))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert stored(hass) == STORED


@pytest.mark.usefixtures("home", "world")
async def test_an_expired_key_says_since_when(hass: HomeAssistant) -> None:
    form = await ask(hass, aemet_key=key(NOON - timedelta(days=1)))
    assert form["description_placeholders"]
    assert form["description_placeholders"]["expired"] == "2026-08-04"


@pytest.mark.usefixtures("home")
async def test_a_malformed_or_expired_key_is_not_even_sent(
    hass: HomeAssistant, world: World
) -> None:
    await ask(hass, aemet_key="abc", aemet_second_key=key(NOON), openweathermap_key="two words")
    assert world.asked(AEMET) == world.asked("api.openweathermap.org") == 0


@pytest.mark.usefixtures("home", "world")
@pytest.mark.parametrize("again", [{}, {"openweathermap_key": "young"}])
async def test_a_key_that_may_be_new_is_taken_at_the_users_word(
    hass: HomeAssistant, again: dict[str, str]
) -> None:
    form = await ask(hass, openweathermap_key="young")
    assert form["errors"] == {"openweathermap_key": "key_rejected_or_new"}
    assert "key_is_new" in names(form)
    assert "skip_key_check" not in names(form)
    result = await go_on(hass, form, OPEN_METEO_ONLY | {"key_is_new": True} | again)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert stored(hass) == STORED | {
        "openweathermap_key": "young",
        "openweathermap_key_since": NOON.isoformat(),
    }


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "status": 500}, "service_unreachable"),
        ({"kind": "reset"}, "service_unreachable"),
        ({"kind": "empty"}, "service_unreachable"),
        ({"kind": "garbage"}, "service_unreachable"),
        ({"kind": "status", "status": 429}, "service_refused"),
        ({"kind": "html", "status": 403}, "service_refused"),
    ],
)
@pytest.mark.parametrize(
    ("field", "text", "host"),
    [
        ("aemet_key", GOOD, AEMET),
        ("openweathermap_key", "good", "api.openweathermap.org"),
    ],
)
async def test_a_service_that_does_not_answer_says_nothing_against_a_key(
    hass: HomeAssistant,
    world: World,
    fault: dict[str, Any],
    error: str,
    field: str,
    text: str,
    host: str,
) -> None:
    world.fail(host=host, **fault)
    form = await ask(hass, **{field: text})
    assert form["errors"] == {field: error}
    assert "skip_key_check" in names(form)
    # It may be typed again, or not.
    form = await go_on(hass, form, OPEN_METEO_ONLY | {field: text})
    assert form["errors"] == {field: error}
    result = await go_on(hass, form, OPEN_METEO_ONLY | {"skip_key_check": True})
    if field == "aemet_key":
        assert result["step_id"] == "station"
        assert result["errors"] == {"base": "no_stations"}
        result = await go_on(hass, result, {"without_station": True})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert stored(hass)[field] == text
    assert "station" not in stored(hass)


@pytest.mark.usefixtures("home")
async def test_going_on_without_the_check_is_no_way_around_a_refusal(
    hass: HomeAssistant, world: World
) -> None:
    world.fail(kind="reset", host=AEMET)
    form = await ask(hass, aemet_key=key(NOON + timedelta(9), name="bad"))
    assert form["errors"] == {"aemet_key": "service_unreachable"}
    world.recover()
    form = await go_on(hass, form, OPEN_METEO_ONLY | {"skip_key_check": True})
    assert form["errors"] == {"aemet_key": "key_rejected"}


@pytest.mark.usefixtures("home")
async def test_the_list_of_stations_may_be_asked_for_again(
    hass: HomeAssistant, world: World
) -> None:
    world.fail(kind="status", status=500, host=AEMET)
    form = await ask(hass, aemet_key=GOOD)
    form = await go_on(hass, form, OPEN_METEO_ONLY | {"skip_key_check": True})
    assert form["errors"] == {"base": "no_stations"}
    world.recover()
    form = await go_on(hass, form, {"without_station": False})
    assert form["step_id"] == "station"
    assert names(form) == {"station"}
    assert not form["errors"]


@pytest.mark.usefixtures("home", "world")
async def test_a_key_that_was_accepted_need_not_be_typed_again(hass: HomeAssistant) -> None:
    form = await ask(hass, aemet_key=GOOD, openweathermap_key="bad")
    assert form["errors"] == {"openweathermap_key": "key_rejected_or_new"}
    form = await go_on(hass, form, OPEN_METEO_ONLY | {"openweathermap_key": "good"})
    assert form["step_id"] == "station"
    await go_on(hass, form, {"station": "3195"})
    assert stored(hass)["aemet_key"] == GOOD
    assert stored(hass)["openweathermap_key"] == "good"


@pytest.mark.usefixtures("home", "world")
async def test_a_second_key_alone_is_the_first(hass: HomeAssistant) -> None:
    form = await ask(hass, aemet_second_key=GOOD)
    await go_on(hass, form, {"station": "3195"})
    assert stored(hass)["aemet_key"] == GOOD
    assert "aemet_second_key" not in stored(hass)


@pytest.mark.usefixtures("home", "world")
async def test_a_key_is_enough_without_open_meteo(hass: HomeAssistant) -> None:
    result = await ask(hass, open_meteo=False, openweathermap_key="good")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert stored(hass)["open_meteo"] is False


KEYS = {
    "aemet_key": GOOD,
    "aemet_second_key": OTHER,
    "openweathermap_key": "good",
    "openweathermap_key_since": "2026-08-01T00:00:00+00:00",
    "open_meteo_key": "paid",
}
STATIONS = {"station": RETIRO, "climate_station": HISTORY, "municipality": TOWN}


async def reconfigure(hass: HomeAssistant, **data: Any) -> tuple[MockConfigEntry, ConfigFlowResult]:
    """Return a factory with data, and the form about its weather."""
    entry = MockConfigEntry(domain=DOMAIN, title="Obrador", data=PVPC | STORED | data)
    entry.add_to_hass(hass)
    form = await entry.start_reconfigure_flow(hass)
    return entry, await go_on(hass, form, PVPC)


@pytest.mark.usefixtures("world")
async def test_no_stored_key_is_ever_shown(home: HomeAssistant) -> None:
    _, form = await reconfigure(home, **KEYS, **STATIONS)
    assert suggested(form).keys() == {"location", "open_meteo"}
    sent: Any = probatio.to_field_list(form["data_schema"], custom_serializer=cv.custom_serializer)
    text = json.dumps([sent, form["description_placeholders"]])
    assert not [one for one in (GOOD, OTHER, '"good"', "paid") if one in text]
    fields = {one["name"]: one for one in sent}
    for name in KEYS.keys() - {"openweathermap_key_since"}:
        assert fields[name]["selector"]["text"]["type"] == "password"


async def test_empty_fields_keep_the_keys_without_asking(home: HomeAssistant, world: World) -> None:
    entry, form = await reconfigure(home, **KEYS, **STATIONS)
    world.fail(kind="status", status=500)
    form = await go_on(home, form, OPEN_METEO_ONLY)
    assert form["errors"] == {"base": "no_stations"}
    assert world.asked("api.openweathermap.org") == 0
    result = await go_on(home, form, {"without_station": True})
    assert result["reason"] == "reconfigure_successful"
    assert entry.data == PVPC | STORED | KEYS | STATIONS


@pytest.mark.usefixtures("world")
async def test_keys_are_removed_by_switches(home: HomeAssistant) -> None:
    entry, form = await reconfigure(home, **KEYS, **STATIONS)
    removals = {"remove_aemet_keys", "remove_openweathermap_key", "remove_open_meteo_key"}
    assert removals <= names(form)
    await go_on(home, form, OPEN_METEO_ONLY | dict.fromkeys(removals, True))
    assert entry.data == PVPC | STORED


@pytest.mark.usefixtures("world")
async def test_a_new_key_takes_the_place_of_the_removed_ones(home: HomeAssistant) -> None:
    entry, form = await reconfigure(home, **KEYS, **STATIONS)
    newest = key(NOON + timedelta(days=99), name="newest")
    form = await go_on(
        home, form, OPEN_METEO_ONLY | {"remove_aemet_keys": True, "aemet_key": newest}
    )
    await go_on(home, form, {"station": "3195"})
    kept = {name: value for name, value in KEYS.items() if name != "aemet_second_key"}
    assert entry.data == PVPC | STORED | kept | STATIONS | {"aemet_key": newest}


@pytest.mark.usefixtures("world")
async def test_the_stored_key_is_not_accepted_as_the_second(home: HomeAssistant) -> None:
    _, form = await reconfigure(home, aemet_key=GOOD)
    form = await go_on(home, form, OPEN_METEO_ONLY | {"aemet_second_key": GOOD})
    assert form["errors"] == {"aemet_second_key": "same_key"}


@pytest.mark.usefixtures("world")
async def test_the_chosen_station_stays_chosen(home: HomeAssistant) -> None:
    chosen = RETIRO | {"code": "5530E"}
    _, form = await reconfigure(home, aemet_key=GOOD, station=chosen)
    form = await go_on(home, form, OPEN_METEO_ONLY)
    assert preselected(form) == "5530E"


async def test_a_station_far_from_the_new_place_is_forgotten(
    home: HomeAssistant, world: World
) -> None:
    entry, form = await reconfigure(home, aemet_key=GOOD, **STATIONS)
    world.fail(kind="reset", host=AEMET)
    granada = {"latitude": 37.18, "longitude": -3.6}
    form = await go_on(home, form, OPEN_METEO_ONLY | {"location": granada})
    await go_on(home, form, {"without_station": True})
    assert entry.data == PVPC | STORED | granada | {"aemet_key": GOOD}


@pytest.mark.usefixtures("home", "world")
async def test_no_key_is_in_the_log(hass: HomeAssistant, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    secret = key(NOON + timedelta(days=9), name="bad secret")
    await ask(
        hass, aemet_key=secret, openweathermap_key="badsecretowm", open_meteo_key="secretmeteo"
    )
    assert caplog.text
    for text in (secret, "badsecretowm", "secretmeteo"):
        assert text not in caplog.text


def test_forms_in_tests_would_notice_a_missing_word() -> None:
    form: Any = {
        "type": FlowResultType.FORM,
        "step_id": "reauth_confirm",
        "data_schema": probatio.Schema({probatio.Optional("aemet_key"): str}),
        "errors": None,
        "description_placeholders": {"service": "AEMET", "name": "Obrador", "page": ""},
    }
    readable(form)
    for flaw in (
        {"errors": {"base": "no_such_error"}},
        {"errors": {"no_such_field": "key_rejected"}},
        {"data_schema": probatio.Schema({probatio.Optional("no_such_field"): str})},
        {"description_placeholders": None},
    ):
        with pytest.raises(AssertionError):
            readable(form | flaw)
