"""The real system: HTTP, queue, worker and emulator; tampering is found, the example shows it."""

import json
import os
import subprocess
import sys

from shared.storage.encoding.keys import tenants as keys
from shared.storage.engine.clients import Clients
from shared.storage.engine.table import Replace
from tests.running.client import ok
from tests.running.system import ROOT, System
from tests.running.waiting import eventually

TAMPERED = "Someone else"


def operate(system: System, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The example's command line."""
    port = system.base_url.rsplit(":", 1)[1]
    return subprocess.run(
        [sys.executable, "-m", "examples.operate", *arguments],
        cwd=ROOT,
        env={**os.environ, "PORT": port, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_tampering_is_found_by_a_sweep_of_the_running_system(system, storage, world):
    partner_id, operator = world.partner().tenant, world.operator
    # What its followers have yet to write would be another finding.
    eventually(
        lambda: {each["id"] for page in operator.pages("/partners") for each in page},
        lambda listed: partner_id in listed,
    )

    async def tamper(clients: Clients) -> None:
        table = clients.table("tenants")
        entity = await table.get(keys.head(partner_id))
        partner = json.loads(str(entity.properties["partner"])) | {"name": TAMPERED}
        changed = {**entity.properties, "partner": json.dumps(partner)}
        await table.transact([Replace(entity.key, changed, entity.etag)])

    storage.run(tamper)
    swept = operate(system, "sweep")
    assert "checkpoint of" in swept.stdout, swept.stdout + swept.stderr
    assert swept.returncode == 1
    listed = operate(system, "findings", "--tenant", partner_id)
    assert listed.returncode == 1
    assert "state-diverged" in listed.stdout
    assert "1 findings" in listed.stdout
    found = ok(operator.get("/findings", params={"tenantId": partner_id}))["value"]
    assert [each["kind"] for each in found] == ["state-diverged"]
    assert found[0]["detail"]["fields"][0]["stored"] == TAMPERED
    verified = operate(system, "verify", partner_id)
    assert verified.returncode == 0
    assert "valid" in verified.stdout
