import pytest

from tests.running.backend import Backend
from tests.running.sender import Sender


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def new_backend() -> type[Backend]:
    """For tests that need many."""
    return Backend


@pytest.fixture
async def sender(backend) -> Sender:
    sender = Sender(backend)
    await sender.start()
    return sender
