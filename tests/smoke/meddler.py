"""A front end that does something to what passes: faults of Azure's are planted with it."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

type Meddling = Callable[[bytes], bytes]


def unchanged(passing: bytes) -> bytes:
    return passing


@dataclass(frozen=True, slots=True)
class Fault:
    """`asked` and `answered`: what becomes of the bytes of those requests that match `where`."""

    where: bytes
    asked: Meddling = unchanged
    answered: Meddling = unchanged


@contextmanager
def meddling(upstream: int, fault: Fault) -> Iterator[int]:
    """The port at which a backend is reached with the fault."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_serve, args=(server, upstream, fault), daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(server: socket.socket, upstream: int, fault: Fault) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            _pass(connection, upstream, fault)


def _pass(connection: socket.socket, upstream: int, fault: Fault) -> None:
    own = connection.getsockname()[1]
    # It hands on the name that the app has, as whatever stands before it must.
    request = _request(connection).replace(b"127.0.0.1:%d" % own, b"127.0.0.1:%d" % upstream)
    meant = re.match(fault.where, request) is not None
    with socket.create_connection(("127.0.0.1", upstream)) as onward:
        onward.sendall(fault.asked(request) if meant else request)
        answer = b"".join(iter(lambda: onward.recv(65536), b""))
    connection.sendall(fault.answered(answer) if meant else answer)


def _request(connection: socket.socket) -> bytes:
    """One whole request, after which the connection ends."""
    stream = b""
    while b"\r\n\r\n" not in stream:
        stream += connection.recv(65536)
    head, _, body = stream.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    whole = int(length[1]) if length else 0
    while len(body) < whole or (b"chunked" in head and not body.endswith(b"0\r\n\r\n")):
        body += connection.recv(65536)
    return re.sub(rb"(?i)\r\nconnection: [^\r]*", b"\r\nConnection: close", head) + (
        b"\r\n\r\n" + body
    )
