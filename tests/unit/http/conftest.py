"""The app over memory."""

import pytest

from tests.unit.http.app import LocalApp


@pytest.fixture
def local() -> LocalApp:
    return LocalApp()
