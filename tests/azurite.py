"""A real Azurite for the tests, once a session."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from devhost.azurite import Azurite

if TYPE_CHECKING:
    from collections.abc import Iterator


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at this moment."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The connection string of an Azurite with files of its own."""
    blob, queue, table = free_ports(3)
    location = tmp_path_factory.mktemp("azurite")
    with Azurite(location, blob=blob, queue=queue, table=table) as running:
        yield running.connection_string
