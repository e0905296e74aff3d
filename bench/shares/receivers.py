"""Receivers of webhooks: quick ones, and ones that take their time."""

import asyncio
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Receiver:
    """Takes events, each `seconds` late; `awaited` by the subscription that they tell of."""

    seconds: float
    awaited: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])
    url: str = ""

    async def consent(self, request: web.Request) -> web.Response:
        """To everybody."""
        origin = request.headers.get("WebHook-Request-Origin", "*")
        return web.Response(headers={"WebHook-Allowed-Origin": origin})

    async def take(self, request: web.Request) -> web.Response:
        """Says that it came."""
        event = await request.json()
        await asyncio.sleep(self.seconds)
        self.awaited.setdefault(str(event["data"].get("id")), asyncio.Event()).set()
        return web.Response(status=204)

    async def start(self) -> None:
        """On a free port."""
        app = web.Application()
        app.router.add_route("OPTIONS", "/{n}", self.consent)
        app.router.add_route("POST", "/{n}", self.take)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
