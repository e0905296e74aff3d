"""The app over memory."""

import pytest

from tests.running.app import LocalApp


@pytest.fixture
def local() -> LocalApp:
    return LocalApp()
