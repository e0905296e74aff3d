"""Functions that do what spec.json says, and answer with what they were asked."""

import asyncio
import base64
import json
import os
from http.cookies import Morsel
from pathlib import Path

import azure.functions as func

SPEC = json.loads((Path(__file__).parent / "spec.json").read_text())
app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def text_of(given: object) -> str:
    return given if isinstance(given, str) else given["start"] + given["repeat"] * given["times"]


def told(name: str, req: func.HttpRequest) -> func.HttpResponse:
    """Everything that arrived."""
    seen = {
        "function": name,
        "method": req.method,
        "url": req.url,
        "headers": dict(req.headers),
        "params": dict(req.route_params),
        "query": dict(req.params),
        "body": base64.b64encode(req.get_body()).decode(),
    }
    return func.HttpResponse(json.dumps(seen), mimetype="application/json")


@app.route("echo/{*rest}", methods=["GET", "POST", "PUT", "HEAD"])
async def echo(req: func.HttpRequest) -> func.HttpResponse:
    """Answer with what arrived."""
    return told("echo", req)


@app.route("text/{number}")
async def text(req: func.HttpRequest) -> str:
    """Return text."""
    return SPEC[int(req.route_params["number"])]["body"]


@app.route("slow/{seconds}")
async def slow(req: func.HttpRequest) -> func.HttpResponse:
    """Take a while; leave a mark."""
    here = Path(__file__).parent
    (here / "began").touch()
    await asyncio.sleep(float(req.route_params["seconds"]))
    (here / "done").touch()
    return func.HttpResponse("done")


@app.route("die")
async def die(req: func.HttpRequest) -> func.HttpResponse:
    """End the process."""
    os._exit(3)


@app.route("none")
async def none(req: func.HttpRequest) -> func.HttpResponse:
    """Return nothing."""
    return None


if "QUEUE" in os.environ:

    @app.queue_trigger("message", "%QUEUE%", "AzureWebJobsStorage")
    async def slow_message(message: func.QueueMessage) -> None:
        """Tell the dequeue count, and take a while."""
        with (Path(__file__).parent / "counts").open("a") as counts:
            counts.write(f"{message.dequeue_count}\n")
        await asyncio.sleep(SPEC["seconds"])


@app.route("answer/{number}")
async def answer(req: func.HttpRequest) -> func.HttpResponse:
    """Answer as told."""
    given = SPEC[int(req.route_params["number"])]
    if "raise" in given:
        raise RuntimeError(given["raise"])
    body = base64.b64decode(given["body_b64"]) if "body_b64" in given else given.get("body")
    if isinstance(body, dict):
        body = text_of({"start": "", **body})
    elif "times" in given:
        body *= given["times"]
    made = {key: given[key] for key in ("mimetype", "charset") if key in given}
    response = func.HttpResponse(body, status_code=given.get("status", 200), **made)
    for name, value in given.get("headers", []):
        if given.get("raw_headers"):
            response.headers._list.append((name, value))
        else:
            response.headers.add(name, text_of(value))
    for each in given.get("morsels", []):
        morsel = Morsel()
        morsel.set(each["name"], each["value"], each["value"])
        for key, value in each["attrs"].items():
            morsel[key] = "/" if value is None else value
        for key in each["none"]:
            dict.__setitem__(morsel, key, None)
        if each.get("via") == "add":
            response.headers.add("Set-Cookie", {each["name"]: morsel})
        else:
            response.headers._list.append(("Set-Cookie", {each["name"]: morsel}))
    return response
