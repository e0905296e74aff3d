"""What a command has to read before it can be decided. Pure: it names, others read."""

from dataclasses import replace
from typing import assert_never

from shared.deciding.accepting import invitation_id_of
from shared.deciding.commands import (
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
from shared.deciding.commands_invitations import AcceptLink, IssueLink, RevokeLink, SetBlock
from shared.deciding.commands_relationships import (
    ErasePersonalData,
    ImportRelationship,
    RecordLapse,
    RemoveRelationship,
    RequestEnd,
    RevokeDelegatedAdmin,
    SetPartnerStatus,
)
from shared.deciding.commands_subscriptions import (
    AnnulSubscription,
    DisputeSubscription,
    SetPartnerOfRecord,
    SetSubscriptionStatus,
    UpdateSubscription,
)
from shared.deciding.facts import InvitationLinkKey, Needs, ProviderReseller
from shared.model.models import InvitationLink, TenantKind
from shared.model.state import RowKey, RowKind, Tenant


def named_rows(command: Command) -> frozenset[RowKey]:
    """The rows that the command's path names: read together with the head."""
    match command:
        case EnrolPartner() | SetCustomerProfile() | SetPartnerStatus() | ErasePersonalData():
            return frozenset()
        case RevokeDelegatedAdmin() | RecordLapse() | RequestEnd() | RemoveRelationship():
            return frozenset()
        case SetBlock() | AcceptLink() | ImportRelationship():
            return frozenset()
        case IssueLink() | RevokeLink():
            return frozenset({(RowKind.INVITATION_LINK, command.link_id)})
        case RequestResellerLink() | AcceptResellerLink() | EndResellerLink():
            return frozenset({(RowKind.RESELLER, command.reseller_id)})
        case Invite() | AcceptInvitation() | DeclineInvitation():
            return frozenset({(RowKind.INVITATION, command.invitation_id)})
        case CancelInvitation() | RecordExpiry():
            return frozenset({(RowKind.INVITATION, command.invitation_id)})
        case RegisterSubscriptions():
            return frozenset((RowKind.SUBSCRIPTION, sale_id) for sale_id, _ in command.sales)
        case UpdateSubscription() | SetSubscriptionStatus() | SetPartnerOfRecord():
            return frozenset({(RowKind.SUBSCRIPTION, command.subscription_id)})
        case DisputeSubscription() | AnnulSubscription():
            return frozenset({(RowKind.SUBSCRIPTION, command.subscription_id)})
        case _:
            assert_never(command)


def named_invitation_link(command: Command) -> InvitationLinkKey | None:
    """The invitation link, of another tenant, that the path names: read together with the head."""
    return (command.partner_id, command.link_id) if isinstance(command, AcceptLink) else None


def needs(tenant: Tenant, command: Command, invitation_link: InvitationLink | None = None) -> Needs:
    """What else `decide` must know, given the head, the named rows and the named link."""
    match command:
        case EnrolPartner():
            pending = (related.pending for related in tenant.head.related.values())
            return Needs(rows=frozenset((RowKind.INVITATION, item.id) for item in pending if item))
        case RequestResellerLink() | AcceptResellerLink():
            return Needs(partners=frozenset({command.reseller_id}))
        case EndResellerLink():
            # The provider's profile lies in the head.
            return Needs(partners=frozenset({command.actor.tenant_id} - {command.provider_id}))
        case IssueLink():
            return _needs_of_link(command)
        case Invite() | ImportRelationship():
            return _needs_of_new_partner(tenant, command)
        case AcceptInvitation() | DeclineInvitation():
            return _needs_of_answer(tenant, command)
        case AcceptLink():
            return _needs_of_link_acceptance(tenant, command, invitation_link)
        case RegisterSubscriptions():
            return _needs_of_registration(command)
        case SetPartnerOfRecord():
            return _needs_of_filling(command)
        case CancelInvitation() | UpdateSubscription() | SetSubscriptionStatus():
            return Needs(partners=frozenset({command.actor.tenant_id}))
        case RemoveRelationship() | RevokeDelegatedAdmin():
            return _needs_of_ending(tenant, command)
        case ErasePersonalData():
            return Needs(details=frozenset(command.details_ids))
        case AnnulSubscription() | DisputeSubscription() | SetCustomerProfile() | RequestEnd():
            return Needs()
        case RecordExpiry() | RecordLapse() | RevokeLink() | SetBlock() | SetPartnerStatus():
            return Needs()
        case _:
            assert_never(command)


def _needs_of_ending(tenant: Tenant, command: RemoveRelationship | RevokeDelegatedAdmin) -> Needs:
    partner_id = command.actor.tenant_id
    if partner_id == command.customer_id:
        return Needs()
    blocked = isinstance(command, RemoveRelationship) and tenant.head.of(partner_id).blocking > 0
    return Needs(partners=frozenset({partner_id}), blockers_of=partner_id if blocked else None)


def _needs_of_link(command: IssueLink) -> Needs:
    reseller_id = command.body.indirect_reseller_id
    if reseller_id is None:
        return Needs()
    return Needs(links=frozenset({(command.partner_id, reseller_id)}))


def _needs_of_new_partner(tenant: Tenant, command: Invite | ImportRelationship) -> Needs:
    """ELG-5: whether a tenant that is a partner itself is linked with the one that sells to it."""
    if isinstance(command, Invite):
        partner_id, needed = command.actor.tenant_id, _needs_of_invite(tenant, command)
    else:
        partner_id, reseller_id = command.partner_id, command.body.indirect_reseller_id
        needed = _needs_of_sides(partner_id, reseller_id, None)
    if tenant.head.kind is not TenantKind.PARTNER:
        return needed
    return replace(needed, links=needed.links | {(partner_id, command.customer_id)})


def _needs_of_invite(tenant: Tenant, command: Invite) -> Needs:
    partner_id, body = command.actor.tenant_id, command.body
    if tenant.invitation(command.invitation_id):
        return Needs(partners=frozenset({partner_id}), details=frozenset({command.invitation_id}))
    sides = _needs_of_sides(partner_id, body.indirect_reseller_id, body.indirect_provider_id)
    own = tenant.head.of(partner_id).pending
    return replace(sides, rows=frozenset({(RowKind.INVITATION, own.id)}) if own else frozenset())


def _needs_of_answer(tenant: Tenant, command: AcceptInvitation | DeclineInvitation) -> Needs:
    if isinstance(command, DeclineInvitation):
        # A reason is added to what is kept of the invitation already.
        return Needs(details=frozenset([command.invitation_id] if command.body.reason else []))
    invitation = tenant.invitation(command.invitation_id)
    if invitation is None:
        return Needs()
    return _needs_of_sides(
        invitation.partner_id, invitation.indirect_reseller_id, invitation.indirect_provider_id
    )


def _needs_of_link_acceptance(
    tenant: Tenant, command: AcceptLink, invitation_link: InvitationLink | None
) -> Needs:
    if invitation_link is None:
        return Needs()
    own = tenant.head.of(command.partner_id).pending
    ids = {invitation_id_of(tenant, command), *([own.id] if own else [])}
    sides = _needs_of_sides(command.partner_id, invitation_link.indirect_reseller_id, None)
    elg_5 = {(command.partner_id, command.customer_id)}
    partner = tenant.head.kind is TenantKind.PARTNER
    return replace(
        sides,
        rows=frozenset((RowKind.INVITATION, item) for item in ids),
        links=sides.links | elg_5 if partner else sides.links,
    )


def _needs_of_sides(partner_id: str, reseller_id: str | None, provider_id: str | None) -> Needs:
    links: set[ProviderReseller] = set()
    if reseller_id:
        links.add((partner_id, reseller_id))
    if provider_id:
        links.add((provider_id, partner_id))
    return Needs(
        partners=frozenset({partner_id, *(side for pair in links for side in pair)}),
        links=frozenset(links),
    )


def _needs_of_filling(command: SetPartnerOfRecord) -> Needs:
    seller, mpn_id = command.actor.tenant_id, command.body.partner_of_record
    return Needs(partners=frozenset({seller}), partners_of_record=frozenset({(seller, mpn_id)}))


def _needs_of_registration(command: RegisterSubscriptions) -> Needs:
    seller = command.actor.tenant_id
    of_record = {body.partner_of_record for _, body in command.sales} - {None}
    return Needs(
        partners=frozenset({seller}),
        partners_of_record=frozenset((seller, mpn_id) for mpn_id in of_record if mpn_id),
    )
