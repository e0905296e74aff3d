"""The decider: `decide(tenant, command, facts) -> decision`, pure."""

from typing import assert_never

from shared.deciding import (
    accepting,
    ending,
    enrolment,
    erasing,
    importing,
    inviting,
    issuing,
    linking,
    partner_status,
    profile,
    registering,
    selling,
)
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
from shared.deciding.facts import Decision, Facts
from shared.model.state import Tenant


def decide(tenant: Tenant, command: Command, facts: Facts) -> Decision:
    """Every broken rule, or the events that make it so."""
    match command:
        case EnrolPartner() | SetPartnerStatus() | SetCustomerProfile() | ErasePersonalData():
            return _tenants(tenant, command, facts)
        case RequestResellerLink() | AcceptResellerLink() | EndResellerLink():
            return _links(tenant, command, facts)
        case IssueLink() | RevokeLink() | AcceptLink():
            return _offers(tenant, command, facts)
        case Invite() | CancelInvitation() | RecordExpiry():
            return _invitations(tenant, command, facts)
        case AcceptInvitation():
            return accepting.accept(tenant, command, facts)
        case DeclineInvitation():
            return accepting.decline(tenant, command, facts)
        case SetBlock():
            return ending.block(tenant, command, facts)
        case RevokeDelegatedAdmin() | RecordLapse() | RequestEnd() | RemoveRelationship():
            return _relationships(tenant, command, facts)
        case ImportRelationship():
            return importing.decide(tenant, command, facts)
        case RegisterSubscriptions():
            return registering.decide(tenant, command, facts)
        case UpdateSubscription() | SetSubscriptionStatus() | SetPartnerOfRecord():
            return _sales(tenant, command, facts)
        case DisputeSubscription():
            return selling.dispute(tenant, command, facts)
        case AnnulSubscription():
            return selling.annul(tenant, command, facts)
        case _:
            assert_never(command)


def _tenants(
    tenant: Tenant,
    command: EnrolPartner | SetPartnerStatus | SetCustomerProfile | ErasePersonalData,
    facts: Facts,
) -> Decision:
    match command:
        case EnrolPartner():
            return enrolment.decide(tenant, command, facts)
        case SetPartnerStatus():
            return partner_status.decide(tenant, command, facts)
        case SetCustomerProfile():
            return profile.decide(tenant, command, facts)
        case ErasePersonalData():
            return erasing.decide(tenant, command, facts)
        case _:
            assert_never(command)


def _links(
    tenant: Tenant,
    command: RequestResellerLink | AcceptResellerLink | EndResellerLink,
    facts: Facts,
) -> Decision:
    match command:
        case RequestResellerLink():
            return linking.request(tenant, command, facts)
        case AcceptResellerLink():
            return linking.accept(tenant, command, facts)
        case EndResellerLink():
            return linking.end(tenant, command, facts)
        case _:
            assert_never(command)


def _offers(tenant: Tenant, command: IssueLink | RevokeLink | AcceptLink, facts: Facts) -> Decision:
    match command:
        case IssueLink():
            return issuing.issue(tenant, command, facts)
        case RevokeLink():
            return issuing.revoke(tenant, command, facts)
        case AcceptLink():
            return accepting.accept_link(tenant, command, facts)
        case _:
            assert_never(command)


def _invitations(
    tenant: Tenant, command: Invite | CancelInvitation | RecordExpiry, facts: Facts
) -> Decision:
    match command:
        case Invite():
            return inviting.decide(tenant, command, facts)
        case CancelInvitation():
            return inviting.cancel(tenant, command, facts)
        case RecordExpiry():
            return inviting.record_expiry(tenant, command, facts)
        case _:
            assert_never(command)


def _relationships(
    tenant: Tenant,
    command: RevokeDelegatedAdmin | RecordLapse | RequestEnd | RemoveRelationship,
    facts: Facts,
) -> Decision:
    match command:
        case RevokeDelegatedAdmin():
            return ending.revoke(tenant, command, facts)
        case RecordLapse():
            return ending.record_lapse(tenant, command, facts)
        case RequestEnd():
            return ending.request_end(tenant, command, facts)
        case RemoveRelationship():
            return ending.remove(tenant, command, facts)
        case _:
            assert_never(command)


def _sales(
    tenant: Tenant,
    command: UpdateSubscription | SetSubscriptionStatus | SetPartnerOfRecord,
    facts: Facts,
) -> Decision:
    match command:
        case UpdateSubscription():
            return selling.update(tenant, command, facts)
        case SetSubscriptionStatus():
            return selling.set_status(tenant, command, facts)
        case SetPartnerOfRecord():
            return selling.set_partner_of_record(tenant, command, facts)
        case _:
            assert_never(command)
