"""The decider: `decide(tenant, command, facts) -> decision`, pure, and what it has to read."""

from typing import assert_never

from shared.domain.commands import (
    AcceptInvitation,
    AcceptResellerLink,
    CancelInvitation,
    Command,
    DeclineInvitation,
    EndResellerLink,
    EnrolPartner,
    Invite,
    RecordExpiry,
    RegisterSubscriptions,
    RequestResellerLink,
    SetCustomerProfile,
)
from shared.domain.decisions import accepting, enrolment, inviting, linking, profile, registering
from shared.domain.facts import Decision, Facts, LinkKey, Needs
from shared.domain.state import RowKey, RowKind, Tenant


def decide(tenant: Tenant, command: Command, facts: Facts) -> Decision:
    """Every broken rule, or the events that make it so."""
    match command:
        case EnrolPartner():
            return enrolment.decide(tenant, command, facts)
        case RequestResellerLink():
            return linking.request(tenant, command, facts)
        case AcceptResellerLink():
            return linking.accept(tenant, command, facts)
        case EndResellerLink():
            return linking.end(tenant, command, facts)
        case SetCustomerProfile():
            return profile.decide(tenant, command, facts)
        case Invite():
            return inviting.decide(tenant, command, facts)
        case AcceptInvitation():
            return accepting.accept(tenant, command, facts)
        case DeclineInvitation():
            return accepting.decline(tenant, command, facts)
        case CancelInvitation():
            return inviting.cancel(tenant, command, facts)
        case RecordExpiry():
            return inviting.record_expiry(tenant, command, facts)
        case RegisterSubscriptions():
            return registering.decide(tenant, command, facts)
        case _:
            assert_never(command)


def named_rows(command: Command) -> frozenset[RowKey]:
    """The rows that the command's path names: read together with the head."""
    match command:
        case EnrolPartner() | SetCustomerProfile():
            return frozenset()
        case RequestResellerLink() | AcceptResellerLink() | EndResellerLink():
            return frozenset({(RowKind.RESELLER, command.reseller_id)})
        case Invite() | AcceptInvitation() | DeclineInvitation():
            return frozenset({(RowKind.INVITATION, command.invitation_id)})
        case CancelInvitation() | RecordExpiry():
            return frozenset({(RowKind.INVITATION, command.invitation_id)})
        case RegisterSubscriptions():
            return frozenset((RowKind.SUBSCRIPTION, sale_id) for sale_id, _ in command.sales)
        case _:
            assert_never(command)


def needs(tenant: Tenant, command: Command) -> Needs:
    """What else `decide` must know, given the head and the named rows."""
    match command:
        case EnrolPartner():
            pending = (related.pending for related in tenant.head.related.values())
            return Needs(rows=frozenset((RowKind.INVITATION, item.id) for item in pending if item))
        case RequestResellerLink():
            return Needs(partners=frozenset({command.reseller_id}))
        case Invite():
            return _needs_of_invite(tenant, command)
        case AcceptInvitation():
            return _needs_of_acceptance(tenant, command)
        case DeclineInvitation():
            wanted = {command.invitation_id} if command.body.reason else set[str]()
            return Needs(details=frozenset(wanted))
        case RegisterSubscriptions():
            return _needs_of_registration(command)
        case AcceptResellerLink() | EndResellerLink() | SetCustomerProfile():
            return Needs()
        case CancelInvitation() | RecordExpiry():
            return Needs()
        case _:
            assert_never(command)


def _needs_of_invite(tenant: Tenant, command: Invite) -> Needs:
    partner_id, body = command.actor.tenant_id, command.body
    if tenant.invitation(command.invitation_id):
        return Needs(partners=frozenset({partner_id}), details=frozenset({command.invitation_id}))
    links: set[LinkKey] = set()
    if body.indirect_reseller_id:
        links.add((partner_id, body.indirect_reseller_id))
    if body.indirect_provider_id:
        links.add((body.indirect_provider_id, partner_id))
    own = tenant.head.of(partner_id).pending
    return Needs(
        rows=frozenset({(RowKind.INVITATION, own.id)}) if own else frozenset(),
        partners=frozenset({partner_id, *(side for link in links for side in link)}),
        links=frozenset(links),
    )


def _needs_of_acceptance(tenant: Tenant, command: AcceptInvitation) -> Needs:
    invitation = tenant.invitation(command.invitation_id)
    if invitation is None:
        return Needs()
    partner_id = invitation.partner_id
    links: set[LinkKey] = set()
    if invitation.indirect_reseller_id:
        links.add((partner_id, invitation.indirect_reseller_id))
    if invitation.indirect_provider_id:
        links.add((invitation.indirect_provider_id, partner_id))
    return Needs(
        partners=frozenset({partner_id, *(side for link in links for side in link)}),
        links=frozenset(links),
    )


def _needs_of_registration(command: RegisterSubscriptions) -> Needs:
    seller = command.actor.tenant_id
    of_record = {body.partner_of_record for _, body in command.sales} - {None}
    return Needs(
        partners=frozenset({seller}),
        partners_of_record=frozenset((seller, mpn_id) for mpn_id in of_record if mpn_id),
    )
