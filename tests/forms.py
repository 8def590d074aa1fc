"""Fill in Home Assistant's forms as a user does, who can read all of their words."""

from collections.abc import Iterator
import json
from pathlib import Path
from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import config_validation as cv
import probatio

from custom_components.chocolate_factory.const import DOMAIN

from .conftest import PVPC

MADRID = {"latitude": 40.4166, "longitude": -3.7038}
OPEN_METEO_ONLY: dict[str, Any] = {"location": MADRID, "open_meteo": True}
STORED: dict[str, Any] = MADRID | {"open_meteo": True}

TEXTS = json.loads(
    (Path(__file__).parent.parent / "custom_components" / DOMAIN / "translations" / "en.json")
    .read_text()
)  # fmt: skip


async def begin(hass: HomeAssistant, **answers: Any) -> ConfigFlowResult:
    """Open the first form of a new factory and fill it in."""
    form = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert form["type"] is FlowResultType.FORM
    readable(form)
    return await go_on(hass, form, PVPC | answers)


async def go_on(
    hass: HomeAssistant, form: ConfigFlowResult, answers: dict[str, Any]
) -> ConfigFlowResult:
    """Send what was filled in."""
    result = await hass.config_entries.flow.async_configure(form["flow_id"], answers)
    readable(result)
    return result


async def finish(hass: HomeAssistant, form: ConfigFlowResult) -> ConfigFlowResult:
    """Do without any key."""
    assert form["step_id"] == "weather"
    result = await go_on(hass, form, OPEN_METEO_ONLY)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    return result


def markers(form: ConfigFlowResult) -> Iterator[probatio.Marker]:
    """Yield the fields of a form."""
    schema = form.get("data_schema")
    yield from (key for key in schema.schema if isinstance(key, probatio.Marker)) if schema else ()


def names(form: ConfigFlowResult) -> set[str]:
    """Return the names of the fields of a form."""
    return {str(field) for field in markers(form)}


def suggested(form: ConfigFlowResult) -> dict[str, Any]:
    """Return what the fields of a form are filled in with, by hand or by default."""
    return {
        str(field): (field.description or {})["suggested_value"]
        for field in markers(form)
        if "suggested_value" in (field.description or {})
    }


def readable(form: ConfigFlowResult, flow: str = "config") -> None:
    """Fail unless every word of a form is translated, and what it quotes is known."""
    if form["type"] is not FlowResultType.FORM:
        return
    # As it is sent to the browser.
    fields = probatio.to_field_list(form["data_schema"], custom_serializer=cv.custom_serializer)
    assert len(fields) == len(names(form))
    texts = TEXTS[flow]
    step = texts["step"][form["step_id"]]
    assert names(form) <= step.get("data", {}).keys()
    errors = set((form["errors"] or {}).values())
    assert errors <= texts["error"].keys()
    assert set(form["errors"] or {}) <= names(form) | {"base"}
    shown = [step["title"], step.get("description", ""), *step.get("data_description", {}).values()]
    shown += [texts["error"][error] for error in errors]
    known = (form["description_placeholders"] or {}).keys()
    quoted = {word.split("}")[0] for text in shown for word in text.split("{")[1:]}
    assert quoted <= known
