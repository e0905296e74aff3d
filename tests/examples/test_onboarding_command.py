"""The command line of the pipeline's example: what ends it before anything is sent, in a line."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from examples import onboarding_pipeline

GUID = "7a1f0c52-6f0e-4c6b-9a52-0d5c4b7e1a01"
CUSTOMERS = f"customerId,name,domain,country\n{GUID},One,one.example,US\n"
URL, TOKEN = {"ONBOARDING_URL": "http://app.example"}, {"ONBOARDING_TOKEN": "to.k_en"}
ADDRESS = "ONBOARDING_URL must be an address such as https://app.example"
ALONE = "ONBOARDING_TOKEN must be an access token alone: no space, line break or quote in it"
STORAGE = "ONBOARDING_STORAGE must be the storage account's queue endpoint (https://…) or"

type Command = Callable[..., tuple[int, str]]


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """The last line that it says, with these options and settings, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    Path("customers.csv").write_text(CUSTOMERS)
    for name in [name for name in os.environ if name.startswith("ONBOARDING_")]:
        monkeypatch.delenv(name)

    def run(*options: str, **settings: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["onboarding_pipeline", *options])
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            onboarding_pipeline.main()
        return int(str(ended.value.code)), capsys.readouterr().err.splitlines()[-1]

    return run


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "ONBOARDING_URL is not set"),
        ({"ONBOARDING_URL": "secret"}, ADDRESS),
        ({"ONBOARDING_URL": "http://secret:port"}, ADDRESS),
        ({"ONBOARDING_URL": "ftp://secret"}, ADDRESS),
        (URL, "ONBOARDING_TOKEN is not set"),
        (URL | {"ONBOARDING_TOKEN": " "}, "ONBOARDING_TOKEN is not set"),
        (URL | {"ONBOARDING_TOKEN": "secret\n"}, ALONE),
        (URL | {"ONBOARDING_TOKEN": "Bearer secret"}, ALONE),
        (URL | TOKEN, "ONBOARDING_STORAGE is not set"),
        (URL | TOKEN | {"ONBOARDING_STORAGE": "secret"}, STORAGE),
        (URL | TOKEN | {"ONBOARDING_STORAGE": "http://127.0.0.1:1/secret"}, STORAGE),
        (URL | TOKEN | {"ONBOARDING_STORAGE": "https://"}, STORAGE),
    ],
)
def test_a_wrong_setting_is_named_and_not_repeated(
    command: Command, settings: dict[str, str], said: str
):
    code, line = command("customers.csv", **settings)
    assert code == 2
    assert line.startswith(f"onboarding: {said}")
    assert "secret" not in line


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--partner", "nonsense"], "argument --partner: 'nonsense' is no GUID"),
        (["--pipeline", "x"], "argument --pipeline: 'x' is no GUID"),
        (["--partner", GUID, "--register"], "partners do not register: leave out --register"),
        (["--report", "customers.csv"], "--report must name a .json file, is customers.csv"),
        (["--report", "no/report.json"], "no/report.json: No such file or directory"),
        (["--local", "--partner", GUID, "--state", "no/state"], "no/state: No such file or"),
        (["--local", "--partner", GUID, "--state", "customers.csv"], "customers.csv, line 1: this"),
    ],
)
def test_what_cannot_be_asked_for(
    command: Command, monkeypatch: pytest.MonkeyPatch, options: list[str], said: str
):
    monkeypatch.setattr("examples.backend.Backend.token", lambda *_: "token")
    code, line = command("customers.csv", *options)
    assert code == 2
    assert said in line
    assert Path("customers.csv").read_text() == CUSTOMERS


def test_a_backend_that_is_not_there(command: Command):
    _, line = command("--local", "customers.csv", PORT="1")
    assert "nothing answers at http://127.0.0.1:2/token: start a backend with `make run`" in line
    code, line = command("--local", "customers.csv", PORT="x")
    assert (code, line) == (2, "PORT must be a number from 1 to 65531, is 'x'")


def test_the_report_of_an_earlier_run_does_not_stay(command: Command):
    report = Path("onboarding-report.json")
    report.write_text("{}")
    code, _ = command("nothing.csv")
    assert (code, report.exists()) == (2, False)
