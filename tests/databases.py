"""Real databases for tests: started on loopback, killed and started again."""

from base64 import b64encode
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
import os
from pathlib import Path
import shutil
import signal
import socket
import subprocess
import time
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

USER, PASSWORD = "maker", "secret-password"


@dataclass
class Server:
    """A server process that can be stopped in any way, and started again."""

    command: Sequence[str | Path]
    url: str
    health: str
    """Answers as soon as the server does."""
    stop_with: signal.Signals
    """What a crash is that the server promises to survive with all that it has confirmed."""
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(URLError, ConnectionError):
                self.get(self.health)
                return
            # A process of its own: there is nothing to wait for but its answer.
            time.sleep(0.05)
        raise AssertionError(f"{self.command[0]} does not start")

    def get(self, path: str, form: dict[str, str] | None = None) -> bytes:
        """Return what it answers; a form is posted."""
        body = urlencode(form).encode() if form else None
        user = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        request = Request(self.url + path, body, {"Authorization": f"Basic {user}"})  # noqa: S310
        with urlopen(request, timeout=30) as answer:  # noqa: S310 - an address of ours
            found: bytes = answer.read()
            return found

    def crash(self) -> None:
        """End it as it promises to survive."""
        self._end(self.stop_with)

    def stop(self) -> None:
        """End it for good."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(how)
            self._process.wait(timeout=30)
            self._process = None


def influxdb(folder: Path) -> Server:
    """Return an InfluxDB 1, which knows a user and a database and is running."""
    http, rpc = _free_port(), _free_port()
    configuration = folder / "influxdb.conf"
    configuration.write_text(
        f"""
        reporting-disabled = true
        bind-address = "127.0.0.1:{rpc}"
        [meta]
        dir = "{folder}/meta"
        [data]
        dir = "{folder}/data"
        wal-dir = "{folder}/wal"
        query-log-enabled = false
        [monitor]
        store-enabled = false
        [http]
        bind-address = "127.0.0.1:{http}"
        auth-enabled = true
        log-enabled = false
        """
    )
    server = Server(
        (_program("influxd"), "-config", configuration),
        f"http://127.0.0.1:{http}",
        "/ping",
        signal.SIGKILL,
    )
    try:
        server.start()
        ask(server, f"CREATE USER {USER} WITH PASSWORD '{PASSWORD}' WITH ALL PRIVILEGES")
        ask(server, "CREATE DATABASE history")
    except BaseException:
        server.stop()
        raise
    return server


def victoria_metrics(folder: Path) -> Server:
    """Return a VictoriaMetrics that is running.

    It confirms what it has yet to put on disk: killed with SIGKILL, Debian's 1.79 loses what it was
    told in the last seconds, and has no flag to say how many. So its crash is a quick SIGINT.
    """
    port = _free_port()
    server = Server(
        (
            _program("victoria-metrics"),
            f"-storageDataPath={folder}/data",
            f"-httpListenAddr=127.0.0.1:{port}",
            "-retentionPeriod=100y",
            # Of what is said twice it shall show one.
            "-dedup.minScrapeInterval=1ms",
            "-memory.allowedBytes=256MB",
        ),
        f"http://127.0.0.1:{port}",
        "/health",
        signal.SIGINT,
    )
    server.start()
    return server


def ask(server: Server, question: str, **others: str) -> bytes:
    """Ask an InfluxDB in InfluxQL."""
    return server.get("/query", {"q": question, **others})


def _program(name: str) -> str:
    """Return where a server is; without it nothing is tested, which only CI may not bear."""
    if path := shutil.which(name):
        return path
    reason = f"{name} is not installed: scripts/databases would do that"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def _free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
