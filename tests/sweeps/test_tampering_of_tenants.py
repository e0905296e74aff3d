"""Every way to spoil a tenant is found, and nothing else is: fixed and at random, purely."""

from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from shared.deciding.commands import Command
from shared.deciding.facts import Decided
from shared.deciding.inviting import RecordExpiry
from shared.model.base import SYSTEM
from shared.model.models import Invitation, InvitationStatus
from shared.policy.clouds import cloud_profile
from shared.proving.history import Leaf
from tests.cast.commands import accept, invite, register
from tests.cast.ids import AT, BUREAU, DIRECT, MPN, OTHER_DIRECT, PROVIDER, RESELLER
from tests.properties import later, world
from tests.running.core import Core
from tests.sweeps.raw import Tables, examine, of_core
from tests.sweeps.scene import Found, NothingFits, Scene
from tests.sweeps.tampering import OF_TENANTS

EXAMPLES = 130
"""Of 60 things that happen, each one command or several: more than ten thousand commands."""


def founded() -> Core:
    core = Core(cloud_profile("usGovernment"))
    ask(core, world.founding(), AT)
    return core


DONE: Counter[str] = Counter()
"""What came of random stories: a test that met nothing has shown nothing."""


def ask(core: Core, commands: list[Command], at: datetime) -> None:
    for command in commands:
        DONE["asked"] += 1
        decision = core.decide(command, at)
        if isinstance(decision, Decided) and not core.contested(command, decision.events):
            core.commit(command, decision, at)
            DONE["committed"] += 1


def record_expiry(core: Core, now: datetime) -> None:
    """As the timer does, so that nothing is overdue."""
    overdue = [
        RecordExpiry(SYSTEM, tenant.id, row.id)
        for tenant in core.tenants.values()
        for row in tenant.rows.values()
        if isinstance(row, Invitation)
        and row.status is InvitationStatus.PENDING
        and row.expires_at <= now
    ]
    ask(core, overdue, now)


def leaves_of(core: Core) -> dict[str, Leaf]:
    return {one: Leaf(one, len(entries), entries[-1].hash) for one, entries in core.ledgers.items()}


def found(tables: Tables, now: datetime, leaves: dict[str, Leaf]) -> set[Found]:
    told: list[Found] = []
    for tenant_id in sorted({key[0] for key in tables.tenants} | leaves.keys()):
        examined = examine(tables, tenant_id, now, leaves.get(tenant_id))
        told.extend((one.kind.value, one.tenant_id, one.key) for one in examined.problems)
    assert len(told) == len(set(told)), "each is told once"
    return set(told)


@cache
def busy() -> tuple[Core, datetime]:
    """A core in which all that can be spoiled is there: always the same."""
    core, now = founded(), AT
    for number, commands in enumerate(STORY):
        now = AT + timedelta(minutes=number)
        ask(core, [commands], now)
    return core, now


STORY: tuple[Command, ...] = (
    invite(DIRECT),
    accept(),
    register(1, 2),
    invite(PROVIDER, 2, indirectResellerId=RESELLER),
    accept(2),
    register(3, partner_id=PROVIDER, partnerOfRecord=MPN[RESELLER]),
    invite(DIRECT, 3, BUREAU),
    accept(3, BUREAU),
    register(4, customer_id=BUREAU),
    invite(OTHER_DIRECT, 4, BUREAU),
)


@pytest.mark.parametrize("way", OF_TENANTS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("seed", range(3))
def test_every_way_is_found_and_nothing_else(way, seed: int):
    core, now = busy()
    tables, leaves = of_core(core), leaves_of(core)
    later_on = now + timedelta(minutes=6)
    assert found(tables, later_on, leaves) == set()
    expected = way(Scene(tables, leaves, Random(seed)))
    assert expected
    assert found(tables, later_on, leaves) == expected


things = st.one_of(
    world.sales(),
    world.commands().map(lambda one: [one]),
    later.commands().map(lambda one: [one]),
    later.lives(),
)
"""One command of anybody, or several that belong together."""


@settings(max_examples=EXAMPLES, phases=(Phase.explicit, Phase.generate))
@given(
    asked=st.lists(st.tuples(things, world.steps()), min_size=60, max_size=60),
    checkpoint=st.integers(0, 60),
    ways=st.lists(st.sampled_from(OF_TENANTS), min_size=2, max_size=8),
    chance=st.randoms(use_true_random=False),
)
def any_tampering_of_any_story(
    asked: list[tuple[list[Command], timedelta]],
    checkpoint: int,
    ways: list,
    chance: Random,
):
    core, now = founded(), AT
    leaves: dict[str, Leaf] = {}
    for number, (commands, step) in enumerate(asked):
        now += step
        ask(core, commands, now)
        if number == checkpoint:
            leaves = leaves_of(core)
    now += timedelta(minutes=6)
    record_expiry(core, now)
    tables = of_core(core)
    assert found(tables, now, leaves) == set()
    scene = Scene(tables, leaves, chance)
    expected: set[Found] = set()
    for way in ways:
        with suppress(NothingFits):
            expected |= way(scene)
            DONE[way.__name__] += 1
    DONE["injected"] += len(expected)
    assert found(tables, now, leaves) == expected


def test_random_tampering_of_random_stories_gives_exactly_what_was_done():
    DONE.clear()
    any_tampering_of_any_story()
    assert DONE["asked"] >= 10_000
    assert DONE["committed"] >= 2_500
    assert DONE["injected"] >= 150
    assert sum(way.__name__ in DONE for way in OF_TENANTS) > len(OF_TENANTS) // 2
