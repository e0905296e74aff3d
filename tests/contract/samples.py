"""Made-up tenants, rows and entries."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from shared.model.base import SYSTEM, Who
from shared.model.ledger import Commission, Entry, next_entry
from shared.model.models import (
    BillingCycle,
    BillingType,
    DelegatedAdmin,
    Invitation,
    InvitationStatus,
    Origin,
    ProductType,
    Relationship,
    RelationshipStatus,
    Subscription,
    SubscriptionStatus,
    TenantKind,
    Term,
)
from shared.model.state import Head, Pending, Related, RowKind
from shared.services.ports.tenants import Commit, RowWrite

AT = datetime(2026, 11, 1, 8, 0, 0, 123456, tzinfo=UTC)


def guid(n: int | None = None) -> str:
    return str(uuid4() if n is None else UUID(int=n))


def subscription(customer_id: str, partner_id: str, **changes) -> Subscription:
    return Subscription(
        id=guid(),
        customer_id=customer_id,
        partner_id=partner_id,
        partner_of_record=None,
        indirect_reseller_id=None,
        product_type=ProductType.ONLINE_SERVICE,
        offer_id="CFQ7TTC0LF8R:0001",
        offer_name="사무용 Office 365 \u201cE3\u201d",
        friendly_name=None,
        external_reference="PO-1",
        billing_type=BillingType.LICENSE,
        quantity=25,
        unit_type="licenses",
        auto_renew=True,
        term=Term(
            duration="P1Y",
            billing_cycle=BillingCycle.MONTHLY,
            starts_at=AT,
            ends_at=AT + timedelta(days=365),
        ),
        status=SubscriptionStatus.ACTIVE,
        registered_at=AT,
        updated_at=AT,
        create_digest="0" * 64,
    ).but(**changes)


def invitation(customer_id: str, partner_id: str, **changes) -> Invitation:
    return Invitation(
        id=guid(),
        customer_id=customer_id,
        partner_id=partner_id,
        partner_name="O'Neill & Partner",
        partner_mpn_id="1234567",
        indirect_reseller_id=None,
        indirect_provider_id=None,
        delegated_admin=True,
        status=InvitationStatus.PENDING,
        external_reference=None,
        created_at=AT,
        created_by=Who(tenant_id=partner_id, role="S"),
        expires_at=AT + timedelta(days=90),
        updated_at=AT,
    ).but(**changes)


def related(customer_id: str, partner_id: str) -> Related:
    return Related(
        relationship=Relationship(
            customer_id=customer_id,
            partner_id=partner_id,
            partner_name="O'Neill & Partner",
            status=RelationshipStatus.ACTIVE,
            delegated_admin=DelegatedAdmin.GRANTED,
            delegated_admin_until=None,
            indirect_reseller_id=None,
            indirect_provider_id=None,
            invitation_id=guid(),
            origin=Origin.INVITATION,
            since=AT,
            updated_at=AT,
        ),
        pending=Pending(id=guid(), expires_at=AT),
        invited=(AT, AT),
        blocking=3,
        feed=7,
    )


def entry_after(head: Head, filler: str = "") -> Entry:
    """An entry without events; `filler` is the command's name, to make it long."""
    commission = Commission(
        actor=SYSTEM,
        command_id=guid(),
        command=filler or "accept",
        at=AT,
        cloud="usGovernment",
        policy_version="1",
    )
    return next_entry(head, commission, ())


def first_commit(head: Head, *rows, filler: str = "") -> Commit:
    """The commit of a new tenant with `rows`."""
    entry = entry_after(head, filler)
    return Commit(
        head=_moved(head, entry),
        head_etag=None,
        rows=tuple(RowWrite(key_of(row), row, None) for row in rows),
        entry=entry,
    )


def next_commit(stored, *writes: RowWrite, **changes) -> Commit:
    """The commit that follows a loaded head."""
    entry = entry_after(stored.value)
    return Commit(
        head=_moved(stored.value, entry),
        head_etag=stored.etag,
        rows=writes,
        entry=entry,
        **changes,
    )


def key_of(row):
    kind = RowKind.SUBSCRIPTION if isinstance(row, Subscription) else RowKind.INVITATION
    return (kind, row.id)


def _moved(head: Head, entry: Entry) -> Head:
    return Head(
        id=head.id,
        kind=TenantKind.CUSTOMER,
        related=head.related,
        sequence=entry.sequence,
        hash=entry.hash,
    )
