"""Values that no finding has room for, names that no key can hold: found, and in nobody's way."""

import json
from contextlib import suppress
from datetime import timedelta

import pytest

from shared.proving.excerpts import excerpt, excerpt_of_text
from shared.services.ports.index import IndexKey, IndexKind
from shared.services.ports.sweeps import SweepStatus
from shared.services.ports.values import StorageError, items
from shared.services.queues.internal_messages import shard_of
from shared.storage.encoding.fields import compact
from shared.storage.encoding.keys import index as index_keys
from shared.storage.encoding.keys.places import Key
from shared.storage.encoding.keys.tenants import RELATED_PREFIX
from tests.cast.commands import accept, enrol, invite
from tests.cast.ids import AGENCY, BUREAU, DIRECT, customer_id, invitation_id, subscription_id
from tests.running.sweeps import findings, limited, open_findings, run_sweep, swept
from tests.sweeps.mutations import put

ALTERED = ("state-diverged", BUREAU, f"subscription|{subscription_id(5)}")
SOLD = IndexKey(DIRECT, IndexKind.SUBSCRIPTION, AGENCY, subscription_id(1))
CUSTOMER = IndexKey(DIRECT, IndexKind.CUSTOMER, AGENCY, AGENCY)
ALIEN = f"subscription|{subscription_id(77)}"


def properties(backend, partition: str, row: str) -> dict:
    return dict(backend.tables["tenants"]._partitions[partition][row].properties)


def alter(backend, partition: str, row: str, **changes) -> None:
    put(
        backend.tables["tenants"],
        Key(partition, row),
        properties(backend, partition, row) | changes,
    )


def last_entry(backend, **changes) -> str:
    """The last entry of the agency says something else."""
    row = max(each for each in backend.rows("tenants", AGENCY) if each.startswith("entry|"))
    stored = properties(backend, AGENCY, row)
    document = json.loads(b"".join(stored[name] for name in sorted(stored) if name != "v"))
    alter(backend, AGENCY, row, body0=json.dumps(document | changes).encode())
    return row


async def swept_as_the_host_does(backend) -> set[tuple[str, str, str]]:
    """Five tries for each message, then it is given up."""
    machine = limited(backend.services)
    sweep, _ = await machine.sweeps.start()
    while waiting := backend.queues.take("sweep-shards"):
        for message in waiting:
            for _ in range(5):
                with suppress(ValueError, StorageError):
                    await machine.shards.run(*shard_of(message.text))
                    break
            else:
                await machine.shards.give_up(*shard_of(message.text))
    ended = (await backend.ports.sweeps.get(sweep.id)).value
    assert ended.status is SweepStatus.SUCCEEDED
    assert ended.checkpoint_id
    known = {leaf.tenant_id async for leaf in backend.ports.sweeps.leaves(sweep.id)}
    assert {BUREAU, customer_id(0), customer_id(3)} <= known
    return await open_findings(backend.services)


@pytest.fixture
def altered(backend):
    """Beside it, somebody altered a sale."""
    stored = properties(backend, *ALTERED[1:])
    changed = json.loads(stored["body"]) | {"quantity": 9_999}
    alter(backend, *ALTERED[1:], body=json.dumps(changed))
    return backend


async def test_a_row_that_fills_its_property(altered):
    stored = properties(altered, AGENCY, f"subscription|{subscription_id(1)}")
    document = json.loads(stored["body"]) | {"id": subscription_id(77), "friendlyName": ""}
    document["friendlyName"] = "x" * (32_700 - len(json.dumps(document, separators=(",", ":"))))
    body = json.dumps(document, separators=(",", ":"))
    put(altered.tables["tenants"], Key(AGENCY, ALIEN), {**stored, "body": body})
    assert await swept_as_the_host_does(altered) == {ALTERED, ("state-diverged", AGENCY, ALIEN)}
    [told] = [each for each in await findings(altered.services) if each.key == ALIEN]
    assert "32" in json.dumps(told.detail)
    assert "SHA-256" in json.dumps(told.detail)


@pytest.mark.parametrize("partners", [45, 60, 99])
async def test_a_head_that_lost_its_partners(altered, partners):
    customer = customer_id(7)
    for number in range(partners):
        partner = f"e{number:07d}-0000-4000-8000-000000000000"
        await altered.do(enrol(partner, mpnId=str(70_000 + number)))
        await altered.do(invite(partner, 100 + number, customer), accept(100 + number, customer))
    await altered.deliver()
    stored = properties(altered, customer, "head")
    kept = {name: value for name, value in stored.items() if not name.startswith(RELATED_PREFIX)}
    assert len(stored) - len(kept) == partners
    put(altered.tables["tenants"], Key(customer, "head"), kept)
    assert await swept_as_the_host_does(altered) == {ALTERED, ("state-diverged", customer, "head")}


@pytest.mark.parametrize("tenant_id", ["\ud800", "x" * 40_000])
async def test_an_entry_that_names_no_tenant(altered, tenant_id):
    row = last_entry(altered, tenantId=tenant_id)
    assert await swept_as_the_host_does(altered) == {ALTERED, ("chain-broken", AGENCY, row)}


async def test_a_hash_that_no_leaf_can_hold(altered):
    row = last_entry(altered, hash="no hash")
    met = await swept_as_the_host_does(altered)
    assert ALTERED in met
    assert ("chain-broken", AGENCY, row) in met
    assert await swept_as_the_host_does(altered) == met


