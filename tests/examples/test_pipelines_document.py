"""docs/pipelines.md: every command in it runs as it stands, and comes to what it says."""

import re
import subprocess
from pathlib import Path
from uuid import uuid4

import httpx

from shared.services.onboarding.pipelines import MessageType
from tests.running.system import ROOT, System

TEXT = (ROOT / "docs/pipelines.md").read_text(encoding="utf-8")
BLOCKS = re.compile(r"```bash\n(.*?)```(?:\n→ ([^\n]*))?", re.DOTALL)
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEPT = {"00000000-0000-4000-8000-000000000001", "62e90394-69f5-4237-9190-012177145e10"}
"""The operator's tenant, and the role of Global admins."""
SENT = re.compile(r'"type": "([a-z-]+)",\n *"data"')
END = "== end of a block =="


def test_every_command_comes_to_what_the_document_says(system: System, tmp_path: Path):
    """On this system's ports, and with ids that no other run has used."""
    port, ids = httpx.URL(system.base_url).port or 0, {kept: kept for kept in KEPT}
    blocks = BLOCKS.findall(TEXT)
    script = f"\necho '{END}'\n".join(commands for commands, _ in blocks)
    script = re.sub(r":70(7\d)\b", lambda found: f":{port + int(found[1]) - 71}", script)
    script = GUID.sub(lambda found: ids.setdefault(found[0], str(uuid4())), script)
    script = script.replace("sleep 1;", "sleep 0.2;")
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    told = run.stdout.split(END)
    for (commands, said), output in zip(blocks, told, strict=True):
        for expected in re.findall(r"`([^`]+)`", said):
            assert expected in output, commands
    assert sum(bool(said) for _, said in blocks) > 10


def test_an_outcome_that_nobody_may_see_ends_with_the_answer(system: System, tmp_path: Path):
    (script, _), *_ = BLOCKS.findall(TEXT)
    port = httpx.URL(system.base_url).port or 0
    script = re.sub(r":70(7\d)\b", lambda found: f":{port + int(found[1]) - 71}", script)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    run = subprocess.run(
        ["bash", "-c", f"{script}\nTOKEN=expired\noutcome first-1"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "InvalidAuthenticationToken" in run.stderr
    assert "Traceback" not in run.stderr


def test_every_type_is_in_it():
    assert set(SENT.findall(TEXT)) == set(MessageType)
