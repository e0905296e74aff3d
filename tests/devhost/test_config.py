from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from devhost import config
from devhost.config import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, name: str, document: object) -> None:
    (folder / name).write_text(json.dumps(document), encoding="utf-8")


def queues(folder: Path, given: dict[str, object], **environ: str) -> config.QueueOptions:
    write(folder, "host.json", {"extensions": {"queues": given}})
    return config.load_host_config(folder, environ).queues


def test_settings_come_from_the_sample_when_there_is_no_file(tmp_path: Path):
    write(tmp_path, config.SAMPLE, {"Values": {"A": "sample"}})
    assert config.load_settings(tmp_path).values == {"A": "sample"}
    assert config.load_settings(tmp_path).source == config.SAMPLE
    write(
        tmp_path, config.SETTINGS, {"Values": {"A": "own"}, "Host": {"CORS": "http://a, http://b"}}
    )
    loaded = config.load_settings(tmp_path)
    assert (loaded.values, loaded.source) == ({"A": "own"}, config.SETTINGS)
    assert loaded.origins == ("http://a", "http://b")


def test_no_settings_at_all_is_fine(tmp_path: Path):
    assert config.load_settings(tmp_path).values == {}


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEVHOST_A", "environment")
    monkeypatch.delenv("DEVHOST_B", raising=False)
    config.export({"DEVHOST_A": "file", "DEVHOST_B": "file"})
    assert config.resolve("%DEVHOST_A% %DEVHOST_B%", config.os.environ) == "environment file"
    monkeypatch.delenv("DEVHOST_B")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"IsEncrypted": true, "Values": {}}', "is encrypted"),
        ("{", "is not JSON"),
        ("[]", "must hold a JSON object"),
        ('{"Values": {"A": 1}}', "must map names to strings"),
    ],
)
def test_a_settings_file_that_cannot_be_used_is_refused(tmp_path: Path, text: str, expected: str):
    (tmp_path / config.SETTINGS).write_text(text)
    with pytest.raises(ConfigError, match=expected):
        config.load_settings(tmp_path)


def test_an_unresolved_name_is_refused():
    assert config.resolve("a-%X%-%Y%", {"X": "1", "Y": "2"}) == "a-1-2"
    with pytest.raises(ConfigError, match="setting Y is missing"):
        config.resolve("a-%X%-%Y%", {"X": "1"})


def test_a_connection_is_found_by_name_then_with_the_prefix():
    environ = {"Main": "a", "AzureWebJobsMain": "b", "AzureWebJobsOther": "c"}
    assert config.connection_string("Main", environ) == "a"
    assert config.connection_string("Other", environ) == "c"
    assert config.connection_string("", {"AzureWebJobsStorage": "d"}) == "d"
    with pytest.raises(ConfigError, match="setting Nowhere is missing"):
        config.connection_string("Nowhere", environ)


def test_queue_defaults_are_the_real_hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(config.os, "cpu_count", lambda: 4)
    options = config.load_host_config(tmp_path, {}).queues
    assert options == config.QueueOptions(
        batch_size=16,
        new_batch_threshold=32,
        max_dequeue_count=5,
        max_polling_interval=60,
        visibility_timeout=0,
        base64=True,
    )
    development = config.load_host_config(tmp_path, {"AZURE_FUNCTIONS_ENVIRONMENT": "Development"})
    assert development.queues.max_polling_interval == 2


def test_host_json_ignores_case_and_is_overridden_by_the_environment(tmp_path: Path):
    given = {"BatchSize": 4, "messageEncoding": "none", "visibilityTimeout": "00:00:30"}
    assert queues(tmp_path, given).batch_size == 4
    overridden = queues(
        tmp_path,
        given,
        AzureFunctionsJobHost__extensions__queues__batchSize="8",
        AzureFunctionsJobHost__extensions__queues__maxPollingInterval="1.00:00:00.5",
    )
    assert (overridden.batch_size, overridden.visibility_timeout) == (8, 30)
    assert overridden.max_polling_interval == 86400.5
    assert not overridden.base64
    assert overridden.new_batch_threshold >= 4


def test_an_override_needs_no_host_json(tmp_path: Path):
    environ = {"AzureFunctionsJobHost__extensions__http__routePrefix": "x/"}
    assert config.load_host_config(tmp_path, environ).route_prefix == "x"
    assert config.load_host_config(tmp_path, {}).route_prefix == "api"


@pytest.mark.parametrize(
    "given",
    [
        {"batchSize": 33},
        {"batchSize": 0},
        {"batchSize": "many"},
        {"messageEncoding": "utf7"},
        {"maxPollingInterval": "soon"},
    ],
)
def test_a_queue_option_that_cannot_be_used_is_refused(tmp_path: Path, given: dict[str, object]):
    with pytest.raises(ConfigError, match=r"extensions\.queues"):
        queues(tmp_path, given)


@pytest.mark.parametrize(("value", "off"), [("1", True), ("true", True), ("0", False), ("", False)])
def test_a_function_is_disabled_by_a_setting(value: str, off: bool):
    assert config.disabled("sweep", {"AzureWebJobs.sweep.Disabled": value}) is off
    assert not config.disabled("other", {"AzureWebJobs.sweep.Disabled": value})
