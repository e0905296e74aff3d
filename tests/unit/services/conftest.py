import pytest

from tests.unit.services.backend import Backend


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def new_backend() -> type[Backend]:
    """For tests that need many."""
    return Backend
