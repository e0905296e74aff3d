"""Holds the worker library with one app, in a process of its own.

Reads one JSON request a line, answers with one JSON line: first the indexed functions (or why
they can't be), then one answer for each call.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from devhost.worker import AppLoadError, Worker, datum, string


def plain(value: Any) -> Any:
    """A datum, or what it holds, as JSON."""
    if hasattr(value, "python_value"):
        return {"type": value.type, "value": plain(value.value)}
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.decode() if isinstance(value, bytes) else value if value is None else str(value)


def payload(request: dict[str, Any]) -> Any:
    """The trigger's datum of a request."""
    if "queue" in request:
        return string(request["queue"])
    if "timer" in request:
        return datum(json.dumps(request["timer"]), "json")
    http = {"method": "GET", "url": "http://h/", "headers": {}, "params": {}, "query": {}}
    http |= request["http"]
    body = datum(http.pop("body", "").encode(), "bytes")
    leaves = {
        key: {name: string(text) for name, text in value.items()}
        if isinstance(value, dict)
        else string(value)
        for key, value in http.items()
    }
    return datum(leaves | {"body": body}, "http")


async def main() -> None:
    """Serve until standard input ends."""
    logging.getLogger("azure.functions").setLevel(logging.CRITICAL)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    try:
        worker = await Worker.load(Path(sys.argv[1]))
    except AppLoadError as error:
        print(json.dumps({"error": str(error)}), file=answers)
        return
    functions = {function.name: function for function in worker.functions}
    print(
        json.dumps({n: [f.kind, f.trigger, dict(f.outputs)] for n, f in functions.items()}),
        file=answers,
    )
    while line := await asyncio.to_thread(sys.stdin.readline):
        request = json.loads(line)
        metadata = {key: datum(*pair) for key, pair in request.get("metadata", {}).items()}
        result = await worker.invoke(
            functions[request["function"]],
            payload(request),
            metadata,
            trace_parent=request.get("traceParent", ""),
        )
        answer = {
            "ok": result.ok,
            "value": plain(result.value),
            "outputs": [[name, plain(value)] for name, value in result.outputs],
            "error": result.error,
            "trace": result.trace,
        }
        print(json.dumps(answer), file=answers)


if __name__ == "__main__":
    asyncio.run(main())
