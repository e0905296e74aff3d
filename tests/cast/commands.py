"""Commands by what they do: who sends each is who usually does, at the agency where it matters."""

from shared.deciding.accepting import AcceptInvitation, DeclineInvitation
from shared.deciding.commands import Command
from shared.deciding.ending import RemoveRelationship, RequestEnd, RevokeDelegatedAdmin, SetBlock
from shared.deciding.enrolment import EnrolPartner
from shared.deciding.erasing import ErasePersonalData
from shared.deciding.importing import ImportRelationship
from shared.deciding.inviting import CancelInvitation, Invite
from shared.deciding.issuing import IssueLink, RevokeLink
from shared.deciding.linking import AcceptResellerLink, RequestResellerLink
from shared.deciding.partner_status import SetPartnerStatus
from shared.deciding.profile import SetCustomerProfile
from shared.deciding.redeeming import AcceptLink
from shared.deciding.registering import RegisterSubscriptions
from shared.deciding.selling import (
    AnnulSubscription,
    DisputeSubscription,
    SetPartnerOfRecord,
    SetSubscriptionStatus,
    UpdateSubscription,
)
from shared.model.base import Actor
from shared.model.models import PartnerStatus, SubscriptionStatus
from tests.cast import bodies
from tests.cast.ids import (
    AGENCY,
    DIRECT,
    PROVIDER,
    RESELLER,
    actor,
    invitation_id,
    link_id,
    operator,
    subscription_id,
)


def enrol(partner_id: str = DIRECT, **body: object) -> EnrolPartner:
    return EnrolPartner(operator(), partner_id, bodies.partner_body(partner_id, **body))


def suspend(partner_id: str = DIRECT) -> SetPartnerStatus:
    return SetPartnerStatus(operator(), partner_id, PartnerStatus.SUSPENDED)


def resume(partner_id: str = DIRECT) -> SetPartnerStatus:
    return SetPartnerStatus(operator(), partner_id, PartnerStatus.ACTIVE)


def profile(
    customer_id: str = AGENCY, *, by: Actor | None = None, **body: object
) -> SetCustomerProfile:
    """The customer's own, unless it comes from a pipeline of the operator."""
    caller = by or actor(customer_id, "CG")
    return SetCustomerProfile(caller, customer_id, bodies.customer_body(**body))


def linked() -> tuple[Command, ...]:
    """A provider with its reseller."""
    return (
        enrol(PROVIDER),
        enrol(RESELLER),
        RequestResellerLink(actor(PROVIDER), PROVIDER, RESELLER),
        AcceptResellerLink(actor(RESELLER), PROVIDER, RESELLER),
    )


def related(partner_id: str = DIRECT, customer_id: str = AGENCY) -> tuple[Command, ...]:
    """A partner that may register."""
    return (
        enrol(partner_id),
        invite(partner_id, customer_id=customer_id),
        accept(customer_id=customer_id),
    )


# invitations


def invite(
    partner_id: str = DIRECT, number: int = 1, customer_id: str = AGENCY, **body: object
) -> Invite:
    asked = bodies.invite_body(**body)
    return Invite(actor(partner_id), customer_id, invitation_id(number), asked)


def accept(number: int = 1, customer_id: str = AGENCY, **body: object) -> AcceptInvitation:
    caller, accepted = actor(customer_id, "CG"), bodies.accept_body(**body)
    return AcceptInvitation(caller, customer_id, invitation_id(number), accepted)


def decline(number: int = 1, customer_id: str = AGENCY, **body: object) -> DeclineInvitation:
    caller, declined = actor(customer_id, "CG"), bodies.decline_body(**body)
    return DeclineInvitation(caller, customer_id, invitation_id(number), declined)


def cancel(
    number: int = 1, customer_id: str = AGENCY, partner_id: str = DIRECT
) -> CancelInvitation:
    return CancelInvitation(actor(partner_id), customer_id, invitation_id(number))


def issue(number: int = 1, partner_id: str = DIRECT, **body: object) -> IssueLink:
    return IssueLink(actor(partner_id), partner_id, link_id(number), bodies.link_body(**body))


def revoke_link(number: int = 1, partner_id: str = DIRECT) -> RevokeLink:
    return RevokeLink(actor(partner_id), partner_id, link_id(number))


def accept_link(
    customer_id: str = AGENCY, number: int = 1, partner_id: str = DIRECT, **body: object
) -> AcceptLink:
    caller, accepted = actor(customer_id, "CG"), bodies.accept_body(**body)
    return AcceptLink(caller, customer_id, partner_id, link_id(number), accepted)


def block(partner_id: str = DIRECT, *, blocked: bool = True) -> SetBlock:
    return SetBlock(actor(AGENCY, "CG"), AGENCY, partner_id, blocked)


# relationships


def imported(
    customer_id: str = AGENCY, partner_id: str = DIRECT, **body: object
) -> ImportRelationship:
    return ImportRelationship(operator(), customer_id, partner_id, bodies.import_body(**body))


def revoke(partner_id: str = DIRECT, by: str = AGENCY) -> RevokeDelegatedAdmin:
    who = actor(by, "CG" if by == AGENCY else "G")
    return RevokeDelegatedAdmin(who, AGENCY, partner_id)


def request_end(partner_id: str = DIRECT, reason: str | None = None) -> RequestEnd:
    return RequestEnd(actor(AGENCY, "CG"), AGENCY, partner_id, bodies.reason_body(reason))


def remove(partner_id: str = DIRECT, customer_id: str = AGENCY) -> RemoveRelationship:
    return RemoveRelationship(actor(partner_id), customer_id, partner_id)


def erase(*details_ids: str, invitation: str | None = None) -> ErasePersonalData:
    return ErasePersonalData(actor(AGENCY, "CG"), AGENCY, invitation, details_ids)


# subscriptions


def register(
    *numbers: int, partner_id: str = DIRECT, customer_id: str = AGENCY, **body: object
) -> RegisterSubscriptions:
    sales = tuple((subscription_id(number), bodies.sale(**body)) for number in numbers)
    return RegisterSubscriptions(actor(partner_id), customer_id, sales)


def update(number: int = 1, partner_id: str = DIRECT, **body: object) -> UpdateSubscription:
    patch = bodies.subscription_patch(**body)
    return UpdateSubscription(actor(partner_id), AGENCY, subscription_id(number), patch)


def set_status(
    status: str, number: int = 1, partner_id: str = DIRECT, customer_id: str = AGENCY
) -> SetSubscriptionStatus:
    wanted = SubscriptionStatus(status)
    return SetSubscriptionStatus(actor(partner_id), customer_id, subscription_id(number), wanted)


def set_partner_of_record(number: int, partner_id: str, mpn_id: str) -> SetPartnerOfRecord:
    body = bodies.of_record_body(mpn_id)
    return SetPartnerOfRecord(actor(partner_id), AGENCY, subscription_id(number), body)


def dispute(
    number: int = 1, customer_id: str = AGENCY, reason: str | None = None
) -> DisputeSubscription:
    caller, said = actor(customer_id, "CG"), bodies.reason_body(reason)
    return DisputeSubscription(caller, customer_id, subscription_id(number), said)


def annul(
    number: int = 1, customer_id: str = AGENCY, reason: str | None = None
) -> AnnulSubscription:
    said = bodies.reason_body(reason)
    return AnnulSubscription(operator(), customer_id, subscription_id(number), said)
