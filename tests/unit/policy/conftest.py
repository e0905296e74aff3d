import pytest

from tests.running.backend import Backend


@pytest.fixture
def backend() -> Backend:
    return Backend()
