"""Tokens are renewed ahead of their end, once, and by one request at a time."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp import web
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from shared.services.ports.values import StorageDown, WriteUnknown
from shared.storage.encoding.keys.places import Key
from shared.storage.engine.protocol.account import Account
from shared.storage.engine.protocol.connections import Connections
from shared.storage.engine.protocol.messages import Request
from shared.storage.engine.protocol.rest_table import RestTable
from shared.storage.engine.protocol.tokens import AHEAD_SECONDS, SCOPE, BearerTokens
from shared.storage.engine.table import Insert
from tests.running.clock import Clock

REQUEST = Request("table", "GET", "http://there/acc/t", {"DataServiceVersion": "3.0"})
LIFE = 3600


class Identity:
    """Gives numbered tokens, when it is let."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.asked: list[tuple[str, ...]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.fails = False

    async def get_token(self, *scopes: str) -> AccessToken:
        self.asked.append(scopes)
        number = len(self.asked)
        await self.open.wait()
        if self.fails:
            raise ClientAuthenticationError("nobody there")
        return AccessToken(f"token {number}", int(self.clock.now().timestamp()) + LIFE)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def identity(clock: Clock) -> Identity:
    return Identity(clock)


@pytest.fixture
def tokens(identity: Identity, clock: Clock) -> BearerTokens:
    return BearerTokens(identity, clock)


async def used(tokens: BearerTokens) -> str:
    return (await tokens.headers(REQUEST))["Authorization"]


async def test_a_token_is_asked_for_once_by_all(tokens, identity):
    assert {*await asyncio.gather(*(used(tokens) for _ in range(20)))} == {"Bearer token 1"}
    assert identity.asked == [(SCOPE,)]
    said = await tokens.headers(REQUEST)
    assert said["DataServiceVersion"] == "3.0"
    assert said["x-ms-version"] >= "2017-11-09", "since then services know bearer tokens"


async def test_it_is_renewed_ahead_of_its_end_while_others_go_on(tokens, identity, clock):
    await used(tokens)
    clock.pass_by(timedelta(seconds=LIFE - AHEAD_SECONDS))
    assert await used(tokens) == "Bearer token 1"
    clock.pass_by(timedelta(seconds=1))
    identity.open.clear()
    renewing = asyncio.create_task(used(tokens))
    await asyncio.sleep(0)
    assert [await used(tokens) for _ in range(3)] == ["Bearer token 1"] * 3
    identity.open.set()
    assert await renewing == "Bearer token 2"
    assert await used(tokens) == "Bearer token 2"
    assert len(identity.asked) == 2


async def test_one_that_ended_is_waited_for(tokens, identity, clock):
    await used(tokens)
    clock.pass_by(timedelta(seconds=LIFE))
    assert {*await asyncio.gather(*(used(tokens) for _ in range(9)))} == {"Bearer token 2"}
    assert len(identity.asked) == 2


async def test_a_good_one_outlasts_an_identity_that_fails(tokens, identity, clock, caplog):
    await used(tokens)
    identity.fails = True
    clock.pass_by(timedelta(seconds=LIFE - AHEAD_SECONDS + 1))
    assert [await used(tokens) for _ in range(5)] == ["Bearer token 1"] * 5
    assert len(identity.asked) == 2, "and is not asked for again with every request"
    assert [each.message for each in caplog.records] == ["storage.token-kept"]
    clock.pass_by(timedelta(seconds=40))
    identity.fails = False
    assert await used(tokens) == "Bearer token 3"


async def test_without_a_good_one_nothing_is_sent(tokens, identity):
    identity.fails = True
    table = RestTable(Account("http://127.0.0.1:9", "", tokens, Connections(1, 1)), "t")
    with pytest.raises(WriteUnknown):
        await table.transact([Insert(Key("p", "r"), {"n": 1})])
    with pytest.raises(StorageDown):
        await table.get(Key("p", "r"))


class Service:
    """Takes some tokens and no others."""

    def __init__(self, good: set[str]) -> None:
        self.good = good
        self.heard: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        said = request.headers["Authorization"]
        self.heard.append(said)
        return web.Response(status=204 if said in self.good else 401)


@pytest.fixture
async def serving(tokens):
    """A table of a service of that kind, and the service."""
    service, connections = Service({"Bearer token 1"}), Connections(5, 30)
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", service.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/acc"
    yield RestTable(Account(address, address, tokens, connections), "t"), service
    await connections.close()
    await runner.cleanup()


async def test_a_token_that_is_refused_in_mid_run_is_renewed_once(serving, identity):
    table, service = serving
    await table.transact([Insert(Key("p", "a"), {"n": 1})])
    service.good = {"Bearer token 2"}
    await table.transact([Insert(Key("p", "b"), {"n": 1})])
    await table.transact([Insert(Key("p", "c"), {"n": 1})])
    assert service.heard == [f"Bearer token {n}" for n in (1, 1, 2, 2)]
    assert len(identity.asked) == 2


async def test_one_that_is_refused_again_is_the_end(serving, identity):
    table, service = serving
    service.good = set()
    with pytest.raises(StorageDown):
        await table.transact([Insert(Key("p", "a"), {"n": 1})])
    assert service.heard == ["Bearer token 1", "Bearer token 2"]


async def test_a_token_that_others_renewed_meanwhile_is_kept(tokens, identity):
    first = await tokens.headers(REQUEST)
    assert tokens.renews(first)
    assert await used(tokens) == "Bearer token 2"
    assert tokens.renews(first), "sent again with the newer one"
    assert await used(tokens) == "Bearer token 2"
    assert len(identity.asked) == 2
