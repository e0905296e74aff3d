"""Inviting a customer, and taking the invitation back."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar, Final, final, override
from urllib.parse import urlsplit

from immutables import Map

from shared.canonical import digest
from shared.deciding.bodies import InviteBody
from shared.deciding.closing import closed
from shared.deciding.command import InvitationCommand
from shared.deciding.facts import (
    Absent,
    Clash,
    Decided,
    Decision,
    Facts,
    Incomplete,
    Needs,
    ProviderReseller,
    Refused,
)
from shared.model.base import SYSTEM, Who
from shared.model.customers import TenantKind
from shared.model.events import Event, EventType
from shared.model.models import Invitation, InvitationLink, InvitationStatus, OtherSide, Partner
from shared.model.personal import Contact, Details
from shared.model.state import RowKey, RowKind, Tenant
from shared.policy import agreements, eligibility, invitations, relationships
from shared.policy.refusals import Refusal, broken
from shared.wording import Words

_NOT_MICROSOFT: Final = Words(
    "The address must be one of Microsoft's in this cloud; its hosts are {hosts}.",
    "이 클라우드의 Microsoft 주소여야 합니다. 호스트는 {hosts}입니다.",
)


@final
@dataclass(frozen=True, slots=True)
class Invite(InvitationCommand):
    """The actor's partner invites a customer."""

    name: ClassVar = "invite"
    body: InviteBody

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        partner_id, body = self.actor.tenant_id, self.body
        if tenant.invitation(self.invitation_id):
            details = frozenset({self.invitation_id})
            needed = Needs(details=details)
        else:
            sides = needs_of_sides(partner_id, body.indirect_reseller_id, body.indirect_provider_id)
            own = tenant.head.of(partner_id).pending
            rows = frozenset({(RowKind.INVITATION, own.id)}) if own else frozenset[RowKey]()
            needed = replace(sides, rows=rows)
        return needs_of_elg_5(tenant, partner_id, needed)

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """Decides an invitation: everything that must hold before a customer is asked."""
        partner = facts.partners[self.actor.tenant_id]
        create_digest = digest(self.body.model_dump(mode="json"))
        if existing := tenant.invitation(self.invitation_id):
            kept = tenant.details.get(self.invitation_id)
            same = kept is not None and kept.create_digest == create_digest
            return Decided() if same and existing.partner_id == partner.id else Clash()
        if incomplete := _foreign_host(self, facts):
            return incomplete
        unchecked = broken(eligibility.elg_6_stated(_country(tenant, self.body), "country"))
        if denied := refusals(tenant, self, partner, facts):
            return Refused(denied, unchecked)
        created = Event(EventType.INVITATION_CREATED, invitation(self, partner, facts))
        contact = self.body.contact
        details = Details(
            create_digest=create_digest,
            message=self.body.message,
            contact=Contact(email=contact.email, locale=contact.locale) if contact else None,
        )
        return Decided(
            (*overdue(tenant, partner, facts), created),
            Map({self.invitation_id: details}),
            unchecked=unchecked,
        )


@final
@dataclass(frozen=True, slots=True)
class CancelInvitation(InvitationCommand):
    """The partner takes its own invitation back."""

    name: ClassVar = "cancel-invitation"

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        return Needs()

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """Only the inviting partner cancels, only what is pending."""
        row = tenant.invitation(self.invitation_id)
        if row is None or row.partner_id != self.actor.tenant_id:
            return Absent()
        if row.status is InvitationStatus.CANCELED:
            return Decided()
        if denied := broken(invitations.inv_2(row, facts.at)):
            return Refused(denied)
        return Decided((closed(row, InvitationStatus.CANCELED, self.actor, facts.at),))


@final
@dataclass(frozen=True, slots=True)
class RecordExpiry(InvitationCommand):
    """The timer records an overdue invitation, which is expired already (INV-4)."""

    name: ClassVar = "record-expiry"

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        return Needs()

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """Records what has come to pass by time alone; changes nothing else."""
        row = tenant.invitation(self.invitation_id)
        if row is None or row.status is not InvitationStatus.PENDING:
            return Decided()
        if row.status_at(facts.at) is InvitationStatus.PENDING:
            return Decided()
        return Decided((closed(row, InvitationStatus.EXPIRED, SYSTEM, facts.at),))


def needs_of_sides(partner_id: str, reseller_id: str | None, provider_id: str | None) -> Needs:
    """INV-6: the profiles of the partner and of the other one that it names, and their link."""
    links: set[ProviderReseller] = set()
    if reseller_id:
        links.add((partner_id, reseller_id))
    if provider_id:
        links.add((provider_id, partner_id))
    return Needs(
        partners=frozenset({partner_id, *(side for pair in links for side in pair)}),
        links=frozenset(links),
    )


def needs_of_elg_5(tenant: Tenant, partner_id: str, needed: Needs) -> Needs:
    """With the link of a tenant that is a partner itself and the one that would sell to it."""
    if tenant.head.kind is not TenantKind.PARTNER:
        return needed
    return replace(needed, links=needed.links | {(partner_id, tenant.id)})


def refusals(
    tenant: Tenant, command: Invite, partner: Partner, facts: Facts
) -> tuple[Refusal, ...]:
    """All that stands against inviting."""
    head, body = tenant.head, command.body
    pending = head.of(partner.id).pending
    waiting = pending.id if pending and facts.at < pending.expires_at else None
    country = _country(tenant, body)
    sides = sides_of(partner.id, body)
    return broken(
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


def _country(tenant: Tenant, body: InviteBody) -> str | None:
    """The customer's own where the partner may know it, else what the partner states."""
    known = tenant.head.customer
    return (known.country if known else None) or body.country


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


def _foreign_host(command: Invite, facts: Facts) -> Incomplete | None:
    """An address elsewhere would send an administrator who trusts this record to anybody."""
    url, hosts = command.body.microsoft_request_url, facts.cloud.microsoft_hosts
    if url is None or urlsplit(url).hostname in hosts:
        return None
    return Incomplete({"microsoftRequestUrl": _NOT_MICROSOFT.filled(hosts=", ".join(hosts))})


def overdue(tenant: Tenant, partner: Partner, facts: Facts) -> tuple[Event, ...]:
    """The partner's own earlier invitation that is expired but not recorded so yet."""
    pending = tenant.head.of(partner.id).pending
    row = tenant.invitation(pending.id) if pending else None
    return (closed(row, InvitationStatus.EXPIRED, SYSTEM, facts.at),) if row else ()


def invitation(command: Invite, partner: Partner, facts: Facts) -> Invitation:
    """The invitation as it begins."""
    body = command.body
    other = body.indirect_reseller_id or body.indirect_provider_id
    return Invitation(
        id=command.invitation_id,
        customer_id=command.customer_id,
        partner_id=partner.id,
        partner_name=partner.name,
        partner_mpn_id=partner.mpn_id,
        indirect_reseller_id=body.indirect_reseller_id,
        indirect_provider_id=body.indirect_provider_id,
        other_side=OtherSide.of(facts.partners[other]) if other else None,
        delegated_admin=body.delegated_admin,
        status=InvitationStatus.PENDING,
        external_reference=body.external_reference,
        microsoft_request_url=body.microsoft_request_url,
        created_at=facts.at,
        created_by=Who.of(command.actor),
        expires_at=facts.at + timedelta(days=body.expires_in_days),
        updated_at=facts.at,
    )
