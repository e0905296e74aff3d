"""docs/pipelines.md: every message in it comes to what it says, and its commands run."""

import base64
import json
import re
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from shared.services.messages import Delivery
from tests.http.client import SIGNER
from tests.system import ROOT, System
from tests.unit.http.app import GLOBAL_ADMINISTRATOR, OPERATOR_CLAIMS, LocalApp, user

TEXT = (ROOT / "docs/pipelines.md").read_text(encoding="utf-8")
SAID = re.compile(r"```json\n(\{[^`]*)```\n→ `(\w+)`([^\n]*)", re.DOTALL)
BATCH = re.compile(r"```json\n(\[[^`]*)```\n→ 202", re.DOTALL)
COMMANDS = re.compile(r"```bash\n(.*?)```", re.DOTALL)
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
REGISTERED = re.compile(r"pipelines/([0-9a-f-]{36})\?.*?-d '(\{.*?\})'", re.DOTALL)


async def result(local: LocalApp, pipeline: str, event: dict[str, Any]) -> dict[str, Any]:
    """What became of the event: the newest result."""
    text = base64.b64encode(json.dumps(event).encode()).decode()
    await local.services.inbox.take("onboarding", Delivery(str(uuid4()), text, 1))
    local.clock.pass_by(seconds=16)
    feed = await local.call("GET", f"/api/pipelines/{pipeline}/results", OPERATOR_CLAIMS)
    newest = feed.body["value"][-1]
    assert newest["messageId"] == event["id"]
    return newest


async def accept(local: LocalApp, path: str) -> None:
    customer = user(GUID.findall(path)[0], wids=[GLOBAL_ADMINISTRATOR])
    answer = await local.call("POST", f"{path}/accept", customer, {"customerAgreement": SIGNER})
    assert answer.status == 200, answer.body


async def test_every_message_comes_to_what_the_document_says():
    local, invitation = LocalApp(), ""
    found = REGISTERED.search(TEXT)
    assert found
    pipeline, body = found[1], json.loads(found[2])
    put = await local.call("PUT", f"/api/pipelines/{pipeline}", OPERATOR_CLAIMS, body)
    assert put.status == 201
    seen: set[str] = set()
    for text, outcome, more in SAID.findall(TEXT):
        event = json.loads(text)
        ended = await result(local, pipeline, event)
        assert ended["outcome"] == outcome, ended
        seen.add(event["type"])
        if event["type"] == "invitation-request":
            invitation = ended["resource"]
        if outcome == "refused":
            assert ", ".join(ended["error"]["innererror"]["rules"]) in more
            await accept(local, invitation)
            assert (await result(local, pipeline, event))["outcome"] == "succeeded"
        if outcome == "failed":
            letters = await local.call("GET", "/api/dead-letters", OPERATOR_CLAIMS)
            assert [each["reason"] for each in letters.body["value"]] == ["malformed"]
            assert "`malformed`" in more
    assert seen == set(body["types"])
    await hand_in(local, json.loads(BATCH.findall(TEXT)[0]))


async def hand_in(local: LocalApp, batch: list[dict[str, Any]]) -> None:
    """What the document's partner hands in over HTTP succeeds."""
    partner = batch[0]["data"]["actingPartnerId"]
    claims = user(partner, "OnboardingPipeline", idtyp="app")
    application = {name: value for name, value in claims.items() if name not in {"scp", "wids"}}
    assert (await local.call("POST", "/api/onboarding", application, batch)).status == 202
    for message in local.memory.queues.take("onboarding"):
        await local.services.inbox.take("onboarding", Delivery(message.id, message.text, 1))
    local.clock.pass_by(seconds=16)
    feed = await local.call("GET", f"/api/partners/{partner}/onboarding-results", application)
    assert [each["outcome"] for each in feed.body["value"]] == ["succeeded"]


def test_its_commands_run(system: System, tmp_path: Path):
    """As they stand, but on this system's ports and with ids that no other run has used."""
    port, ids = httpx.URL(system.base_url).port or 0, {}
    script = "\n".join(COMMANDS.findall(TEXT))
    script = re.sub(r":70(7\d)\b", lambda found: f":{port + int(found[1]) - 71}", script)
    operator = "00000000-0000-4000-8000-000000000001"
    script = GUID.sub(
        lambda found: found[0] if found[0] == operator else ids.setdefault(found[0], str(uuid4())),
        script,
    )
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    (ended,) = json.loads((tmp_path / "results.json").read_text())["value"]
    assert (ended["messageId"], ended["outcome"]) == ("first-1", "succeeded")
