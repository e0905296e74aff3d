"""Partners, customers, bodies and states for tests: names instead of GUIDs, one fixed time.

Bodies are built from API field names, as the edge builds them; states by `evolve`, as replay does.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import BaseModel

from shared.deciding.bodies import (
    AcceptBody,
    CustomerBody,
    DeclineBody,
    ImportBody,
    InviteBody,
    PartnerBody,
    PartnerOfRecordBody,
    SubscriptionBody,
    SubscriptionPatch,
)
from shared.deciding.evolve import evolve_all
from shared.deciding.facts import Decided, Decision, Facts, Refused
from shared.deciding.registering import create_digest
from shared.model.base import Actor, Who
from shared.model.events import Event, EventType, Resource
from shared.model.models import (
    Customer,
    CustomerAgreement,
    DelegatedAdmin,
    Erasure,
    Invitation,
    InvitationLink,
    InvitationStatus,
    LinkStatus,
    Origin,
    Partner,
    PartnerBlock,
    PartnerType,
    Relationship,
    RelationshipStatus,
    ResellerLink,
    Subscription,
    SubscriptionStatus,
    Term,
)
from shared.model.state import Head, Tenant
from shared.policy.clouds import cloud_profile

AT: Final = datetime(2026, 11, 1, 8, tzinfo=UTC)
DAY: Final = timedelta(days=1)

DIRECT: Final = "d1000000-0000-4000-8000-000000000001"
OTHER_DIRECT: Final = "d2000000-0000-4000-8000-000000000002"
PROVIDER: Final = "a1000000-0000-4000-8000-000000000003"
RESELLER: Final = "e1000000-0000-4000-8000-000000000004"
OTHER_RESELLER: Final = "e2000000-0000-4000-8000-000000000005"
AGENCY: Final = "c1000000-0000-4000-8000-000000000011"
BUREAU: Final = "c2000000-0000-4000-8000-000000000012"
STRANGER: Final = "f1000000-0000-4000-8000-000000000021"
OPERATOR: Final = "00000000-0000-4000-8000-000000000001"

MPN: Final = {
    DIRECT: "1001",
    OTHER_DIRECT: "1002",
    PROVIDER: "2001",
    RESELLER: "3001",
    OTHER_RESELLER: "3002",
}
TYPES: Final = {
    PROVIDER: PartnerType.INDIRECT_PROVIDER,
    RESELLER: PartnerType.INDIRECT_RESELLER,
    OTHER_RESELLER: PartnerType.INDIRECT_RESELLER,
}


def invitation_id(number: int = 1) -> str:
    return f"10000000-0000-4000-8000-{number:012d}"


def subscription_id(number: int = 1) -> str:
    return f"50000000-0000-4000-8000-{number:012d}"


def actor(tenant_id: str = DIRECT, role: str = "G") -> Actor:
    return Actor(tenant_id=tenant_id, object_id="person", role=role)


def _body[B: BaseModel](model: type[B], document: dict[str, object]) -> B:
    return model.model_validate(document, by_alias=True, by_name=False)


def partner_body(partner_id: str = DIRECT, **changes: object) -> PartnerBody:
    document: dict[str, object] = {
        "name": f"Partner {MPN.get(partner_id, '9999')}",
        "type": TYPES.get(partner_id, PartnerType.DIRECT_BILL).value,
        "mpnId": MPN.get(partner_id, "9999"),
        "mpnCountry": "US",
        "country": "US",
        "partnerAgreementSignedAt": "2026-01-01T00:00:00Z",
        "affiliatedTenantIds": [],
    }
    return _body(PartnerBody, document | changes)


def customer_body(**changes: object) -> CustomerBody:
    document: dict[str, object] = {"name": "Agency", "domain": "agency.example", "country": "US"}
    return _body(CustomerBody, document | changes)


def invite_body(**changes: object) -> InviteBody:
    return _body(InviteBody, {"delegatedAdmin": True, **changes})


def accept_body(**changes: object) -> AcceptBody:
    signer = {"firstName": "Ada", "lastName": "Lee", "email": "ada@agency.example"}
    return _body(AcceptBody, {"customerAgreement": signer, "country": "US", **changes})


def import_body(**changes: object) -> ImportBody:
    return _body(ImportBody, {"evidence": "contract 4711", **changes})


def decline_body(**changes: object) -> DeclineBody:
    return _body(DeclineBody, changes)


def sale_document(**changes: object) -> dict[str, object]:
    """The JSON of a subscription that a partner registers."""
    return {
        "productType": "onlineService",
        "offerId": "CFQ7TTC0LF8R",
        "offerName": "Office 365 G3",
        "billingType": "license",
        "quantity": 25,
        "unitType": "licenses",
        "autoRenew": True,
        "term": {
            "duration": "P1Y",
            "billingCycle": "monthly",
            "startsAt": "2026-11-01T00:00:00Z",
            "endsAt": "2027-11-01T00:00:00Z",
        },
        **changes,
    }


def sale(**changes: object) -> SubscriptionBody:
    return _body(SubscriptionBody, sale_document(**changes))


def subscription_patch(**changes: object) -> SubscriptionPatch:
    return _body(SubscriptionPatch, changes)


def of_record_body(mpn_id: str = MPN[RESELLER]) -> PartnerOfRecordBody:
    return _body(PartnerOfRecordBody, {"partnerOfRecord": mpn_id})


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
    return ResellerLink(provider_id=provider_id, reseller_id=reseller_id, status=status, since=AT)


def invitation(number: int = 1, partner_id: str = DIRECT, **changes: object) -> Invitation:
    return Invitation(
        id=invitation_id(number),
        customer_id=AGENCY,
        partner_id=partner_id,
        partner_name=partner(partner_id).name,
        partner_mpn_id=MPN[partner_id],
        indirect_reseller_id=None,
        indirect_provider_id=None,
        delegated_admin=True,
        status=InvitationStatus.PENDING,
        external_reference=None,
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
        status=RelationshipStatus.ACTIVE,
        delegated_admin=DelegatedAdmin.GRANTED,
        delegated_admin_until=None,
        indirect_reseller_id=None,
        indirect_provider_id=None,
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
        indirect_reseller_id=None,
        status=SubscriptionStatus.ACTIVE,
        registered_at=AT - DAY,
        updated_at=AT - DAY,
        create_digest=create_digest(body),
        **content,
    ).but(**changes)


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
    """A tenant to which these things happened, in this order."""
    return evolve_all(Tenant(Head(id=tenant_id)), map(event, resources))


def facts(
    *partners: Partner,
    links: Iterable[ResellerLink] = (),
    invitation_links: Iterable[InvitationLink] = (),
    blockers: Iterable[str] = (),
    at: datetime = AT,
    cloud: str = "usGovernment",
) -> Facts:
    return Facts(
        at=at,
        cloud=cloud_profile(cloud),
        partners={item.id: item for item in partners},
        links={(item.provider_id, item.reseller_id): item for item in links},
        mpn_holders={item.mpn_id: item.id for item in partners},
        invitation_links={(item.partner_id, item.id): item for item in invitation_links},
        blockers=frozenset(blockers),
    )


def events_of(decision: Decision) -> tuple[Event, ...]:
    assert isinstance(decision, Decided), decision
    return decision.events


def types_of(decision: Decision) -> list[str]:
    return [item.type.value for item in events_of(decision)]


def rules_of(decision: Decision) -> list[str]:
    """The broken rules with their targets, as `ELG-1 customerId`."""
    assert isinstance(decision, Refused), decision
    return [f"{refusal.rule_id} {refusal.target}" for refusal in decision.refusals]
