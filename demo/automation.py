"""A machine that stops when production becomes Halt, by the blueprint of this repository."""

import json
from typing import Final

from .home_assistant import INTEGRATION, HomeAssistant

MACHINE: Final = "input_boolean.tempering_machine"
_DEVICE: Final = (
    f"{{{{ integration_entities('{INTEGRATION}') | map('device_id') | select | first | tojson }}}}"
)


async def stop_on_halt(home_assistant: HomeAssistant) -> None:
    """Let the machine run, and be stopped with a notification on Halt.

    Changes nothing where there are automations already: they are somebody's.
    """
    if home_assistant.automations.read_text().strip() != "[]":
        return
    factory = await home_assistant.post("/api/template", {"template": _DEVICE})
    automation = {
        "id": "stop_on_halt",
        "alias": "Stop on Halt",
        "use_blueprint": {
            "path": f"{INTEGRATION}/stop_on_halt.yaml",
            "input": {
                "factory": factory,
                "machines": [MACHINE],
                # There is no phone in a demo.
                "also": [
                    {
                        "action": "persistent_notification.create",
                        "data": {"title": "{{ title }}", "message": "{{ message }}"},
                    }
                ],
            },
        },
    }
    # JSON is YAML, and Home Assistant's editor makes prettier YAML of it.
    home_assistant.automations.write_text(json.dumps([automation], indent=2))
    await home_assistant.post("/api/services/input_boolean/turn_on", {"entity_id": MACHINE})
    await home_assistant.post("/api/services/automation/reload", {})
