"""A receiver of webhooks on this machine."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Server(ThreadingHTTPServer):
    """Consents to whoever asks, unless told not to, and keeps what is posted."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.posted: list[tuple[dict[str, str], bytes]] = []
        self.refuse = 0
        """So many posts are answered with 500 first."""
        self.consents = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.posted]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_OPTIONS(self) -> None:
        self.send_response(200)
        if self.server.consents:
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
