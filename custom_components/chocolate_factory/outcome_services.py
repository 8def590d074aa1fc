"""Actions about what really happened: telling it, reading it, and taking it back."""

from datetime import UTC, datetime, timedelta
from typing import Final

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv, service
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType
import probatio

from .calls import (
    ATTR_END,
    ATTR_START,
    FACTORY,
    LONGEST_RANGE,
    instant,
    invalid,
    store_failed,
)
from .const import DOMAIN
from .coordinator import FactoryConfigEntry
from .factory.outcome import LONGEST, LONGEST_NOTE, Outcome, OutcomeKind
from .history.errors import StoreError
from .history.outcomes import RecordedOutcome
from .history.store import Store

ATTR_OUTCOME: Final = "outcome"
ATTR_NOTE: Final = "note"
ATTR_ID: Final = "id"

# The largest number that every form and script can tell from the next one.
_LARGEST: Final = 2**53 - 1


def _whole(value: float) -> int:
    """Return a whole number, which forms send as a float."""
    if value % 1:
        raise probatio.Invalid("expected a whole number")
    return int(value)


_RECORD_OUTCOME: Final = probatio.Schema(
    {
        **FACTORY,
        probatio.Required(ATTR_START): cv.datetime,
        probatio.Optional(ATTR_END): cv.datetime,
        probatio.Required(ATTR_OUTCOME): probatio.Coerce(OutcomeKind),
        probatio.Optional(ATTR_NOTE, default=""): probatio.All(
            cv.string, probatio.Length(max=LONGEST_NOTE)
        ),
    }
)
_GET_OUTCOMES: Final = probatio.Schema(
    {
        **FACTORY,
        probatio.Optional(ATTR_START): cv.datetime,
        probatio.Optional(ATTR_END): cv.datetime,
    }
)
_DELETE_OUTCOME: Final = probatio.Schema(
    {
        **FACTORY,
        probatio.Required(ATTR_ID): probatio.All(
            probatio.Coerce(float), probatio.Range(min=1, max=_LARGEST), _whole
        ),
    }
)

# What is told of another century is a slip of the pen.
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
# The oldest outcomes that are answered unless asked for older ones.
_OUTCOMES_BACK: Final = timedelta(days=365)


@callback
def async_setup_outcome_services(hass: HomeAssistant) -> None:
    """Register the actions; those that change something are for admins."""
    hass.services.async_register(
        DOMAIN, "get_outcomes", _async_get_outcomes, _GET_OUTCOMES, SupportsResponse.ONLY
    )
    for name, handler, schema in (
        ("record_outcome", _async_record_outcome, _RECORD_OUTCOME),
        ("delete_outcome", _async_delete_outcome, _DELETE_OUTCOME),
    ):
        service.async_register_admin_service(
            hass, DOMAIN, name, handler, schema, SupportsResponse.OPTIONAL
        )


async def _async_record_outcome(call: ServiceCall) -> ServiceResponse:
    """Keep what really happened, for the models to learn from."""
    store, entry_id = _history(call)
    now = dt_util.utcnow()
    start = instant(call, ATTR_START)
    end = instant(call, ATTR_END) or now
    if start is None or start < _EARLIEST or not timedelta(0) < end - start <= LONGEST:
        raise invalid("invalid_range", days=LONGEST.days)
    if end > now:
        raise invalid("not_happened_yet")
    outcome = Outcome(start=start, end=end, kind=call.data[ATTR_OUTCOME], note=call.data[ATTR_NOTE])
    try:
        number = await store.record_outcome(entry_id, outcome)
    except StoreError as error:
        raise store_failed(error) from error
    return {ATTR_ID: number, **_outcome(outcome)}


async def _async_get_outcomes(call: ServiceCall) -> ServiceResponse:
    """Answer what was told of what really happened."""
    store, entry_id = _history(call)
    end = instant(call, ATTR_END) or dt_util.utcnow()
    start = instant(call, ATTR_START) or end - _OUTCOMES_BACK
    if start >= end or end - start > LONGEST_RANGE:
        raise invalid("invalid_range", days=LONGEST_RANGE.days)
    try:
        outcomes = await store.read_outcomes(entry_id, start, end)
    except StoreError as error:
        raise store_failed(error) from error
    return {"outcomes": [_recorded(recorded) for recorded in outcomes]}


async def _async_delete_outcome(call: ServiceCall) -> ServiceResponse:
    """Forget what was told by mistake."""
    store, entry_id = _history(call)
    number: int = call.data[ATTR_ID]
    try:
        was_there = await store.forget_outcome(entry_id, number)
    except StoreError as error:
        raise store_failed(error) from error
    if not was_there:
        raise invalid("no_such_outcome", id=number)
    return {ATTR_ID: number}


def _history(call: ServiceCall) -> tuple[Store, str]:
    """Return where a factory's history is kept, and under which name."""
    entry: FactoryConfigEntry = service.async_get_config_entry(
        call.hass, DOMAIN, call.data.get(ATTR_CONFIG_ENTRY_ID)
    )
    return entry.runtime_data.shared.store, entry.entry_id


def _outcome(outcome: Outcome) -> JsonObjectType:
    return {
        "start": outcome.start.isoformat(),
        "end": outcome.end.isoformat(),
        "outcome": str(outcome.kind),
        "note": outcome.note,
    }


def _recorded(recorded: RecordedOutcome) -> JsonObjectType:
    return {
        "id": recorded.id,
        **_outcome(recorded.outcome),
        "recorded": recorded.recorded.isoformat(),
    }
