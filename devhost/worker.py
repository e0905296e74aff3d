"""Drives Microsoft's Python worker library: the process that holds the function app.

`azure-functions-runtime` indexes the app, converts bindings and runs the functions, exactly as
it does in Azure. It is an internal interface, therefore pinned, and guarded by tests/worker.
It is global to the process: one app per process, one event loop for its life.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import os
import re
import signal
import socket
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from devhost import frames, logs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


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


class _Cookie(_Record):
    SameSite = SimpleNamespace(
        **{"None": "", "Lax": "lax", "Strict": "strict", "ExplicitNone": "none"}
    )


_PROTOS = SimpleNamespace(
    **dict.fromkeys(
        [
            *("WorkerInitResponse", "WorkerMetadata", "RpcException", "RpcFunctionMetadata"),
            *("RpcRetryOptions", "FunctionMetadataResponse", "TypedData", "RpcHttp", "Timestamp"),
            *("NullableString", "NullableBool", "NullableDouble", "NullableTimestamp"),
        ],
        _Record,
    ),
    StatusResult=_StatusResult,
    RpcHttpCookie=_Cookie,
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


class Service:
    """Answers the host over a socket: `load`, then `hook`s and `invoke`s, by these names."""

    async def load(self, app_dir: str) -> Sequence[Function]:
        """Index the app."""
        self._app_dir = Path(app_dir)
        self._worker = await Worker.load(self._app_dir)
        self._functions = {function.name: function for function in self._worker.functions}
        return self._worker.functions

    async def hook(self, step: str) -> None:
        """Call the app's own `shared.bootstrap` hook, if it has one."""
        if (self._app_dir / "shared" / "bootstrap.py").is_file():
            hook = getattr(importlib.import_module("shared.bootstrap"), step, None)
            result = hook() if hook else None
            if inspect.isawaitable(result):
                await result

    async def invoke(
        self, name: str, payload: Any, metadata: Mapping[str, Any], trace: Mapping[str, str]
    ) -> Invocation:
        """Call a function; data go in and come out in plain forms, by the runtime's own rules."""
        from azure_functions_runtime.bindings.datumdef import (  # noqa: PLC0415 - after settings
            datum_as_proto,
        )

        given = {name: _datum(*each) for name, each in metadata.items()}
        result = await self._worker.invoke(self._functions[name], _datum(*payload), given, **trace)
        try:
            value = result.value and datum_as_proto(result.value, _PROTOS)
            outputs = [(name, datum_as_proto(each, _PROTOS)) for name, each in result.outputs]
        except (TypeError, ValueError, NotImplementedError) as error:  # a cookie's attribute
            told = repr(error)
            return Invocation(ok=False, value=None, outputs=(), error=told, trace=told)
        return Invocation(result.ok, value, tuple(outputs), result.error, result.trace)


def main() -> None:
    """Serve the host on an inherited socket until it closes it."""
    logs.configure()
    # What a person's Ctrl-C means is the host's to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_serve(socket.socket(fileno=int(sys.argv[1]))))


async def _serve(connection: socket.socket) -> None:
    reader, writer = await asyncio.open_connection(sock=connection)
    service, tasks = Service(), set[asyncio.Task[None]]()

    async def answer(number: int, name: str, *arguments: Any) -> None:
        try:
            found = (number, None, await getattr(service, name)(*arguments))
        except Exception as error:  # noqa: BLE001 - the host raises it again
            found = (number, _told(error), None)
        writer.write(frames.packed(found))

    while (message := await frames.read(reader)) is not None:
        task = asyncio.create_task(answer(*message))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    # At once: a thread that a synchronous function still holds must not keep the process.
    os._exit(0)


def _told(error: Exception) -> str:
    """What went wrong, in one line; a built-in error says little without its name."""
    text = next(iter(str(error).strip().splitlines()), "")
    builtin = type(error).__module__ == "builtins"
    return f"{type(error).__name__}: {text}" if builtin or not text else text


def _datum(kind: str, value: Any) -> Any:
    """A `Datum` of a plain form; what HTTP consists of are data themselves."""
    if kind != "http":
        return datum(value, kind)
    leaves = {
        key: {name: string(text) for name, text in given.items()}
        if isinstance(given, dict)
        else datum(given, "bytes" if key == "body" else "string")
        for key, given in value.items()
    }
    return datum(leaves, "http")


def _function(metadata: Any) -> Function:
    bindings = tuple(json.loads(text) for text in metadata.raw_bindings)
    return function(metadata.function_id, metadata.name, bindings)


def function(id_: str, name: str, bindings: Sequence[Mapping[str, Any]]) -> Function:
    """A function from its bindings. Raises AppLoadError unless it has one trigger."""
    triggers = [binding for binding in bindings if binding["type"].endswith("Trigger")]
    if len(triggers) != 1:
        raise AppLoadError(f"function {name} has {len(triggers)} triggers, needs one")
    outputs = {b["name"]: b for b in bindings if b.get("direction", "").upper() == "OUT"}
    return Function(id_, name, triggers[0], outputs, tuple(bindings))


def _one_line(exception: Any, app_dir: Path) -> str:
    """The worker's message without its advice, and where in the app it happened."""
    message = exception.message.split(". Cannot find module.")[0]
    text = next(iter(message.strip().splitlines()), "unknown error")
    lines = re.findall(r'File "([^"]+)", line (\d+)', exception.stack_trace)
    ours = [(file, line) for file, line in lines if file.startswith(f"{app_dir}{os.sep}")]
    if not ours:
        return text
    file, line = ours[-1]
    return f"{os.path.relpath(file, app_dir)}:{line}: {text}"
