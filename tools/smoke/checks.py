"""What is asked through the API: health, versions, the token, and two ways through the queues."""

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from azure.core.exceptions import AzureError
from azure.storage.queue import QueueClient

from examples.backend import Backend
from examples.client import API_VERSION, Client, Unable
from tools import explain_token
from tools.smoke.findings import Finding, judged
from tools.smoke.vectors import Place

ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 180
"""Seconds for a message: on Flex Consumption its function starts from zero."""
_HEALTH: Final = {
    "live": "docs/operate.md, 8: The app does not start",
    "ready": "what it names: network, roles of the app's identity, tables and queues",
}
_CAUSES: Final = "docs/operate.md, 8: Nobody can sign in"
NOBODY: Final = "7f1de0b8-1f7f-4c37-9a5e-3d5b0c0c0001"
"""A customer that is none: a sweep over it reads one empty partition."""


@dataclass(frozen=True, slots=True)
class Checks:
    """Asks as the operator, and waits `patience` seconds for what comes later.

    `queues`, `site`: the account's queue endpoint and the function app's id in Azure; `port`: of a
    backend on this machine.
    """

    place: Place
    client: Client
    queues: str = ""
    site: str = ""
    port: int = 0
    patience: float = PATIENCE

    def all(self) -> Iterator[Finding]:
        """In the order in which one looks: what fails first explains the rest."""
        for check in (self.health, self.token, self.versions, self.host, self.round_trip):
            try:
                yield from check()
            except (Unable, OSError, ValueError, LookupError) as error:
                yield Finding(check.__name__, "WRONG", _one_line(error), "the lines above")
        yield from self.no_message()

    def health(self) -> Iterator[Finding]:
        """Whether the app runs, and reaches what it needs."""
        for name, look in _HEALTH.items():
            send = {"method": "GET", "target": f"/api/health/{name}", "headers": []}
            answer = self.place.ask(send)
            told = f"{answer.status} {answer.body.decode('utf-8', 'replace')[:300]}"
            yield judged(f"health {name}", told, look, good=answer.status == HTTPStatus.OK)

    def token(self) -> Iterator[Finding]:
        """What the token says, and what the backend makes of it; never the token."""
        for name, text in explain_token.claims(self.place.token):
            yield Finding(f"token {name}", "told", text)
        target = f"/api/me?api-version={API_VERSION}"
        answer = self.place.ask({"method": "GET", "target": target, "headers": [], "token": True})
        me = json.loads(answer.body)
        if answer.status != HTTPStatus.OK:
            look = explain_token.LOOK_AT.get(me["error"].get("target"), _CAUSES)
            yield Finding("token", "WRONG", f"{answer.status}: {me['error']['message']}", look)
            return
        operator = "OP" in me["roles"]
        seen = f"{me['type']} of tenant {me['tenantId']}, roles {' '.join(me['roles']) or 'none'}"
        look = "the role PlatformOperator in the operator's own tenant: docs/first-call.md, 3"
        yield judged("token", seen, look, good=operator)

    def versions(self) -> Iterator[Finding]:
        """The worker's library must be the one that was tested."""
        found = self.client.get("/api/health/versions")
        pinned = _pinned("azure-functions-runtime")
        worker = found.get("workerLibrary", "unknown")
        look = f"the platform brought a library of its own instead of the package's {pinned}"
        yield judged("worker library", worker, look, good=worker == pinned)
        look = "the stack of the plan, and the package: which of the two is new?"
        yield judged("Python", found["python"], look, good=found["python"] == _python())
        library = found["functionsLibrary"]
        good = library == _pinned("azure-functions")
        yield judged("azure-functions", library, look, good=good)

    def host(self) -> Iterator[Finding]:
        """Host and bundle, as Azure tells who may read the site."""
        if not self.site:
            why = "only where SITE names the function app, and `az` is signed in"
            yield Finding("host and bundle", "not here", why)
            return
        url = f"{self.site}/host/default/properties/status?api-version={_az_version()}"
        done = subprocess.run(
            ["az", "rest", "--url", url],  # noqa: S607 - the operator's own, on PATH
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            look = "whether `az` is signed in, and may read the site"
            yield Finding("host and bundle", "WRONG", _one_line(done.stderr), look)
            return
        status = json.loads(done.stdout)
        status = status.get("properties", status)
        errors = status.get("errors") or []
        look = "the host's own errors, in FunctionAppLogs"
        said = f"{status.get('version')} {' '.join(errors)}"
        yield judged("host", said, look, good=not errors)
        bundle = status.get("extensionBundle", {}).get("version", "unknown")
        major = json.loads((ROOT / "host.json").read_text())["extensionBundle"]["version"][1]
        look = f"host.json asks for {major}.*"
        good = bundle.startswith(f"{major}.")
        yield judged("extension bundle", bundle, look, good=good)

    def round_trip(self) -> Iterator[Finding]:
        """A sweep of one customer: a message is put, taken, worked on, and told about."""
        sweep = self.client.send("POST", "/api/sweeps", {"customerId": NOBODY}).json()
        look = (
            "is a message in the queue sweep-shards (its function does not run, or does not scale)"
        )
        look += ", or in sweep-shards-poison (AppExceptions says why)?"
        began = time.monotonic()
        done = self._later(lambda: self._swept(sweep["id"]))
        seen = f"{done or 'not done'} after {time.monotonic() - began:.0f} s"
        yield judged("queue round trip", seen, look, good=done == "succeeded")

    def _swept(self, sweep_id: str) -> str | None:
        status = self.client.get(f"/api/sweeps/{sweep_id}")["status"]
        return None if status == "running" else status

    def no_message(self) -> Iterator[Finding]:
        """A text that is not encoded: the host hands it over as it is, and it is kept as dead."""
        name = "a queue text that is not encoded"
        if not (self.place.local or self.queues):
            why = "only where QUEUES is the account's queue endpoint, and `az` is signed in"
            yield Finding(name, "not here", why)
            return
        text = f"smoke: not encoded, {uuid4()}"
        look = "host.json, messageEncoding: with base64 the host drops it, and nobody hears of it"
        try:
            with self._queue() as queue:
                queue.send_message(text)
            letter = self._later(lambda: self._letter(text))
        except (AzureError, Unable) as error:
            look = "the right to send (Storage Queue Data Message Sender), and the network"
            yield Finding(name, "WRONG", _one_line(error), look)
            return
        seen = letter["reason"] if letter else "no dead letter"
        yield judged(name, seen, look, good=seen == "undecodable")

    def _queue(self) -> QueueClient:
        if self.queues:
            from azure.identity import AzureCliCredential  # noqa: PLC0415 - only in Azure

            return QueueClient(self.queues, "onboarding", credential=AzureCliCredential())
        return QueueClient.from_connection_string(Backend(self.port).storage, "onboarding")

    def _letter(self, text: str) -> dict[str, Any] | None:
        letters = self.client.every("/api/dead-letters", status="open", queue="onboarding")
        return next((each for each in letters if each["text"] == text), None)

    def _later[T](self, look: Callable[[], T | None]) -> T | None:
        deadline = time.monotonic() + self.patience
        while (found := look()) is None and time.monotonic() < deadline:
            time.sleep(1)
        return found


def _pinned(package: str) -> str:
    text = (ROOT / "requirements.txt").read_text("utf-8")
    match = re.search(rf"^{re.escape(package)}==(\S+)", text, re.MULTILINE)
    return match[1] if match else "unknown"


def _python() -> str:
    return (ROOT / ".python-version").read_text("utf-8").strip()


def _az_version() -> str:
    """The newest of Microsoft.Web that the Government cloud has, as everywhere here."""
    text = (ROOT / "tools" / "deploy").read_text("utf-8")
    match = re.search(r"api-version=([\d-]+)", text)
    return match[1] if match else "2024-04-01"


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
