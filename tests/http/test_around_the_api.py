"""What is answered where no endpoint is, and what every answer carries."""

import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.running.client import World, code, ok

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def asked(world: World, method: str, path: str, **request: Any) -> httpx.Response:
    return world.http.request(method, path, **request)


def raw(world: World, path: str) -> httpx.Response:
    """Asks for a path as it stands, which clients would tidy up."""
    at = urlsplit(world.system.base_url)
    with socket.create_connection((at.hostname or "", at.port or 80), timeout=20) as wire:
        wire.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        head, _, body = b"".join(iter(lambda: wire.recv(65536), b"")).partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    return httpx.Response(int(status.split()[1]), headers=headers, content=body)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_an_unknown_address_of_the_api_needs_no_token(world: World, method: str):
    answer = asked(world, method, "/api/partnres")
    assert code(answer) == (404, "ResourceNotFound")
    assert "traceparent" in answer.headers


def test_another_method_of_a_known_one(world: World):
    answer = asked(world, "POST", "/api/partners", headers={"Accept-Language": "ko"})
    assert code(answer) == (405, "MethodNotAllowed")
    assert answer.headers["Allow"] == "GET"
    assert "메서드" in answer.json()["error"]["message"]
    for method in ("HEAD", "OPTIONS", "PATCH"):
        answer = asked(world, method, "/api/pipelines/x")
        assert (answer.status_code, answer.headers["Allow"]) == (405, "DELETE, GET, PUT")


def test_elsewhere_a_page_for_people_and_nothing_for_programs(world: World):
    page = asked(world, "GET", "/nowhere", headers=HTML)
    assert (page.status_code, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "<h1>" in page.text
    for path in ("/nowhere", "/admin/nowhere", "/runtime/nowhere"):
        bare = asked(world, "GET", path, headers={"Accept": "*/*"})
        assert (bare.status_code, bare.content) == (404, b"")
    assert asked(world, "GET", "/adminx", headers=HTML).content == b""


def test_what_the_host_answers_by_itself(world: World):
    """Bare, and guarded by `customHeaders`."""
    answer = raw(world, "//api/partners")
    assert (answer.status_code, answer.content) == (404, b"")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Cache-Control" not in answer.headers


def test_dots_are_resolved_before_an_address_is_looked_up(world: World):
    for path in ("/api/x/../health/live", "/api/x/%2e%2e/health/live"):
        assert b'{"status":"live"}' in raw(world, path).content  # it comes in chunks
    assert raw(world, "/api/%2e%2e/nowhere").status_code == 404


@pytest.mark.parametrize("path", ["/docs", "/api/health/live", "/api/health/ready"])
def test_people_and_probes_may_look_before_they_read(world: World, path: str):
    read, looked = asked(world, "GET", path), asked(world, "HEAD", path)
    assert (read.status_code, looked.status_code, looked.content) == (200, 200, b"")
    apart = {"date", "x-ms-request-id", "traceparent", "content-length", "transfer-encoding"}
    assert {n: v for n, v in looked.headers.items() if n not in apart} == {
        n: v for n, v in read.headers.items() if n not in apart
    }


def test_every_answer_carries_a_policy_of_its_own(world: World):
    partner = world.partner()
    path = f"/partners/{partner.tenant}"
    etag = partner.get(path).headers["ETag"]
    answers = [
        partner.get(path),
        partner.get(path, headers={"If-None-Match": etag}),
        world.nobody().get(path),
        asked(world, "HEAD", "/api/health/live"),
        asked(world, "GET", "/docs"),
        asked(world, "GET", "/docs/x/y"),
        asked(world, "GET", "/api/x"),
        asked(world, "GET", "/x"),
        asked(world, "GET", "/x", headers=HTML),
    ]
    assert [each.status_code for each in answers] == [200, 304, 401, 200, 200, *[404] * 4]
    for answer in answers:
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert ok(world.http.get("/api/openapi.json"))["openapi"] == "3.1.0"
