"""The history fills by itself, tells how complete it is, and goes on over outages and restarts."""

from datetime import timedelta
from unittest.mock import patch

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.history.errors import StoreError
from custom_components.chocolate_factory.history.store import Store
from simulator import LOG

from .conftest import PVPC, World, settle
from .told import (
    DAY,
    HOUR,
    MINUTE,
    REDATA,
    Tick,
    ask,
    asked_twice,
    check_budgets,
    completeness,
    days_asked,
    do,
    fill,
    forget,
    forget_notices,
    is_falling,
    job_of,
    keyed,
    listen,
    missing,
    notices,
    set_up,
)

COMPLETE = {"pvpc": 0, "spot": 0, "temperature": 0, "humidity": 0, "pressure": 0}


async def restart(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Stop and begin again on the same file, with nothing in memory."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    # The store that was open until now is closed when Home Assistant stops.
    hass.data.pop(DOMAIN).jobs.async_stop()
    assert await hass.config_entries.async_setup(entry.entry_id)


@pytest.mark.usefixtures("world")
async def test_a_new_factory_fills_its_last_month_soon_and_by_itself(
    home: HomeAssistant, world: World, tick: Tick
) -> None:
    told = listen(home)
    await set_up(home, keyed())
    assert 10 < completeness(home) < 20, "a week of prices, and some weather"
    await tick(9 * MINUTE)
    assert (await job_of(home))["last_run"] is None
    await tick(MINUTE)
    assert (await job_of(home))["last_run"] is not None

    assert await fill(home, tick) <= 5, "twenty-three days, six a minute"

    assert await missing(home) == COMPLETE
    assert completeness(home) == 100
    assert [(one["type"], one["config_entry_id"]) for one in told] == [("gaps_filled", "obrador")]
    assert told[0]["series"]["spot"] == {"filled": 22.5 * 96, "left": 0}
    assert notices(home) == {}, "nobody asked"
    check_budgets(world)
    assert asked_twice(world, REDATA) == []


async def test_an_outage_of_ten_days_heals(
    home: HomeAssistant, world: World, full: MockConfigEntry, tick: Tick
) -> None:
    assert completeness(home) == 100
    told = listen(home)
    world.fail(kind="reset")
    for _ in range(10):
        await tick(DAY)
    during = (await ask(home, "get_gaps"))["series"]
    shares = [one["completeness"] for one in during.values()]
    assert all(63 < share < 69 for share in shares), "ten days of thirty"
    assert completeness(home) == pytest.approx(sum(shares) / 5, abs=0.05)
    assert {gap["estimated"] for gap in during["spot"]["gaps"]} == {False}
    assert told == []
    world.recover()
    check_budgets(world)
    world.app[LOG].clear()

    await tick(2 * HOUR)
    await fill(home, tick)

    assert await missing(home) == COMPLETE
    assert completeness(home) == 100
    check_budgets(world)
    assert asked_twice(world, REDATA) == []
    assert len(days_asked(world)) == 10
    assert [one["type"] for one in told] == ["gaps_filled"]
    assert notices(home) == {}


@pytest.mark.parametrize("times", [1, 3])
async def test_a_restart_in_the_middle_loses_nothing_and_repeats_nothing(
    home: HomeAssistant, world: World, full: MockConfigEntry, tick: Tick, times: int
) -> None:
    told = listen(home)
    await do(home, "backfill", days_back=90, series=["pvpc", "spot"])
    for _ in range(times):
        await tick(MINUTE)
        await restart(home, full)
        await settle(home)
    assert 0 < len(days_asked(world)) < 60

    assert notices(home)["backfill_obrador"].startswith("History is being filled")
    await fill(home, tick)

    assert is_falling(days_asked(world)), "the newest first"
    assert len(days_asked(world)) == 60
    gaps = await missing(home, 90)
    assert (gaps["pvpc"], gaps["spot"]) == (0, 0)
    assert gaps["humidity"] == 60 * 24, "nobody asked for that"
    assert [one["type"] for one in told] == ["backfill_finished"]
    check_budgets(world)


async def test_a_backfill_tells_how_far_it_is_and_how_it_went(
    home: HomeAssistant, full: MockConfigEntry, tick: Tick
) -> None:
    told, said = listen(home), []
    before = await missing(home, 50)
    await do(home, "backfill", days_back=50)
    while not told:
        said.append(notices(home)["backfill_obrador"])
        await tick(MINUTE)

    percent = [int(text.split(" %")[0].split()[-1]) for text in said]
    assert percent == sorted(set(percent))
    assert 0 < percent[0] < percent[-1] < 100
    assert said[0].startswith("History is being filled: ")
    assert len(said) == pytest.approx(20 / 6, abs=1)
    filled = sum(before.values())
    assert notices(home) == {
        "backfill_obrador": f"History is filled: {filled} slots are new, 0 are still missing."
    }
    assert told == [
        {
            "config_entry_id": "obrador",
            "type": "backfill_finished",
            "filled": filled,
            "left": 0,
            "dropped": 0,
            "errors": {},
            "series": {name: {"filled": count, "left": 0} for name, count in before.items()},
        }
    ]
    assert await missing(home, 50) == COMPLETE


async def test_notices_speak_the_language_of_the_house(
    home: HomeAssistant, world: World, tick: Tick
) -> None:
    home.config.language = "es"
    await set_up(home, keyed())
    await do(home, "backfill", days_back=2)
    assert notices(home)["backfill_obrador"].startswith("El histórico está completado: ")


@pytest.mark.parametrize("language", ["de", "xx"])
async def test_notices_are_english_where_there_is_no_better_language(
    home: HomeAssistant, world: World, language: str
) -> None:
    home.config.language = "es"
    await set_up(home, keyed())
    home.config.language = language
    await do(home, "backfill", days_back=2)
    assert notices(home)["backfill_obrador"].startswith("History is filled: ")


async def test_notices_can_be_switched_off(home: HomeAssistant, world: World) -> None:
    told = listen(home)
    entry = keyed()
    await set_up(home, entry)
    home.config_entries.async_update_entry(entry, options={"notify": False})
    await home.config_entries.async_reload(entry.entry_id)
    await settle(home)
    forget_notices(home)
    await do(home, "backfill", days_back=2)
    assert notices(home) == {}
    assert [one["type"] for one in told] == ["backfill_finished"]


async def test_a_backfill_waits_while_nobody_answers_and_then_goes_on(
    home: HomeAssistant, world: World, full: MockConfigEntry, tick: Tick
) -> None:
    told = listen(home)
    world.fail(kind="reset")
    await do(home, "backfill", days_back=45)
    for _ in range(12):
        await tick(5 * MINUTE)
    notice = notices(home)["backfill_obrador"]
    assert notice.startswith("History is being filled: 0 % (0 slots filled, ")
    assert "It has to wait, and goes on by itself." in notice
    assert "redata: " in notice
    assert (await job_of(home))["last_result"] in ("partial", "nothing")
    assert told == []
    check_budgets(world)
    world.recover()

    for _ in range(4):
        await tick(5 * MINUTE)

    assert [one["type"] for one in told] == ["backfill_finished"]
    assert set(told[0]["errors"]) >= {"redata: apidatos.ree.es: ClientConnectionError"}
    assert (await missing(home, 45))["pvpc"] == 0


async def test_a_backfill_that_nobody_can_help_is_given_up(
    home: HomeAssistant, world: World, full: MockConfigEntry, tick: Tick
) -> None:
    told = listen(home)
    world.fail(kind="garbage")
    await do(home, "backfill", days_back=45)
    for _ in range(9):
        await tick(6 * HOUR)

    assert [one["type"] for one in told] == ["backfill_failed"]
    assert told[0]["filled"] == 0
    assert told[0]["left"] > 15 * 120
    assert told[0]["errors"]
    assert notices(home)["backfill_obrador"].startswith("History could not be filled; ")
    assert "redata" in notices(home)["backfill_obrador"]
    world.recover()
    world.app[LOG].clear()
    await tick(3 * HOUR)
    await fill(home, tick)
    assert min(days_asked(world)) > "2026-07-05", "nobody wants more than the last month any more"
    assert [one["type"] for one in told] == ["backfill_failed", "gaps_filled"]


async def test_who_asks_twice_is_told_once(
    home: HomeAssistant, world: World, full: MockConfigEntry, tick: Tick
) -> None:
    told = listen(home)
    before = (await missing(home, 42))["pvpc"]
    assert before > 11 * 24
    await do(home, "backfill", days_back=40)
    assert "%" in notices(home)["backfill_obrador"]
    await do(home, "backfill", days_back=42)
    assert "%" in notices(home)["backfill_obrador"]
    await fill(home, tick)
    assert [(one["type"], one["series"]["pvpc"]["filled"]) for one in told] == [
        ("backfill_finished", before)
    ]
    assert asked_twice(world, REDATA) == []
    await do(home, "backfill", days_back=42)
    assert [(one["type"], one["filled"]) for one in told[1:]] == [("backfill_finished", 0)]


@pytest.mark.usefixtures("world")
async def test_who_asks_for_short_gaps_is_not_told_of_long_ones(
    home: HomeAssistant, full: MockConfigEntry, tick: Tick
) -> None:
    told = listen(home)
    await forget(full, "2026-07-08T00:00Z", 540)
    await forget(full, "2026-08-02T06:00Z", 1)
    before = await missing(home)
    assert before["pvpc"] == 541

    await do(home, "backfill_gaps", maximum_gap_hours=1, series=["pvpc", "weather"])

    assert [one["type"] for one in told] == ["backfill_finished"]
    assert told[0]["series"] == {
        name: {"filled": 1, "left": 0} for name in ("pvpc", "temperature", "humidity", "pressure")
    }
    assert notices(home) == {
        "backfill_obrador": "History is filled: 4 slots are new, 0 are still missing."
    }
    await do(home, "backfill_gaps", maximum_gap_hours=1)
    assert (told[1]["type"], told[1]["filled"], told[1]["left"]) == ("backfill_finished", 0, 0)
    assert 0 < (await missing(home))["pvpc"] < 540, "that goes on by itself"

    await fill(home, tick)

    assert await missing(home) == COMPLETE
    assert [one["type"] for one in told[2:]] == ["gaps_filled"]
    assert {name: one["filled"] for name, one in told[2]["series"].items()} == {
        "pvpc": 540,
        "spot": 4 * 541,
        "temperature": 540,
        "humidity": 540,
        "pressure": 540,
    }
    assert notices(home)["backfill_obrador"].startswith("History is filled: 0 slots are new, 0 ")


async def test_a_backfill_that_ends_after_a_restart_is_told_to_whoever_asked(
    home: HomeAssistant, world: World, full: MockConfigEntry, tick: Tick
) -> None:
    told = listen(home)
    await do(home, "backfill", days_back=38, series=["spot"])
    assert len(days_asked(world)) < 8
    await restart(home, full)
    await settle(home)
    await tick(2 * MINUTE)
    await fill(home, tick)
    assert [one["type"] for one in told] == ["backfill_finished"]


async def test_what_is_asked_for_while_the_job_runs_is_done_too(
    home: HomeAssistant, world: World, full: MockConfigEntry, tick: Tick
) -> None:
    told = listen(home)
    for days in (32, 33):
        await home.services.async_call(DOMAIN, "backfill", {"days_back": days}, blocking=True)
    await settle(home)
    await fill(home, tick)
    assert [one["type"] for one in told] == ["backfill_finished"]
    assert await missing(home, 33) == COMPLETE


async def test_a_removed_factory_wants_nothing_and_leaves_no_notice(
    home: HomeAssistant, world: World, full: MockConfigEntry, tick: Tick
) -> None:
    store = full.runtime_data.shared.store
    await do(home, "backfill", days_back=90)
    assert notices(home)
    assert await store.load_wishes("obrador")
    await home.config_entries.async_remove(full.entry_id)
    await settle(home)
    assert await store.load_wishes("obrador") == []
    assert notices(home) == {}
    asked = world.asked()
    await tick(3 * HOUR)
    assert world.asked() == asked


async def test_two_factories_fill_side_by_side(
    home: HomeAssistant, world: World, full: MockConfigEntry, tick: Tick
) -> None:
    told = listen(home)
    second = MockConfigEntry(
        domain=DOMAIN,
        title="Tienda",
        data=PVPC | {"name": "Tienda", "zone": "ceuta"},
        entry_id="tienda",
    )
    await set_up(home, second)
    before = (await ask(home, "get_gaps", config_entry_id="obrador", days_back=50))["series"]
    await do(home, "backfill", config_entry_id="obrador", days_back=50, series=["spot"])
    await do(home, "backfill", config_entry_id="tienda", days_back=40, series=["pvpc"])
    await tick(MINUTE)
    assert set(notices(home)) == {"backfill_obrador", "backfill_tienda"}
    await fill(home, tick)
    assert sorted((one["config_entry_id"], one["type"]) for one in told) == [
        ("obrador", "backfill_finished"),
        ("tienda", "backfill_finished"),
        # It is new: the rest of its last days was filled without being asked for.
        ("tienda", "gaps_filled"),
    ]
    series = (await ask(home, "get_gaps", config_entry_id="tienda", days_back=40))["series"]
    assert series["pvpc_ceuta_melilla"]["missing_slots"] == 0
    series = (await ask(home, "get_gaps", config_entry_id="obrador", days_back=50))["series"]
    assert series["spot"]["missing_slots"] == 0
    assert series["pvpc"] == before["pvpc"], "nobody asked for that"
    check_budgets(world)


async def test_a_factory_that_is_reloaded_does_not_end_what_another_one_wants(
    home: HomeAssistant, world: World, full: MockConfigEntry, tick: Tick
) -> None:
    second = MockConfigEntry(domain=DOMAIN, title="Tienda", data=PVPC, entry_id="tienda")
    await set_up(home, second)
    await fill(home, tick)
    await do(home, "backfill", config_entry_id="obrador", days_back=50, series=["spot"])
    for _ in range(3):
        await home.config_entries.async_reload("tienda")
        await settle(home)
        await tick(MINUTE)
    assert len(set(days_asked(world))) > 15
    await home.config_entries.async_remove("tienda")
    await fill(home, tick)
    series = (await ask(home, "get_gaps", config_entry_id="obrador", days_back=50))["series"]
    assert series["spot"]["missing_slots"] == 0


async def test_completeness_follows_the_jobs_and_the_clock(
    home: HomeAssistant, world: World, full: MockConfigEntry, tick: Tick
) -> None:
    world.fail(kind="status", status=500)
    shown = []
    for _ in range(10):
        await tick(timedelta(minutes=30))
        series = (await ask(home, "get_gaps"))["series"]
        shares = [one["completeness"] for one in series.values()]
        assert completeness(home) == pytest.approx(sum(shares) / 5, abs=0.01)
        shown.append(completeness(home))
    assert shown[-1] < shown[0], "hours go by of which nobody knows the weather"
    world.recover()
    for _ in range(3):
        await tick(5 * MINUTE)
    assert completeness(home) > shown[-1]
    assert (await job_of(home))["last_run"]


async def test_a_store_that_fails_costs_the_job_but_not_the_wish(
    home: HomeAssistant, world: World, full: MockConfigEntry, tick: Tick
) -> None:
    before = completeness(home)
    await do(home, "backfill", days_back=40, series=["spot"])
    with patch.object(Store, "read", side_effect=StoreError("the disk is gone")):
        await tick(MINUTE)
    job = await job_of(home)
    assert (job["last_result"], job["detail"]) == ("failed", "the disk is gone")
    assert completeness(home) == before
    await tick(2 * HOUR)
    await fill(home, tick)
    assert (await missing(home, 40))["spot"] == 0


async def test_without_any_source_of_weather_none_is_missed(
    home: HomeAssistant, world: World, tick: Tick
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, title="Obrador", data=PVPC | {"open_meteo": False})
    await set_up(home, entry)
    await tick(10 * MINUTE)
    await fill(home, tick)
    assert await missing(home) == {"pvpc": 0, "spot": 0}
    assert completeness(home) == 100


@pytest.mark.usefixtures("world")
async def test_the_event_entity_tells_what_happened_last(home: HomeAssistant, tick: Tick) -> None:
    await set_up(home, keyed())
    await tick(10 * MINUTE)
    await fill(home, tick)
    state = home.states.get("event.obrador_data")
    assert state
    assert state.attributes["event_type"] == "gaps_filled"
    assert state.attributes["left"] == 0
    before = (await missing(home, 32))["spot"]
    await do(home, "backfill", days_back=32, series=["spot"])
    await fill(home, tick)
    after = home.states.get("event.obrador_data")
    assert after
    assert after.attributes["event_type"] == "backfill_finished"
    assert after.attributes["filled"] == before
    assert after.attributes["series"]["spot"] == {"filled": before, "left": 0}
    assert after.state > state.state
