"""The check of commit messages that `make hooks` switches on."""

import subprocess
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

HOOK = ROOT / "tools" / "hooks" / "commit-msg"
REASON = "Event rows were skipped by a reader that came early, so portals lost events."


def check(folder: Path, message: str) -> subprocess.CompletedProcess[str]:
    file = folder / "COMMIT_EDITMSG"
    file.write_text(message, encoding="utf-8")
    return subprocess.run([HOOK, file], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "message",
    [
        f"storage: read feed marks written before `at` existed\n\n{REASON}\n",
        f"storage/feeds: `at` is read where it is\n\n{REASON}\n\n# Please enter a message\n",
        "Merge branch 'storage'\n",
        'Revert "storage: read codes from the body"\n',
        "fixup! storage: read codes from the body\n",
    ],
)
def test_a_message_with_area_and_reason_passes(tmp_path: Path, message: str):
    assert check(tmp_path, message).returncode == 0


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (f"Say why\n\n{REASON}\n", "area: verb what"),
        (f"storage: Read marks\n\n{REASON}\n", "area: verb what"),
        (f"storage: {'x' * 64}\n\n{REASON}\n", "73 characters"),
        (f"storage: read marks.\n\n{REASON}\n", "full stop"),
        (f"storage: read marks\n{REASON}\n", "blank line"),
        ("storage: read marks\n", "the body gives the reason"),
        ("storage: read marks\n\nMended.\n", "the body gives the reason"),
        (f"storage: read marks\n\n# {REASON}\n", "the body gives the reason"),
        (f"storage: read marks\n\nSigned-off-by: {'a' * 60}\n", "the body gives the reason"),
    ],
)
def test_a_message_without_is_refused_in_words(tmp_path: Path, message: str, said: str):
    refused = check(tmp_path, message)
    assert refused.returncode == 1
    assert said in refused.stderr
