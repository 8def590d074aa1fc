"""Run Home Assistant as a process of its own, and talk to it as a browser would."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import json
import os
from pathlib import Path
import shutil
import signal
import socket
import sys
from typing import Any, Final, Self

from aiohttp import ClientError, ClientSession

from custom_components.chocolate_factory.factory.weather import Place

from .errors import DemoError

ROOT: Final = Path(__file__).parent.parent
INTEGRATION: Final = "chocolate_factory"
USER: Final = "demo"
PASSWORD: Final = "demo"  # noqa: S105 - printed on start
START_TIMEOUT: Final = 180
STOP_TIMEOUT: Final = 60

# In the middle of Madrid, and of the country.
HOME: Final = Place(40.4168, -3.7038)

_OURS: Final = "# Written by the demo of Chocolate Factory at every start.\n"
_CONFIGURATION: Final = f"""\
{_OURS}
homeassistant:
  name: Obrador
  latitude: {HOME.latitude}
  longitude: {HOME.longitude}
  elevation: 657
  unit_system: metric
  currency: EUR
  country: ES
  time_zone: Europe/Madrid
automation: !include automations.yaml
config:
energy:
frontend:
history:
input_boolean:
  tempering_machine:
    name: Tempering machine
    icon: mdi:pot-steam
recorder:
  commit_interval: 1
lovelace:
  dashboards:
    factory-entities:
      mode: yaml
      title: All entities
      icon: mdi:format-list-bulleted
      filename: dashboard.yaml
system_health:
logger:
  default: warning
  logs:
    custom_components.chocolate_factory: info
