"""The table of attacks in SECURITY.md names tests that are there."""

import re

from tests.architecture.tree import ROOT

TABLE = (ROOT / "SECURITY.md").read_text("utf-8").partition("## What is tried")[2]
TESTS = [(path.name, path.read_text("utf-8")) for path in ROOT.glob("tests/**/test_*.py")]
LINES = [line for line in TABLE.splitlines() if line.startswith("|")][2:]


def made(file: str, name: str) -> bool:
    """Whether a test of that name, or beginning, is in a file of that name."""
    return any(f"def {name}" in text for path, text in TESTS if path == file)


def test_each_attack_is_made_by_tests():
    assert len(LINES) > 20
    for line in LINES:
        file, found = "", 0
        for name in re.findall(r"`((?:tests/|test_)[^`]+)`", line):
            if name.endswith(".py"):
                file = name.rpartition("/")[2]
                assert (ROOT / name).exists() or "/" not in name, name
                continue
            found += 1
            assert made(file, name.removesuffix("*")), (file, name)
        assert found, line


def test_a_test_that_is_gone_would_be_missed():
    assert not made("test_attempts.py", "test_a_code_that_nobody_takes")
