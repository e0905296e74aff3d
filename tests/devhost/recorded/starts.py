"""Apps that the real host refuses, or takes in part, as recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from devhost.refusals import Refusal, Refused
from devhost.worker import AppLoadError, function
from tests.devhost.recorded import running
from tests.devhost.recorded.outcomes import Outcomes
from tests.devhost.recorded.running import ask, request

_OK = running.http_function("ok", ["GET"], "ok")


async def starts(folder: Path) -> Outcomes:
    """start-errors.json: what is not refused answers as it did there."""
    found = Outcomes()
    for number, vector in enumerate(running.vectors("start-errors")):
        try:
            await _start(found, folder / str(number), vector)
        except Refused as refused:
            found.refuse(refused)
        except AppLoadError:
            found.refuse(Refusal.BINDING)
    return found


async def _start(found: Outcomes, folder: Path, vector: Any) -> None:
    host_json = {"version": "2.0", **running.http_options(), **vector.get("host.json", {})}
    settled = running.settle(folder, {k: v for k, v in host_json.items() if v is not None})
    if "version" in vector.get("host.json", {}):
        settled.joinpath("host.json").write_text(json.dumps(host_json))
    functions = [function(each["name"], each["name"], each["bindings"]) for each in _given(vector)]
    settings = {"SCHED": "0 0 3 * * *", "OK_SET": "okset", **vector.get("env", {})}
    async with running.echoing(functions, settled, settings) as (echo, port):
        got, expected = [], []
        for sent in vector["requests"]:
            echo.calls.clear()
            answer = await ask(port, request("GET", sent["path"]))
            called = echo.calls[0] if echo.calls else (None, {"params": {}}, {})
            got.append([answer.status, called[0], called[1]["params"]])
            expected.append([sent["status"], sent.get("function"), sent.get("params") or {}])
    found.compare(vector["case"], got, expected)


def _given(vector: Any) -> list[Any]:
    """A second function `ok` is everywhere, unless it is the subject."""
    ok = {"name": _OK.name, "bindings": list(_OK.bindings)}
    given = [{"bindings": [], **each} for each in vector["functions"]]
    if vector["case"] == "name ok":  # recorded as none, for there were two of one name
        return [ok, ok]
    subject = "ok" in {each["name"] for each in given} or vector["case"] == "functions list empty"
    return given if subject else [*given, ok]
