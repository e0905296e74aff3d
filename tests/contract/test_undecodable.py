"""What this system did not write is told by its key, on both adapters."""

import traceback

import pytest

from shared.model.state import Head, RowKind
from shared.services.ports.values import Undecodable
from shared.storage.encoding.keys import places as places_keys
from shared.storage.encoding.keys import tenants as tenants_keys
from shared.storage.engine.table import Insert, Replace
from tests.cast.ids import guid
from tests.cast.resources import odd_subscription
from tests.contract.commits import first_commit, key_of

TENANT = guid(7)
PARTNER = guid(9)


@pytest.fixture
def tenants(backend):
    return backend.ports.tenants


async def spoil(backend, key: places_keys.Key, properties) -> None:
    table = backend.table("tenants")
    entity = await table.get(key)
    if entity:
        await table.transact([Replace(key, properties, entity.etag)])
    else:
        await table.transact([Insert(key, properties)])


async def failure_of(read) -> Undecodable | None:
    try:
        await read()
    except Undecodable as error:
        return error
    return None


MARK = "PersonalName"


@pytest.mark.parametrize(
    "properties",
    [
        {"v": 1},
        {"v": 2, "sequence": 1, "body": "{}"},
        {"sequence": 1, "body": "{}"},
        {"v": "1", "sequence": 1, "body": "{}"},
        {"v": 1, "sequence": 1, "body": f'{{"id": "{MARK}"}}'},
        {"v": 1, "sequence": 1, "body": MARK},
        {"v": 1, "sequence": 1, "body": MARK.encode()},
        {"v": 1, "sequence": "1", "body": "{}"},
        {"v": 1, "body0": b"[1]"},
        {"v": 1, "body0": b"{}"},
        {"v": 1, "body0": b"\xff"},
        {"v": 1, "body0": MARK},
        {"v": 1, "kind": "customer", "sequence": 1, "hash": "x", "r_x": "{}"},
        {"v": 1, "kind": "customer", "sequence": 1, "hash": "x", "r_" + "0" * 32: MARK},
        {"v": 1, "n": MARK},
    ],
)
async def test_what_does_not_decode_names_its_key_and_not_its_content(tenants, backend, properties):
    row = (RowKind.SUBSCRIPTION, guid(1))
    reads = {
        tenants_keys.head(TENANT): lambda: tenants.head(TENANT),
        tenants_keys.row(TENANT, row): lambda: tenants.row(TENANT, row),
        tenants_keys.details(TENANT, "a"): lambda: tenants.details(TENANT, "a"),
        tenants_keys.entry(TENANT, 1): lambda: tenants.entry(TENANT, 1),
        tenants_keys.message(TENANT, "s", "i"): lambda: tenants.remembered(TENANT, "s", "i"),
        tenants_keys.projection(TENANT): lambda: tenants.projected(TENANT),
    }
    refused = 0
    for key, read in reads.items():
        await spoil(backend, key, properties)
        error = await failure_of(read)
        if error is not None:
            refused += 1
            assert key.row in str(error)
            assert TENANT in str(error)
            assert MARK not in "".join(traceback.format_exception(error))
    assert refused == len(reads)


async def test_an_undecodable_row_in_a_range_is_told(tenants, backend):
    rows = [odd_subscription(TENANT, PARTNER, id=guid(n)) for n in range(3)]
    await tenants.commit(first_commit(Head(TENANT), *rows))
    await spoil(backend, tenants_keys.row(TENANT, key_of(rows[1])), {"v": 1})
    with pytest.raises(Undecodable, match=rows[1].id):
        await tenants.rows(TENANT, RowKind.SUBSCRIPTION, None, 10)


async def test_one_undecodable_head_does_not_end_the_stream(tenants, backend):
    for n in (1, 2, 3):
        await tenants.touch_head(guid(n), None)
    await spoil(backend, tenants_keys.head(guid(2)), {"v": 1, "kind": "martian"})
    heads = tenants.heads()
    assert (await anext(heads)).value.id == guid(1)
    with pytest.raises(Undecodable, match=guid(2)):
        await anext(heads)
    assert (await anext(heads)).value.id == guid(3)
    with pytest.raises(StopAsyncIteration):
        await anext(heads)
