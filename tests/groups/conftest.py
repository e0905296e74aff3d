"""The running system in groups, and what the suites that run over it ask of it."""

from collections.abc import Iterator

import pytest

from tests.queues.conftest import pipeline, storage, world  # noqa: F401 - over the system below
from tests.running.system import OwnSystem


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnSystem]:
    own = OwnSystem(tmp_path_factory.mktemp("groups") / "data", host="tests.groups")
    own.start()
    yield own
    own.stop()