@pytest.mark.parametrize("partition", ["a b", "f" * 510, "-1f", "|"])
async def test_a_partition_that_is_no_tenants(altered, partition):
    stored = properties(altered, AGENCY, f"invitation|{invitation_id(1)}")
    put(altered.tables["tenants"], Key(partition, "invitation|x"), stored)
    alien = ("undecodable-row", partition, "invitation|x")
    assert await swept_as_the_host_does(altered) == {ALTERED, alien}


async def test_a_row_of_an_index_that_lies_in_the_wrong_shard(altered):
    rows = altered.tables["index"]._partitions
    partition, row = next(
        (partition, row)
        for partition in sorted(rows)
        for row in sorted(rows[partition])
        if row.startswith("subscription|")
    )
    there = f"{partition.partition('|')[0]}|z"
    put(altered.tables["index"], Key(there, row), dict(rows[partition][row].properties))
    assert await swept_as_the_host_does(altered) == {
        ALTERED,
        ("undecodable-row", "", f"{there}|{row}"),
    }


@pytest.mark.parametrize("term", ["30 days", ["P1Y"], 3])
async def test_a_listed_row_of_another_shape(altered, term):
    rows = altered.tables["index"]._partitions
    partition, row = next(
        (partition, row)
        for partition in sorted(rows)
        for row in sorted(rows[partition])
        if row.startswith("subscription|")
    )
    stored = dict(rows[partition][row].properties)
    stored["body"] = json.dumps(json.loads(stored["body"]) | {"term": term})
    put(altered.tables["index"], Key(partition, row), stored)
    assert ("undecodable-row", "", f"{partition}|{row}") in await swept_as_the_host_does(altered)


async def test_a_partition_that_somebody_filled(altered):
    for number in range(300):
        put(altered.tables["tenants"], Key(AGENCY, f"zz|{number:05d}"), {"v": 1})
    met = await swept_as_the_host_does(altered)
    assert len(met) == 1 + 200 + 1
    assert {ALTERED, ("undecodable-row", AGENCY, "partition")} <= met


# what is shown of a value


def test_what_fits_is_shown_as_it_is():
    detail = {"fields": [{"field": "quantity", "expected": 7, "stored": 9.5}], "none": None}
    assert excerpt(detail) == detail


def wide(depth: int) -> object:
    """More values in three branches each than any cut leaves room for."""
    return [wide(depth - 1)] * 3 if depth else "w" * 90


@pytest.mark.parametrize(
    "value",
    [
        "x" * 100_000,
        "\ud800" * 9_000,
        "𝄞" * 20_000,
        10**5_000,
        float("nan"),
        list(range(90_000)),
        {f"{n}" * 50: "y" * 900 for n in range(500)},
        [[["z" * 2_000] * 60] * 60] * 60,
        object(),
        {"a": wide(7), "b": wide(7), "c": wide(7)},
    ],
    ids=lambda value: type(value).__name__,
)
def test_anything_else_is_cut_until_it_can_be_written(value):
    deep: object = value
    for _ in range(300):
        deep = [deep]
    for one in (value, deep):
        shown = json.dumps(excerpt({"stored": one}), ensure_ascii=False, allow_nan=False)
        assert len(shown.encode("utf-16-le")) <= 48_000


def test_a_short_text_stays_and_a_long_one_says_what_it_was():
    assert excerpt_of_text("head") == "head"
    assert excerpt_of_text("\ud800") == "\\ud800"
    cut = excerpt_of_text("f" * 5_000)
    assert len(cut) < 1_200
    assert "5000 characters, SHA-256 " in cut
    assert excerpt_of_text(cut) == cut


@pytest.mark.parametrize("partition", ["sweep", "checkpoint"])
@pytest.mark.parametrize("row", ["id|", "id|166f8a4c-e391-4662-a69b-b094787736d5", "id|zz", "id|~"])
async def test_an_alien_row_among_sweeps_lets_the_next_one_start(backend, partition, row):
    for _ in range(3):
        await run_sweep(backend.services, backend.queues)
        backend.clock.pass_by(timedelta(hours=1))
    put(backend.tables["operations"], Key(partition, row), {"v": 1})
    sweep = await run_sweep(backend.services, backend.queues)
    assert sweep.status is SweepStatus.SUCCEEDED
    listed = [each async for each in items(backend.ports.sweeps.list, 1)]
    assert len(listed) == 4
    assert [each async for each in items(backend.ports.checkpoints.list, 1)]


@pytest.mark.parametrize(
    "odd", ['{"\\ud800":[{"\\ud800":1}]}', '"\\ud800"', "1e999", "[" * 60 + "]" * 60]
)
async def test_whatever_an_index_row_says_the_row_beside_it_is_compared_too(backend, odd):
    table = backend.tables["index"]
    for place in (SOLD, CUSTOMER):
        key = index_keys.index(place)
        was = dict(backend.rows("index", key.partition)[key.row].properties)
        field = "quantity" if place is SOLD else "name"
        body = json.loads(was["body"]) | {field: "%"}
        put(table, key, was | {"body": compact(body).replace('"%"', odd)})
    assert await swept(backend) == {
        ("index-stale", AGENCY, place_of(SOLD)): True,
        ("index-stale", AGENCY, place_of(CUSTOMER)): True,
    }


def place_of(key: IndexKey) -> str:
    return f"index|{key.partner_id}|{key.kind}|{key.item_id}"
