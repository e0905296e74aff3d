"""The whole system as a process, for black-box tests.

`python -m devhost` on ports and data of its own; or, where BASE_URL and ISSUER_URL are set, a
host that already runs, such as `func start`, which these tests then leave alone.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.running.waiting import STILL_SECONDS, Stillness, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[2]
# Of several workers each has ports of its own: between the look and the use nobody takes them.
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
# Above the registered services, below the range from which the kernel gives out ports.
_PORTS = range(20000, 32000, 5)[WORKER::WORKERS]


_TLS = ssl.create_default_context()  # Made once: it takes longer than the request.


class System:
    """A running host: where it is, tokens for it, and ways to end it."""

    def __init__(self, base_url: str, issuer_url: str) -> None:
        """Name a host that already runs."""
        self.base_url = base_url
        self.issuer_url = issuer_url

    def token(self, tenant: str, **request: Any) -> str:
        """An access token; `request` takes the issuer's fields in camelCase."""
        body = {"tenant": tenant, **request}
        answer = httpx.post(
            f"{self.issuer_url}/token", json=body, verify=_TLS, timeout=STILL_SECONDS
        )
        answer.raise_for_status()
        return answer.json()["access_token"]


class OwnSystem(System):
    """`python -m devhost` started here; restartable on the same data and ports."""

    def __init__(
        self,
        data: Path,
        *,
        app_dir: Path = ROOT,
        environ: Mapping[str, str] | None = None,
        host: str = "tests.strict.devhost",
    ) -> None:
        """`environ` is added to the environment; `host` is run. Nothing is started yet."""
        self.port = five_free_ports()
        super().__init__(f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.port + 1}")
        self.data = data
        self.app_dir = app_dir
        self._host = host
        self.log = data.parent / f"{data.name}.log"
        self._environ = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PORT": str(self.port),
            "DATA": str(data),
            **(environ or {}),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def spawn(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start without waiting; what it prints goes to `log`, standard output and error alike."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self._host, *arguments],
                cwd=self.app_dir,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own, so that a test can signal the whole group.
                start_new_session=True,
            )
        return self.process

    def start(self, *arguments: str) -> None:
        """Start and wait for the line `ready`."""
        seen = len(self.output())
        process = self.spawn(*arguments)
        stillness = Stillness()
        while f"ready {self.base_url}\n" not in (output := self.output()[seen:]):
            assert process.poll() is None, f"devhost did not start:\n{output}"
            stillness.look(output)
            time.sleep(0.05)

    def output(self) -> str:
        """Everything printed so far."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def stop(self) -> int:
        """End it as a person would; its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL the whole host. Storage, which stands in for the cloud, saves and ends."""
        ended = self._end(signal.SIGKILL)
        assert ended == -signal.SIGKILL, f"the host had ended by itself: {ended}"
        ports = range(self.port, self.port + 5)
        eventually(lambda: list(filter(_listening, ports)), lambda listening: not listening, 0.02)

    def _end(self, number: signal.Signals) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
        return self.process.wait(STILL_SECONDS)


def five_free_ports() -> int:
    """The first of five consecutive ports that nobody listens on."""
    for port in random.sample(_PORTS, len(_PORTS)):
        if not any(_taken(port + offset) for offset in range(5)):
            return port
    raise AssertionError("no five free ports in a row")


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The running system of this session."""
    base_url, issuer_url = os.environ.get("BASE_URL"), os.environ.get("ISSUER_URL")
    if base_url and issuer_url:
        yield System(base_url.rstrip("/"), issuer_url.rstrip("/"))
        return
    own = OwnSystem(tmp_path_factory.mktemp("system") / "data")
    own.start()
    yield own
    own.stop()


def resident(pid: int) -> int:
    """KiB that a process and those it started have in memory now, storage left out."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines())
            program = (status.parent / "exe").readlink().name
        except (OSError, ValueError):
            continue
        if pid in {int(fields["Pid"]), int(fields["PPid"])} and program != "node":
            total += int(fields.get("VmRSS", "0").split()[0])
    return total
