"""A real Azurite for the tests, once a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devhost.azurite import Azurite
from shared.storage.engine import clients
from tests.running.system import five_free_ports

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The connection string of an Azurite with files of its own."""
    port = five_free_ports()
    location = tmp_path_factory.mktemp("azurite")
    with (
        Azurite(location, blob=port, queue=port + 1, table=port + 2) as running,
        pytest.MonkeyPatch.context() as patch,
    ):
        # On a machine under load an emulator that answers late is not down.
        patch.setattr(clients, "READ_SECONDS", 60)
        yield running.connection_string
