"""A commit of a tenant: all or nothing, under its guards, on both adapters."""

import asyncio
import itertools
from unittest.mock import ANY

import pytest

from shared.model.customers import TenantKind
from shared.model.models import SubscriptionStatus
from shared.model.personal import AGREEMENT_DETAILS, Contact, Details, Signer
from shared.model.state import Head, RowKind
from shared.services.ports.tenants import Commit, DetailsWrite, Remembered, RowWrite
from shared.services.ports.values import GuardFailed, Stored
from shared.storage.encoding.keys import tenants as keys
from shared.storage.engine.table import Delete
from tests.cast.ids import PRECISE_AT, guid
from tests.cast.resources import odd_invitation, odd_subscription
from tests.contract.commits import entry_after, first_commit, key_of, next_commit

TENANT = guid(7)
PARTNER = guid(9)


@pytest.fixture
def tenants(backend):
    return backend.ports.tenants


async def test_a_commit_writes_everything_under_one_sequence(tenants):
    sold, asked = odd_subscription(TENANT, PARTNER), odd_invitation(TENANT, PARTNER)
    personal = Details(message="안녕하세요", contact=Contact(email="a@b.us", locale="ko"))
    signer = Details(signer=Signer(first_name="A", last_name="B", email="c@d.us"))
    done = Remembered(
        source="/crm/'|1", message_id="m/1?", resource="/api/x", at=PRECISE_AT, fingerprint="f"
    )
    commit = first_commit(Head(TENANT), sold, asked)
    await tenants.commit(
        Commit(
            head=commit.head,
            head_etag=None,
            rows=commit.rows,
            details=(
                DetailsWrite(asked.id, personal, "f0", None),
                DetailsWrite(AGREEMENT_DETAILS, signer, "f1", None),
            ),
            entry=commit.entry,
            remembered=done,
        )
    )
    head = await tenants.head(TENANT)
    assert head.value == commit.head
    for row in (sold, asked):
        stored = await tenants.row(TENANT, key_of(row))
        assert (stored.value, stored.sequence) == (row, 1)
    assert await tenants.entry(TENANT, 1) == commit.entry
    assert await tenants.details(TENANT, asked.id) == Stored(personal, ANY, 1)
    assert (await tenants.details(TENANT, AGREEMENT_DETAILS)).value == signer
    assert await tenants.remembered(TENANT, done.source, done.message_id) == done
    assert await tenants.remembered(TENANT, done.source + done.message_id, "") is None


async def test_a_row_keeps_the_sequence_that_wrote_it(tenants):
    old = odd_subscription(TENANT, PARTNER)
    await tenants.commit(first_commit(Head(TENANT), old))
    new = odd_subscription(TENANT, PARTNER)
    await tenants.commit(next_commit(await tenants.head(TENANT), RowWrite(key_of(new), new, None)))
    assert (await tenants.row(TENANT, key_of(old))).sequence == 1
    assert (await tenants.row(TENANT, key_of(new))).sequence == 2
    assert (await tenants.head(TENANT)).sequence == 2


async def test_without_an_entry_rows_get_the_heads_sequence(tenants):
    await tenants.commit(first_commit(Head(TENANT)))
    head = await tenants.head(TENANT)
    row = odd_subscription(TENANT, PARTNER)
    await tenants.commit(
        Commit(
            head=head.value,
            head_etag=head.etag,
            head_changed=False,
            rows=(RowWrite(key_of(row), row, None),),
        )
    )
    assert (await tenants.row(TENANT, key_of(row))).sequence == 1
    touched = await tenants.head(TENANT)
    assert touched.value == head.value
    assert touched.etag != head.etag


async def test_a_stale_head_refuses_everything(tenants):
    await tenants.commit(first_commit(Head(TENANT)))
    stale = await tenants.head(TENANT)
    await tenants.touch_head(TENANT, stale.etag)
    row = odd_subscription(TENANT, PARTNER)
    with pytest.raises(GuardFailed):
        await tenants.commit(next_commit(stale, RowWrite(key_of(row), row, None)))
    assert await tenants.row(TENANT, key_of(row)) is None
    assert await tenants.entry(TENANT, 2) is None
    assert (await tenants.head(TENANT)).sequence == 1


