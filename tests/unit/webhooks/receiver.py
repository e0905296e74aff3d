"""A receiver on this machine, as a partner would run one; and names that lead where a test says."""

import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractResolver
from standardwebhooks.webhooks import Webhook as StandardWebhook

type Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Receiver:
    """Consents, takes what is posted, and keeps it; `answers` are given before that, one each."""

    url: str = ""
    consent: dict[str, str] = field(
        default_factory=lambda: {"WebHook-Allowed-Origin": "csp.example"}
    )
    greeting: int = 200
    answers: list[Answer] = field(default_factory=list)
    always: Answer | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    posted: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def options(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(dict(request.headers))
        return web.Response(status=self.greeting, headers={"Allow": "POST", **self.consent})

    async def post(self, request: web.Request) -> web.StreamResponse:
        self.posted.append((dict(request.headers), await request.read()))
        if self.answers:
            return await self.answers.pop(0)(request)
        return await self.always(request) if self.always else web.Response(status=204)

    @property
    def events(self) -> list[dict[str, Any]]:
        """Everything that was posted, repeated or refused, but for test events."""
        found = [json.loads(body) for _, body in self.posted]
        return [event for event in found if event["type"] != "webhook-test"]

    def verified(self, secret: str) -> int:
        """How many of the posts a Standard Webhooks library accepts; raises at one it does not."""
        checker = StandardWebhook(secret)
        for headers, body in self.posted:
            checker.verify(body, headers)
        return len(self.posted)


def status(number: int, **headers: str) -> Answer:
    """An answer with that status."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=number, headers=headers)

    return answer


@asynccontextmanager
async def receiving(tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """A receiver on a free port of 127.0.0.1."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("OPTIONS", "/hook", receiver.options)
    app.router.add_route("POST", "/hook", receiver.post)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    host, port = runner.addresses[0]
    receiver.url = f"http://{host}:{port}/hook"
    try:
        yield receiver
    finally:
        await runner.cleanup()


class Names(AbstractResolver):
    """Answers with the next of `answers` each time, with the last one again and again."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def resolve(self, host, port=0, family=0):
        self.asked.append(host)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if not found:
            raise OSError("no such name")
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": 10 if ":" in address else 2,
                "proto": 0,
                "flags": 0,
            }
            for address in found
        ]

    async def close(self) -> None:
        pass
