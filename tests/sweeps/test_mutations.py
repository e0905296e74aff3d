"""Whatever lies in any row, a sweep ends, names that row, and sees everything else as before."""

import os
import re
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from shared.services.ports.claims import Claim
from shared.services.ports.index import IndexRow
from shared.services.ports.scanning import Attested, Marked, Partitions, Reserved, Scanned, Served
from shared.services.ports.sweeps import SweepStatus
from shared.services.ports.tenants import Remembered
from shared.services.ports.values import Undecodable
from shared.storage.encoding.codec.sweeps import decode_leaves
from shared.storage.encoding.keys.places import Key
from shared.storage.engine.memory import MemoryTable
from shared.storage.engine.table import Entity
from shared.storage.stores.scanning import TableScanner
from shared.text.identifiers import is_guid
from tests.cast.ids import AGENCY, subscription_id
from tests.running.backend import Backend
from tests.running.sweeps import findings, run_sweep
from tests.sweeps.mutations import Mutation, mutate, put
from tests.sweeps.world import populate

SEEDS = int(os.environ.get("MUTATIONS", "40"))
FIRST = int(os.environ.get("MUTATIONS_FROM", "0"))
AT_ONCE = 10
GUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
type Saved = dict[str, dict[str, dict[str, Entity]]]
CONTROL = ("state-diverged", AGENCY, f"subscription|{subscription_id(1)}")
"""A quantity that somebody else altered at the same time."""


@pytest.fixture
async def world() -> Backend:
    """Swept once, so that a checkpoint knows it."""
    made = Backend()
    await populate(made)
    await run_sweep(made.services, made.queues)
    made.clock.pass_by(timedelta(minutes=6))
    return made


async def test_any_value_in_any_row(world):
    saved, verdicts = copied(world), Counter[str]()
    for seed in range(FIRST, FIRST + SEEDS):
        for name, partitions in copied_from(saved).items():
            world.tables[name]._partitions = partitions
        verdicts.update(await one(world, Random(seed), seed))
    sys.stdout.write(f"{SEEDS} seeds from {FIRST}, {verdicts.total()} mutations: {verdicts}")
    assert verdicts["named"] > verdicts.total() / 3, "most say nothing that is watched"


def copied(world: Backend) -> Saved:
    return copied_from({name: table._partitions for name, table in world.tables.items()})


def copied_from(saved: Saved) -> Saved:
    """Rows are replaced, never changed, so they need no copies."""
    return {
        name: {partition: dict(rows) for partition, rows in partitions.items()}
        for name, partitions in saved.items()
    }


def mutations(world: Backend, chance: Random) -> list[Mutation]:
    """Some at once, in a partition of its own each, so that no finding explains two."""
    spared, done = {AGENCY}, []
    while len(done) < AT_ONCE:
        table = world.tables[chance.choice(("tenants", "tenants", "claims", "index", "operations"))]
        if table._partitions.keys() <= spared:
            continue
        mutation = mutate(table, chance, spared)
        spared.add(mutation.key.partition)
        done.append(mutation)
    return done


async def one(world: Backend, chance: Random, seed: int) -> list[str]:
    """How each of them was judged: `named` by a finding, or why it needs none."""
    tamper(world)
    before = copied(world)
    done = mutations(world, chance)
    sweep = await run_sweep(world.services, world.queues)
    context = f"seed {seed}: " + "\n".join(map(str, done))
    assert sweep.status is SweepStatus.SUCCEEDED, context
    met = await met_by(world, sweep.id)
    assert CONTROL in met, context
    doubtful = {each.key.partition for each in done if each.table == "tenants"}
    verdicts = []
    for mutation in done:
        if await unwatched(mutation, before):
            verdicts.append("unwatched")
        elif names(mutation, met):
            verdicts.append("named")
        else:
            in_doubt = doubtful & owners(mutation) or unattested(mutation, done)
            assert in_doubt, f"{context}\n{met}"
            verdicts.append("whose witness is altered too")
    known = {leaf.tenant_id async for leaf in world.ports.sweeps.leaves(sweep.id)}
    altered = {mutation.key.partition for mutation in done}
    whole = {tenant for tenant in before["tenants"] if is_guid(tenant)} - altered
    assert whole <= known, context
    return verdicts


def tamper(world: Backend) -> None:
    table = world.tables["tenants"]
    key = Key(AGENCY, CONTROL[2])
    properties = dict(table._partitions[AGENCY][key.row].properties)
    body = properties["body"].replace('"quantity":7', '"quantity":9')
    put(table, key, {**properties, "body": body})


