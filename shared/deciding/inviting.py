"""Inviting a customer, and taking the invitation back."""

from datetime import timedelta

from immutables import Map

from shared.canonical import digest
from shared.deciding.bodies import InviteBody
from shared.deciding.closing import closed
from shared.deciding.commands import CancelInvitation, Invite, RecordExpiry
from shared.deciding.facts import Absent, Clash, Decided, Decision, Facts, NotEnrolled, Refused
from shared.model.base import SYSTEM, Who
from shared.model.events import Event, EventType
from shared.model.models import Invitation, InvitationStatus, Partner
from shared.model.personal import Contact, Details
from shared.model.state import Tenant
from shared.policy import agreements, eligibility, invitations, relationships
from shared.policy.refusals import Refusal, broken


def decide(tenant: Tenant, command: Invite, facts: Facts) -> Decision:
    """Everything that must hold before a customer is asked."""
    partner = facts.partners.get(command.actor.tenant_id)
    if partner is None:
        return NotEnrolled()
    create_digest = digest(command.body.model_dump(mode="json"))
    if existing := tenant.invitation(command.invitation_id):
        kept = tenant.details.get(command.invitation_id)
        same = kept is not None and kept.create_digest == create_digest
        return Decided() if same and existing.partner_id == partner.id else Clash()
    if denied := refusals(tenant, command, partner, facts):
        return Refused(denied)
    created = Event(EventType.INVITATION_CREATED, invitation(command, partner, facts))
    contact = command.body.contact
    details = Details(
        create_digest=create_digest,
        message=command.body.message,
        contact=Contact(email=contact.email, locale=contact.locale) if contact else None,
    )
    return Decided(
        (*overdue(tenant, partner, facts), created), Map({command.invitation_id: details})
    )


def cancel(tenant: Tenant, command: CancelInvitation, facts: Facts) -> Decision:
    """Only the inviting partner cancels, only what is pending."""
    row = tenant.invitation(command.invitation_id)
    if row is None or row.partner_id != command.actor.tenant_id:
        return Absent()
    if row.status is InvitationStatus.CANCELED:
        return Decided()
    partner = facts.partners.get(row.partner_id)
    if partner is None:
        return NotEnrolled()
    if denied := broken(relationships.prt_1(partner), invitations.inv_2(row, facts.at)):
        return Refused(denied)
    return Decided((closed(row, InvitationStatus.CANCELED, command.actor, facts.at),))


def record_expiry(tenant: Tenant, command: RecordExpiry, facts: Facts) -> Decision:
    """Writes down what is so already; anything else is left alone."""
    row = tenant.invitation(command.invitation_id)
    if row is None or row.status is not InvitationStatus.PENDING:
        return Decided()
    if row.status_at(facts.at) is InvitationStatus.PENDING:
        return Decided()
    return Decided((closed(row, InvitationStatus.EXPIRED, SYSTEM, facts.at),))


def refusals(
    tenant: Tenant, command: Invite, partner: Partner, facts: Facts
) -> tuple[Refusal, ...]:
    """All that stands against inviting."""
    head, body = tenant.head, command.body
    pending = head.of(partner.id).pending
    waiting = pending.id if pending and facts.at < pending.expires_at else None
    country = (head.customer.country if head.customer else None) or body.country
    sides = sides_of(partner.id, body)
    return broken(
        relationships.prt_1(partner),
        agreements.agr_1(partner, facts.at),
        eligibility.elg_1(head),
        eligibility.elg_5(facts.links.get((partner.id, command.customer_id))),
        eligibility.elg_4(partner, command.customer_id),
        eligibility.elg_6(partner.country, country, "country"),
        eligibility.gov_1(facts.cloud, delegated_admin=body.delegated_admin),
        eligibility.multi_partner(facts.cloud, head, sides),
        invitations.inv_1(partner, body.indirect_reseller_id, body.indirect_provider_id),
        invitations.inv_3(waiting),
        other_side(command.customer_id, partner, body, facts),
        invitations.inv_9(head, sides, facts.at),
        invitations.inv_9_message(body.message),
    )


def sides_of(partner_id: str, asked: InviteBody | Invitation) -> tuple[str, ...]:
    """INV-6: the inviting partner, and the other one where it names one."""
    other = asked.indirect_reseller_id or asked.indirect_provider_id
    return (partner_id, other) if other else (partner_id,)


def other_side(
    customer_id: str, partner: Partner, asked: InviteBody | Invitation, facts: Facts
) -> tuple[Refusal, ...]:
    """INV-6, ELG-4, ELG-6 and PRT-1 for the other partner that a two-tier invitation names."""
    if reseller_id := asked.indirect_reseller_id:
        named, link_key, target = reseller_id, (partner.id, reseller_id), "indirectResellerId"
    elif provider_id := asked.indirect_provider_id:
        named, link_key, target = provider_id, (provider_id, partner.id), "indirectProviderId"
    else:
        return ()
    other = facts.partners.get(named)
    return broken(
        invitations.inv_6(facts.links.get(link_key), target),
        eligibility.elg_4(other, customer_id, target) if other else None,
        eligibility.elg_6(partner.country, other.country, target) if other else None,
        relationships.prt_1(other, target) if other else None,
    )


def overdue(tenant: Tenant, partner: Partner, facts: Facts) -> tuple[Event, ...]:
    """The partner's own earlier invitation that is expired but not recorded so yet."""
    pending = tenant.head.of(partner.id).pending
    row = tenant.invitation(pending.id) if pending else None
    return (closed(row, InvitationStatus.EXPIRED, SYSTEM, facts.at),) if row else ()


def invitation(command: Invite, partner: Partner, facts: Facts) -> Invitation:
    """The invitation as it begins."""
    body = command.body
    return Invitation(
        id=command.invitation_id,
        customer_id=command.customer_id,
        partner_id=partner.id,
        partner_name=partner.name,
        partner_mpn_id=partner.mpn_id,
        indirect_reseller_id=body.indirect_reseller_id,
        indirect_provider_id=body.indirect_provider_id,
        delegated_admin=body.delegated_admin,
        status=InvitationStatus.PENDING,
        external_reference=body.external_reference,
        created_at=facts.at,
        created_by=Who.of(command.actor),
        expires_at=facts.at + timedelta(days=body.expires_in_days),
        updated_at=facts.at,
    )
