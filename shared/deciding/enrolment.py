"""Enrolling a partner, or replacing what is recorded of it."""

from dataclasses import dataclass
from heapq import nlargest
from operator import attrgetter
from typing import ClassVar, Final, final, override

from shared.deciding.bodies import PartnerBody
from shared.deciding.closing import closed
from shared.deciding.command import PartnerCommand
from shared.deciding.facts import Decided, Decision, Facts, Incomplete, Needs, Refused
from shared.model.events import Event, EventType
from shared.model.models import InvitationLink, InvitationStatus, Partner
from shared.model.state import RowKind, Tenant
from shared.policy import eligibility as rules
from shared.policy.invitations import PENDING_PER_CUSTOMER
from shared.policy.refusals import broken
from shared.wording import Words

_ITSELF: Final = Words(
    "A partner is not affiliated with itself.", "파트너는 자기 자신의 계열사가 될 수 없습니다."
)


@final
@dataclass(frozen=True, slots=True)
class EnrolPartner(PartnerCommand):
    """The operator enrols or replaces a partner."""

    name: ClassVar = "enrol-partner"
    body: PartnerBody

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        # Never more are pending at one time (INV-9), so all that still are expire the latest.
        pending = filter(None, (related.pending for related in tenant.head.related.values()))
        latest = nlargest(PENDING_PER_CUSTOMER, pending, key=attrgetter("expires_at"))
        return Needs(rows=frozenset((RowKind.INVITATION, item.id) for item in latest))

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """ELG-3, ELG-6, ELG-7, GOV-3; ELG-8 follows when its ids are claimed."""
        body = self.body
        if self.partner_id in body.affiliated_tenant_ids:
            return Incomplete({"affiliatedTenantIds": _ITSELF})
        before = tenant.head.partner
        partner = Partner(
            id=self.partner_id,
            name=body.name,
            type=body.type,
            mpn_id=body.mpn_id,
            mpn_country=body.mpn_country,
            country=body.country,
            partner_agreement_signed_at=body.partner_agreement_signed_at,
            affiliated_tenant_ids=tuple(sorted(set(body.affiliated_tenant_ids))),
            resources_per_second=body.resources_per_second,
        )
        if before:
            partner = partner.but(status=before.status)
            if partner == before:
                return Decided()
        refusals = broken(
            rules.elg_3_enrolment(tenant.head),
            rules.elg_6_offered(body.country, "country"),
            rules.elg_7(body.mpn_country, body.country),
            rules.gov_3(facts.cloud, body.country),
        )
        new = _ids(partner) - (_ids(before) if before else set())
        unchecked = broken(rules.elg_8_unclaimed(new, "mpnId"))
        if refusals:
            return Refused(refusals, unchecked)
        if before:
            return Decided((Event(EventType.PARTNER_UPDATED, partner),), unchecked=unchecked)
        enrolled = Event(EventType.PARTNER_ENROLLED, partner)
        return Decided((enrolled, *_cancel(tenant, self, facts)), unchecked=unchecked)


def _ids(partner: Partner) -> set[str]:
    """What no other partner account may have."""
    return {partner.id, partner.mpn_id, *partner.affiliated_tenant_ids}


def _cancel(tenant: Tenant, command: EnrolPartner, facts: Facts) -> list[Event]:
    """ELG-3: a tenant that becomes a partner can no longer accept what it was invited to.

    More than are pending at one time are not loaded: they are overdue, and left to the timer.
    """
    return [
        closed(row, InvitationStatus.CANCELED, command.actor, facts.at, reason="ELG-1")
        for related in tenant.head.related.values()
        if related.pending and (row := tenant.invitation(related.pending.id))
    ]
