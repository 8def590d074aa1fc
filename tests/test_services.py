"""The actions answer what a kilowatt-hour costs and when it is cheapest, and fetch on demand."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.history.errors import StoreError
from custom_components.chocolate_factory.history.store import Store

from .conftest import PVPC, World, settle

type Tick = Callable[..., Awaitable[None]]


async def call(hass: HomeAssistant, action: str, **data: Any) -> dict[str, Any]:
    answer = await hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=True
    )
    assert isinstance(answer, dict)
    return answer


def instant(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


@pytest.mark.usefixtures("factory")
async def test_prices_come_with_period_taxes_and_source(home: HomeAssistant) -> None:
    answer = await call(home, "get_prices")
    assert answer["unit"] == "€/kWh"
    first, *_, last = answer["prices"]
    assert first["start"] == "2026-08-04T22:00:00+00:00"
    assert last["end"] == "2026-08-05T22:00:00+00:00"
    assert len(answer["prices"]) == 24
    assert first["period"] == "p3"
    assert first["source"] == "redata"
    assert first["estimated"] is False
    assert first["price"] == first["energy"]
    assert (first["electricity_tax"], first["vat"]) == (0, 0)


@pytest.mark.usefixtures("factory")
async def test_raw_prices_are_those_of_the_market(home: HomeAssistant) -> None:
    series = (await call(home, "get_prices", kind="raw"))["series"]
    assert {name: len(slots) for name, slots in series.items()} == {"pvpc": 24, "spot": 96}


@pytest.mark.usefixtures("factory")
@pytest.mark.parametrize("kind", ["contract", "raw"])
async def test_a_range_may_begin_and_end_anywhere_in_home_assistants_time(
    home: HomeAssistant, kind: str
) -> None:
    answer = await call(
        home, "get_prices", start="2026-08-03 10:30:00", end="2026-08-03 12:00:00", kind=kind
    )
    prices = answer["prices"] if kind == "contract" else answer["series"]["pvpc"]
    assert [(slot["start"], slot["end"]) for slot in prices] == [
        ("2026-08-03T08:30:00+00:00", "2026-08-03T09:00:00+00:00"),
        ("2026-08-03T09:00:00+00:00", "2026-08-03T10:00:00+00:00"),
    ]


@pytest.mark.usefixtures("factory")
@pytest.mark.parametrize(
    ("action", "data", "key"),
    [
        ("get_prices", {"start": "2026-08-05", "end": "2026-08-04"}, "invalid_range"),
        ("get_prices", {"start": "2020-08-05", "end": "2026-08-04"}, "invalid_range"),
        ("get_cheapest_window", {"duration": "0:00:00"}, "no_duration"),
        ("get_cheapest_window", {"duration": "30:00:00"}, "no_window"),
        (
            "get_cheapest_window",
            {"duration": "1:00:00", "earliest": "2026-08-06", "latest": "2026-08-05"},
            "invalid_range",
        ),
        ("get_prices", {"start": "2001-01-01", "end": "9999-12-31"}, "out_of_reach"),
        ("get_prices", {"config_entry_id": "nobody"}, None),
    ],
)
async def test_nonsense_is_refused_with_an_explanation(
    home: HomeAssistant, action: str, data: dict[str, str], key: str | None
) -> None:
    data = {
        name: f"{value} 00:00:00" if value[4:5] == "-" else value for name, value in data.items()
    }
    with pytest.raises(ServiceValidationError) as caught:
        await call(home, action, **data)
    assert caught.value.translation_key
    if key:
        assert caught.value.translation_key == key


@pytest.mark.usefixtures("factory")
@pytest.mark.parametrize(
    "data", [{}, {"duration": "-1:00:00"}, {"duration": "soon"}, {"duration": 60, "kind": "raw"}]
)
async def test_a_call_of_the_wrong_shape_is_refused(
    home: HomeAssistant, data: dict[str, Any]
) -> None:
    with pytest.raises(probatio.Invalid):
        await call(home, "get_cheapest_window", **data)


@pytest.mark.usefixtures("factory")
async def test_the_cheapest_window_is_the_cheapest_of_all(home: HomeAssistant) -> None:
    prices = [slot["price"] for slot in (await call(home, "get_prices"))["prices"]][12:]
    answer = await call(home, "get_cheapest_window", duration="3:00:00")
    assert answer["price"] == pytest.approx(
        min(sum(prices[index : index + 3]) / 3 for index in range(10)), abs=1e-6
    )
    assert instant(answer["end"]) - instant(answer["start"]) == timedelta(hours=3)


@pytest.mark.usefixtures("factory")
async def test_work_that_may_pause_is_spread_over_the_cheapest_slots(home: HomeAssistant) -> None:
    prices = [slot["price"] for slot in (await call(home, "get_prices"))["prices"]][12:]
    answer = await call(home, "get_cheapest_window", duration="3:00:00", contiguous=False)
    assert answer["price"] == pytest.approx(sum(sorted(prices)[:3]) / 3, abs=1e-6)


@pytest.mark.usefixtures("factory")
async def test_the_window_keeps_within_its_bounds(home: HomeAssistant) -> None:
    answer = await call(
        home,
        "get_cheapest_window",
        duration="1:30:00",
        earliest="2026-08-05 18:15:00",
        latest="2026-08-05 20:15:00",
    )
    assert instant(answer["start"]) >= instant("2026-08-05T18:15:00+02:00")
    assert instant(answer["end"]) <= instant("2026-08-05T20:15:00+02:00")


async def test_ingest_now_tells_what_came_from_whom(
    home: HomeAssistant, world: World, entry: MockConfigEntry
) -> None:
    world.fail(kind="status", status=500)
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    world.recover()
    answer = await call(home, "ingest_now")
    today = [fetch for fetch in answer["fetched"] if fetch["day"] == "2026-08-05"]
    assert today == [
        {
            "day": "2026-08-05",
            "source": "redata",
            "outcome": "stored",
            "changed": 24 + 96,
            "reason": None,
        }
    ]
    assert len(answer["fetched"]) == 8
    assert answer["missing"] == []
    assert (await call(home, "ingest_now"))["fetched"] == []


@pytest.mark.usefixtures("factory")
async def test_reading_is_for_everyone_and_changing_for_admins(
    home: HomeAssistant, hass_read_only_user: MockUser
) -> None:
    context = Context(user_id=hass_read_only_user.id)
    answer = await home.services.async_call(
        DOMAIN, "get_prices", {}, blocking=True, return_response=True, context=context
    )
    assert answer
    with pytest.raises(Unauthorized):
        await home.services.async_call(DOMAIN, "ingest_now", {}, blocking=True, context=context)


@pytest.mark.usefixtures("factory")
@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("get_prices", {}),
        ("get_prices", {"kind": "raw"}),
        ("get_cheapest_window", {"duration": "1:00:00"}),
        ("ingest_now", {}),
    ],
)
async def test_a_store_that_fails_is_said_in_the_users_words(
    home: HomeAssistant, action: str, data: dict[str, Any]
) -> None:
    with (
        patch.object(Store, "read", side_effect=StoreError("disk is full")),
        pytest.raises(HomeAssistantError) as caught,
    ):
        await call(home, action, **data)
    assert caught.value.translation_key == "store_failed"


async def test_with_two_factories_the_call_says_which(
    home: HomeAssistant, factory: MockConfigEntry
) -> None:
    second = MockConfigEntry(
        domain=DOMAIN,
        title="Tienda",
        data=PVPC | {"contract": "fixed", "p1": 0.3, "p2": 0.2, "p3": 0.1},
    )
    second.add_to_hass(home)
    assert await home.config_entries.async_setup(second.entry_id)
    await settle(home)
    answer = await call(home, "get_prices", config_entry_id=second.entry_id)
    assert {slot["price"] for slot in answer["prices"]} == {0.1, 0.2, 0.3}
    with pytest.raises(ServiceValidationError):
        await call(home, "get_prices")
