"""A small function app with one function for each thing the host must carry."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from pathlib import Path

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
log = logging.getLogger("sample")


def record(name: str, **what: object) -> None:
    """Append what a queue or timer function saw, where the tests can read it."""
    path = os.environ.get("SAMPLE_RECORD")
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"function": name, **what}) + "\n")


@app.route("echo/{first}/{second?}", methods=["GET", "POST"])
async def echo(req: func.HttpRequest) -> func.HttpResponse:
    """Answer with everything that arrived."""
    seen = {
        "method": req.method,
        "url": req.url,
        "headers": dict(req.headers),
        "params": dict(req.params),
        "route": dict(req.route_params),
        "body": req.get_body().decode("utf-8", "replace"),
    }
    return func.HttpResponse(json.dumps(seen), mimetype="application/json", status_code=201)


@app.route("sync", methods=["GET"])
def sync(req: func.HttpRequest) -> str:
    """Answer plain text from a thread."""
    return f"plain {req.method}"


@app.route("cookies", methods=["GET"])
async def cookies(req: func.HttpRequest) -> func.HttpResponse:
    """Set two cookies with attributes."""
    response = func.HttpResponse("ok")
    response.headers.add("Set-Cookie", "a=1; Path=/; HttpOnly; SameSite=Lax")
    response.headers.add("Set-Cookie", "b=2; Max-Age=60; Secure")
    return response


@app.route("fail", methods=["GET"])
async def fail(req: func.HttpRequest) -> func.HttpResponse:
    """Raise."""
    raise RuntimeError("told to fail")


@app.route("settings", methods=["GET"])
async def settings(req: func.HttpRequest) -> func.HttpResponse:
    """Answer the environment that the app runs in."""
    return func.HttpResponse(json.dumps(dict(os.environ)), mimetype="application/json")


@app.route("die", methods=["GET"])
async def die(req: func.HttpRequest) -> str:
    """End the process at once."""
    os._exit(3)


@app.route("host-span", methods=["GET"])
async def host_span(req: func.HttpRequest) -> str:
    """Answer the span that telemetry finds at hand."""
    from shared.telemetry.exporting import host_span  # noqa: PLC0415 - OpenTelemetry, only here

    return host_span() or "none"


@app.route("trace", methods=["GET"])
async def trace(req: func.HttpRequest, context: func.Context) -> str:
    """Answer the trace parent that arrived."""
    return context.trace_context.trace_parent


@app.route("nothing", methods=["GET", "DELETE"])
async def nothing(req: func.HttpRequest) -> func.HttpResponse:
    """Answer 204 with no body."""
    return func.HttpResponse(status_code=204)


@app.route("slow", methods=["GET"])
async def slow(req: func.HttpRequest) -> func.HttpResponse:
    """Take as many seconds as asked."""
    log.info("slow.began", extra={"seconds": req.params["seconds"]})
    await asyncio.sleep(float(req.params["seconds"]))
    return func.HttpResponse("done")


@app.route("block", methods=["GET"])
def block(req: func.HttpRequest) -> str:
    """Hold a thread for as many seconds as asked."""
    time.sleep(float(req.params["seconds"]))
    return "done"


@app.route("a-literal/fixed", methods=["GET"])
async def zz_literal(req: func.HttpRequest) -> str:
    """Lose against `aa_pattern`, which sorts first, though the literal is more specific."""
    return "literal"


@app.route("a-literal/{any}", methods=["GET"])
async def aa_pattern(req: func.HttpRequest) -> str:
    """Win against `zz_literal` by its name."""
    return "pattern"


@app.route("protected", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def protected(req: func.HttpRequest) -> str:
    """Need a key when the host checks keys."""
    return "let in"


@app.route("put", methods=["POST"])
@app.queue_output(arg_name="out", queue_name="%WORK_QUEUE%", connection="AzureWebJobsStorage")
async def put(req: func.HttpRequest, out: func.Out[str]) -> func.HttpResponse:
    """Write the body to the queue; raise afterwards when told to."""
    out.set(req.get_body().decode())
    if "fail" in req.params:
        raise RuntimeError("after set")
    return func.HttpResponse(status_code=202)


@app.queue_trigger(arg_name="msg", queue_name="%WORK_QUEUE%", connection="AzureWebJobsStorage")
async def work(msg: func.QueueMessage) -> None:
    """Record a message; fail or take time when its text says so."""
    text = msg.get_body().decode()
    record(
        "work",
        text=text,
        id=msg.id,
        dequeueCount=msg.dequeue_count,
        popReceipt=msg.pop_receipt,
        inserted=msg.insertion_time.isoformat(),
        expires=msg.expiration_time.isoformat(),
        nextVisible=msg.time_next_visible.isoformat(),
    )
    if text.startswith("fail"):
        raise RuntimeError("told to fail")
    if text.startswith("slow"):
        await asyncio.sleep(float(text.split()[1]))
        record("work", text="finished")


@app.queue_trigger(
    arg_name="msg", queue_name="%WORK_QUEUE%-poison", connection="AzureWebJobsStorage"
)
async def work_poison(msg: func.QueueMessage) -> None:
    """Record what could not be worked."""
    text = msg.get_body().decode()
    record("work_poison", text=text, dequeueCount=msg.dequeue_count)
    if text == "fail-poison":
        raise RuntimeError("poison of poison")


@app.timer_trigger(arg_name="timer", schedule="%TICK_SCHEDULE%", use_monitor=True)
async def tick(timer: func.TimerRequest) -> None:
    """Record a firing."""
    record("tick", pastDue=timer.past_due, status=timer.schedule_status, schedule=timer.schedule)
