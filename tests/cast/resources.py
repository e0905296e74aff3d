"""What is on record: resources as rows hold them, and tenants to which things happened.

The `odd_` ones hold what storage and encodings stumble over: Hangul, typographic quotes, an
apostrophe, a colon, microseconds. Their ids are random unless named.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from shared.canonical import digest
from shared.deciding.evolve import evolve_all
from shared.deciding.registering import create_digest
from shared.model.base import Who
from shared.model.customers import Customer, CustomerAgreement, Erasure, PartnerBlock, TenantKind
from shared.model.events import Event, EventType, Resource
from shared.model.models import (
    DelegatedAdmin,
    Invitation,
    InvitationLink,
    InvitationStatus,
    LinkStatus,
    Origin,
    Partner,
    Relationship,
    RelationshipStatus,
    ResellerLink,
    Subscription,
    SubscriptionStatus,
)
from shared.model.state import Head, Pending, Related, Tenant
from shared.model.terms import Term
from tests.cast.bodies import customer_body, link_body, partner_body, sale
from tests.cast.ids import (
    AGENCY,
    AT,
    DAY,
    DIRECT,
    PRECISE_AT,
    PROVIDER,
    RESELLER,
    guid,
    invitation_id,
    link_id,
    subscription_id,
)


def partner(partner_id: str = DIRECT, **changes: object) -> Partner:
    body = partner_body(partner_id)
    return Partner(id=partner_id, **body.model_dump(by_alias=False)).but(**changes)


def customer(customer_id: str = AGENCY, **changes: object) -> Customer:
    body = customer_body()
    return Customer(id=customer_id, **body.model_dump(by_alias=False)).but(**changes)


def agreement(customer_id: str = AGENCY) -> CustomerAgreement:
    who = Who(tenant_id=customer_id, role="CG")
    return CustomerAgreement(customer_id=customer_id, accepted_at=AT - DAY, accepted_by=who)


def link(
    reseller_id: str = RESELLER,
    status: LinkStatus = LinkStatus.ACTIVE,
    provider_id: str = PROVIDER,
) -> ResellerLink:
    provider, reseller = partner(provider_id), partner(reseller_id)
    return ResellerLink(
        provider_id=provider_id,
        provider_name=provider.name,
        provider_mpn_id=provider.mpn_id,
        reseller_id=reseller_id,
        reseller_name=reseller.name,
        reseller_mpn_id=reseller.mpn_id,
        status=status,
        since=AT,
    )


def block(partner_id: str = DIRECT, *, met: bool = False) -> PartnerBlock:
    known = partner(partner_id) if met else None
    return PartnerBlock(
        customer_id=AGENCY,
        partner_id=partner_id,
        partner_name=known.name if known else None,
        partner_mpn_id=known.mpn_id if known else None,
        blocked_at=AT,
    )


def invitation_link(number: int = 1, partner_id: str = DIRECT, **changes: object) -> InvitationLink:
    body = link_body()
    return InvitationLink(
        id=link_id(number),
        partner_id=partner_id,
        delegated_admin=True,
        indirect_reseller_id=None,
        expires_at=AT + 29 * DAY,
        max_acceptances=100,
        created_at=AT - DAY,
        updated_at=AT - DAY,
        create_digest=digest(body.model_dump(mode="json")),
    ).but(**changes)


def invitation(number: int = 1, partner_id: str = DIRECT, **changes: object) -> Invitation:
    inviting = partner(partner_id)
    return Invitation(
        id=invitation_id(number),
        customer_id=AGENCY,
        partner_id=partner_id,
        partner_name=inviting.name,
        partner_mpn_id=inviting.mpn_id,
        indirect_reseller_id=None,
        indirect_provider_id=None,
        other_side=None,
        delegated_admin=True,
        status=InvitationStatus.PENDING,
        external_reference=None,
        microsoft_request_url=None,
        created_at=AT - DAY,
        created_by=Who(tenant_id=partner_id, role="G"),
        expires_at=AT + 89 * DAY,
        updated_at=AT - DAY,
    ).but(**changes)


def relationship(partner_id: str = DIRECT, **changes: object) -> Relationship:
    return Relationship(
        customer_id=AGENCY,
        partner_id=partner_id,
        partner_name=partner(partner_id).name,
        partner_mpn_id=partner(partner_id).mpn_id,
        status=RelationshipStatus.ACTIVE,
        delegated_admin=DelegatedAdmin.GRANTED,
        delegated_admin_until=None,
        indirect_reseller_id=None,
        indirect_provider_id=None,
        other_side=None,
        invitation_id=invitation_id(99),
        origin=Origin.INVITATION,
        since=AT - 2 * DAY,
        updated_at=AT - 2 * DAY,
    ).but(**changes)


def subscription(number: int = 1, partner_id: str = DIRECT, **changes: object) -> Subscription:
    body = sale()
    content = body.model_dump(by_alias=False) | {"term": Term(**body.term.model_dump())}
    return Subscription(
        id=subscription_id(number),
        customer_id=AGENCY,
        partner_id=partner_id,
        partner_name=partner(partner_id).name,
        partner_mpn_id=partner(partner_id).mpn_id,
        partner_of_record_name=None,
        indirect_reseller_id=None,
        status=SubscriptionStatus.ACTIVE,
        registered_at=AT - DAY,
        updated_at=AT - DAY,
        create_digest=create_digest(body),
        **content,
    ).but(**changes)


def odd_invitation(customer_id: str, partner_id: str, **changes: object) -> Invitation:
    return invitation(
        partner_id=partner_id,
        id=guid(),
        customer_id=customer_id,
        partner_name="O'Neill & Partner",
        created_at=PRECISE_AT,
        created_by=Who(tenant_id=partner_id, role="S"),
        expires_at=PRECISE_AT + 90 * DAY,
        updated_at=PRECISE_AT,
    ).but(**changes)


def odd_relationship(customer_id: str, partner_id: str, **changes: object) -> Relationship:
    return relationship(
        partner_id,
        customer_id=customer_id,
        partner_name="O'Neill & Partner",
        invitation_id=guid(),
        since=PRECISE_AT,
        updated_at=PRECISE_AT,
    ).but(**changes)


def odd_subscription(customer_id: str, partner_id: str, **changes: object) -> Subscription:
    plain = subscription(partner_id=partner_id)
    return plain.but(
        id=guid(),
        customer_id=customer_id,
        offer_id="CFQ7TTC0LF8R:0001",
        offer_name="사무용 Office 365 \u201cE3\u201d",
        external_reference="PO-1",
        term=plain.term.but(starts_at=PRECISE_AT, ends_at=PRECISE_AT + 365 * DAY),
        registered_at=PRECISE_AT,
        updated_at=PRECISE_AT,
        create_digest="0" * 64,
    ).but(**changes)


def related(partner_id: str, status: RelationshipStatus) -> Related:
    """All that a head knows of a partner with such a relationship."""
    return Related(relationship=relationship(partner_id, status=status))


def invited(expires_at: datetime) -> Related:
    """All that a head knows of a partner whose invitation waits."""
    return Related(pending=Pending(id=invitation_id(), expires_at=expires_at))


def odd_related(customer_id: str, partner_id: str) -> Related:
    """A head's part for one partner, in which nothing is empty."""
    return Related(
        relationship=odd_relationship(customer_id, partner_id),
        pending=Pending(id=guid(), expires_at=PRECISE_AT),
        invited=(PRECISE_AT, PRECISE_AT),
        reference="“7” 번",
        last_name="“이전” 기관",
        changed_at=PRECISE_AT,
        blocking=3,
        feed=7,
    )


