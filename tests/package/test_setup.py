"""The set-up of a fresh machine, with a uv that only says what it was asked."""

import shutil
import subprocess
from pathlib import Path

from tests.running.system import ROOT

# Like the real one it may need Python for itself first, and refuses a directory that is there.
UV = """#!/usr/bin/env bash
python3 -c 'import http.cookiejar'
case "$1" in
    venv) mkdir .venv && mkdir .venv/bin && ln -s "$(command -v python3)" .venv/bin/python ;;
    pip) echo "packages" ;;
esac
"""


def test_the_first_make_on_a_fresh_machine_makes_the_environment(tmp_path: Path):
    (tmp_path / "tools").mkdir()
    for name in ("Makefile", "tools/setup", ".python-version", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    uv = tmp_path / "tools" / "uv"
    uv.write_text(UV)
    uv.chmod(0o755)
    made = subprocess.run(
        ["make", ".venv/.ready"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert (tmp_path / ".venv" / ".ready").is_file()
    assert "packages" in made.stdout
