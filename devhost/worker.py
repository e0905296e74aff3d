"""Drives Microsoft's Python worker library inside this process.

`azure-functions-runtime` indexes the app, converts bindings and runs the functions, exactly as
it does in Azure. It is an internal interface, therefore pinned, and guarded by tests/worker.
It is global to the process: one app per process, one event loop for its life.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
import uuid
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class AppLoadError(Exception):
    """The function app can't be indexed; its text is one line for a person."""


@dataclass(frozen=True)
class Function:
    """One indexed function: its trigger and its other bindings as function.json would say."""

    id: str
    name: str
    trigger: Mapping[str, Any]
    outputs: Mapping[str, Mapping[str, Any]]
    bindings: tuple[Mapping[str, Any], ...]

    @property
    def kind(self) -> str:
        """The trigger's type, for example `httpTrigger`."""
        return self.trigger["type"]


@dataclass(frozen=True)
class Invocation:
    """What came of one call: either `ok` with a value and outputs, or an error with a trace."""

    ok: bool
    value: Any
    outputs: tuple[tuple[str, Any], ...]
    error: str | None
    trace: str | None


def string(value: str) -> Any:
    """A text `Datum`, the worker's own intermediate type."""
    return datum(value, "string")


def datum(value: Any, kind: str) -> Any:
    """A `Datum` of the given kind: `string`, `bytes`, `json` or `http`."""
    from azure_functions_runtime.bindings.datumdef import Datum  # noqa: PLC0415 - after settings

    return Datum(value, kind)


class _Record(SimpleNamespace):
    """Holds attributes, as the worker's protobuf messages do."""


class _StatusResult(_Record):
    Success = "success"
    Failure = "failure"


_PROTOS = SimpleNamespace(
    WorkerInitResponse=_Record,
    WorkerMetadata=_Record,
    StatusResult=_StatusResult,
    RpcException=_Record,
    RpcFunctionMetadata=_Record,
    RpcRetryOptions=_Record,
    FunctionMetadataResponse=_Record,
    BindingInfo=type("_BindingInfo", (_Record,), {"in": 0, "out": 1, "inout": 2, "undefined": 0}),
)


class Worker:
    """The worker library with one function app loaded into it."""

    def __init__(self, functions: Sequence[Function]) -> None:
        """Use `Worker.load`."""
        self.functions = tuple(functions)

    @classmethod
    async def load(cls, app_dir: Path) -> Worker:
        """Index the app in `app_dir`; the environment must hold its settings already.

        Raises AppLoadError when the app can't be imported or its functions are inconsistent.
        """
        os.environ.setdefault("PYTHON_THREADPOOL_THREAD_COUNT", "1000")
        if str(app_dir) not in sys.path:
            sys.path.insert(0, str(app_dir))
        runtime = importlib.import_module("azure_functions_runtime")
        runtime.start_threadpool_executor()
        request = SimpleNamespace(
            request=SimpleNamespace(
                worker_init_request=SimpleNamespace(
                    capabilities={}, function_app_directory=str(app_dir)
                )
            ),
            properties={"host": "127.0.0.1", "protos": _PROTOS},
        )
        # Never raises: a failure is told in the status.
        started = await runtime.worker_init_request(request)
        if started.result.status != _StatusResult.Success:
            raise AppLoadError(_one_line(started.result.exception, app_dir))
        indexed = await runtime.functions_metadata_request(request)
        found = indexed.function_metadata_results
        if not found:
            raise AppLoadError("function_app.py defines no functions, or is missing")
        return cls([_function(metadata) for metadata in found])

    async def invoke(
        self,
        function: Function,
        payload: Any,
        metadata: Mapping[str, Any] | None = None,
        *,
        trace_parent: str = "",
        trace_state: str = "",
    ) -> Invocation:
        """Call one function with its trigger's payload (a `Datum`) and trigger metadata."""
        from azure_functions_runtime.native_invocation import invocation_request_native  # noqa: PLC0415 - after settings

        ok, value, outputs, error, trace = await invocation_request_native(
            str(uuid.uuid4()),
            function.id,
            [(function.trigger["name"], payload)],
            dict(metadata or {}),
            trace_parent,
            trace_state,
        )
        return Invocation(ok, value, tuple(outputs), error, trace)


def _function(metadata: Any) -> Function:
    bindings = tuple(json.loads(text) for text in metadata.raw_bindings)
    triggers = [binding for binding in bindings if binding["type"].endswith("Trigger")]
    if len(triggers) != 1:
        raise AppLoadError(f"function {metadata.name} has {len(triggers)} triggers, needs one")
    outputs = {b["name"]: b for b in bindings if b.get("direction", "").upper() == "OUT"}
    return Function(metadata.function_id, metadata.name, triggers[0], outputs, bindings)


def _one_line(exception: Any, app_dir: Path) -> str:
    """The worker's message without its advice, and where in the app it happened."""
    message = exception.message.split(". Cannot find module.")[0]
    text = next(iter(message.strip().splitlines()), "unknown error")
    frames = re.findall(r'File "([^"]+)", line (\d+)', exception.stack_trace)
    ours = [(file, line) for file, line in frames if file.startswith(f"{app_dir}{os.sep}")]
    if not ours:
        return text
    file, line = ours[-1]
    return f"{os.path.relpath(file, app_dir)}:{line}: {text}"
