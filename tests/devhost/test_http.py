"""What the recorded vectors do not show of HTTP: connections that stay, faults of the host."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from devhost.keys import Keys
from tests.devhost.recorded import running
from tests.devhost.recorded.running import ask, request

FUNCTIONS = [running.http_function("f", None, "x/{*rest}")]


async def test_a_connection_serves_one_request_after_the_other(tmp_path: Path):
    async with running.echoing(FUNCTIONS, running.settle(tmp_path), {}) as (echo, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        chunked = b"Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
        length = b"Content-Length: 2\r\n\r\nhi"
        for number, rest in enumerate((length, chunked, length, b"\r\n")):
            writer.write(b"POST /x/%d HTTP/1.1\r\nHost: h\r\n%b" % (number, rest))
        for _ in range(4):
            assert (await reader.readuntil(b"0\r\n\r\n")).startswith(b"HTTP/1.1 200 OK\r\n")
        writer.close()
        await writer.wait_closed()
    assert [call[1]["params"]["rest"] for call in echo.calls] == ["0", "1", "2", "3"]
    assert [call[1]["body"] for call in echo.calls] == [b"hi", b"", b"hi", b""]


async def test_stopping_ends_connections_that_wait_and_lets_calls_finish(tmp_path: Path):
    host = running.EchoHost(FUNCTIONS, running.settle(tmp_path), environ={})
    invoke, began = host.echo.invoke, asyncio.Event()

    async def slow(*arguments: Any) -> Any:
        began.set()
        await asyncio.sleep(0.3)
        return await invoke(*arguments)

    host.echo.invoke = slow  # type: ignore[method-assign] - slower
    async with running.serving(host) as port:
        idle, idle_writer = await asyncio.open_connection("127.0.0.1", port)
        calling = asyncio.create_task(ask(port, b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n"))
        await began.wait()
        stopping = asyncio.create_task(host.stop())
        assert await idle.read() == b""
        answer = await calling
        await stopping
        idle_writer.close()
    assert (answer.status, answer.body) == (200, b"x")
    assert ("Connection", "close") in answer.headers


async def test_a_fault_of_the_host_is_an_empty_500(tmp_path: Path):
    async with running.echoing(FUNCTIONS, running.settle(tmp_path), {}) as (echo, port):
        echo.ok_for = lambda _: 1 / 0
        answer = await ask(port, request("GET", "/x"))
    assert (answer.status, answer.body) == (500, b"")


async def test_the_limit_is_the_real_hosts(tmp_path: Path):
    async with running.echoing(FUNCTIONS, running.settle(tmp_path), {}) as (echo, port):
        over = [("Content-Length", "104857601")]
        assert (await ask(port, request("POST", "/x", over), half=True)).status == 500
        just = [("Content-Length", "104857600")]
        assert (await ask(port, request("POST", "/x", just), half=True)).status is None
    assert echo.calls == []


@pytest.mark.parametrize(
    "head",
    [
        b"GET /x HTTP/1.0\r\nHost: h\r\n\r\n",
        b"GET /x\r\n\r\n",
        b"GET  /x HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n",
        b"\x16\x03\x01\r\n\r\n",
    ],
)
async def test_what_is_no_request_is_a_400(tmp_path: Path, head: bytes):
    async with running.echoing(FUNCTIONS, running.settle(tmp_path), {}) as (_, port):
        assert (await ask(port, head)).status == 400


async def test_a_refusal_is_a_501_in_words(tmp_path: Path):
    async with running.echoing(FUNCTIONS, running.settle(tmp_path), {}) as (echo, port):
        answer = await ask(port, request("GET", "/admin/host/keys"))
        assert answer.status == 501
        assert answer.body.startswith(b"devhost: GET /admin/host/keys (not here: ")
        echo.answer = running.answer(b"x", 1000)
        assert (await ask(port, request("GET", "/x"))).status == 501


def test_keys_are_kept_for_their_owner_only(tmp_path: Path):
    first = Keys.load(tmp_path / "deep" / "keys.json")
    assert Keys.load(tmp_path / "deep" / "keys.json") == first
    assert first.master != first.host
    assert (tmp_path / "deep" / "keys.json").stat().st_mode & 0o077 == 0
