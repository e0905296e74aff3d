"""A proxy between the app and its storage that breaks the requests it is told to.

app ──> FaultProxy ──> StrictProxy ──> Azurite
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from yarl import URL

from tests.strict.proxy import Answer, Exchange, Proxy

type Fault = Callable[[Exchange], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Rule:
    """A fault for the `nth` request that matches, and the `times` - 1 that match after it."""

    fault: Fault
    method: str
    path: re.Pattern[str]
    nth: int
    times: float
    matched: int = 0

    def takes(self, exchange: Exchange) -> bool:
        """Whether this request is one to break; counts those that match."""
        if self.method not in {"", exchange.method} or not self.path.search(exchange.target):
            return False
        self.matched += 1
        return self.met and self.matched < self.nth + self.times

    @property
    def met(self) -> bool:
        """Whether a request came that it was for."""
        return self.matched >= self.nth


class FaultProxy(Proxy):
    """Passes on what no rule takes."""

    def __init__(self, upstream: str):
        super().__init__(upstream)
        self.seen: list[Exchange] = []
        self._rules: list[Rule] = []

    def on(
        self,
        fault: Fault,
        *,
        method: str = "",
        path: str = "",
        nth: int = 1,
        times: float = 1,
    ) -> Rule:
        """`path` is searched, as a regular expression, in path and query. `times` may be inf.

        The rule tells whether it was met: a test whose requests pass it by shows nothing.
        """
        rule = Rule(fault, method, re.compile(path), nth, times)
        self._rules.append(rule)
        return rule

    def clear(self) -> None:
        """Forgets rules and what was seen."""
        self._rules.clear()
        self.seen.clear()

    async def handle(self, exchange: Exchange) -> web.StreamResponse:
        self.seen.append(exchange)
        # Every rule counts, so that `nth` means the same whatever other rules there are.
        taken = [rule for rule in self._rules if rule.takes(exchange)]
        if taken:
            return await taken[0].fault(exchange)
        return exchange.reply(await exchange.forward())


# faults


def answers(
    status: int, code: str = "InternalError", *, effect: bool = False, body: bytes | None = None
) -> Fault:
    """Answers with an error, after the effect or instead of it: named in the body alone."""

    async def fault(exchange: Exchange) -> web.StreamResponse:
        if effect:
            await exchange.forward()
        error = {"odata.error": {"code": code, "message": {"lang": "en-US", "value": "made up"}}}
        headers = {"Content-Type": "application/json"}
        return exchange.reply(Answer(status, headers, body or json.dumps(error).encode()))

    return fault


def says(answer: Answer) -> Fault:
    """Answers so, without an effect."""

    async def fault(exchange: Exchange) -> web.StreamResponse:
        return exchange.reply(answer)

    return fault


async def loses_answer(exchange: Exchange) -> web.StreamResponse:
    """The effect happens; then the connection breaks."""
    await exchange.forward()
    return exchange.abort()


async def refuses(exchange: Exchange) -> web.StreamResponse:
    """The connection breaks, and nothing happened."""
    return exchange.abort()


async def cuts_answer(exchange: Exchange) -> web.StreamResponse:
    """The effect happens; the connection breaks in the middle of the answer's body."""
    answer = await exchange.forward()
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_length = len(answer.body)
    await response.prepare(exchange.request)
    await response.write(answer.body[: len(answer.body) // 2])
    assert exchange.request.transport
    exchange.request.transport.close()
    return response


@dataclass(slots=True)
class Held:
    """Holds a request until `release`; it lands then, whether the app still waits or not."""

    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    landed: asyncio.Event = field(default_factory=asyncio.Event)
    answer: Answer | None = None
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, exchange: Exchange) -> web.StreamResponse:
        self.arrived.set()
        await self._released.wait()
        self.answer = await exchange.forward()
        self.landed.set()
        return exchange.reply(self.answer)

    async def release(self) -> None:
        """Lets it land, and returns when it has."""
        self._released.set()
        await self.landed.wait()


# both services


@dataclass(frozen=True, slots=True)
class Faulty:
    """An account behind proxies."""

    connection_string: str
    tables: FaultProxy
    queues: FaultProxy


@asynccontextmanager
async def faulty(connection_string: str) -> AsyncIterator[Faulty]:
    """Puts a proxy before the Table and the Queue service of `connection_string`."""
    parts = dict(part.split("=", 1) for part in connection_string.strip(";").split(";"))
    endpoints = [URL(parts[name]) for name in ("TableEndpoint", "QueueEndpoint")]
    tables, queues = (FaultProxy(str(endpoint.origin())) for endpoint in endpoints)
    async with tables, queues:
        parts["TableEndpoint"] = tables.url + endpoints[0].path
        parts["QueueEndpoint"] = queues.url + endpoints[1].path
        changed = "".join(f"{name}={value};" for name, value in parts.items())
        yield Faulty(changed, tables, queues)
