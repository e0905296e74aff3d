"""How fast messages are taken: batches, pauses, wake-ups."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from devhost import config
from devhost.queues import _pauses
from devhost.worker import function
from tests.devhost.recorded import running
from tests.devhost.recorded.outcomes import Outcomes
from tests.devhost.recorded.queue_app import Bench, until

type Vectors = Mapping[str, Any]


async def paces(folder: Path, connection: str, vectors: Vectors) -> Outcomes:
    """Batches one after the other, so that each has the machine to itself."""
    found = Outcomes()
    _pause(found, vectors)
    _environment(found, folder / "environment", vectors)
    for key, vector in vectors.items():
        if "maxAtOnce" in vector["expect"]:
            await _batch(found, folder, connection, key, vector)
    await _shared(found, folder, connection, vectors)
    await _woken(found, folder / "woken", connection)
    await _ordered(found, folder / "ordered", connection)
    return found


async def _batch(found: Outcomes, folder: Path, connection: str, key: str, vector: Any) -> None:
    """Calls wait until told: first a whole batch, then as many more as there may be."""
    options = {name: value for name, value in vector["options"].items() if value != "default"}
    most, count = vector["expect"]["maxAtOnce"], vector["given"]["messages"]
    size = options["batchSize"]
    bench, gate = Bench(folder, connection), asyncio.Semaphore(0)

    async def wait(_: Any) -> None:
        await gate.acquire()

    await bench.send(*(f"message {number}" for number in range(count)), at_once=20)
    with patch("devhost.config.os.cpu_count", return_value=vector["given"]["cores"]):
        async with bench.host(**options) as acting:
            acting.act = wait
            await until(lambda: acting.running >= (size if most == size + 8 else most))
            await asyncio.sleep(0.2)
            # Where all end at once the next batch finds none of them; elsewhere it finds eight.
            for _ in range(most - 16 if most == size + 8 else acting.running):
                gate.release()
            await until(lambda: len(acting.calls) >= size + min(size, 16))
            await asyncio.sleep(0.2)
            for _ in range(count):
                gate.release()
            await bench.empty()
    found.compare(key, [acting.most, len(acting.calls)], [most, count])


def _pause(found: Outcomes, vectors: Vectors) -> None:
    for key, longest in {"poll.sequence": 60.0, "poll.sequence.max2s": 2.0}.items():
        expect = vectors[key]["expect"]
        recorded = expect.get("measured") or expect["pausesMs"][0]
        ours = list(islice(_pauses(longest), len(recorded)))
        steps = [0.1 * 2**n for n in range(len(recorded) - 1)]
        bounds = [(min(0.1 + s * 0.8, longest), min(0.1 + s * 1.2, longest)) for s in steps]
        bounds.insert(0, (0.1, 0.1))
        inside = [low <= each <= high for each, (low, high) in zip(ours, bounds, strict=False)]
        found.compare(key, inside, [True] * len(inside))


def _environment(found: Outcomes, folder: Path, vectors: Vectors) -> None:
    for key in ("poll.env", "poll.env.explicit-default", "poll.env.explicit"):
        vector = vectors[key]
        options = {k: v for k, v in vector["options"].items() if v}
        settled = running.settle(folder, {"extensions": {"queues": options}})
        environment = vector["given"]["AZURE_FUNCTIONS_ENVIRONMENT"].split()[0]
        given = {"AZURE_FUNCTIONS_ENVIRONMENT": environment}
        span = config.load_host_config(settled, given).queues.max_polling_interval
        found.compare(key, f"00:00:{span:02.0f}", vector["expect"]["maxPollingInterval"])


async def _shared(found: Outcomes, folder: Path, connection: str, vectors: Vectors) -> None:
    key = "two-functions-one-queue"
    bench = Bench(folder, connection)
    texts = [f"message {n}" for n in range(vectors[key]["given"]["messages"])]
    await bench.send(*texts)
    async with bench.host(functions=2) as acting:
        await bench.empty()
    found.compare(key, sorted(call[1] for call in acting.calls), sorted(texts))
    bench = Bench(folder, connection)
    await bench.send(*texts)
    async with bench.host() as one, bench.host() as other:
        await bench.empty()
    calls = [call[1] for call in (*one.calls, *other.calls)]
    found.compare("two-hosts", sorted(calls), sorted(texts))


async def _woken(found: Outcomes, folder: Path, connection: str) -> None:
    """What this host itself writes is taken at once, though its pauses are of half a minute."""
    bench = Bench(folder, connection)
    queues = (bench.name, f"{bench.name}-poison")
    for suffix in ("", "-poison"):
        async with bench.queue(suffix) as queue:
            await queue.create_queue()
    trigger = {"type": "queueTrigger", "direction": "IN", "name": "msg"}
    out = {"type": "queue", "direction": "OUT", "name": "out", "queueName": queues[0]}
    put = function("put", "put", [*running.http_function("put", None, "put").bindings, out])
    functions = [put, *(function(q, q, [trigger | {"queueName": q}]) for q in queues)]
    options = {"messageEncoding": "none", "maxPollingInterval": "00:00:30", "maxDequeueCount": 1}
    extensions = {"http": {"routePrefix": ""}, "queues": options}
    settled = running.settle(folder, {"extensions": extensions})
    settings = {"AzureWebJobsStorage": connection}
    with patch("devhost.queues._FIRST_POLL_SECONDS", 30.0):
        async with running.echoing(functions, settled, settings) as (echo, port):
            await asyncio.sleep(0.5)
            echo.outputs = {"out": SimpleNamespace(string="woken")}
            await running.ask(port, running.request("GET", "/put"))
            echo.outputs = {}
            await until(lambda: [call[0] for call in echo.calls] == ["put", queues[0]])
            for key in ("wake.collector", "wake.return"):
                found.compare(key, echo.calls[1][1], "woken")
            await asyncio.sleep(0.3)
            echo.outputs = {"out": SimpleNamespace(string="fail")}
            echo.ok_for = lambda name: name != queues[0]
            await running.ask(port, running.request("GET", "/put"))
            echo.outputs = {}
            await until(lambda: echo.calls[-1][0] == queues[1])
            found.compare("wake.poison", echo.calls[-1][1], "fail")


async def _ordered(found: Outcomes, folder: Path, connection: str) -> None:
    """A long array keeps its order; an output that cannot be written fails the call."""
    bench = Bench(folder, connection)
    texts = [f"message {n}" for n in range(30)]
    await bench.send(*texts)
    async with bench.host(batchSize=1, newBatchThreshold=0) as acting:
        await bench.empty()
    found.compare("batch.order", [call[1] for call in acting.calls], texts)
