"""The head that holds all it may is one that the storage takes."""

from shared.model.base import Who
from shared.model.customers import Customer, CustomerAgreement, PartnerBlock, TenantKind
from shared.model.models import (
    DelegatedAdmin,
    Origin,
    OtherSide,
    Partner,
    PartnerType,
    Relationship,
    RelationshipStatus,
)
from shared.model.state import Head, Pending, Related
from shared.policy.invitations import PARTNERS_PER_CUSTOMER, RELATED_PER_CUSTOMER
from shared.storage.encoding.codec import tenants as codec
from shared.storage.encoding.keys import tenants as keys
from shared.storage.engine.table import MAX_ENTITY_BYTES, Insert, check
from tests.cast.ids import AGENCY, PRECISE_AT, guid

AT = PRECISE_AT
WIDEST = "\U0001f3e2" * 128
PARTNER = Partner(
    id=guid(1),
    name=WIDEST,
    type=PartnerType.INDIRECT_RESELLER,
    mpn_id="9" * 10,
    mpn_country="US",
    country="US",
    partner_agreement_signed_at=AT,
    affiliated_tenant_ids=tuple(guid(number) for number in range(50)),
)


def met() -> Related:
    """A partner that the customer has to do with."""
    return Related(
        relationship=Relationship(
            customer_id=AGENCY,
            partner_id=guid(1),
            partner_name=WIDEST,
            partner_mpn_id="9" * 10,
            status=RelationshipStatus.REMOVED,
            delegated_admin=DelegatedAdmin.REVOKED_BY_CUSTOMER,
            delegated_admin_until=AT,
            indirect_reseller_id=guid(2),
            indirect_provider_id=None,
            other_side=OtherSide.of(PARTNER),
            invitation_id=guid(3),
            origin=Origin.INVITATION,
            evidence=WIDEST,
            since=AT,
            end_requested_at=AT,
            removed_at=AT,
            updated_at=AT,
        ),
        pending=Pending(id=guid(4), expires_at=AT),
        invited=(AT, AT, AT),
        reference=WIDEST,
        last_name=WIDEST,
        changed_at=AT,
        blocked=PartnerBlock(
            customer_id=AGENCY,
            partner_id=guid(1),
            partner_name=WIDEST,
            partner_mpn_id="9" * 10,
            blocked_at=AT,
        ),
        removals=10**9,
        blocking=10**9,
        subscriptions=10**9,
        feed=10**9,
    )


def fullest() -> Head:
    """All that a head may hold, each text as long as it may be; of strangers there is less.

    Nobody is a partner and a customer at once, so this one holds more than any other.
    """
    blocked = met().blocked
    stranger = blocked and blocked.but(partner_name=None, partner_mpn_id=None)
    unmet = met().but(relationship=None, pending=None, invited=(), blocked=stranger)
    heard = unmet.but(reference=None, last_name=None, changed_at=None)
    ids = [guid(number) for number in range(RELATED_PER_CUSTOMER)]
    return Head(
        AGENCY,
        kind=TenantKind.CUSTOMER,
        partner=PARTNER,
        customer=Customer(id=AGENCY, name=WIDEST, domain="d" * 253, country="US"),
        agreement=CustomerAgreement(
            customer_id=AGENCY, accepted_at=AT, accepted_by=Who(tenant_id=AGENCY, role="CG")
        ),
        related=dict.fromkeys(ids, heard) | dict.fromkeys(ids[:PARTNERS_PER_CUSTOMER], met()),
        sequence=10**9,
        hash="f" * 64,
        at=AT,
    )


def test_the_fullest_head_fits():
    written = codec.encode_head(fullest())
    check([Insert(keys.head(AGENCY), written)])
    assert (
        sum(len(str(value).encode("utf-16")) for value in written.values()) > MAX_ENTITY_BYTES / 2
    )
