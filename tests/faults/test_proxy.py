"""The proxy does to requests what it says, and nothing else."""

import asyncio

import aiohttp
import pytest
from aiohttp import web

from tests.strict.proxy import Answer

from .proxy import FaultProxy, Held, answers, cuts_answer, loses_answer, refuses, says


class Echo:
    """A server that counts effects."""

    def __init__(self):
        self.effects: list[str] = []

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.effects.append(f"{request.method} {request.raw_path}")
        kept = {name: value for name, value in request.headers.items() if name.startswith("X-")}
        return web.Response(status=201, headers=kept, body=body or b"nothing")


@pytest.fixture
async def echo():
    server = Echo()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", server.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = "http://127.0.0.1:" + str(runner.addresses[0][1])
    yield server
    await runner.cleanup()


@pytest.fixture
async def proxy(echo):
    async with FaultProxy(echo.url) as proxy:
        yield proxy


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as session:
        session._retry_connection = False
        yield session


async def test_passes_on_what_no_rule_takes(echo, proxy, session):
    path = "/a%2Fb/t(PartitionKey='x%27y',RowKey='%7C')?x=1%20&$top=2"
    async with session.request(
        "PUT",
        aiohttp.client.URL(proxy.url + path, encoded=True),
        data=b"body",
        headers={"X-A": "1"},
    ) as response:
        assert response.status == 201
        assert response.headers["X-A"] == "1"
        assert await response.read() == b"body"
    assert echo.effects == [f"PUT {path}"]
    assert [(seen.method, seen.target, seen.body) for seen in proxy.seen] == [
        ("PUT", path, b"body")
    ]


@pytest.mark.parametrize(("effect", "effects"), [(False, 0), (True, 1)])
async def test_answers_before_or_after_the_effect(echo, proxy, session, effect, effects):
    proxy.on(answers(503, "ServerBusy", effect=effect))
    async with session.post(proxy.url) as response:
        assert response.status == 503
        assert (await response.json())["odata.error"]["code"] == "ServerBusy"
        assert "x-ms-error-code" not in response.headers
    assert len(echo.effects) == effects


@pytest.mark.parametrize(("fault", "effects"), [(refuses, 0), (loses_answer, 1)])
async def test_no_answer(echo, proxy, session, fault, effects):
    proxy.on(fault)
    with pytest.raises(aiohttp.ClientError):
        await session.post(proxy.url, data=b"x")
    assert len(echo.effects) == effects


async def test_half_an_answer(echo, proxy, session):
    proxy.on(cuts_answer)
    async with session.post(proxy.url, data=b"x" * 1000) as response:
        assert response.status == 201
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()
    assert len(echo.effects) == 1


async def test_a_made_up_answer(echo, proxy, session):
    proxy.on(says(Answer(418, {"X-B": "2"}, b"tea")))
    async with session.get(proxy.url) as response:
        assert (response.status, response.headers["X-B"], await response.read()) == (
            418,
            "2",
            b"tea",
        )
    assert echo.effects == []


async def test_held_lands_after_the_caller_has_gone(echo, proxy, session):
    held = Held()
    proxy.on(held)
    with pytest.raises(TimeoutError):
        await session.post(proxy.url, data=b"x", timeout=aiohttp.ClientTimeout(sock_read=0.2))
    await held.arrived.wait()
    assert echo.effects == []
    await held.release()
    assert len(echo.effects) == 1
    assert held.answer
    assert held.answer.status == 201


async def test_held_answers_a_caller_that_waits(proxy, session):
    held = Held()
    proxy.on(held)
    waiting = asyncio.create_task(session.post(proxy.url, data=b"x"))
    await held.arrived.wait()
    await held.release()
    async with await waiting as response:
        assert response.status == 201


async def statuses(proxy, session, requests: str) -> list[int]:
    found = []
    for request in requests.split():
        method, path = request.split(":")
        async with session.request(method, proxy.url + path) as response:
            found.append(response.status)
    return found


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"method": "PUT"}, [201, 503, 201, 201]),
        ({"path": "^/b"}, [201, 503, 201, 201]),
        ({"path": "^/b", "method": "GET"}, [201, 201, 503, 201]),
        ({"path": "^/b", "nth": 2}, [201, 201, 503, 201]),
        ({"nth": 2, "times": 2}, [201, 503, 503, 201]),
        ({"times": float("inf")}, [503, 503, 503, 503]),
    ],
)
async def test_rules_choose(proxy, session, rule, expected):
    placed = proxy.on(answers(503), **rule)
    assert not placed.met
    assert await statuses(proxy, session, "GET:/a PUT:/b GET:/b PUT:/b") == expected
    assert placed.met
    proxy.clear()
    assert proxy.seen == []
    assert await statuses(proxy, session, "PUT:/b") == [201]


@pytest.mark.parametrize(
    ("rule", "matched"),
    [({"method": "POST"}, 0), ({"path": "^/c"}, 0), ({"path": "^/b", "nth": 4}, 3)],
)
async def test_a_rule_that_no_request_met_says_so(proxy, session, rule, matched):
    placed = proxy.on(answers(503), **rule)
    assert await statuses(proxy, session, "GET:/a PUT:/b GET:/b PUT:/b") == [201] * 4
    assert (placed.matched, placed.met) == (matched, False)
