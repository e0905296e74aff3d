"""One deployment and one browser for every test, and what the log says of its sign-ins."""

import logging
from collections.abc import Callable

import pytest

from tests.sign_in.world import Browser, World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def browser(world: World) -> Browser:
    return world.browser()


@pytest.fixture
def outcomes(caplog: pytest.LogCaptureFixture) -> Callable[[], list[tuple[str, str]]]:
    """What the log says of the sign-ins that failed so far: outcome and level."""
    caplog.set_level(logging.INFO, "shared")

    def told() -> list[tuple[str, str]]:
        return [
            (record.__dict__["outcome"], record.levelname)
            for record in caplog.records
            if record.message == "sign-in.failed"
        ]

    return told
