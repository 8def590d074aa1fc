"""The action answers everything that a dashboard shows, to everyone; changing is for admins."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.chocolate_factory import dashboard_services
from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.history.errors import StoreError
from custom_components.chocolate_factory.history.store import Store
from custom_components.chocolate_factory.outlook_coordinator import OutlookCoordinator

from .conftest import ASKED, NOON, PVPC, settle
from .told import ask

ACTIONS = load_yaml_dict(Path(dashboard_services.__file__).parent / "services.yaml")
# What may be asked without changing anything; whatever is new and not here has to refuse guests.
QUESTIONS: dict[str, dict[str, Any]] = {
    "get_prices": {},
    "get_cheapest_window": {"duration": "02:00:00"},
    "get_jobs": {},
    "get_gaps": {},
    "get_dashboard": {},
    "get_outlook": {},
    "predict_energy_score": {"price_eur_kwh": 0.1, "temperature": 20, "humidity": 50},
    "predict_production": {"price_eur_kwh": 0.1, "temperature": 20, "humidity": 50},
    "get_model_status": {},
    "get_outcomes": {},
}
# What the others cannot do without.
NEEDED: dict[str, dict[str, Any]] = {
    "backfill": {"days_back": 1},
    "import_climate": {"source": "open_meteo"},
    "import_history": {"path": "/media/history.csv"},
    # Whoever only wants a link to read is welcome.
    "export_history": {"path": "/media/history.csv"},
    "record_outcome": {"start": "2026-08-04 10:00:00", "outcome": "good"},
    "delete_outcome": {"id": 1},
}


@pytest.mark.usefixtures("factory")
async def test_the_whole_dashboard_is_answered_in_one_piece(home: HomeAssistant) -> None:
    answer = await ask(home, "get_dashboard")
    assert answer["version"] == 1
    assert answer["factory"] == {"id": "obrador", "title": "Obrador"}
    assert (answer["updated"], answer["issued"]) == (NOON.isoformat(), NOON.isoformat())
    assert (answer["zone"], answer["unit"], answer["engine"]) == ("Europe/Madrid", "€/kWh", "rule")
    assert {"score", "recommendation", "reason", "running"} <= answer["models"].keys()
    assert {job["name"] for job in answer["jobs"]} >= {"prices", "weather", "gaps", "training"}
    assert {one["series"] for one in answer["history"]["series"]} >= {"pvpc", "spot", "temperature"}
    assert {one["host"] for one in answer["health"]["sources"]} >= {"apidatos.ree.es"}
    assert answer["prices"]["contract"] == "pvpc"


@pytest.mark.usefixtures("factory")
async def test_it_says_what_the_sensors_and_the_other_actions_say(home: HomeAssistant) -> None:
    answer, outlook = await ask(home, "get_dashboard"), await ask(home, "get_outlook", hours=168)
    (start, seconds, count), *_ = answer["slots"]["time"]
    assert datetime.fromisoformat(start) == datetime.fromisoformat("2026-08-04T00:00:00+02:00")
    now = int((NOON - datetime.fromisoformat(start)) / timedelta(seconds=seconds))
    assert now < count
    for row, slot in enumerate(outlook["slots"], start=now):
        recommended = answer["slots"]["recommendation"][row]
        word = None if recommended is None else answer["recommendations"][recommended]
        assert word == slot["recommendation"]
        assert answer["origins"][answer["slots"]["origin"][row]] == slot["origin"]
    assert (answer["days"], answer["windows"][:1]) == (
        outlook["days"],
        [outlook["next_window"]] if outlook["next_window"] else [],
    )
    for sensor, value in (
        ("electricity_price", answer["slots"]["price"][now]),
        ("price_level", answer["levels"][answer["slots"]["level"][now]]),
        ("tariff_period", f"p{answer['slots']['period'][now]}"),
        ("lowest_price_today", answer["prices"]["today"]["lowest"]),
        ("temperature", answer["weather"]["temperature"]),
        ("chocolate_production_index", answer["comfort"]["now"]["index"]),
        ("data_completeness", answer["history"]["completeness"]),
    ):
        state = home.states.get(f"sensor.obrador_{sensor}")
        assert state
        if isinstance(value, str):
            assert state.state == value
        else:
            assert float(state.state) == pytest.approx(value, abs=0.5 if value > 1 else 1e-4)


async def test_of_several_factories_one_has_to_be_named(
    home: HomeAssistant, factory: MockConfigEntry
) -> None:
    second = MockConfigEntry(domain=DOMAIN, title="Tienda", data=PVPC | ASKED, entry_id="tienda")
    second.add_to_hass(home)
    assert await home.config_entries.async_setup("tienda")
    await settle(home)
    for name in ("obrador", "tienda"):
        answer = await ask(home, "get_dashboard", config_entry_id=name)
        assert answer["factory"]["id"] == name
    questions: list[dict[str, Any]] = [{}, {"config_entry_id": "nobody"}]
    for question in questions:
        with pytest.raises(ServiceValidationError):
            await ask(home, "get_dashboard", **question)


@pytest.mark.usefixtures("factory")
async def test_a_call_of_the_wrong_shape_is_refused(home: HomeAssistant) -> None:
    with pytest.raises(probatio.Invalid):
        await ask(home, "get_dashboard", hours=24)


async def test_before_the_first_outlook_the_action_says_so(
    home: HomeAssistant, factory: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_coordinator: OutlookCoordinator) -> None:
        return None

    monkeypatch.setattr(OutlookCoordinator, "async_panorama", nothing)
    with pytest.raises(HomeAssistantError) as caught:
        await ask(home, "get_dashboard")
    assert caught.value.translation_key == "no_outlook"


@pytest.mark.usefixtures("factory")
async def test_a_store_that_fails_is_an_error_with_words(
    home: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise StoreError("disk I/O error")

    monkeypatch.setattr(Store, "read_recommendations", fail)
    with pytest.raises(HomeAssistantError, match=r"disk I/O error") as caught:
        await ask(home, "get_dashboard")
    assert caught.value.translation_key == "store_failed"


@pytest.mark.usefixtures("factory")
async def test_a_read_only_person_gets_it_through_the_rest_api(
    home: HomeAssistant, hass_client: ClientSessionGenerator, hass_read_only_access_token: str
) -> None:
    assert await async_setup_component(home, "api", {})
    guest = await hass_client(hass_read_only_access_token)
    address = f"/api/services/{DOMAIN}"
    response = await guest.post(f"{address}/get_dashboard?return_response", json={})
    assert response.status == 200
    assert (await response.json())["service_response"] == await ask(home, "get_dashboard")
    refused = await guest.post(f"{address}/ingest_now", json={})
    assert refused.status == 401


@pytest.mark.usefixtures("factory")
@pytest.mark.parametrize("action", QUESTIONS)
async def test_everybody_may_ask(
    home: HomeAssistant, hass_read_only_user: MockUser, action: str
) -> None:
    context = Context(user_id=hass_read_only_user.id)
    assert await ask(home, action, context, **QUESTIONS[action])


@pytest.mark.usefixtures("factory")
@pytest.mark.parametrize("action", sorted(ACTIONS.keys() - QUESTIONS.keys()))
async def test_whatever_changes_something_is_for_admins(
    home: HomeAssistant, hass_read_only_user: MockUser, action: str
) -> None:
    context = Context(user_id=hass_read_only_user.id)
    with pytest.raises(Unauthorized):
        await home.services.async_call(
            DOMAIN, action, NEEDED.get(action, {}), blocking=True, context=context
        )


@pytest.mark.usefixtures("factory")
def test_every_action_is_one_of_those(home: HomeAssistant) -> None:
    assert home.services.async_services()[DOMAIN].keys() == ACTIONS.keys()
    assert ACTIONS.keys() >= QUESTIONS.keys()
