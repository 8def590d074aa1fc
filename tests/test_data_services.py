"""The actions about the history tell the truth to everyone, and obey admins."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.util.yaml import load_yaml_dict
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.chocolate_factory import data_services
from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.history.errors import StoreError
from custom_components.chocolate_factory.history.store import Store

from .conftest import PVPC, World, settle
from .told import (
    Tick,
    ask,
    days_asked,
    do,
    fill,
    forget,
    instant,
    keyed,
    missing,
    notices,
    set_up,
)

ACTIONS = ("backfill", "backfill_gaps", "import_climate")


async def test_a_new_factory_tells_what_it_lacks_and_what_can_be_done(
    home: HomeAssistant, world: World
) -> None:
    world.fail(kind="status", status=429)
    await set_up(home, keyed(open_meteo=False))

    series = (await ask(home, "get_gaps", days_back=10))["series"]

    assert set(series) == {"pvpc", "spot", "temperature", "humidity", "pressure"}
    assert {one["completeness"] for one in series.values()} == {0}
    pvpc, humidity = series["pvpc"], series["humidity"]
    assert (pvpc["start"], pvpc["end"]) == (
        "2026-07-26T10:00:00+00:00",
        "2026-08-05T22:00:00+00:00",
    )
    assert pvpc["missing_slots"] == 10 * 24 + 12
    assert sum(gap["slots"] for gap in pvpc["gaps"]) == pvpc["missing_slots"]
    assert series["spot"]["missing_slots"] == 4 * pvpc["missing_slots"]
    assert pvpc["gaps"][0]["end"] == pvpc["end"], "the newest first"
    held = {gap["reason"]: gap["until"] for gap in pvpc["gaps"]}
    assert set(held) == {"held_back", "tried_in_vain"}
    assert instant("2026-08-05T10:05Z") < instant(held["held_back"]) <= instant("2026-08-05T16:00Z")
    assert {gap["reason"] for gap in humidity["gaps"]} == {"held_back", "source_lag"}
    (late,) = [gap for gap in humidity["gaps"] if gap["reason"] == "source_lag"]
    assert late["start"] == "2026-08-02T00:00:00+00:00", "days of the climate come after four days"
    assert late["until"] == "2026-08-06T00:00:00+00:00"


@pytest.mark.usefixtures("full")
async def test_gaps_are_told_to_everyone_as_they_are(
    home: HomeAssistant, full: MockConfigEntry, hass_read_only_user: MockUser
) -> None:
    context = Context(user_id=hass_read_only_user.id)
    series = (await ask(home, "get_gaps", context))["series"]
    assert {one["completeness"] for one in series.values()} == {100}
    assert [one["gaps"] for one in series.values()] == [[]] * 5
    await forget(full, "2026-07-20T06:00Z", 3)
    series = (await ask(home, "get_gaps", context))["series"]
    assert {
        name: [(gap["start"], gap["end"], gap["slots"], gap["reason"], gap["until"])]
        for name, one in series.items()
        for gap in one["gaps"]
    } == {
        name: [
            (
                "2026-07-20T06:00:00+00:00",
                "2026-07-20T09:00:00+00:00",
                12 if name == "spot" else 3,
                "fillable",
                None,
            )
        ]
        for name in series
    }
    expected = 100 * (1 - 3 / (30 * 24 + 12))
    assert series["pvpc"]["completeness"] == pytest.approx(expected, abs=0.01)


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("action", ACTIONS)
async def test_only_admins_may_change_the_history(
    home: HomeAssistant, world: World, hass_read_only_user: MockUser, action: str
) -> None:
    context = Context(user_id=hass_read_only_user.id)
    data = {"source": "open_meteo"} if action == "import_climate" else {}
    with pytest.raises(Unauthorized):
        await home.services.async_call(DOMAIN, action, data, blocking=True, context=context)
    await settle(home)
    assert world.asked() == 0
    assert notices(home) == {}


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("get_gaps", {"days_back": 0}),
        ("get_gaps", {"days_back": 3661}),
        ("get_gaps", {"days_back": "soon"}),
        ("get_gaps", {"days_back": float("nan")}),
        ("get_gaps", {"series": ["spot"]}),
        ("backfill", {"days_back": -1}),
        ("backfill", {"start": "yesterday"}),
        ("backfill", {"series": ["gas"]}),
        ("backfill", {"series": ["temperature"]}),
        ("backfill_gaps", {"maximum_gap_hours": 0}),
        ("backfill_gaps", {"maximum_gap_hours": float("nan")}),
        ("backfill_gaps", {"maximum_gap_hours": float("inf")}),
        ("backfill_gaps", {"include_larger": "perhaps"}),
        ("import_climate", {}),
        ("import_climate", {"source": "memory"}),
        ("import_climate", {"source": "aemet", "start": "the war"}),
    ],
)
@pytest.mark.usefixtures("full")
async def test_a_call_of_the_wrong_shape_is_refused(
    home: HomeAssistant, world: World, action: str, data: dict[str, Any]
) -> None:
    with pytest.raises(probatio.Invalid):
        await ask(home, action, **data)
    await settle(home)
    assert world.asked() == 0


@pytest.mark.parametrize(
    ("action", "data", "key"),
    [
        ("backfill", {"days_back": 3, "start": "2026-08-01 00:00:00"}, "days_back_or_start"),
        (
            "backfill",
            {"start": "2026-08-02 00:00:00", "end": "2026-08-01 00:00:00"},
            "invalid_range",
        ),
        ("backfill", {"start": "2001-01-01 00:00:00"}, "invalid_range"),
        ("backfill", {"start": "1899-01-01 00:00:00"}, "invalid_range"),
        (
            "backfill",
            {"start": "1939-01-01 00:00:00", "end": "1941-01-01 00:00:00"},
            "invalid_range",
        ),
        ("backfill", {"end": "9999-12-31 00:00:00"}, "out_of_reach"),
        (
            "backfill",
            {"start": "2026-09-01 00:00:00", "end": "2026-09-03 00:00:00"},
            "not_in_the_past",
        ),
        ("backfill", {"config_entry_id": "nobody"}, None),
        ("import_climate", {"source": "aemet", "end": "2026-08-05"}, "invalid_days"),
        (
            "import_climate",
            {"source": "aemet", "start": "2026-08-02", "end": "2026-08-01"},
            "invalid_days",
        ),
        ("import_climate", {"source": "open_meteo", "start": "1939-12-31"}, "invalid_days"),
        ("import_climate", {"source": "open_meteo", "end": "0001-01-01"}, "invalid_days"),
        ("import_climate", {"source": "files"}, "no_path"),
        ("import_climate", {"source": "files", "path": ""}, "no_path"),
    ],
)
@pytest.mark.usefixtures("full")
async def test_nonsense_is_refused_with_an_explanation(
    home: HomeAssistant, world: World, action: str, data: dict[str, Any], key: str | None
) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await ask(home, action, **data)
    assert caught.value.translation_key
    if key:
        assert caught.value.translation_key == key
        assert key not in str(caught.value), "there are words for it"
    await settle(home)
    assert world.asked() == 0
    assert notices(home) == {}


async def test_a_range_is_filled_and_nothing_else(
    home: HomeAssistant, world: World, full: MockConfigEntry, tick: Tick
) -> None:
    before = await missing(home, 60)
    answer = await ask(
        home,
        "backfill",
        start="2026-06-20 00:00:00",
        end="2026-06-22 00:00:00",
        series=["pvpc"],
    )
    assert {name: one["missing_slots"] for name, one in answer["series"].items()} == {"pvpc": 48}
    await settle(home)
    assert days_asked(world) == ["2026-06-21", "2026-06-20"]
    after = await missing(home, 60)
    assert after == before | {"pvpc": before["pvpc"] - 48}


async def test_days_back_count_from_the_end(
    home: HomeAssistant, world: World, full: MockConfigEntry
) -> None:
    await do(home, "backfill", end="2026-06-22 00:00:00", days_back=2.0, series=["spot"])
    assert days_asked(world) == ["2026-06-21", "2026-06-20"]


@pytest.mark.parametrize(
    ("zone", "name"), [("melilla", "pvpc_ceuta_melilla"), ("canaries", "pvpc")]
)
async def test_pvpc_means_the_one_where_the_factory_is(
    home: HomeAssistant, world: World, zone: str, name: str
) -> None:
    entry = MockConfigEntry(
        domain=DOMAIN, title="Obrador", data=PVPC | {"zone": zone, "open_meteo": False}
    )
    await set_up(home, entry)
    answer = await ask(home, "backfill", days_back=12, series="pvpc")
    assert set(answer["series"]) == {name}
    await settle(home)
    assert (await missing(home, 12))[name] == 0


async def test_longer_gaps_are_filled_only_when_asked_for(
    home: HomeAssistant, world: World, full: MockConfigEntry, tick: Tick
) -> None:
    await do(home, "backfill", start="2026-06-10 00:00:00", end="2026-06-25 00:00:00")
    await fill(home, tick)
    await forget(full, "2026-06-12T06:00Z", 5)
    await forget(full, "2026-06-14T06:00Z", 8)
    before = await missing(home, 60)

    await do(home, "backfill_gaps", days_back=60)
    await fill(home, tick)
    after = await missing(home, 60)
    assert {name: before[name] - after[name] for name in before} == {
        name: 20 if name == "spot" else 5 for name in before
    }
    assert notices(home)["backfill_obrador"].startswith("History is filled: 40 slots")

    await do(home, "backfill_gaps", days_back=60, maximum_gap_hours=8, series=["spot", "weather"])
    await fill(home, tick)
    then = await missing(home, 60)
    assert {name: after[name] - then[name] for name in before} == {
        name: {"spot": 32, "pvpc": 0}.get(name, 8) for name in before
    }

    await do(home, "backfill_gaps", days_back=60, include_larger=True)
    await fill(home, tick)
    assert set((await missing(home, 60)).values()) == {0}


async def test_a_list_that_was_left_empty_means_everything(
    home: HomeAssistant, full: MockConfigEntry
) -> None:
    answer = await ask(home, "backfill_gaps", series=[])
    assert len(answer["series"]) == 5


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("method", ["read", "save_wishes"])
async def test_a_store_that_fails_is_said_in_the_users_words(
    home: HomeAssistant, method: str
) -> None:
    with (
        patch.object(Store, method, side_effect=StoreError("disk is full")),
        pytest.raises(HomeAssistantError) as caught,
    ):
        await ask(home, "backfill")
    assert caught.value.translation_key == "store_failed"


def answers(field: dict[str, Any]) -> list[Any]:
    """Return what the form of Home Assistant sends for a field."""
    ((kind, options),) = field["selector"].items()
    match kind:
        case "config_entry" | "text":
            return ["obrador", ""]
        case "number":
            return [float(options["min"]), float(options["max"])]
        case "select":
            kinds = options["options"]
            return [kinds[:1], kinds, []] if options.get("multiple") else kinds
        case "datetime":
            return ["2026-08-01 10:30:00"]
        case "date":
            return ["2026-08-01"]
        case "boolean":
            return [True, False]
    raise AssertionError(f"nobody knows what {kind} sends")


@pytest.mark.parametrize(
    ("action", "schema"),
    [
        ("get_gaps", data_services._GET_GAPS),
        ("backfill", data_services._BACKFILL),
        ("backfill_gaps", data_services._BACKFILL_GAPS),
        ("import_climate", data_services._IMPORT_CLIMATE),
    ],
)
def test_what_the_forms_send_is_understood(action: str, schema: probatio.Schema) -> None:
    folder = Path(data_services.__file__).parent
    fields = load_yaml_dict(folder / "services.yaml")[action]["fields"]
    assert {str(key) for key in schema.schema} == set(fields)
    needed = {
        name: answers(field)[0]
        for name, field in fields.items()
        if isinstance(field, dict) and field.get("required")
    }
    for name, field in fields.items():
        assert isinstance(field, dict)
        for answer in answers(field):
            assert name in schema(needed | {name: answer})
        if "default" in field:
            assert schema(needed)[name] == field["default"]
