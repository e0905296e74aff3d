import pytest

from tests.unit.services.backend import Backend


@pytest.fixture
def backend() -> Backend:
    return Backend()
