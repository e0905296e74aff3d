"""The partner's portal: its whole way on the real system."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from examples import partner_portal
from tests.running.system import ROOT, System


def test_the_whole_way_on_a_running_system(system: System, tmp_path: Path):
    file = tmp_path / "subscriptions.csv"
    walked = subprocess.run(
        [sys.executable, "-m", "examples.partner_portal", str(file)],
        cwd=ROOT,
        env={
            **os.environ,
            "PORT": system.base_url.rsplit(":", 1)[1],
            "PYTHONIOENCODING": "utf-8",
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert walked.returncode == 0, walked.stdout + walked.stderr
    told = [line.strip() for line in walked.stdout.splitlines()]
    for line in (
        "Dry run, delegatedAdmin True  allowed",
        "Invited  201, sent again 200: one invitation",
        "The customer  accepted",
        "Changed by two at once  both count: 1450 licenses",
        "Event 7  subscription-updated",
        "Access  AdminAgents is Global administrator (EFF-1)",
        "The relationship  removed, privileges revokedByRemoval",
    ):
        assert line in told
    for start in ("Dry run, delegatedAdmin False  GOV-1 ", "Not yet: PolicyRefused  REM-1 "):
        assert any(line.startswith(start) for line in told)
    names, row = file.read_text(encoding="utf-8").splitlines()
    assert names.startswith('"id","customerId","partnerId",')
    assert ',"1450","licenses",' in row


def test_help_walks_nowhere(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr(sys, "argv", ["partner_portal", "--help"])
    monkeypatch.setattr(partner_portal, "backend", None)
    with pytest.raises(SystemExit) as ended:
        partner_portal.main()
    assert ended.value.code == 0
    assert "A partner's portal in miniature" in capsys.readouterr().out


@pytest.mark.parametrize("port", ["7o71", "0", "65532", "", "-1"])
def test_a_port_that_is_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], port: str
):
    monkeypatch.setattr(sys, "argv", ["partner_portal"])
    monkeypatch.setenv("PORT", port)
    with pytest.raises(SystemExit) as ended:
        partner_portal.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err == f"PORT must be a number from 1 to 65531, is {port!r}\n"
