from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from devhost.http import HttpFrontend
from devhost.keys import Keys
from devhost.routes import RouteTable, parse
from devhost.worker import Function, Invocation, datum, string

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

KEYS = Keys(master="master-key", host="host-key")


class App:
    """Functions that answer as told, and what they were called with."""

    def __init__(self) -> None:
        self.answer: Any = string("fine")
        self.error: Exception | None = None
        self.ok = True
        self.calls: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.fired: list[tuple[str, str]] = []

    async def invoke(self, function: Function, payload: Any, **trace: str) -> Invocation:
        if self.error:
            raise self.error
        self.calls.append((function.name, payload.value, trace))
        return Invocation(self.ok, self.answer, (), None, None)

    def fire(self, name: str, text: str) -> None:
        self.fired.append((name, text))

    def client(self, **options: Any) -> httpx.AsyncClient:
        levels = {"open": "ANONYMOUS", "Locked": "FUNCTION", "closed": "ADMIN"}
        functions = {
            name: Function(name, name, {"type": "httpTrigger", "authLevel": level}, {}, ())
            for name, level in levels.items()
        }
        routes = [
            parse("open", "api", "open/{id}", ["GET", "POST"]),
            parse("Locked", "api", "locked", ["GET"]),
            parse("closed", "api", "closed", ["GET"]),
        ]
        frontend = HttpFrontend(
            functions=functions,
            routes=RouteTable(routes),
            invoke=self.invoke,
            fire=self.fire,
            **options,
        )
        return httpx.AsyncClient(transport=httpx.ASGITransport(frontend), base_url="http://h:1")


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
async def client(app: App) -> AsyncIterator[httpx.AsyncClient]:
    async with app.client() as client:
        yield client


def texts(leaves: dict[str, Any]) -> dict[str, str]:
    return {name: leaf.value for name, leaf in leaves.items()}


def http_answer(status: int, headers: dict[str, str], body: bytes = b"") -> Any:
    value = {
        "status_code": string(str(status)),
        "headers": {name: string(text) for name, text in headers.items()},
        "cookies": None,
        "body": datum(body, "bytes"),
    }
    return datum(value, "http")


async def test_a_request_reaches_the_function_whole(app: App, client: httpx.AsyncClient):
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    headers = [("X-Many", "1"), ("x-many", "2"), ("TraceParent", parent), ("tracestate", "a=b")]
    answer = await client.post(
        "/API/open/a%2Fb?q=1&Q=2&e=&s=a+b%21", content=b"\xff\x00", headers=headers
    )
    assert (answer.status_code, answer.text) == (200, "fine")
    name, payload, trace = app.calls[0]
    assert name == "open"
    assert payload["method"].value == "POST"
    assert payload["url"].value == "http://h:1/API/open/a%2Fb?q=1&Q=2&e=&s=a+b%21"
    assert payload["body"].type == "bytes"
    assert payload["body"].value == b"\xff\x00"
    assert texts(payload["params"]) == {"id": "a%2Fb"}
    assert texts(payload["query"]) == {"q": "1,2", "s": "a b!"}
    assert texts(payload["headers"])["x-many"] == "1,2"
    assert all(name == name.lower() for name in payload["headers"])
    assert trace == {"trace_parent": parent, "trace_state": "a=b"}


async def test_without_a_body_there_is_an_empty_one(app: App, client: httpx.AsyncClient):
    await client.get("/api/open/1")
    assert app.calls[0][1]["body"].value == b""


@pytest.mark.parametrize("method", ["PUT", "HEAD", "OPTIONS", "DELETE"])
async def test_a_method_that_is_not_listed_is_not_found(client: httpx.AsyncClient, method: str):
    assert (await client.request(method, "/api/open/1")).status_code == 404


async def test_no_route_no_function(app: App, client: httpx.AsyncClient):
    answer = await client.get("/elsewhere")
    assert (answer.status_code, answer.content, app.calls) == (404, b"", [])


async def test_a_failed_function_is_an_empty_500(app: App, client: httpx.AsyncClient):
    app.ok, app.answer = False, None
    answer = await client.get("/api/open/1")
    assert (answer.status_code, answer.content) == (500, b"")


async def test_a_fault_of_the_host_is_an_empty_500_too(app: App, client: httpx.AsyncClient):
    app.error = RuntimeError("host")
    answer = await client.get("/api/open/1")
    assert (answer.status_code, answer.content) == (500, b"")


async def test_status_headers_and_body_come_back(app: App, client: httpx.AsyncClient):
    app.answer = http_answer(207, {"X-One": "1", "Content-Length": "99"}, b"body")
    answer = await client.get("/api/open/1")
    assert (answer.status_code, answer.content) == (207, b"body")
    assert answer.headers["x-one"] == "1"
    assert answer.headers["content-length"] == "4"


@pytest.mark.parametrize("status", [204, 304])
async def test_statuses_without_a_body_have_none(app: App, client: httpx.AsyncClient, status: int):
    app.answer = http_answer(status, {}, b"ignored")
    answer = await client.get("/api/open/1")
    assert (answer.status_code, answer.content) == (status, b"")
    assert "content-length" not in answer.headers


