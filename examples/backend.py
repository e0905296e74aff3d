"""A running backend for examples: the one at PORT, or one that is started for them."""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from azure.storage.queue import QueueClient

from examples.client import API_VERSION, Unable

OPERATOR = {"tenant": "00000000-0000-4000-8000-000000000001", "roles": ["PlatformOperator"]}
"""What the development issuer is asked for an operator's token."""

PATIENCE = 60
"""Seconds to wait for a start, or for what became of a message."""

# The emulator's well-known account: public, and the same on every machine.
_ACCOUNT = "devstoreaccount1"
_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
_LAST_PORT = 65531


@dataclass
class Backend:
    """Calls over HTTP with tokens of the development issuer, and messages on the queue.

    `stays`: it was there before, and is there afterwards.
    """

    port: int
    stays: bool = True
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))
    _tokens: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def url(self) -> str:
        """Where the backend serves."""
        return f"http://127.0.0.1:{self.port}"

    def token(self, wanted: dict[str, Any]) -> str:
        """A token from the development issuer, remembered by what was asked for."""
        key = json.dumps(wanted, sort_keys=True)
        if key not in self._tokens:
            issuer = f"http://127.0.0.1:{self.port + 1}/token"
            try:
                answer = self.http.post(issuer, json=wanted)
            except httpx.TransportError:
                raise Unable(
                    f"nothing answers at {issuer}: start a backend with `make run`; "
                    f"PORT says where it is ({self.port})"
                ) from None
            self._tokens[key] = answer.raise_for_status().json()["access_token"]
        return self._tokens[key]

    def call(self, method: str, path: str, token: str, body: dict[str, Any]) -> httpx.Response:
        """One request with the API version and the token."""
        return self.http.request(
            method,
            self.url + path,
            params={"api-version": API_VERSION},
            headers={"Authorization": f"Bearer {token}"},
            json=body or None,
        )

    def send(self, source: str, kind: str, data: dict[str, Any], event_id: str) -> None:
        """Puts one CloudEvent on the queue `onboarding`, as a pipeline would."""
        event = {
            "specversion": "1.0",
            "id": event_id,
            "source": source,
            "type": kind,
            "datacontenttype": "application/json",
            "data": data,
        }
        text = base64.b64encode(json.dumps(event).encode()).decode()
        with QueueClient.from_connection_string(self.storage, "onboarding") as queue:
            queue.send_message(text)

    def results(self, pipeline: str, token: str, after: str | None) -> tuple[list[Any], str]:
        """The pipeline's results behind the cursor, and the next cursor."""
        answer = self.http.get(
            f"{self.url}/api/pipelines/{pipeline}/results",
            params={"api-version": API_VERSION, **({"after": after} if after else {})},
            headers={"Authorization": f"Bearer {token}"},
        )
        page = answer.raise_for_status().json()
        return page["value"], page["cursor"]

    @property
    def storage(self) -> str:
        """The connection string of its queues."""
        endpoint = f"http://127.0.0.1:{self.port + 3}/{_ACCOUNT}"
        return (
            f"DefaultEndpointsProtocol=http;AccountName={_ACCOUNT};AccountKey={_KEY};"
            f"QueueEndpoint={endpoint};"
        )


def port() -> int:
    """PORT, the first of a backend's five ports; ends the program where it is none."""
    text = os.environ.get("PORT", "7071")
    if text.isdecimal() and 1 <= int(text) <= _LAST_PORT:
        return int(text)
    print(f"PORT must be a number from 1 to {_LAST_PORT}, is {text!r}", file=sys.stderr)
    sys.exit(2)


@contextmanager
def backend() -> Iterator[Backend]:
    """The backend at PORT when one answers there, else one of its own on free ports."""
    wanted = port()
    if _answers(wanted):
        yield Backend(wanted)
        return
    print(f"No backend at PORT {wanted}: starting one for this run.", file=sys.stderr)
    own = _free_ports()
    with tempfile.TemporaryDirectory(prefix="csp-demo-") as data:
        environment = {**os.environ, "PORT": str(own), "DATA": data}
        command = [sys.executable, "-m", "devhost"]
        process = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            _wait_until_ready(process)
            yield Backend(own, stays=False)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)


def new_id() -> str:
    """An id for a CloudEvent."""
    return str(uuid.uuid4())


def _answers(port: int) -> bool:
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}/api/health/ready", timeout=5)
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.stdout and time.monotonic() < deadline:
        line = process.stdout.readline()
        if line.startswith("ready "):
            return
        if not line:
            break
    sys.exit("The backend did not start; `make run` says why.")


def _free_ports() -> int:
    """The first of five free ports in a row."""
    for _ in range(100):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = probe.getsockname()[1]
        if first + 4 < 2**16 and all(_free(first + offset) for offset in range(5)):
            return first
    sys.exit("No five free ports in a row.")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
