"""What a browser says of the origin of a form, by its page's policy: why ours is same-origin."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, override

import pytest
from playwright.sync_api import BrowserContext

from shared.web.engine.frames import HEADERS


class Site(ThreadingHTTPServer):
    """Serves a form under the policy that its path names, and keeps what came with it."""

    def __init__(self) -> None:
        self.origins: list[str | None] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def do_GET(self) -> None:
        page = b"<!doctype html><form method=post><button>Send</button></form>"
        self._answer(page, {"Referrer-Policy": self.path.strip("/")})

    def do_POST(self) -> None:
        self.server.origins.append(self.headers.get("Origin"))
        self._answer(b"<!doctype html><h1>Taken</h1>", {})

    def _answer(self, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(200)
        for name, value in {**headers, "Content-Type": "text/html"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    thread = Thread(target=site.serve_forever)
    thread.start()
    yield site
    site.shutdown()
    thread.join()
    site.server_close()


@pytest.mark.parametrize("policy", ["no-referrer", HEADERS["Referrer-Policy"]])
def test_what_a_browser_sends(plain_browser: BrowserContext, site: Site, policy: str):
    page = plain_browser.new_page()
    page.goto(f"{site.url}/{policy}")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Taken").wait_for()
    page.close()
    assert site.origins == ["null" if policy == "no-referrer" else site.url]
