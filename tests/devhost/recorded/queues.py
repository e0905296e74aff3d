"""Queue messages and outputs, as recorded, through a host on a real emulator."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from azure.storage.queue.aio import QueueClient, QueueServiceClient

from devhost import config, messages
from devhost.refusals import Choice, Refused
from devhost.worker import function
from tests.devhost.recorded import queue_life, queue_pace, running
from tests.devhost.recorded.outcomes import Outcomes
from tests.devhost.recorded.running import ask, request

_PLAIN = {"messageEncoding": "none"}
# What is recorded of something that is no running host.
_ASIDE = {
    "meta.python": "what azure.functions makes of metadata",
    "out.python": "what azure.functions makes of outputs",
    "enc.azurite": "what the emulator does",
}
_INSIDES = "the host's insides, with nothing to send"
# Names that begin so; the first that fits.
_ALONE = {
    "robust.outage": Choice.OUTAGE,
    "robust.receive": Choice.OUTAGE,
    "robust.delete": Choice.OUTAGE,
    "robust.poison": Choice.OUTAGE,
    "lease.renew.5xx": Choice.OUTAGE,
    "stop.cancelled": Choice.RELEASE,
    "stop.long": Choice.RELEASE,
    "stop.functions-host": Choice.RELEASE,
    "stop.receive-in-flight": Choice.RELEASE,
    "stop.": _INSIDES,
    "batch.": _INSIDES,
    "poll.": _INSIDES,
    "wake.noreset": _INSIDES,
    "out.": _INSIDES,
}


async def queues(folder: Path, connection: str) -> Outcomes:
    """queues.json."""
    found = Outcomes()
    waiting = {each["id"]: each for each in running.vectors("queues")}
    total = len(waiting)
    for each in list(waiting):
        why = next((why for start, why in _ASIDE.items() if each.startswith(start)), None)
        if why:
            waiting.pop(each)
            found.aside(why)
    base64 = [key for key, each in waiting.items() if _is_base64(key, each)]
    for key in base64:
        await _refused(found, folder, connection, waiting.pop(key))
    texts = {key: each for key, each in waiting.items() if "raw" in each["given"]}
    outputs = {key: each for key, each in waiting.items() if "datum" in each["given"]}
    await _messages(found, folder / "texts", connection, texts)
    await _outputs(found, folder / "outputs", connection, outputs)
    rest = _without_queue(found, folder, waiting)
    rest = {key: each for key, each in rest.items() if key not in {*texts, *outputs}}
    for each in await asyncio.gather(
        queue_life.lives(folder / "life", connection, rest),
        queue_pace.paces(folder / "pace", connection, rest),
    ):
        found.add(each)
    for key in rest.keys() - set(found.names):
        why = next(why for start, why in _ALONE.items() if key.startswith(start))
        if isinstance(why, Choice):
            found.chosen(why)
        else:
            found.aside(why)
    assert found.total == total
    return found


def _without_queue(found: Outcomes, folder: Path, waiting: Mapping[str, Any]) -> dict[str, Any]:
    """What is decided before a message is there; the other vectors."""
    rest = {}
    for key, each in waiting.items():
        if key.startswith("opt."):
            _option(found, folder, each)
        elif key.startswith(("name.", "connection.")):
            _named(found, each)
        elif key.startswith("meta.json"):
            _overridden(found, each)
        else:
            rest[key] = each
    return rest


def _is_base64(key: str, vector: Any) -> bool:
    encoding = str(vector["options"].get("messageEncoding", "")).lower()
    return not key.startswith("opt.") and (encoding == "base64" or key == "meta.invalid-utf8")


def queue_app(folder: Path, queues: Mapping[str, Any], **options: Any) -> tuple[Path, list[Any]]:
    """A function for each queue; `options` are those of host.json."""
    options = {**_PLAIN, "maxPollingInterval": "00:00:00.100", **options}
    extensions = {"http": {"routePrefix": ""}, "queues": options}
    trigger = {"type": "queueTrigger", "direction": "IN", "name": "msg"}
    functions = [
        function(name, name, [{**trigger, "queueName": name, **more}])
        for name, more in queues.items()
    ]
    return running.settle(folder, {"extensions": extensions}), functions


async def _refused(found: Outcomes, folder: Path, connection: str, vector: Any) -> None:
    settled, functions = queue_app(folder / "base64", {"queue": {}}, messageEncoding="base64")
    settings = {"AzureWebJobsStorage": connection}
    try:
        async with running.echoing(functions, settled, settings):
            found.compare(vector["id"], "taken", "refused")
    except Refused as refused:
        found.refuse(refused)


async def _messages(found: Outcomes, folder: Path, connection: str, vectors: Any) -> None:
    names = {f"q-{number}-{uuid4().hex[:8]}": each for number, each in enumerate(vectors.values())}
    kinds = {
        name: {"dataType": "BINARY"} if each["given"]["boundTo"] == "bytes" else {}
        for name, each in names.items()
    }
    settled, functions = queue_app(folder, kinds)
    async with QueueServiceClient.from_connection_string(connection) as storage:
        for name, each in names.items():
            queue = await storage.create_queue(name)
            await queue.send_message(_raw(each["given"]["raw"]))
            await queue.close()
        settings = {"AzureWebJobsStorage": connection}
        async with running.echoing(functions, settled, settings) as (echo, _):
            async with asyncio.timeout(20):
                while len(echo.calls) < len(names):
                    await asyncio.sleep(0.02)
            await asyncio.sleep(0.3)
            for name, each in names.items():
                got = [call[1] for call in echo.calls if call[0] == name]
                text = got[0] if isinstance(got[0], str) else got[0].hex().upper()
                expected = each["expect"].get("text", each["expect"].get("bytesHex"))
                found.compare(
                    each["id"],
                    [len(got), _short(text, expected)],
                    [each["expect"]["calls"], expected],
                )


def _raw(given: Any) -> str:
    if isinstance(given, str):
        return given
    if "base64Of" in given:
        return base64.b64encode(_raw(given["base64Of"]).encode()).decode()
    return given["repeat"] * given["bytes"]


def _short(text: str, like: str) -> str:
    """A long text as the recording shows it."""
    start = like.partition("...(")[0]
    return f"{text[: len(start)]}...({len(text)})" if "...(" in like else text


async def _outputs(found: Outcomes, folder: Path, connection: str, vectors: Any) -> None:
    queue = f"out-{uuid4().hex}"
    binding = {"type": "queue", "direction": "OUT", "name": "out", "queueName": queue}
    http = running.http_function("put", None, "put")
    put = function("put", "put", [*http.bindings, binding])
    extensions = {"http": {"routePrefix": ""}, "queues": _PLAIN}
    settled = running.settle(folder, {"extensions": extensions})
    settings = {"AzureWebJobsStorage": connection}
    async with (
        QueueClient.from_connection_string(connection, queue) as client,
        running.echoing([put], settled, settings) as (echo, port),
    ):
        await client.create_queue()
        for vector in vectors.values():
            value = _datum(vector["given"])
            echo.outputs = {} if value is None else {"out": value}
            answer = await ask(port, request("GET", "/put"))
            got = [each.content for each in await client.peek_messages(32)]
            await client.clear_messages()
            _compare_output(found, vector, value, answer.status, got)
        many = [f"message {number}" for number in range(30)]
        for key, outputs, status, expected in (
            ("out.order", {"out": SimpleNamespace(json=json.dumps(many))}, 200, many),
            ("out.failed", {"out": SimpleNamespace(string="a\0b")}, 500, []),
            ("out.null.1", {}, 200, []),
        ):
            echo.outputs = outputs
            answer = await ask(port, request("GET", "/put"))
            got = [each.content for each in await client.peek_messages(32)]
            await client.clear_messages()
            found.compare(key, [answer.status, got], [status, expected])


def _datum(given: Any) -> Any:
    kind = given["datum"]
    if kind == "none":
        return None
    value = bytes.fromhex(given["hex"]) if "hex" in given else given["value"]
    return SimpleNamespace(**{kind: _raw(value) if isinstance(value, dict) else value})


def _compare_output(found: Outcomes, vector: Any, value: Any, status: int, got: list[str]) -> None:
    expected = vector["expect"].get("messages")
    if status == 500 and expected is not None:
        try:
            messages.texts(value)
        except Refused as refused:
            found.refuse(refused)
            return
    if expected is None:
        found.compare(vector["id"], [status, got], [500, []])
    else:
        shown = [_short(text, like) for text, like in zip(got, expected, strict=False)]
        found.compare(vector["id"], [status, shown, len(got)], [200, expected, len(expected)])


def _option(found: Outcomes, folder: Path, vector: Any) -> None:
    options, given = vector["options"], vector["given"]
    if "WEBSITE_SKU" in given:
        given = {"WEBSITE_SKU": given["WEBSITE_SKU"]}
    extensions = {"extensions": {"queues": options}}
    settled = running.settle(folder / "option", extensions)
    expected = dict(vector["expect"])
    try:
        queues = config.load_host_config(
            settled, {name: value for name, value in given.items() if name == "WEBSITE_SKU"}
        ).queues
    except Refused as refused:
        if expected == {"start": "error"}:
            found.compare(vector["id"], "error", "error")
        else:
            found.refuse(refused)
        return
    got = {
        "batchSize": queues.batch_size,
        "newBatchThreshold": queues.new_batch_threshold,
        "maxDequeueCount": queues.max_dequeue_count,
        "maxPollingInterval": _span(queues.max_polling_interval),
        "visibilityTimeout": _span(queues.visibility_timeout),
        "messageEncoding": queues.message_encoding.capitalize(),
    }
    found.compare(vector["id"], {name: got[name] for name in expected if name in got}, expected)


def _span(seconds: float) -> str:
    span = timedelta(seconds=seconds)
    hours, rest = divmod(span.seconds, 3600)
    text = f"{hours:02}:{rest // 60:02}:{rest % 60:02}"
    fraction = f".{span.microseconds:06}0" if span.microseconds else ""
    return f"{f'{span.days}.' if span.days else ''}{text}{fraction}"


def _named(found: Outcomes, vector: Any) -> None:
    """Names of queues and connections; the trigger's and the output's rules are the same here."""
    given, expect = vector["given"], vector["expect"]
    settings = {
        key: value for key, value in given.items() if key not in {"queueName", "connection"}
    }
    settings |= settings.pop("settings", {})
    if "setting" in given and "queueName" in given:
        settings = {given["setting"]: "connq"}
    elif "setting" in given:
        given, settings = {"queueName": "%Q%"}, {"Q": given["setting"]}
    if "ConnName" in settings:
        settings["Orders"] = "Orders"
    try:
        if "connection" in given:
            got = config.connection_string(given["connection"], settings)
        else:
            got = config.queue_name(given["queueName"], settings)
    except Refused as refused:
        found.refuse(refused)
        return
    wanted = expect.get("uses", expect.get("result"))
    found.compare(vector["id"], got, "connq" if wanted.startswith("resolves") else wanted)


def _overridden(found: Outcomes, vector: Any) -> None:
    host = {"DequeueCount": ("json", "1"), "Id": ("string", "guid")}
    got = messages.metadata(vector["given"]["text"], host, binary=False)
    shown = {name: f"{kind}:{value}" for name, (kind, value) in got.items()}
    shown["QueueTrigger"] = "string:text"
    found.compare(vector["id"], shown, vector["expect"]["triggerMetadata"])
