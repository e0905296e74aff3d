"""From a customer's own requests alone: export, proof, and a hash that was noted earlier."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cast.commands import register, related
from tests.cast.ids import AGENCY, BUREAU, DIRECT
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, user

SCRIPT = Path(__file__).parents[2] / "examples" / "verify_ledger.py"
LEDGER = f"/api/customers/{AGENCY}/ledger"


@pytest.fixture
async def local() -> LocalApp:
    """A customer with a ledger, in a checkpoint."""
    made = LocalApp()
    for command in (*related(), register(1, offerName="Büro 365 한국어")):
        await made.services.executor.execute(command)
    await made.follow()
    await swept(made)
    return made


async def swept(local: LocalApp) -> None:
    await local.services.sweeping.sweeps.start(None)
    await local.sweep()


async def proof(local: LocalApp, query: str = "", caller=None):
    answer = await local.call("GET", f"{LEDGER}/proof{query}", caller or admin(AGENCY))
    assert answer.status == 200, answer.body
    return answer.body


async def verified(local: LocalApp, folder: Path, shown: dict, kept: str) -> tuple[int, str]:
    accept = {"accept": "application/jsonl"}
    exported = await local.call("GET", LEDGER, admin(AGENCY), headers=accept)
    (folder / "ledger.jsonl").write_text(exported.body, encoding="utf-8")
    (folder / "proof.json").write_text(json.dumps(shown))
    arguments = ["ledger.jsonl", "--proof", "proof.json", "--checkpoint", kept]
    done = subprocess.run(  # noqa: ASYNC221 - nothing else runs meanwhile
        [sys.executable, "-I", str(SCRIPT), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


async def test_a_customer_verifies_what_it_downloaded(local, tmp_path):
    shown = await proof(local)
    code, told = await verified(local, tmp_path, shown, shown["checkpoint"]["hash"])
    assert code == 0, told


async def test_a_hash_kept_earlier_still_holds_later(local, tmp_path):
    early = (await proof(local))["checkpoint"]
    await local.services.executor.execute(register(2))
    await local.follow()
    local.clock.pass_by(days=1)
    await swept(local)
    newest = await proof(local)
    assert newest["checkpoint"]["previous"] == early["hash"]
    asked = await proof(local, f"?checkpointId={early['id']}")
    assert asked["checkpoint"] == early
    code, told = await verified(local, tmp_path, asked, early["hash"])
    assert code == 0, told
    assert (await verified(local, tmp_path, newest, early["hash"]))[0] == 1


async def test_a_history_written_anew_does_not_fit_the_kept_hash(local, tmp_path):
    shown = await proof(local)
    entries = local.memory.tables["tenants"]._partitions[AGENCY]
    last = max(row for row in entries if row.startswith("entry|"))
    del entries[last]
    code, told = await verified(local, tmp_path, shown, shown["checkpoint"]["hash"])
    assert (code, "is gone" in told) == (1, True)


async def test_who_may_ask(local):
    assert await proof(local, caller=OPERATOR_CLAIMS) == await proof(local)
    for caller in (user(DIRECT, "GlobalAdmin"), admin(BUREAU)):
        answer = await local.call("GET", f"{LEDGER}/proof", caller)
        assert answer.status in {403, 404}


async def test_what_cannot_be_proven(local):
    for url in (f"/api/customers/{BUREAU}/ledger/proof", f"{LEDGER}/proof?checkpointId={BUREAU}"):
        answer = await local.call("GET", url, OPERATOR_CLAIMS)
        assert answer.status == 404
    answer = await local.call("GET", f"{LEDGER}/proof?checkpointId=newest", OPERATOR_CLAIMS)
    assert answer.status == 400
