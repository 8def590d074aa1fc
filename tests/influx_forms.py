"""Fill in the forms about InfluxDB, and answer for a server that is asked in either way."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .forms import TEXTS, readable

FLUX = """\
#datatype,string,long,dateTime:RFC3339,long
#group,false,false,false,false
#default,_result,,,
,result,table,_time,value
,,0,2026-08-05T10:00:00Z,1
"""
INFLUX_QL = {"results": [{"series": [{"columns": ["time", "value"], "values": [[0, 1]]}]}]}
V1 = {"database": "history", "username": "maker", "password": "secret", "site": "Toledo"}
V2 = {"database": "history", "organization": "makers", "token": "secret", "site": "Toledo"}
ANSWERS: dict[str, dict[str, Any]] = {"influxdb_v1": V1, "influxdb_v2": V2}


async def choose(hass: HomeAssistant, entry: MockConfigEntry, step: str) -> ConfigFlowResult:
    """Choose a kind of server."""
    options = hass.config_entries.options
    menu = await options.async_init(entry.entry_id)
    menu = await options.async_configure(menu["flow_id"], {"next_step_id": "influxdb"})
    assert menu["type"] is FlowResultType.MENU
    assert isinstance(menu["menu_options"], list)
    assert set(menu["menu_options"]) | {"influxdb_off"} == (
        TEXTS["options"]["step"]["influxdb"]["menu_options"].keys()
    )
    assert ("influxdb_off" in menu["menu_options"]) is ("influxdb" in entry.options)
    form = await options.async_configure(menu["flow_id"], {"next_step_id": step})
    readable(form, "options")
    return form


async def fill_in(
    hass: HomeAssistant, form: ConfigFlowResult, answers: dict[str, Any]
) -> ConfigFlowResult:
    result = await hass.config_entries.options.async_configure(form["flow_id"], answers)
    readable(result, "options")
    return result
