"""Enrolling a partner, or replacing what is recorded of it."""

from typing import Final

from shared.deciding.closing import closed
from shared.deciding.commands import EnrolPartner
from shared.deciding.facts import Decided, Decision, Facts, Incomplete, Refused
from shared.model.events import Event, EventType
from shared.model.models import InvitationStatus, Partner
from shared.model.state import Tenant
from shared.policy import eligibility as rules
from shared.policy.refusals import broken
from shared.wording import Words

_ITSELF: Final = Words(
    "A partner is not affiliated with itself.", "파트너는 자기 자신의 계열사가 될 수 없습니다."
)


def decide(tenant: Tenant, command: EnrolPartner, facts: Facts) -> Decision:
    """ELG-3, ELG-6, ELG-7, GOV-3; ELG-8 follows when its ids are claimed."""
    body = command.body
    if command.partner_id in body.affiliated_tenant_ids:
        return Incomplete("affiliatedTenantIds", _ITSELF)
    before = tenant.head.partner
    partner = Partner(
        id=command.partner_id,
        name=body.name,
        type=body.type,
        mpn_id=body.mpn_id,
        mpn_country=body.mpn_country,
        country=body.country,
        partner_agreement_signed_at=body.partner_agreement_signed_at,
        affiliated_tenant_ids=tuple(sorted(set(body.affiliated_tenant_ids))),
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
    if refusals:
        return Refused(refusals)
    if before:
        return Decided((Event(EventType.PARTNER_UPDATED, partner),))
    return Decided((Event(EventType.PARTNER_ENROLLED, partner), *_cancel(tenant, command, facts)))


def _cancel(tenant: Tenant, command: EnrolPartner, facts: Facts) -> list[Event]:
    """ELG-3: a tenant that becomes a partner can no longer accept what it was invited to."""
    return [
        closed(row, InvitationStatus.CANCELED, command.actor, facts.at, reason="ELG-1")
        for related in tenant.head.related.values()
        if related.pending and (row := tenant.invitation(related.pending.id))
    ]
