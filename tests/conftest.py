"""What every test shares: how long hypothesis may look, a storage emulator, a running system."""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.running.system", "tests.running.azurite"]

# Two cores that also run an emulator are slow now and then: no deadline, no check of speed.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Bounded and the same each time, so that a red run in CI is red on a developer's machine too.
settings.register_profile("ci", settings.get_profile("default"), max_examples=60, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")
