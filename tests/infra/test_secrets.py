"""The guide's block that puts keys into the vault: it may be run again, and replaces none."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.infra.bicep import INFRA

GUIDE = (INFRA.parent / "docs" / "operate.md").read_text("utf-8")
SECRETS = GUIDE[GUIDE.index("### The secrets") : GUIDE.index("### The package")]
BOTH = ["webhook-secret-key", "session-keys"]
AZ = """#!/bin/bash
case "$*" in
    *"secret list"*) [ "$REFUSED" ] && exit 1; cat "$THERE" ;;
    *"secret set"*) grep -oP -- '--name \\K\\S+' <<<"$*" >>"$WRITTEN" ;;
esac
"""


def written(folder: Path, there: list[str], refused: str = "") -> list[str]:
    """The secrets that the block sets, where the vault has some, or nobody may look."""
    (block,) = re.findall(r"^```bash\n(ME=.+?)^```", SECRETS, re.DOTALL | re.MULTILINE)
    (folder / "az").write_text(AZ)
    (folder / "az").chmod(0o755)
    (folder / "there").write_text("".join(f"{each}\n" for each in there))
    (folder / "written").touch()
    environ = {"THERE": str(folder / "there"), "WRITTEN": str(folder / "written")}
    environ |= {"PATH": f"{folder}:{os.environ['PATH']}", "REFUSED": refused}
    script = f"of() {{ echo value; }}\n{block}"
    subprocess.run(["/bin/bash", "-c", script], env=environ, check=False)
    return (folder / "written").read_text().split()


@pytest.mark.parametrize("there", [[], BOTH[:1], BOTH[1:], BOTH])
def test_only_what_is_missing_is_put_there(tmp_path: Path, there: list[str]):
    """A recovered vault has its keys; with another webhook key no secret could be read."""
    assert written(tmp_path, there) == [each for each in BOTH if each not in there]


def test_where_nobody_may_look_nothing_is_put(tmp_path: Path):
    assert written(tmp_path, BOTH, refused="yes") == []