async def test_an_entry_is_never_written_twice(tenants):
    await tenants.commit(first_commit(Head(TENANT)))
    head = await tenants.head(TENANT)
    other = entry_after(Head(TENANT))
    with pytest.raises(GuardFailed):
        await tenants.commit(Commit(head=head.value, head_etag=head.etag, entry=other))
    assert (await tenants.entry(TENANT, 1)).command_id != other.command_id
    assert (await tenants.head(TENANT)).etag == head.etag


@pytest.mark.parametrize("how", ["changed", "relied on"])
async def test_torn_load(tenants, how: str):
    """Row read active ── deleted by another command ── head read fresh ── commit: must not win."""
    row = odd_subscription(TENANT, PARTNER)
    await tenants.commit(first_commit(Head(TENANT), row))
    torn = await tenants.row(TENANT, key_of(row))

    deleted = row.but(status=SubscriptionStatus.DELETED)
    seen = await tenants.row(TENANT, key_of(row))
    await tenants.commit(
        next_commit(await tenants.head(TENANT), RowWrite(key_of(row), deleted, seen.etag))
    )

    fresh = await tenants.head(TENANT)
    if how == "changed":
        revived = RowWrite(key_of(row), row.but(quantity=99), torn.etag)
        commit = next_commit(fresh, revived)
    else:
        commit = next_commit(fresh, touched=((key_of(row), torn.etag),))
    with pytest.raises(GuardFailed):
        await tenants.commit(commit)
    assert (await tenants.row(TENANT, key_of(row))).value == deleted
    assert (await tenants.head(TENANT)).etag == fresh.etag
    # What such a load would answer without writing: the row is older than the head it came with.
    assert torn.sequence < fresh.sequence


async def test_16_writers_of_one_tenant_all_get_through(tenants):
    await tenants.commit(first_commit(Head(TENANT)))
    rows = [odd_subscription(TENANT, PARTNER) for _ in range(16)]

    async def register(row) -> None:
        while True:
            head = await tenants.head(TENANT)
            try:
                await tenants.commit(next_commit(head, RowWrite(key_of(row), row, None)))
            except GuardFailed:
                continue
            return

    await asyncio.gather(*(register(row) for row in rows))
    entries = [entry async for entry in tenants.entries(TENANT)]
    assert [entry.sequence for entry in entries] == list(range(1, 18))
    for before, after in itertools.pairwise(entries):
        assert after.previous_hash == before.hash
    head = await tenants.head(TENANT)
    assert (head.sequence, head.value.hash) == (17, entries[-1].hash)
    page = await tenants.rows(TENANT, RowKind.SUBSCRIPTION, None, 100)
    assert {stored.value.id for stored in page.items} == {row.id for row in rows}


async def test_a_fence_makes_an_earlier_commit_fail(tenants):
    await tenants.touch_head(TENANT, None)
    head = await tenants.head(TENANT)
    assert head.value == Head(TENANT)
    assert head.value.kind is TenantKind.UNKNOWN
    with pytest.raises(GuardFailed):
        await tenants.touch_head(TENANT, None)
    with pytest.raises(GuardFailed):
        await tenants.commit(first_commit(Head(TENANT)))
    await tenants.touch_head(TENANT, head.etag)
    with pytest.raises(GuardFailed):
        await tenants.commit(next_commit(head))
    await tenants.commit(next_commit(await tenants.head(TENANT)))


async def test_rows_that_are_gone_do_not_come_back(tenants, backend):
    row = odd_subscription(TENANT, PARTNER)
    await tenants.commit(first_commit(Head(TENANT), row))
    stored = await tenants.row(TENANT, key_of(row))
    table = backend.table("tenants")
    await table.transact([Delete(keys.row(TENANT, key_of(row)), stored.etag)])
    with pytest.raises(GuardFailed):
        await tenants.commit(
            next_commit(await tenants.head(TENANT), RowWrite(key_of(row), row, stored.etag))
        )
    assert await tenants.row(TENANT, key_of(row)) is None
