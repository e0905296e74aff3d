"""The contract with Microsoft's worker library, which is an internal interface of theirs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.running.system import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

APP = Path(__file__).parent / "app"
TIMES = {
    "InsertionTime": ["2026-11-01T10:00:00+00:00", "string"],
    "ExpirationTime": ["2026-11-08T10:00:00+00:00", "string"],
    "NextVisibleTime": ["2026-11-01T10:10:00+00:00", "string"],
}


class Driver:
    """The process that holds the worker."""

    def __init__(self, app: Path, record: Path, **environ: str) -> None:
        self.record = record
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "driver.py"), str(app)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "SAMPLE_RECORD": str(record), **environ},
        )
        self.indexed = self._read()

    def call(self, function: str, **request: Any) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"function": function, **request}) + "\n")
        self._process.stdin.flush()
        return self._read()

    def seen(self) -> dict[str, Any]:
        return json.loads(self.record.read_text().splitlines()[-1])

    def end(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    driver = Driver(APP, tmp_path_factory.mktemp("worker") / "record")
    yield driver
    driver.end()


def test_indexes_triggers_and_outputs(worker: Driver):
    kinds = {name: kind for name, (kind, _, _) in worker.indexed.items()}
    assert kinds["echo"] == "httpTrigger"
    assert kinds["work"] == "queueTrigger"
    assert kinds["tick"] == "timerTrigger"
    _, trigger, outputs = worker.indexed["echo"]
    assert trigger["route"] == "echo/{first}/{second?}"
    assert trigger["methods"] == ["GET", "POST"]
    assert trigger["authLevel"].upper() == "ANONYMOUS"
    assert outputs["$return"]["type"] == "http"
    assert worker.indexed["put"][2]["out"]["queueName"] == "%WORK_QUEUE%"
    assert worker.indexed["tick"][1]["schedule"] == "%TICK_SCHEDULE%"


def test_http_request_and_response_are_converted(worker: Driver):
    request = {
        "method": "POST",
        "url": "http://h/api/echo/a?q=1",
        "headers": {"x-a": "1,2"},
        "params": {"first": "a%2Fb"},
        "query": {"q": "1,2"},
        "body": "höher",
    }
    value = worker.call("echo", http=request)["value"]
    assert value["type"] == "http"
    answer = value["value"]
    assert answer["status_code"]["value"] == "201"
    assert answer["headers"]["content-type"]["value"] == "application/json"
    assert answer["body"]["type"] == "bytes"
    seen = json.loads(answer["body"]["value"])
    assert seen == {
        "method": "POST",
        "url": "http://h/api/echo/a?q=1",
        "headers": {"x-a": "1,2"},
        "params": {"q": "1,2"},
        "route": {"first": "a%2Fb"},
        "body": "höher",
    }


def test_cookies_come_one_by_one(worker: Driver):
    answer = worker.call("cookies", http={})["value"]["value"]
    assert [list(cookie) for cookie in answer["cookies"]] == [["a"], ["b"]]
    assert "Set-Cookie" not in answer["headers"]


def test_a_synchronous_function_may_return_text(worker: Driver):
    assert worker.call("sync", http={})["value"] == {"type": "string", "value": "plain GET"}


def test_an_exception_is_told_not_raised(worker: Driver):
    result = worker.call("fail", http={})
    assert not result["ok"]
    assert result["error"] == "RuntimeError('told to fail')"
    assert "function_app.py" in result["trace"]
    assert result["value"] is None


def test_outputs_come_back_only_from_success(worker: Driver):
    good = worker.call("put", http={"method": "POST", "body": '["a"]'})
    assert good["outputs"] == [["out", {"type": "string", "value": '["a"]'}]]
    bad = worker.call("put", http={"method": "POST", "body": "x", "query": {"fail": "1"}})
    assert not bad["ok"]
    assert bad["outputs"] == []


def test_queue_message_carries_its_metadata(worker: Driver):
    metadata = {
        "Id": ["7", "string"],
        "PopReceipt": ["r", "string"],
        "DequeueCount": ["3", "json"],
        **TIMES,
    }
    assert worker.call("work", queue='{"a": "ü"}', metadata=metadata)["ok"]
    assert worker.seen() == {
        "function": "work",
        "text": '{"a": "ü"}',
        "id": "7",
        "dequeueCount": 3,
        "popReceipt": "r",
        "inserted": TIMES["InsertionTime"][0],
        "expires": TIMES["ExpirationTime"][0],
        "nextVisible": TIMES["NextVisibleTime"][0],
    }


def test_timer_payload(worker: Driver):
    timer = {
        "Schedule": {"AdjustForDST": True},
        "ScheduleStatus": {"Last": "2026-11-01T00:00:00+00:00"},
        "IsPastDue": True,
    }
    assert worker.call("tick", timer=timer)["ok"]
    assert worker.seen() == {
        "function": "tick",
        "pastDue": True,
        "status": timer["ScheduleStatus"],
        "schedule": timer["Schedule"],
    }


def test_trace_context_reaches_the_function(worker: Driver):
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    answer = worker.call("trace", http={}, traceParent=parent)
    assert answer["value"]["value"] == parent


@pytest.mark.parametrize(("setting", "found"), [("true", True), ("false", False)])
def test_telemetry_finds_the_span_of_the_host(tmp_path: Path, setting: str, found: bool):
    """Where the worker's own OpenTelemetry support is switched on, as a deployment does."""
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    driver = Driver(APP, tmp_path / "record", PYTHON_ENABLE_OPENTELEMETRY=setting)
    try:
        answer = driver.call("host_span", http={}, traceParent=parent)
    finally:
        driver.end()
    assert answer["value"]["value"] == (parent if found else "none")


BROKEN = {
    "import": (
        "import nowhere_to_be_found\n",
        "function_app.py:1: ModuleNotFoundError: No module named 'nowhere_to_be_found'",
    ),
    "syntax": (
        "x = (\n",
        "function_app.py:1: SyntaxError: '(' was never closed (function_app.py, line 1)",
    ),
    "raises": ("\nraise KeyError('boom')\n", "function_app.py:2: KeyError: 'boom'"),
    "empty": (
        "import azure.functions as func\napp = func.FunctionApp()\n",
        "function_app.py defines no functions, or is missing",
    ),
    "no app": ("x = 1\n", "ValueError: Could not find top level function app instances in "),
    "binding": (
        (
            "import azure.functions as func\napp = func.FunctionApp()\n"
            "@app.route('a')\ndef a(req: func.HttpRequest, extra: str) -> str: return ''\n"
        ),
        "FunctionLoadError: cannot load the a function: the following parameters are declared",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_app_is_one_line(name: str, tmp_path: Path):
    code, expected = BROKEN[name]
    (tmp_path / "function_app.py").write_text(code)
    driver = Driver(tmp_path, tmp_path / "record")
    driver.end()
    assert driver.indexed["error"].startswith(expected)
    assert "\n" not in driver.indexed["error"]


def test_a_missing_app_is_one_line(tmp_path: Path):
    driver = Driver(tmp_path, tmp_path / "record")
    driver.end()
    assert driver.indexed == {"error": "function_app.py defines no functions, or is missing"}