async def test_a_body_over_the_limit_is_refused(app: App):
    async def chunks() -> AsyncIterator[bytes]:
        yield b"12345"
        yield b"67890"

    async with app.client(body_limit=8) as client:
        assert (await client.post("/api/open/1", content=b"12345678")).status_code == 200
        assert (await client.post("/api/open/1", content=b"123456789")).status_code == 413
        assert (await client.post("/api/open/1", content=chunks())).status_code == 413
    assert len(app.calls) == 1


async def test_the_limit_is_the_real_hosts(app: App, client: httpx.AsyncClient):
    over = {"content-length": "104857601"}
    assert (await client.post("/api/open/1", headers=over, content=b"")).status_code == 413
    just = {"content-length": "104857600"}
    assert (await client.post("/api/open/1", headers=just, content=b"")).status_code == 200


async def test_a_chunked_body_arrives_with_one_warning(
    app: App, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
):
    async def chunks() -> AsyncIterator[bytes]:
        yield b"a"
        yield b"b"

    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            await client.post("/api/open/1", content=chunks())
    assert [payload["body"].value for _, payload, _ in app.calls] == [b"ab", b"ab"]
    assert len([r for r in caplog.records if "chunked" in r.message]) == 1


async def test_keys_are_off_unless_asked_for(client: httpx.AsyncClient):
    assert (await client.get("/api/locked")).status_code == 200
    assert (await client.get("/api/closed")).status_code == 200
    assert (await client.get("/admin/functions")).status_code == 200


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        ("/api/open/1", {}, 200),
        ("/api/locked", {}, 401),
        ("/api/locked", {"x-functions-key": "host-key"}, 200),
        ("/api/locked", {"x-functions-key": "master-key"}, 200),
        ("/api/locked?code=host-key", {}, 200),
        ("/api/locked?code=wrong", {}, 401),
        # The header comes first, even when only the query would open.
        ("/api/locked?code=host-key", {"x-functions-key": "wrong"}, 401),
        ("/api/closed", {"x-functions-key": "host-key"}, 401),
        ("/api/closed", {"x-functions-key": "master-key"}, 200),
        ("/admin/host/status", {"x-functions-key": "host-key"}, 401),
        ("/admin/host/status", {"x-functions-key": "master-key"}, 200),
    ],
)
async def test_keys(app: App, path: str, headers: dict[str, str], expected: int):
    async with app.client(keys=KEYS) as client:
        assert (await client.get(path, headers=headers)).status_code == expected


def test_keys_are_kept_for_their_owner_only(tmp_path: Path):
    first = Keys.load(tmp_path / "deep" / "keys.json")
    assert Keys.load(tmp_path / "deep" / "keys.json") == first
    assert first.master != first.host
    assert (tmp_path / "deep" / "keys.json").stat().st_mode & 0o077 == 0


async def test_admin_tells_status_and_functions(client: httpx.AsyncClient):
    assert (await client.get("/admin/host/status")).json()["state"] == "Running"
    listed = (await client.get("/admin/functions")).json()
    assert {function["name"] for function in listed} == {"open", "Locked", "closed"}


async def test_admin_fires_any_function(app: App, client: httpx.AsyncClient):
    for given in ("text", {"a": 1}):
        answer = await client.post("/admin/functions/LOCKED", json={"input": given})
        assert (answer.status_code, answer.content) == (202, b"")
    assert app.fired == [("Locked", "text"), ("Locked", '{"a": 1}')]


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", "/admin/functions/nobody", b'{"input": ""}', 404),
        ("POST", "/admin/functions/open", b"{", 400),
        ("POST", "/admin/functions/open", b"[]", 400),
        ("POST", "/admin/functions/open", b"{}", 400),
        ("GET", "/admin/functions/open", b"", 404),
        ("GET", "/admin/elsewhere", b"", 404),
    ],
)
async def test_admin_refuses(
    app: App, client: httpx.AsyncClient, method: str, path: str, body: bytes, expected: int
):
    assert (await client.request(method, path, content=body)).status_code == expected
    assert app.fired == []


async def test_cors_is_off_by_default(client: httpx.AsyncClient):
    preflight = {"origin": "http://a", "access-control-request-method": "GET"}
    assert (await client.options("/api/open/1", headers=preflight)).status_code == 404
    answer = await client.get("/api/open/1", headers={"origin": "http://a"})
    assert "access-control-allow-origin" not in answer.headers


async def test_cors_answers_a_preflight_of_an_allowed_origin(app: App):
    preflight = {
        "origin": "http://a",
        "access-control-request-method": "POST",
        "access-control-request-headers": "x-one",
    }
    async with app.client(origins=("http://a",)) as client:
        answer = await client.options("/api/open/1", headers=preflight)
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == "http://a"
        assert answer.headers["access-control-allow-methods"] == "POST"
        assert answer.headers["access-control-allow-headers"] == "x-one"
        other = await client.options("/api/open/1", headers=preflight | {"origin": "http://b"})
        assert other.status_code == 404
        plain = await client.get("/api/open/1", headers={"origin": "http://a"})
        assert plain.headers["access-control-allow-origin"] == "http://a"
    async with app.client(origins=("*",)) as client:
        answer = await client.get("/api/open/1", headers={"origin": "http://x"})
        assert answer.headers["access-control-allow-origin"] == "*"
