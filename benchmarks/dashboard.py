"""What it takes to show a factory: putting it together, and sending it to a viewer."""

from collections.abc import Iterator
from dataclasses import replace
import json

from homeassistant.components.websocket_api.messages import event_message, message_to_json_bytes
from homeassistant.helpers.json import json_bytes

from benchmarks.figures import Figure, race, ratio
from benchmarks.views import view, week
from custom_components.chocolate_factory.dashboard_json import dashboard_json

HOUR, QUARTER = 3600, 900


def figures() -> Iterator[Figure]:
    """Take the figures of dashboards, with as much in them as there may ever be."""
    sizes = {}
    for name, seconds in (("hours", HOUR), ("quarters", QUARTER)):
        known, shown = week(seconds), view(seconds)
        told = dashboard_json(shown)
        sizes[name] = len(json_bytes(told))
        # mypy knows no types of defaults in a lambda, which keep this round's values.
        yield race(
            f"dashboard.{name}",
            lambda known=known, shown=shown: dashboard_json(  # type: ignore[misc]
                replace(shown, panorama=replace(known.panorama(), outlook=shown.panorama.outlook))
            ),
            lambda told=told: json.dumps(told),  # type: ignore[misc]
        )
    # All of it in the event loop, for each viewer.
    yield race(
        "dashboard.send",
        lambda: message_to_json_bytes(event_message(1, {"factories": [], "dashboard": told})),
        lambda: json.dumps(told),
    )
    yield Figure("dashboard.size", sizes["quarters"], "B", ratio(sizes["quarters"], sizes["hours"]))
