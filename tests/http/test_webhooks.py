"""A webhook on the running system: its feed arrives at a receiver on this machine."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest
from standardwebhooks.webhooks import Webhook as StandardWebhook

from tests.running.client import World, ok, targets
from tests.running.waiting import eventually


class Server(ThreadingHTTPServer):
    """Consents to whoever asks, and keeps what is posted."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.posted: list[tuple[dict[str, str], bytes]] = []
        self.refuse = 0
        """So many posts are answered with 500 first."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.posted]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_OPTIONS(self) -> None:
        self.send_response(200)
        self.send_header("WebHook-Allowed-Origin", self.headers["WebHook-Request-Origin"])
        self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posted.append((dict(self.headers), body))
        self.server.refuse -= 1
        self.send_response(500 if self.server.refuse >= 0 else 204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_feed_arrives(world: World, server: Server):
    partner, customer = world.partner(), world.customer()
    world.hired(partner, customer)
    path = f"/partners/{partner.tenant}/webhooks/{uuid4()}"
    assert targets(partner.put(path, {"url": "http://10.0.0.1/"})) == ["url"]

    made = partner.put(path, {"url": server.url, "types": ["subscription-registered"]})
    assert (made.status_code, made.json()["status"]) == (201, "pending")
    eventually(lambda: ok(partner.get(path)), lambda webhook: webhook["status"] == "active")
    server.refuse = 1
    for _ in range(2):
        world.sold(partner, customer)
    eventually(server.events, lambda events: len(events) >= 3)

    feed = ok(partner.get(f"/partners/{partner.tenant}/events"))["value"]
    expected = [event for event in feed if event["type"] == "subscription-registered"]
    first, second = expected
    assert server.events() == [first, first, second]
    checker = StandardWebhook(made.json()["secret"])
    for headers, body in server.posted:
        assert checker.verify(body, headers)["customerid"] == customer.tenant
    webhook = eventually(
        lambda: ok(partner.get(path)), lambda shown: shown["delivery"]["lastSuccessAt"]
    )
    assert webhook["delivery"]["lastError"] is None

    assert ok(partner.post(f"{path}/test"))["delivered"]
    assert server.events()[-1]["type"] == "webhook-test"
    assert partner.delete(path).status_code == 204
