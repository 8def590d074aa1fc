"""Keys are looked after: the user is asked for a new one when, and only when, only that helps."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_REAUTH, ConfigFlowResult
from homeassistant.const import CONF_SERVICE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.clients.errors import (
    AuthenticationError,
    HeldBackError,
    NoDataError,
    PlanError,
    RefusedError,
    SourceError,
)
from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.credentials import Credentials
from custom_components.chocolate_factory.shared import async_get_shared
from custom_components.chocolate_factory.sites import (
    Service,
    clients_for,
    home_place,
    site_from,
)
from simulator import CLOCK
from simulator.aemet import key

from .conftest import NOON, PVPC, World
from .forms import go_on, names, readable, suggested

type Keep = Callable[..., Awaitable[Credentials]]

AEMET, OPENWEATHERMAP = "opendata.aemet.es", "api.openweathermap.org"
PAGE = "https://opendata.aemet.es/centrodedescargas/altaUsuario"
SINCE = "2026-07-01T00:00:00+00:00"
GOOD = key(NOON + timedelta(days=60))
SECOND = key(NOON + timedelta(days=90), name="second")
REJECTED = key(NOON + timedelta(days=50), name="bad")


def lasting(days: float, name: str = "demo") -> str:
    return key(NOON + timedelta(days=days), name=name)


@pytest.fixture(autouse=True)
def no_factory() -> Iterator[None]:
    """Only the keys are looked at here: a factory that starts would fetch its prices."""
    with patch("custom_components.chocolate_factory.async_setup_entry", return_value=True):
        yield


@pytest.fixture
async def keep(home: HomeAssistant, world: World) -> AsyncIterator[Keep]:
    """Return a way to get what looks after the keys of a new factory."""
    shared = await async_get_shared(home)
    kept: list[Credentials] = []

    async def begin(**data: Any) -> Credentials:
        entry = MockConfigEntry(
            domain=DOMAIN, title="Obrador", data=PVPC | data, entry_id=f"factory {len(kept)}"
        )
        entry.add_to_hass(home)
        site = site_from(entry.data, home_place(home))
        clients = clients_for(site, shared.transport, dt_util.utcnow)
        kept.append(Credentials(hass=home, entry=entry, clients=clients))
        return kept[-1]

    yield begin
    for one in kept:
        one.async_clear()
    assert not issues(home)


def issues(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    """Return our own issues, by what they say."""
    found = ir.async_get(hass).issues.values()
    return {one.translation_key or "": one for one in found if one.domain == DOMAIN}


async def asked_for(hass: HomeAssistant) -> list[str]:
    """Return the services for which the user is asked for new keys."""
    await hass.async_block_till_done()
    flows = hass.config_entries.flow.async_progress_by_handler(
        DOMAIN, match_context={"source": SOURCE_REAUTH}
    )
    forms = [await hass.config_entries.flow.async_configure(one["flow_id"]) for one in flows]
    return [(form["description_placeholders"] or {})["service"] for form in forms]


@pytest.mark.parametrize(
    ("days", "second", "found", "is_asked"),
    [
        (15, None, {}, False),
        (14, None, {"aemet_key_expires": "warning"}, False),
        (10, None, {"aemet_key_expires": "warning"}, False),
        (3, None, {"aemet_key_expires": "error"}, False),
        (2, None, {"aemet_key_expires": "error"}, False),
        (-1, None, {"aemet_key_expired": "error"}, True),
        (15, 60, {}, False),
        (10, 60, {"aemet_key_expires": "warning"}, False),
        (2, 60, {"aemet_key_expires": "warning"}, False),
        (2, 2.5, {"aemet_key_expires": "error"}, False),
        (2, -1, {"aemet_key_expires": "error"}, False),
        (-1, 60, {"second_key_in_use": "warning"}, False),
        (-1, 10, {"second_key_in_use": "warning", "aemet_key_expires": "warning"}, False),
        (-1, 2, {"second_key_in_use": "warning", "aemet_key_expires": "error"}, False),
        (-2, -1, {"aemet_key_expired": "error"}, True),
    ],
)
async def test_a_key_that_expires_is_said_in_time(
    home: HomeAssistant,
    keep: Keep,
    days: float,
    second: float | None,
    found: dict[str, str],
    is_asked: bool,
) -> None:
    more = {} if second is None else {"aemet_second_key": lasting(second, "second")}
    credentials = await keep(aemet_key=lasting(days), **more)
    await credentials.async_check()
    assert {issue: one.severity for issue, one in issues(home).items()} == found
    assert {one.learn_more_url for one in issues(home).values()} <= {PAGE}
    assert await asked_for(home) == ["AEMET"] * is_asked


@pytest.mark.parametrize(
    ("days", "second", "issue", "date"),
    [
        (10, 60, "aemet_key_expires", "2026-08-15"),
        (-1, -2, "aemet_key_expired", "2026-08-04"),
        (-2, -1, "aemet_key_expired", "2026-08-04"),
    ],
)
async def test_the_issue_tells_the_factory_and_the_day(
    home: HomeAssistant, keep: Keep, days: int, second: int, issue: str, date: str
) -> None:
    credentials = await keep(aemet_key=lasting(days), aemet_second_key=lasting(second, "second"))
    await credentials.async_check()
    placeholders = issues(home)[issue].translation_placeholders
    assert placeholders == {"factory": "Obrador", "date": date}


async def test_a_rejected_key_is_no_reserve(home: HomeAssistant, keep: Keep) -> None:
    credentials = await keep(aemet_key=REJECTED, aemet_second_key=lasting(2))
    await credentials.async_check()
    assert issues(home)["aemet_key_expires"].severity is ir.IssueSeverity.ERROR


async def test_the_issue_grows_and_stays_ignored_if_it_was(
    home: HomeAssistant, keep: Keep, freezer: Any
) -> None:
    credentials = await keep(aemet_key=lasting(10))
    await credentials.async_check()
    registry = ir.async_get(home)
    registry.async_ignore(DOMAIN, issues(home)["aemet_key_expires"].issue_id, True)
    freezer.tick(timedelta(days=8))
    await credentials.async_check()
    issue = issues(home)["aemet_key_expires"]
    assert issue.severity is ir.IssueSeverity.ERROR
    assert issue.dismissed_version


@pytest.mark.parametrize(
    ("first", "second", "expires"),
    [
        (GOOD, None, NOON + timedelta(days=60)),
        (GOOD, SECOND, NOON + timedelta(days=60)),
        (lasting(-1), SECOND, NOON + timedelta(days=90)),
        (lasting(-1), None, NOON - timedelta(days=1)),
        (key(None), None, None),
        (None, None, None),
    ],
)
async def test_the_end_of_the_key_in_use_is_known(
    keep: Keep, first: str | None, second: str | None, expires: datetime | None
) -> None:
    credentials = await keep(aemet_key=first, aemet_second_key=second)
    assert credentials.aemet_key_expires == expires


@pytest.mark.parametrize(
    ("data", "service"),
    [
        ({"aemet_key": REJECTED}, "AEMET"),
        ({"aemet_key": key(NOON - timedelta(days=1), name="dead")}, "AEMET"),
        ({"aemet_key": REJECTED, "aemet_second_key": lasting(9, "bad too")}, "AEMET"),
        ({"openweathermap_key": "bad"}, "OpenWeatherMap"),
        ({"openweathermap_key": "bad", "openweathermap_key_since": SINCE}, "OpenWeatherMap"),
        ({"open_meteo_key": "bad"}, "Open-Meteo"),
    ],
)
async def test_the_user_is_asked_once_for_a_key_that_is_dead(
    home: HomeAssistant, keep: Keep, data: dict[str, str], service: str
) -> None:
    credentials = await keep(**data)
    assert await credentials.async_check() == f"{service}: the key was rejected"
    assert await asked_for(home) == [service]
    await credentials.async_check()
    assert await asked_for(home) == [service]


async def test_a_second_key_takes_over_and_nobody_is_asked(home: HomeAssistant, keep: Keep) -> None:
    credentials = await keep(aemet_key=REJECTED, aemet_second_key=SECOND)
    assert await credentials.async_check() == "AEMET: the key works"
    assert set(issues(home)) == {"second_key_in_use"}
    assert credentials.aemet_key_expires == NOON + timedelta(days=90)
    assert await asked_for(home) == []


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "html", "status": 403},
        {"kind": "html", "status": 401},
        {"kind": "status", "status": 401},
        {"kind": "html"},
        {"kind": "status", "status": 429},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 503},
        {"kind": "reset"},
        {"kind": "truncate"},
        {"kind": "garbage"},
        {"kind": "empty"},
    ],
)
async def test_trouble_on_the_way_never_asks_for_a_key(
    home: HomeAssistant, world: World, keep: Keep, fault: dict[str, Any]
) -> None:
    world.fail(**fault)
    credentials = await keep(
        aemet_key=GOOD,
        aemet_second_key=SECOND,
        openweathermap_key="good",
        open_meteo_key="paid",
    )
    said = "AEMET: not reached, OpenWeatherMap: not reached, Open-Meteo: not reached"
    assert await credentials.async_check() == said
    assert await asked_for(home) == []
    assert not issues(home)
    assert credentials.aemet_key_expires == NOON + timedelta(days=60)


async def test_good_keys_cost_one_request_each(
    home: HomeAssistant, world: World, keep: Keep
) -> None:
    credentials = await keep(aemet_key=GOOD, aemet_second_key=SECOND, openweathermap_key="good")
    assert await credentials.async_check() == "AEMET: the key works, OpenWeatherMap: the key works"
    assert (world.asked(AEMET), world.asked(OPENWEATHERMAP), world.asked()) == (1, 1, 2)
    assert await asked_for(home) == []
    assert not issues(home)


async def test_a_factory_without_keys_asks_nobody(world: World, keep: Keep) -> None:
    assert await (await keep()).async_check() is None
    assert world.asked() == 0


async def test_a_rejection_that_was_a_mistake_is_forgiven_at_the_next_check(
    world: World, keep: Keep
) -> None:
    credentials = await keep(aemet_key=GOOD)
    # A server whose clock is off believes that the key has expired.
    world.app[CLOCK].set(NOON + timedelta(days=61))
    assert await credentials.async_check() == "AEMET: the key was rejected"
    world.app[CLOCK].set(NOON)
    assert await credentials.async_check() == "AEMET: the key works"


async def test_every_check_asks_with_a_rejected_key_again(world: World, keep: Keep) -> None:
    credentials = await keep(aemet_key=REJECTED, openweathermap_key="bad", open_meteo_key="bad")
    await credentials.async_check()
    before = world.asked()
    await credentials.async_check()
    assert world.asked() == 2 * before


async def test_a_rejected_key_of_open_meteo_rests_between_two_checks(
    world: World, keep: Keep
) -> None:
    credentials = await keep(open_meteo_key="bad")
    open_meteo = credentials.clients.open_meteo
    assert open_meteo
    await credentials.async_check()
    for _ in range(3):
        with pytest.raises(AuthenticationError):
            await open_meteo.forecast()
    assert world.asked() == 1
    await credentials.async_check()
    assert world.asked() == 2


async def test_a_rejection_is_not_forgiven_while_nothing_is_found_out(
    home: HomeAssistant, world: World, keep: Keep
) -> None:
    credentials = await keep(aemet_key=REJECTED, aemet_second_key=SECOND)
    await credentials.async_check()
    world.fail(kind="reset", host=AEMET)
    assert await credentials.async_check() == "AEMET: not reached"
    assert set(issues(home)) == {"second_key_in_use"}


async def test_a_young_key_is_tried_again_after_two_hours(
    home: HomeAssistant,
    world: World,
    keep: Keep,
    tick: Callable[[timedelta], Awaitable[None]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG", logger="custom_components.chocolate_factory")
    credentials = await keep(openweathermap_key="young", openweathermap_key_since=NOON.isoformat())
    assert await credentials.async_check() == "OpenWeatherMap: the key is too new"
    assert "The key of OpenWeatherMap is too new to work yet" in caplog.text
    assert await asked_for(home) == []
    await tick(timedelta(hours=1, minutes=59))
    assert world.asked(OPENWEATHERMAP) == 1
    await tick(timedelta(minutes=2))
    assert world.asked(OPENWEATHERMAP) == 2
    assert await asked_for(home) == ["OpenWeatherMap"]


async def test_nothing_is_tried_again_once_the_factory_is_gone(
    world: World, keep: Keep, tick: Callable[[timedelta], Awaitable[None]]
) -> None:
    credentials = await keep(
        aemet_key=lasting(5),
        openweathermap_key="young",
        openweathermap_key_since=NOON.isoformat(),
    )
    await credentials.async_check()
    credentials.async_clear()
    await tick(timedelta(hours=3))
    assert world.asked(OPENWEATHERMAP) == 1


@pytest.mark.parametrize(
    ("error", "is_asked"),
    [
        (AuthenticationError(), True),
        (PlanError(), False),
        (RefusedError(), False),
        (HeldBackError(), False),
        (NoDataError(), False),
        (SourceError(), False),
    ],
)
async def test_an_error_met_elsewhere_is_heeded_too(
    home: HomeAssistant, keep: Keep, error: SourceError, is_asked: bool
) -> None:
    credentials = await keep(aemet_key=GOOD)
    credentials.async_heed(Service.AEMET, error)
    assert await asked_for(home) == ["AEMET"] * is_asked


async def renew(
    hass: HomeAssistant, data: dict[str, Any], service: str | None
) -> tuple[MockConfigEntry, ConfigFlowResult]:
    """Return a factory, and the form that asks it for a new key."""
    entry = MockConfigEntry(domain=DOMAIN, title="Obrador", data=PVPC | data)
    entry.add_to_hass(hass)
    form = await entry.start_reauth_flow(hass, data={CONF_SERVICE: service} if service else None)
    assert form["step_id"] == "reauth_confirm"
    readable(form)
    return entry, form


@pytest.mark.usefixtures("world")
async def test_a_new_key_of_aemet_takes_the_place_of_all_dead_ones(home: HomeAssistant) -> None:
    entry, form = await renew(
        home,
        {"aemet_key": REJECTED, "aemet_second_key": lasting(-1), "openweathermap_key": "good"},
        "aemet",
    )
    assert form["description_placeholders"] == {
        "expired": "",
        "name": "Obrador",
        "page": PAGE,
        "service": "AEMET",
    }
    assert names(form) == {"aemet_key"}
    assert suggested(form) == {}
    form = await go_on(home, form, {"aemet_key": REJECTED})
    assert form["errors"] == {"aemet_key": "key_rejected"}
    form = await go_on(home, form, {})
    assert form["errors"] == {"aemet_key": "no_key"}
    result = await go_on(home, form, {"aemet_key": GOOD})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert entry.data == PVPC | {"aemet_key": GOOD, "openweathermap_key": "good"}


@pytest.mark.usefixtures("world")
async def test_a_new_key_of_openweathermap_may_be_too_new_to_work(home: HomeAssistant) -> None:
    entry, form = await renew(
        home, {"aemet_key": GOOD, "aemet_second_key": SECOND}, "openweathermap"
    )
    form = await go_on(home, form, {"openweathermap_key": "young"})
    assert form["errors"] == {"openweathermap_key": "key_rejected_or_new"}
    result = await go_on(home, form, {"key_is_new": True})
    assert result["reason"] == "reauth_successful"
    assert entry.data == PVPC | {
        "aemet_key": GOOD,
        "aemet_second_key": SECOND,
        "openweathermap_key": "young",
        "openweathermap_key_since": NOON.isoformat(),
    }


async def test_a_new_key_is_kept_unchecked_when_its_service_is_gone(
    home: HomeAssistant, world: World
) -> None:
    entry, form = await renew(home, {"aemet_key": REJECTED}, None)
    world.fail(kind="status", status=503)
    form = await go_on(home, form, {"aemet_key": GOOD})
    assert form["errors"] == {"aemet_key": "service_unreachable"}
    await go_on(home, form, {"skip_key_check": True})
    assert entry.data == PVPC | {"aemet_key": GOOD}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(("typed", "error"), [("bad", "key_rejected"), ("paid", None)])
async def test_a_key_of_open_meteo_is_renewed_too(
    home: HomeAssistant, typed: str, error: str | None
) -> None:
    entry, form = await renew(home, {"open_meteo_key": "bad"}, None)
    form = await go_on(home, form, {"open_meteo_key": typed})
    assert (form.get("errors") or {}).get("open_meteo_key") == error
    assert entry.data["open_meteo_key"] == typed


async def test_no_key_is_in_the_log_or_in_what_is_shown(
    home: HomeAssistant, keep: Keep, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    credentials = await keep(
        aemet_key=REJECTED, openweathermap_key="badsecret", open_meteo_key="badcommerce"
    )
    said = await credentials.async_check() or ""
    await asked_for(home)
    assert caplog.text
    shown = "\n".join([caplog.text, said, repr(credentials)])
    for secret in (REJECTED, "badsecret", "badcommerce"):
        assert secret not in shown