def head(kind: TenantKind = TenantKind.UNKNOWN, **partners: Related) -> Head:
    """A tenant's head; `partners` by their ids."""
    return Head(id=AGENCY, kind=kind, related=partners)


def customer_head(**partners: Related) -> Head:
    """Of a customer that has accepted the Microsoft Customer Agreement."""
    known = head(TenantKind.CUSTOMER, **partners)
    return replace(known, customer=customer(), agreement=agreement())


_TYPES_OF_EVENTS: Final[dict[type, EventType]] = {
    Partner: EventType.PARTNER_ENROLLED,
    Customer: EventType.CUSTOMER_UPDATED,
    CustomerAgreement: EventType.CUSTOMER_AGREEMENT_ACCEPTED,
    ResellerLink: EventType.RESELLER_LINK_REQUESTED,
    InvitationLink: EventType.LINK_ISSUED,
    PartnerBlock: EventType.PARTNER_BLOCKED,
    Relationship: EventType.RELATIONSHIP_ACCEPTED,
    Subscription: EventType.SUBSCRIPTION_REGISTERED,
    Erasure: EventType.PERSONAL_DATA_ERASED,
}


def event(data: Resource) -> Event:
    """The event that such a resource usually comes with."""
    if isinstance(data, Invitation):
        pending = data.status is InvitationStatus.PENDING
        return Event(EventType(f"invitation-{'created' if pending else data.status}"), data)
    return Event(_TYPES_OF_EVENTS[type(data)], data)


def tenant(tenant_id: str = AGENCY, *resources: Resource) -> Tenant:
    """A tenant to which these things happened, in this order: by `evolve`, as replay does."""
    return evolve_all(Tenant(Head(id=tenant_id)), map(event, resources))