"""


FACTORY = {
    "name": "Chocolate Factory",
    "zone": "peninsula",
    "access_tariff": "2_0td",
    "contract": "pvpc",
    "location": {"latitude": HOME.latitude, "longitude": HOME.longitude},
    "open_meteo": True,
}
# What a form says when nobody answers, and its ways to go on all the same.
UNREACHABLE = {"no_price", "service_unreachable", "service_refused", "no_stations"}
SKIPS = {"skip_check", "skip_key_check", "without_station"}


@dataclass(kw_only=True)
class HomeAssistant:
    """A Home Assistant that can be started, asked, stopped and killed."""

    config: Path
    port: int
    upstream: str | None = None
    """Where the integration sends its requests; None for the real services."""
    now: datetime | None = None
    """The instant to begin at, for a demo on a recorded day; the clock goes on from there."""
    lag: timedelta = field(default=timedelta(), init=False)
    """How far the clock is ahead of the true time."""
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)
    _session: ClientSession | None = field(default=None, init=False)
    _token: str = field(default="", init=False, repr=False)

    @property
    def url(self) -> str:
        """Return the address of the web interface."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def automations(self) -> Path:
        """Return the file with the automations, which are its user's own."""
        return self.config / "automations.yaml"

    @property
    def log(self) -> Path:
        """Return the file with what Home Assistant printed."""
        return self.config / "demo.log"

    async def __aenter__(self) -> Self:
        """Start, and log in."""
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    async def start(self) -> None:
        """Launch the process, wait until it answers, and log in."""
        await self.launch()
        try:
            async with asyncio.timeout(START_TIMEOUT):
                await self._until_up()
                await self._log_in()
                await self._until_running()
        except TimeoutError as error:
            raise DemoError(f"Home Assistant does not answer, see {self.log}") from error

    async def launch(self) -> None:
        """Begin the process, and do not wait for it."""
        self._prepare()
        environment = dict(os.environ)
        environment.pop("CHOCOLATE_FACTORY_UPSTREAM", None)
        if self.upstream:
            environment["CHOCOLATE_FACTORY_UPSTREAM"] = self.upstream
        command = [sys.executable, "-m", "demo.process", "--config", str(self.config)]
        if self.now:
            self.lag = self.lag or self.now - datetime.now(UTC)
            command += ["--now", (datetime.now(UTC) + self.lag).isoformat()]
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                cwd=ROOT,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C is for us: we stop it in good order.
                start_new_session=True,
            )
        self._session = self._session or ClientSession()

    async def stop(self) -> None:
        """Ask the process to stop, and insist if it does not."""
        if self._session:
            await self._session.close()
            self._session = None
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            async with asyncio.timeout(STOP_TIMEOUT):
                await self._process.wait()
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """Kill the process in the middle of whatever it does."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def wait(self) -> int:
        """Return the process's exit code when it ends by itself."""
        if self._process is None:
            raise DemoError("not started")
        return await self._process.wait()

    async def add_factory(self, **answers: object) -> None:
        """Set a factory up as a user would, unless there is one.

        The answers are sought by the name of their question, whichever form asks it.
        """
        if await self.get("/api/config/config_entries/entry", params={"domain": INTEGRATION}):
            return
        known = FACTORY | answers
        flow = await self.post("/api/config/config_entries/flow", {"handler": INTEGRATION})
        while flow["type"] == "form":
            if any(error not in UNREACHABLE for error in (flow["errors"] or {}).values()):
                raise DemoError(f"the set-up ended with {flow}")
            # A field that has a default, as the nearest station, answers itself.
            fields = {field["name"]: field.get("default") for field in flow["data_schema"]}
            # Only what could not be checked is offered to be skipped.
            skips = dict.fromkeys(fields.keys() & SKIPS, True)
            step = {name: known.get(name, default) for name, default in fields.items()} | skips
            flow = await self.post(
                f"/api/config/config_entries/flow/{flow['flow_id']}",
                {name: value for name, value in step.items() if value is not None},
            )
        if flow["type"] != "create_entry":
            raise DemoError(f"the set-up ended with {flow}")

    async def entities(self) -> list[dict[str, Any]]:
        """Return the states of all entities of the integration."""
        names = await self.post(
            "/api/template", {"template": "{{ integration_entities('chocolate_factory')|tojson }}"}
        )
        states = await self.get("/api/states")
        return [state for state in states if state["entity_id"] in names]

    async def action(self, name: str, **data: object) -> dict[str, Any]:
        """Call an action of the integration and return its response."""
        answer = await self.post(f"/api/services/{INTEGRATION}/{name}?return_response", data)
        return answer["service_response"]  # type: ignore[no-any-return]  # JSON

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - JSON
        """Return what the REST interface answers."""
        return await self._request("GET", path, params=params)

    async def post(self, path: str, data: Mapping[str, object]) -> Any:  # noqa: ANN401 - JSON
        """Return what the REST interface answers to data."""
        return await self._request("POST", path, json=data)

    async def command(self, name: str, /, **data: object) -> Any:  # noqa: ANN401 - JSON
        """Return what the websocket interface answers to a command."""
        if self._session is None:
            raise DemoError("not started")
        async with self._session.ws_connect(f"{self.url}/api/websocket") as socket:
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": self._token})
            await socket.receive_json()
            await socket.send_json({"id": 1, "type": name} | data)
            answer = await socket.receive_json()
        if not answer["success"]:
            raise DemoError(f"{name}: {answer['error']}")
        return answer["result"]

    async def log_in(self, user: str = USER, password: str = PASSWORD) -> dict[str, Any]:
        """Return the tokens that somebody gets for a password."""
        client = {"client_id": f"{self.url}/"}
        flow = await self.post(
            "/auth/login_flow",
            client | {"handler": ["homeassistant", None], "redirect_uri": f"{self.url}/"},
        )
        login = await self.post(
            f"/auth/login_flow/{flow['flow_id']}", client | {"username": user, "password": password}
        )
        return await self._tokens(login["result"])

    async def _request(self, method: str, path: str, **options: Any) -> Any:  # noqa: ANN401 - JSON
        if self._session is None:
            raise DemoError("not started")
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        async with self._session.request(
            method, self.url + path, headers=headers, **options
        ) as response:
            if response.status >= 400:
                raise DemoError(f"{path}: {response.status} {await response.text()}")
            # A rendered template is JSON of ours under a content type of text.
            return await response.json(content_type=None)

    def _prepare(self) -> None:
        """Write the configuration, and put the integration of this repository in place."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except (OSError, OverflowError) as error:
                raise DemoError(f"port {self.port} cannot be used: {error}") from error
        try:
            self.config.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DemoError(f"{self.config} cannot be a folder: {error}") from error
        configuration = self.config / "configuration.yaml"
        if configuration.exists() and not configuration.read_text().startswith(_OURS):
            raise DemoError(f"{self.config} holds a configuration that is not the demo's")
        configuration.write_text(_CONFIGURATION)
        shutil.copyfile(ROOT / "demo" / "dashboard.yaml", self.config / "dashboard.yaml")
        shutil.copytree(ROOT / "blueprints", self.config / "blueprints", dirs_exist_ok=True)
        if not self.automations.exists():
            self.automations.write_text("[]\n")
        # The web server's settings are not YAML any more, and one changed from within Home
        # Assistant would be on trial for five minutes.
        self._store("http", 2, 2, _http(self.port))
        if not (self.config / ".storage" / "onboarding").exists():
            # All but the user: the other steps would add integrations that a factory does not need.
            self._store("onboarding", 4, 1, {"done": ["core_config", "analytics", "integration"]})
        link = self.config / "custom_components" / INTEGRATION
        link.parent.mkdir(exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(ROOT / "custom_components" / INTEGRATION)

    def _store(self, key: str, version: int, minor_version: int, data: Mapping[str, Any]) -> None:
        """Write a file as Home Assistant itself keeps it."""
        path = self.config / ".storage" / key
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            json.dumps(
                {"version": version, "minor_version": minor_version, "key": key, "data": data}
            )
        )

    async def _until_up(self) -> None:
        while True:
            if self._process is None or self._process.returncode is not None:
                raise DemoError(f"Home Assistant did not start, see {self.log}")
            try:
                await self._request("GET", "/manifest.json")
            except ClientError, DemoError, ValueError:
                await asyncio.sleep(0.2)
            else:
                return

    async def _until_running(self) -> None:
        """Wait for the integrations, which may still be on their way."""
        while (await self.get("/api/config"))["state"] != "RUNNING":  # noqa: ASYNC110 - a process
            await asyncio.sleep(0.1)

    async def _tokens(self, code: str) -> dict[str, Any]:
        data = {"client_id": f"{self.url}/", "grant_type": "authorization_code", "code": code}
        return await self._request("POST", "/auth/token", data=data)  # type: ignore[no-any-return]

    async def _log_in(self) -> None:
        """Log in, with a new user if there is none."""
        try:
            steps = {step["step"]: step["done"] for step in await self.get("/api/onboarding")}
        except DemoError:
            # Once all is done, Home Assistant knows of no onboarding any more.
            steps = {"user": True}
        if steps["user"]:
            tokens = await self.log_in()
        else:
            answer = await self.post(
                "/api/onboarding/users",
                {
                    "client_id": f"{self.url}/",
                    "name": "Demo",
                    "username": USER,
                    "password": PASSWORD,
                    "language": "en",
                },
            )
            tokens = await self._tokens(answer["auth_code"])
        self._token = tokens["access_token"]


def _http(port: int) -> dict[str, Any]:
    """Return the settings of a web server that only this machine can reach."""
    return {
        "stable": {
            "server_host": ["127.0.0.1"],
            "server_port": port,
            "cors_allowed_origins": [],
            "login_attempts_threshold": -1,
            "ip_ban_enabled": False,
            "ssl_profile": "modern",
            "use_x_frame_options": True,
            "created_at": "2026-01-01T00:00:00+00:00",
            "error": None,
            "error_message": None,
        },
        "pending": None,
        "yaml_migration_done": True,
    }
