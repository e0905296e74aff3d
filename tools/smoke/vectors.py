"""The product's vectors: each request is written to a raw socket, so that no library mends it."""

import base64
import json
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from tools.smoke.findings import Finding, judged

PATH: Final = Path(__file__).parents[2] / "tests" / "devhost" / "data" / "product.json"
SECONDS: Final = 230.0
"""As long as Azure's front end waits for an answer."""

_UNSTABLE: Final = {"date", "x-ms-request-id", "traceparent", "request-context", "set-cookie"}
"""Headers that differ from answer to answer, or are for one caller alone."""

type Vector = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `headers` as often as they came."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def values(self, name: str) -> list[str]:
        """Of one header."""
        return [value for known, value in self.headers if known.lower() == name.lower()]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the backend is, and as whom it is asked."""

    url: str
    token: str

    @property
    def local(self) -> bool:
        """Whether it is a developer's machine, which has no TLS and no front end."""
        return urlsplit(self.url).hostname in {"127.0.0.1", "localhost"}

    def ask(self, send: Vector) -> Answer:
        """The answer to the bytes that `send` stands for. Raises OSError."""
        parts = urlsplit(self.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        plain = socket.create_connection((parts.hostname or "", port), timeout=SECONDS)
        with plain, self._secured(plain, parts.hostname) as connection:
            connection.sendall(self._bytes(send, parts.netloc))
            return _read(connection, send["method"])

    def _secured(self, plain: socket.socket, name: str | None) -> socket.socket:
        if not self.url.startswith("https"):
            return plain
        return ssl.create_default_context().wrap_socket(plain, server_hostname=name)

    def _bytes(self, send: Vector, host: str) -> bytes:
        body = base64.b64decode(send.get("body_b64", ""))
        headers = [("Host", host), ("Connection", "close"), *map(tuple, send["headers"])]
        if send.get("token"):
            headers.append(("Authorization", f"Bearer {self.token}"))
        if body and "Transfer-Encoding" not in dict(headers):
            headers.append(("Content-Length", str(len(body))))
        lines = [f"{send['method']} {send['target']} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def _read(connection: socket.socket, method: str) -> Answer:
    stream = b""
    while part := connection.recv(65536):
        stream += part
    head, _, body = stream.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    answer = Answer(int(first.split(" ")[1]), headers, body)
    chunked = "chunked" in answer.values("Transfer-Encoding") and method != "HEAD"
    return Answer(answer.status, headers, b"".join(_chunks(body)) if chunked else body)


def _chunks(body: bytes) -> Iterator[bytes]:
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        if not length:
            return
        yield rest[:length]
        body = rest[length + 2 :]


def read() -> list[Vector]:
    """The vectors."""
    return json.loads(PATH.read_text("utf-8"))


def compare(place: Place, learnt: list[Vector]) -> Iterator[Finding]:
    """One finding for each vector; answers that are others go to `learnt`."""
    for vector in read():
        name = vector["case"]
        if vector.get("only") == "azure" and place.local:
            yield Finding(name, "not here", "only where Azure's front end and host are")
            continue
        try:
            answer = place.ask(vector["send"])
        except (OSError, ValueError, IndexError) as error:
            yield Finding(name, "WRONG", f"no answer: {type(error).__name__}", vector["look"])
            continue
        wrong = list(_differences(vector, answer))
        if wrong:
            learnt.append(_as_vector(vector, answer))
        yield judged(name, "; ".join(wrong), vector["look"], good=not wrong)


def _differences(vector: Vector, answer: Answer) -> Iterator[str]:
    if answer.status != vector["status"]:
        yield f"{answer.status} instead of {vector['status']}"
    for name, expected in vector["headers"]:
        came = answer.values(name)
        if len(came) != 1:
            yield f"{name} {len(came)} times" if came else f"no {name}"
        elif not _fits(expected, came[0]):
            yield f"{name} is another"
    if "body" in vector and answer.body.decode("latin-1") != vector["body"]:
        yield "another body"


def _fits(expected: str | dict[str, str], came: str) -> bool:
    if isinstance(expected, str):
        return came == expected
    return re.fullmatch(expected["pattern"], came) is not None


def _as_vector(vector: Vector, answer: Answer) -> Vector:
    """What came, without what is for one caller alone: cookies by name, no Location."""
    stable = [
        [name, value]
        for name, value in answer.headers
        if name.lower() not in {*_UNSTABLE, "location"}
    ]
    cookies = [
        ["Set-Cookie", re.sub(r"=[^;]*", "=VALUE", value, count=1)]
        for value in answer.values("Set-Cookie")
    ]
    body = answer.body[:400].decode("latin-1")
    return {**vector, "status": answer.status, "headers": [*stable, *cookies], "body": body}
