"""What a `TenantStore` promises, on both adapters."""

import pytest

from shared.model.base import Who
from shared.model.customers import Customer, CustomerAgreement, TenantKind
from shared.model.models import Partner, PartnerType
from shared.model.personal import Details
from shared.model.state import Head, RowKind
from shared.services.ports.tenants import Commit, DetailsWrite, Projected
from shared.services.ports.values import GuardFailed
from shared.storage.encoding.keys import tenants as keys
from shared.storage.engine.table import LimitExceeded
from tests.cast.ids import PRECISE_AT, guid
from tests.cast.resources import odd_invitation, odd_related, odd_subscription
from tests.contract.commits import first_commit, next_commit

TENANT = guid(7)
PARTNER = guid(9)


@pytest.fixture
def tenants(backend):
    return backend.ports.tenants


async def test_nothing_is_known_of_an_unknown_tenant(tenants):
    assert await tenants.head(TENANT) is None
    assert await tenants.row(TENANT, (RowKind.SUBSCRIPTION, guid())) is None
    assert await tenants.details(TENANT, guid()) is None
    assert await tenants.remembered(TENANT, "source", "id") is None
    assert await tenants.entry(TENANT, 1) is None
    assert await tenants.projected(TENANT) is None
    assert [entry async for entry in tenants.entries(TENANT)] == []
    assert (await tenants.rows(TENANT, RowKind.SUBSCRIPTION, None, 10)).items == ()


async def test_a_full_head_comes_back(tenants):
    partner = Partner(
        id=TENANT,
        name="이니셜 \U0001f600",
        type=PartnerType.INDIRECT_PROVIDER,
        mpn_id="1",
        mpn_country="US",
        country="US",
        partner_agreement_signed_at=PRECISE_AT,
        affiliated_tenant_ids=(guid(), guid()),
    )
    head = Head(
        id=TENANT,
        kind=TenantKind.PARTNER,
        partner=partner,
        customer=Customer(id=TENANT, name=None, domain="a.us", country=None),
        agreement=CustomerAgreement(
            customer_id=TENANT, accepted_at=PRECISE_AT, accepted_by=Who(tenant_id=TENANT, role="CG")
        ),
        related={partner_id: odd_related(TENANT, partner_id) for partner_id in (guid(), guid())},
        sequence=3,
        hash="f" * 64,
    )
    await tenants.commit(Commit(head=head, head_etag=None))
    stored = await tenants.head(TENANT)
    assert stored.value == head
    assert stored.sequence == 3


async def test_100_related_partners_fit(tenants):
    known = {guid(n): odd_related(TENANT, guid(n)) for n in range(100)}
    await tenants.commit(Commit(head=Head(TENANT, related=known), head_etag=None))
    assert (await tenants.head(TENANT)).value.related == known


@pytest.mark.parametrize("size", [63_000, 68_000, 128_001, 255_000])
async def test_long_entries_are_cut_and_joined(tenants, backend, size: int):
    commit = first_commit(Head(TENANT), filler="한" * (size // 3))
    await tenants.commit(commit)
    found = await tenants.entry(TENANT, 1)
    assert found == commit.entry
    assert found.computed_hash() == found.hash
    entity = await backend.table("tenants").get(keys.entry(TENANT, 1))
    bodies = [value for name, value in entity.properties.items() if name.startswith("body")]
    assert {type(body) for body in bodies} == {bytes}
    assert max(len(body) for body in bodies) <= 64_000
    assert b"".join(bodies) == commit.entry.encode()


async def test_an_entry_beyond_eight_binaries_is_refused(tenants):
    with pytest.raises(LimitExceeded):
        await tenants.commit(first_commit(Head(TENANT), filler="x" * 512_000))
    assert await tenants.head(TENANT) is None


async def test_entries_from_a_sequence_on(tenants):
    await tenants.commit(first_commit(Head(TENANT)))
    for _ in range(11):
        await tenants.commit(next_commit(await tenants.head(TENANT)))
    later = [entry.sequence async for entry in tenants.entries(TENANT, after=9)]
    assert later == [10, 11, 12]
    between = [each.sequence async for each in tenants.entries(TENANT, 2, through=9, at_once=3)]
    assert between == [3, 4, 5, 6, 7, 8, 9]
    assert [each async for each in tenants.entries(TENANT, 5, through=5)] == []


async def test_rows_in_pages(tenants):
    rows = [odd_subscription(TENANT, PARTNER, id=guid(n)) for n in range(7)]
    asked = odd_invitation(TENANT, PARTNER)
    await tenants.commit(first_commit(Head(TENANT), *rows, asked))
    seen = []
    after = None
    while True:
        page = await tenants.rows(TENANT, RowKind.SUBSCRIPTION, after, 3)
        assert len(page.items) <= 3
        seen += [stored.value for stored in page.items]
        after = page.after
        if after is None:
            break
    assert seen == rows
    invitations = await tenants.rows(TENANT, RowKind.INVITATION, None, 10)
    assert [stored.value for stored in invitations.items] == [asked]
    assert (await tenants.rows(TENANT, RowKind.RESELLER, None, 10)).items == ()


@pytest.mark.parametrize("after", ["'", "|", "}", "zzz", "' or RowKey gt '", "\u00e9"])
async def test_no_position_leads_out_of_a_kind(tenants, after: str):
    await tenants.commit(
        first_commit(
            Head(TENANT), odd_subscription(TENANT, PARTNER), odd_invitation(TENANT, PARTNER)
        )
    )
    page = await tenants.rows(TENANT, RowKind.INVITATION, after, 10)
    assert all(stored.value.partner_name for stored in page.items)
    assert len(page.items) <= 1


async def test_details_between(tenants):
    ids = [guid(n) for n in range(5)]
    writes = tuple(DetailsWrite(each, Details(message=each), "salt", None) for each in ids)
    await tenants.commit(Commit(head=Head(TENANT), head_etag=None, details=writes))
    found = await tenants.details_of(TENANT, ids[1], ids[3])
    assert found == {each: Details(message=each) for each in ids[1:4]}


async def test_heads_of_all_tenants(tenants):
    ids = [guid(n) for n in range(6)]
    for each in ids:
        await tenants.commit(first_commit(Head(each), odd_subscription(each, PARTNER)))
    assert [stored.value.id async for stored in tenants.heads()] == ids


async def test_the_projection_only_moves_under_its_etag(tenants):
    third, fourth = Projected(3, ("a" * 32, "b" * 32)), Projected(4)
    await tenants.save_projected(TENANT, third, None)
    first = await tenants.projected(TENANT)
    assert first.value == third
    with pytest.raises(GuardFailed):
        await tenants.save_projected(TENANT, fourth, None)
    await tenants.save_projected(TENANT, fourth, first.etag)
    with pytest.raises(GuardFailed):
        await tenants.save_projected(TENANT, Projected(5), first.etag)
    assert (await tenants.projected(TENANT)).value == fourth
