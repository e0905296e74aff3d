"""The two adapters agree: any transactions, the same outcomes, the same contents."""

from dataclasses import dataclass
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.services.ports.values import GuardFailed
from shared.storage.encoding.keys.places import Key, Span
from shared.storage.engine.clients import Clients
from shared.storage.engine.memory import MemoryTable
from shared.storage.engine.table import (
    Delete,
    Insert,
    LimitExceeded,
    Operation,
    Replace,
    Table,
    Touch,
)

ROWS = "abc"


@dataclass(frozen=True)
class Step:
    """One operation, before it knows an ETag. `age`: 0 is the latest ETag seen of the row."""

    kind: type[Insert | Replace | Touch | Delete]
    row: str
    value: int
    age: int

    def operation(self, partition: str, etags: dict[str, list[str]]) -> Operation:
        key = Key(partition, self.row)
        known = etags[self.row]
        etag = known[-1 - self.age] if self.age < len(known) else 'W/"none"'
        if self.kind is Insert:
            return Insert(key, {"n": self.value})
        if self.kind is Replace:
            return Replace(key, {"n": self.value}, etag)
        return self.kind(key, etag)


STEPS = st.builds(
    Step,
    kind=st.sampled_from([Insert, Replace, Touch, Delete]),
    row=st.sampled_from(ROWS),
    value=st.integers(0, 9),
    age=st.sampled_from([0, 0, 0, 1]),
)
TRANSACTIONS = st.lists(st.lists(STEPS, min_size=1, max_size=4), max_size=8)


async def run(table: Table, partition: str, transactions: list[list[Step]]):
    """What each transaction came to, and what is there after it."""
    etags: dict[str, list[str]] = {row: [] for row in ROWS}
    history = []
    for steps in transactions:
        outcome = "done"
        try:
            await table.transact([step.operation(partition, etags) for step in steps])
        except (GuardFailed, LimitExceeded) as error:
            outcome = type(error).__name__
        found = await table.range(partition, Span("", "z"), 10)
        for entity in found.entities:
            known = etags[entity.key.row]
            if entity.etag not in known:
                known.append(entity.etag)
        changed = {row: len(known) for row, known in etags.items()}
        there = {entity.key.row: entity.properties for entity in found.entities}
        history.append((outcome, there, changed))
    return history


@pytest.fixture
async def real(azurite: str):
    clients = Clients(azurite, f"t{uuid4().hex[:12]}")
    await clients.create_all()
    yield clients.table("tenants")
    await clients.close()


# One table for all examples: each has a partition of its own.
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(transactions=TRANSACTIONS)
async def test_the_adapters_agree(real: Table, transactions: list[list[Step]]):
    partition = uuid4().hex
    expected = await run(MemoryTable(), partition, transactions)
    assert await run(real, partition, transactions) == expected
