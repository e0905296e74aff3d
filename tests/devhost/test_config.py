from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from devhost import config
from devhost.refusals import Refusal, Refused


def write(folder: Path, name: str, document: object) -> None:
    (folder / name).write_text(json.dumps(document), encoding="utf-8")


def queues(folder: Path, given: dict[str, object], **environ: str) -> config.QueueOptions:
    write(folder, "host.json", {"version": "2.0", "extensions": {"queues": given}})
    return config.load_host_config(folder, environ).queues


def test_settings_come_from_the_sample_when_there_is_no_file(tmp_path: Path):
    write(tmp_path, config.SAMPLE, {"Values": {"A": "sample"}})
    assert config.load_settings(tmp_path).values == {"A": "sample"}
    assert config.load_settings(tmp_path).source == config.SAMPLE
    write(tmp_path, config.SETTINGS, {"Values": {"A": "own"}})
    loaded = config.load_settings(tmp_path)
    assert (loaded.values, loaded.source) == ({"A": "own"}, config.SETTINGS)


def test_no_settings_at_all_is_fine(tmp_path: Path):
    assert config.load_settings(tmp_path).values == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"IsEncrypted": true, "Values": {}}', "is encrypted"),
        ("{", "is not JSON"),
        ("[]", "must hold a JSON object"),
        ('{"Values": {"A": 1}}', "must map names to strings"),
        ('{"Host": {"CORS": "http://a"}}', "CORS"),
    ],
)
def test_a_settings_file_that_cannot_be_used_is_refused(tmp_path: Path, text: str, expected: str):
    (tmp_path / config.SETTINGS).write_text(text)
    with pytest.raises(Refused, match=expected):
        config.load_settings(tmp_path)


def test_an_unresolved_name_is_refused():
    assert config.resolve("a-%X%-%Y%", {"X": "1", "Y": "2"}) == "a-1-2"
    with pytest.raises(Refused, match="setting Y is missing"):
        config.resolve("a-%X%-%Y%", {"X": "1"})


def test_a_connection_is_found_with_the_prefix_then_by_name():
    environ = {"Main": "a", "AzureWebJobsMain": "b", "other": "c"}
    assert config.connection_string("Main", environ) == "b"
    assert config.connection_string("Other", environ) == "c"
    for storage in ("", "Storage", "AzureWebJobsStorage"):
        assert config.connection_string(storage, {"AzureWebJobsStorage": "d"}) == "d"
    with pytest.raises(Refused, match="setting Nowhere is missing"):
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
        message_encoding="base64",
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
    assert overridden.message_encoding == "none"
    assert overridden.new_batch_threshold >= 4


def test_an_override_needs_no_host_json(tmp_path: Path):
    environ = {"AzureFunctionsJobHost__extensions__http__routePrefix": "x"}
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
        {"visibilityTimeout": "-00:00:01"},
        {"visibilityTimeout": "7.00:00:01"},
    ],
)
def test_a_queue_option_that_cannot_be_used_is_refused(tmp_path: Path, given: dict[str, object]):
    with pytest.raises(Refused, match=r"host\.json: ") as refused:
        queues(tmp_path, given)
    assert refused.value.refusal is Refusal.HOST_JSON


@pytest.mark.parametrize(("value", "off"), [("1", True), ("true", True), ("0", False), ("", False)])
def test_a_function_is_disabled_by_a_setting(value: str, off: bool):
    assert config.disabled("sweep", {"AzureWebJobs.sweep.Disabled": value}) is off
    assert not config.disabled("other", {"AzureWebJobs.sweep.Disabled": value})
    assert config.disabled("SWEEP", {"AZUREWEBJOBS.SWEEP.DISABLED": value}) is off


def test_an_azure_plan_is_another_environment():
    for name in ("WEBSITE_INSTANCE_ID", "WEBSITE_SKU", "AZURE_FUNCTIONS_ENVIRONMENT"):
        with pytest.raises(Refused) as refused:
            config.load_host_config(Path(), {name: "Production"})
        assert refused.value.refusal is Refusal.PLAN


def test_a_function_may_take_five_minutes_or_for_ever(tmp_path: Path):
    write(tmp_path, "host.json", {"version": "2.0", "functionTimeout": "00:05:00"})
    assert config.load_host_config(tmp_path, {}).function_timeout == timedelta(minutes=5)
    write(tmp_path, "host.json", {"version": "2.0", "functionTimeout": "-1"})
    assert config.load_host_config(tmp_path, {}).function_timeout is None
