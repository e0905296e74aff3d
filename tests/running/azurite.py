"""A real Azurite for the tests, once a session, as strict as the service; see `tests.strict`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from shared.storage.engine import clients
from tests.running.system import five_free_ports
from tests.strict.azurite import TestedAzurite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.strict.azurite import PlainAzurite, StrictAzurite


@pytest.fixture(scope="session")
def _azurite(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[StrictAzurite | PlainAzurite]:
    port = five_free_ports()
    location = tmp_path_factory.mktemp("azurite")
    with (
        TestedAzurite(location, blob=port, queue=port + 1, table=port + 2) as running,
        pytest.MonkeyPatch.context() as patch,
    ):
        # On a machine under load an emulator that answers late is not down.
        patch.setattr(clients, "READ_SECONDS", 60)
        # STORAGE_CLIENT=sdk in the environment runs every test over the SDK.
        patch.setattr(clients, "USUAL", os.environ.get("STORAGE_CLIENT", clients.USUAL))
        yield running


@pytest.fixture(scope="session")
def azurite(_azurite: StrictAzurite | PlainAzurite) -> str:
    """The connection string of an Azurite with files of its own, whose pages come as they may."""
    return _azurite.connection_string


@pytest.fixture(scope="session")
def whole_pages(_azurite: StrictAzurite | PlainAzurite) -> str:
    """The same account, whose pages end at 1,000 rows alone: for tests that count requests."""
    return _azurite.with_whole_pages
