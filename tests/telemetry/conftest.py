from collections.abc import Iterator

import pytest

from tests.running.telemetry import Heard, hearing


@pytest.fixture
def heard() -> Iterator[Heard]:
    """Telemetry is on for as long as the test."""
    with hearing() as what:
        yield what