async def met_by(world: Backend, sweep_id: str) -> set[tuple[str, str, str]]:
    seen = await world.ports.sweeps.seen(sweep_id, None, 1000)
    ids = {finding_id for finding_id, _ in seen.items}
    every = await findings(world.services)
    return {(each.kind, each.tenant_id, each.key) for each in every if each.id in ids}


def names(mutation: Mutation, met: set[tuple[str, str, str]]) -> bool:
    """Whether a finding leads to the row: by its tenant, by where it lies, or by what it is of."""
    partition, row = mutation.key
    if mutation.table == "tenants":
        return any(tenant_id == partition for _, tenant_id, _ in met)
    testified = mutation.table == "operations" and (partition == "checkpoint" or is_guid(partition))
    if testified and any(kind == "checkpoint-broken" for kind, _, _ in met):
        return True
    item = row.rpartition("|")[2]
    owner = partition.partition("|")[0] if mutation.table == "index" else partition
    return any(
        key.startswith(partition[:500]) or (owner in key and key.endswith(item))
        for _, _, key in met
    )


def owners(mutation: Mutation) -> set[str]:
    """Of a row elsewhere, whose ledgers say what it must be: where one is in doubt, none does."""
    if mutation.table == "tenants":
        return set()
    versions = (mutation.before or {}, mutation.after or {})
    holders = [str(version.get("holder")) for version in versions]
    return set(GUID.findall(" ".join([*mutation.key, *holders])))


def unattested(mutation: Mutation, done: list[Mutation]) -> bool:
    """Of a checkpoint whose record and whose sweep, which says that there is one, both went.

    That a sweep's row does not decode is told; whether it had a checkpoint, nobody can say then.
    """
    rows = {each.key for each in done if each.table == "operations"}
    gone = any(Key("sweep", row) in rows for partition, row in rows if partition == "checkpoint")
    testified = mutation.key.partition == "checkpoint" or is_guid(mutation.key.partition)
    return mutation.table == "operations" and gone and testified


async def unwatched(mutation: Mutation, before: Saved) -> bool:
    """Whether it says the same as before, or is what docs/watched.md says nobody looks at."""
    partition = mutation.key.partition
    if mutation.table == "operations" and is_guid(partition):
        return (
            partition not in before["operations"]
            or not mutation.key.row.startswith("leaf|")
            or leaves(mutation, mutation.before) == (leaves(mutation, mutation.after))
        )
    was, now = await read(mutation, mutation.before), await read(mutation, mutation.after)
    if Undecodable in {type(now and now.value), type(was and was.value)}:
        return type(now and now.value) is type(was and was.value)
    return told(mutation, was) == told(mutation, now) or as_good(was, now, before["tenants"])


def as_good(
    was: Scanned | None, now: Scanned | None, tenants: dict[str, dict[str, Entity]]
) -> bool:
    """A row of an index that shows the same, by a later entry of the ledger than it is from."""
    match was and was.value, now and now.value:
        case IndexRow() as before, IndexRow() as after if before.key == after.key:
            head = int(tenants[before.key.customer_id]["head"].properties["sequence"])
            return was.body == now.body and before.sequence <= after.sequence <= head
        case _:
            return False


def told(mutation: Mutation, scanned: Scanned | None) -> object:
    """What of the row is watched."""
    match scanned and scanned.value:
        case None | Remembered() | Attested():
            return None
        case Marked(partner_id, customer_id, mark):
            return partner_id, customer_id, replace(mark, written_at=None)
        case Served(sequence):
            return sequence or None
        case Claim(key=key, holder=holder):
            return key, holder
        case Reserved(slots=slots):
            return slots or None
        case IndexRow(key=key) if key.kind.of_head:
            return key, scanned.body
        case value:
            return value, scanned.sequence, scanned.body if mutation.table == "index" else ""


def leaves(mutation: Mutation, properties: dict | None) -> object:
    try:
        return decode_leaves(Entity(mutation.key, properties, "")) if properties else ()
    except Undecodable:
        return None


async def read(mutation: Mutation, properties: dict | None) -> Scanned | None:
    """The row as the sweep reads it."""
    if properties is None:
        return None
    table = MemoryTable(mutation.table)
    put(table, mutation.key, properties)
    scanner = TableScanner(table, table, table, table)
    async for page in getattr(scanner, mutation.table)(Partitions(), 10):
        for scanned in page:
            return scanned
    return None
