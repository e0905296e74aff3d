"""The black-box suites that matter, each function in a process of its own that comes and goes."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from tests.running.client import World, ok
from tests.running.system import ROOT, OwnSystem
from tests.running.waiting import STILL_SECONDS, eventually

SUITES = {
    "tests/http/test_main_job.py": "projections",
    "tests/http/test_webhooks.py": "webhook_deliveries",
    "tests/queues/test_onboarding.py": "onboarding",
    "tests/queues/test_sweep.py": "sweep_shards",
}
"""Each with a group that it cannot pass without."""


@pytest.fixture(scope="module")
def groups(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnSystem]:
    own = OwnSystem(tmp_path_factory.mktemp("groups") / "data", host="tests.groups")
    own.start()
    yield own
    own.stop()


def lives(output: str, group: str) -> list[str]:
    """When the group's process started and ended, in order."""
    return re.findall(rf" group\.(\w+) name={group}$", output, re.MULTILINE)


@pytest.mark.parametrize("suite", SUITES)
def test_a_suite_passes(suite: str, groups: OwnSystem):
    """As against any host that runs already."""
    seen = len(groups.output())
    system = {"BASE_URL": groups.base_url, "ISSUER_URL": groups.issuer_url}
    inherited = {name: os.environ[name] for name in os.environ if "PYTEST" not in name}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", suite],
        cwd=ROOT,
        env={**inherited, **system},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    assert "started" in lives(groups.output()[seen:], SUITES[suite])


def test_a_function_has_a_process_while_it_has_work(groups: OwnSystem):
    seen = len(groups.output())
    with httpx.Client(base_url=groups.base_url, timeout=STILL_SECONDS) as http:
        world = World(groups, http)
        partner, customer = world.partner(), world.customer()
        world.hired(partner, customer)
        listed = f"/partners/{partner.tenant}/customers"
        eventually(lambda: ok(partner.get(listed))["value"], bool)
    eventually(
        lambda: lives(groups.output()[seen:], "projections"), lambda told: told[-1:] == ["ended"]
    )
