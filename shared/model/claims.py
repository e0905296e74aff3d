"""Which globally unique ids a tenant holds: derived from its state, never written down twice."""

from dataclasses import dataclass
from enum import StrEnum

from shared.model.models import Invitation, Subscription, SubscriptionStatus
from shared.model.state import Tenant


class ClaimKind(StrEnum):
    """What must be globally unique."""

    SUBSCRIPTION = "subscription"
    MPN = "mpn"
    TENANT = "tenant"


@dataclass(frozen=True, slots=True, order=True)
class ClaimKey:
    """An id that exists once in the whole system; ordered, so that all claim in one order."""

    kind: ClaimKind
    id: str


def claims_of(tenant: Tenant) -> frozenset[ClaimKey]:
    """The ids that `tenant` holds, of the rows that are loaded.

    A partner holds its own tenant too, so that ELG-8 is decided in one place whichever comes
    first: the enrolment of a tenant, or its being named an affiliate.
    """
    held = {
        ClaimKey(ClaimKind.SUBSCRIPTION, row.id)
        for row in tenant.rows.values()
        if isinstance(row, Subscription) and row.status is not SubscriptionStatus.ANNULLED
    }
    if partner := tenant.head.partner:
        held.add(ClaimKey(ClaimKind.MPN, partner.mpn_id))
        held.update(
            ClaimKey(ClaimKind.TENANT, tenant_id)
            for tenant_id in (partner.id, *partner.affiliated_tenant_ids)
        )
    return frozenset(held)


def slots_of(tenant: Tenant) -> frozenset[tuple[str, str]]:
    """The limited links, by partner and id, among whose acceptances `tenant` has its place."""
    return frozenset(
        (row.partner_id, row.link_id)
        for row in tenant.rows.values()
        if isinstance(row, Invitation) and row.link_id
    )
