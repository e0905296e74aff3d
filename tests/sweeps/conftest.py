"""A store with everything in it that a sweep looks at."""

import pytest

from tests.running.backend import Backend

from .world import populate


@pytest.fixture
async def backend() -> Backend:
    """Two tiers, a direct partner, a limited link, several customers: all followed."""
    made = Backend()
    await populate(made)
    return made
