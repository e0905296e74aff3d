"""The suites that matter, each function in a process of its own that comes and goes."""

import re

from tests.http.test_main_job import *  # noqa: F403 - each test of it runs here too
from tests.http.test_webhooks import *  # noqa: F403 - likewise
from tests.queues.test_onboarding import *  # noqa: F403 - likewise
from tests.queues.test_sweep import *  # noqa: F403 - likewise
from tests.running.client import World, ok
from tests.running.system import OwnSystem
from tests.running.waiting import eventually


def test_a_function_has_a_process_while_it_has_work(world: World, system: OwnSystem):
    seen = len(system.output())
    partner, customer = world.partner(), world.customer()
    world.hired(partner, customer)
    listed = f"/partners/{partner.tenant}/customers"
    eventually(lambda: ok(partner.get(listed))["value"], bool)

    def told() -> list[str]:
        return re.findall(r" group\.(\w+) name=projections$", system.output()[seen:], re.MULTILINE)

    eventually(told, lambda lives: lives[-1:] == ["ended"])
