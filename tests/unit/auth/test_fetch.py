import asyncio
import socket
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from shared.auth import fetch as fetching
from shared.auth.fetch import MAX_BODY_BYTES, fetch, post_form
from shared.auth.keys import FetchFailed


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    monkeypatch.setattr(fetching, "TIMEOUT_SECONDS", 60)


@asynccontextmanager
async def serving(handler):
    app = web.Application()
    app.router.add_get("/keys", handler)
    app.router.add_post("/keys", handler)
    app.router.add_get("/elsewhere", answering(b"stolen"))
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    try:
        yield f"http://{host}:{port}/keys"
    finally:
        await runner.cleanup()


def answering(body, status=200, headers=None):
    async def handler(request):
        return web.Response(body=body, status=status, headers=headers)

    return handler


async def test_the_body_comes_back():
    async with serving(answering(b'{"keys": []}')) as url:
        assert await fetch(url) == b'{"keys": []}'


async def test_a_body_of_exactly_the_limit_is_read():
    async with serving(answering(b"x" * MAX_BODY_BYTES)) as url:
        assert len(await fetch(url)) == MAX_BODY_BYTES


async def test_a_larger_body_is_refused():
    async with serving(answering(b"x" * (MAX_BODY_BYTES + 1))) as url:
        with pytest.raises(FetchFailed, match="too large"):
            await fetch(url)


@pytest.mark.parametrize("status", [204, 404, 500])
async def test_other_statuses_are_failures(status):
    async with serving(answering(b"", status)) as url:
        with pytest.raises(FetchFailed, match=str(status)):
            await fetch(url)


async def test_redirects_are_not_followed():
    async with serving(answering(b"", 302, {"Location": "/elsewhere"})) as url:
        with pytest.raises(FetchFailed, match="302"):
            await fetch(url)


async def test_a_server_that_is_not_there_is_a_failure():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(FetchFailed):
            await fetch(f"http://127.0.0.1:{unused.getsockname()[1]}/keys")


async def test_a_slow_server_is_a_failure(monkeypatch):
    monkeypatch.setattr(fetching, "TIMEOUT_SECONDS", 0.05)
    done = asyncio.Event()

    async def slow(request):
        await done.wait()

    async with serving(slow) as url:
        with pytest.raises(FetchFailed, match="Timeout"):
            await fetch(url)
        done.set()


@pytest.mark.parametrize("status", [200, 400, 401, 500])
async def test_a_form_is_answered_whatever_the_status(status):
    taken = []

    async def handler(request):
        taken.append(dict(await request.post()))
        return web.Response(body=b"{}", status=status)

    async with serving(handler) as url:
        assert await post_form(url, {"code": "a&b", "scope": "openid x/y"}) == (status, b"{}")
    assert taken == [{"code": "a&b", "scope": "openid x/y"}]


async def test_a_form_follows_nobody():
    answer = answering(b"", 307, {"Location": "/elsewhere"})
    async with serving(answer) as url:
        assert await post_form(url, {"code": "x"}) == (307, b"")


async def test_a_forms_answer_has_the_same_limit():
    async with serving(answering(b"x" * (MAX_BODY_BYTES + 1))) as url:
        with pytest.raises(FetchFailed, match="too large"):
            await post_form(url, {})


async def test_a_form_is_sent_once():
    """A code in it would be spent by the first, whose answer was lost."""
    times = []

    async def handler(request):
        times.append(1)
        request.transport.abort()
        return web.Response()

    async with serving(handler) as url:
        with pytest.raises(FetchFailed):
            await post_form(url, {"code": "x"})
    assert times == [1]
