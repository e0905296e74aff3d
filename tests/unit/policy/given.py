"""Partners, customers and invitations for the examples, and a short way to say what is refused."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from shared.model.base import Who
from shared.model.models import (
    BillingCycle,
    BillingType,
    Customer,
    CustomerAgreement,
    DelegatedAdmin,
    Invitation,
    InvitationLink,
    InvitationStatus,
    LinkStatus,
    Origin,
    Partner,
    PartnerType,
    ProductType,
    Relationship,
    RelationshipStatus,
    ResellerLink,
    Subscription,
    SubscriptionStatus,
    TenantKind,
    Term,
)
from shared.model.state import Head, Pending, Related
from shared.policy.catalogue import explain
from shared.policy.refusals import Refusal, broken

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = timedelta(days=1)

CUSTOMER = "c0000000-0000-4000-8000-000000000001"
CONTOSO = "a0000000-0000-4000-8000-000000000001"
FABRIKAM = "a0000000-0000-4000-8000-000000000002"
TAILSPIN = "a0000000-0000-4000-8000-000000000003"
INVITATION = "10000000-0000-4000-8000-000000000001"
LINK = "20000000-0000-4000-8000-000000000001"
SUBSCRIPTION = "50000000-0000-4000-8000-000000000001"


ENFORCED: defaultdict[str, set[str]] = defaultdict(set)
"""By kind of enforcement, the rules that a test shows to be enforced so."""


def enforces[T](kind: str, *rule_ids: str) -> Callable[[T], T]:
    """Marks the test that shows it for rules without a refusal."""
    ENFORCED[kind].update(rule_ids)
    return lambda test: test


def said(*verdicts: Refusal | Iterable[Refusal] | None) -> list[str]:
    """`RULE target` or `RULE/variant target` of each refusal, all of which can be explained."""
    refusals = broken(*verdicts)
    for refusal in refusals:
        assert explain(refusal, "en").message.isascii()
        assert not explain(refusal, "ko").message.isascii()
    return [
        f"{refusal.rule_id}/{refusal.variant} {refusal.target}".replace("/message", "")
        for refusal in refusals
    ]


def partner(partner_id: str = CONTOSO, **changes: object) -> Partner:
    return Partner(
        id=partner_id,
        name="Contoso",
        type=PartnerType.DIRECT_BILL,
        mpn_id="1001",
        mpn_country="US",
        country="US",
        partner_agreement_signed_at=NOW - DAY,
        affiliated_tenant_ids=(),
    ).but(**changes)


def provider(**changes: object) -> Partner:
    changes = {"type": PartnerType.INDIRECT_PROVIDER, "mpn_id": "2002", **changes}
    return partner(FABRIKAM, **changes)


def reseller(**changes: object) -> Partner:
    changes = {"type": PartnerType.INDIRECT_RESELLER, "mpn_id": "3003", **changes}
    return partner(TAILSPIN, **changes)


def link(status: LinkStatus) -> ResellerLink:
    return ResellerLink(provider_id=FABRIKAM, reseller_id=TAILSPIN, status=status, since=NOW)


def invitation_link(**changes: object) -> InvitationLink:
    """An invitation link that can be accepted."""
    return InvitationLink(
        id=LINK,
        partner_id=CONTOSO,
        delegated_admin=True,
        indirect_reseller_id=None,
        expires_at=NOW + DAY,
        max_acceptances=100,
        created_at=NOW - DAY,
        updated_at=NOW - DAY,
        create_digest="",
    ).but(**changes)


def tenant(kind: TenantKind = TenantKind.UNKNOWN, **related: Related) -> Head:
    """A tenant's head; `related` by partner id."""
    return Head(id=CUSTOMER, kind=kind, related=related)


def customer(**related: Related) -> Head:
    """A customer that has accepted the Microsoft Customer Agreement."""
    profile = Customer(id=CUSTOMER, name="Agency", domain="agency.gov", country="US")
    agreement = CustomerAgreement(
        customer_id=CUSTOMER, accepted_at=NOW, accepted_by=Who(tenant_id=CUSTOMER, role="CG")
    )
    head = tenant(TenantKind.CUSTOMER, **related)
    return replace(head, customer=profile, agreement=agreement)


def relationship(partner_id: str, status: RelationshipStatus) -> Related:
    standing = Relationship(
        customer_id=CUSTOMER,
        partner_id=partner_id,
        partner_name="Contoso",
        status=status,
        delegated_admin=DelegatedAdmin.GRANTED,
        delegated_admin_until=None,
        indirect_reseller_id=None,
        indirect_provider_id=None,
        invitation_id=INVITATION,
        origin=Origin.INVITATION,
        since=NOW,
        updated_at=NOW,
    )
    return Related(relationship=standing)


def pending(expires_at: datetime) -> Related:
    return Related(pending=Pending(id=INVITATION, expires_at=expires_at))


def invitation(
    status: InvitationStatus = InvitationStatus.PENDING, *, expires_at: datetime = NOW + DAY
) -> Invitation:
    return Invitation(
        id=INVITATION,
        customer_id=CUSTOMER,
        partner_id=CONTOSO,
        partner_name="Contoso",
        partner_mpn_id="1001",
        indirect_reseller_id=None,
        indirect_provider_id=None,
        delegated_admin=True,
        status=status,
        external_reference=None,
        created_at=NOW - DAY,
        created_by=Who(tenant_id=CONTOSO, role="S"),
        expires_at=expires_at,
        updated_at=NOW - DAY,
    )


def subscription(seller_id: str, digest: str) -> Subscription:
    return Subscription(
        id=SUBSCRIPTION,
        customer_id=CUSTOMER,
        partner_id=seller_id,
        partner_of_record=None,
        indirect_reseller_id=None,
        product_type=ProductType.ONLINE_SERVICE,
        offer_id="offer",
        offer_name="Office 365 G3",
        friendly_name=None,
        external_reference=None,
        billing_type=BillingType.LICENSE,
        quantity=25,
        unit_type="license",
        auto_renew=True,
        term=Term(
            duration="P1Y",
            billing_cycle=BillingCycle.ANNUAL,
            starts_at=NOW,
            ends_at=NOW + 365 * DAY,
        ),
        status=SubscriptionStatus.ACTIVE,
        registered_at=NOW,
        updated_at=NOW,
        create_digest=digest,
    )
