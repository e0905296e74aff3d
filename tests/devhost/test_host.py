from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

from tests.running.system import ROOT


def test_the_same_host_serves_tests_in_their_process(azurite: str, tmp_path: Path):
    script, app = Path(__file__).parent / "in_process.py", ROOT / "tests/worker/app"
    queue = f"w-{uuid4().hex}"
    finished = subprocess.run(
        [
            sys.executable,
            script,
            app,
            tmp_path,
            azurite,
            queue,
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    happened = json.loads(finished.stdout)
    assert happened["http"] == [201, {"q": "1"}]
    # wait_idle returned only after the slow one was finished.
    assert happened["worked"] == ["finished", "one", "slow 0.5", "two"]
    assert happened["byHand"] is True
    assert happened["failed"] == [False, "RuntimeError('told to fail')"]
    assert happened["timer"] is True
    assert happened["page"] == "body"
    assert happened["idleWhileBusy"] is False
    assert happened["functions"][-3:] == ["work", "work", "tick"]
    assert "function.failed name=work" in finished.stderr
