"""An Azurite behind the proxy, with the face of the plain one."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from devhost.azurite import Azurite

ROOT = Path(__file__).parent.parent.parent
OFF = os.environ.get("STRICT") == "off"


class StrictAzurite(Azurite):
    """Its ports are the proxy's; the emulator's own are any that are free."""

    whole_port: int
    _proxy: subprocess.Popen[bytes] | None = None

    @property
    def with_whole_pages(self) -> str:
        """A connection string like the other; its tables answer in whole pages."""
        return self.connection_string.replace(f":{self.ports['table']}/", f":{self.whole_port}/")

    def start(self, patience: float = 30) -> None:
        """Start both."""
        front = self.ports
        table, queue, self.whole_port = free_ports(3)
        self.ports = {**front, "table": table, "queue": queue}
        try:
            super().start(patience)
        finally:
            self.ports = front
        command = [sys.executable, "-m", "tests.strict", f"--whole-port={self.whole_port}"]
        for name, port in (("table", table), ("queue", queue)):
            command += [f"--{name}=http://127.0.0.1:{port}", f"--{name}-port={front[name]}"]
        # It listens once those behind it do: so `wait` waits for both.
        self._proxy = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True
        )

    def stop(self, seconds: float = 60) -> None:
        """The proxy first."""
        if self._proxy and self._proxy.stdin:
            self._proxy.stdin.close()
            try:
                self._proxy.wait(seconds)
            except subprocess.TimeoutExpired:
                # Still importing: it holds nothing that could be lost.
                self._proxy.kill()
                self._proxy.wait()
        super().stop(seconds)


class PlainAzurite(Azurite):
    """Without the proxy."""

    @property
    def with_whole_pages(self) -> str:
        """The same: it has no others."""
        return self.connection_string


TestedAzurite = PlainAzurite if OFF else StrictAzurite


def free_ports(count: int) -> list[int]:
    """As the kernel gives them out."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    found = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return found
