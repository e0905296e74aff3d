"""The commands that come after the main job, in few words."""

from shared.deciding.accepting_links import AcceptLink
from shared.deciding.ending import RemoveRelationship, RequestEnd, RevokeDelegatedAdmin, SetBlock
from shared.deciding.erasing import ErasePersonalData
from shared.deciding.importing import ImportRelationship
from shared.deciding.issuing import IssueLink, RevokeLink
from shared.deciding.partner_status import SetPartnerStatus
from shared.deciding.profile import SetCustomerProfile
from shared.deciding.selling import (
    AnnulSubscription,
    DisputeSubscription,
    SetPartnerOfRecord,
    SetSubscriptionStatus,
    UpdateSubscription,
)
from shared.model.models import PartnerStatus, SubscriptionStatus
from tests.building import (
    AGENCY,
    DIRECT,
    OPERATOR,
    accept_body,
    actor,
    customer_body,
    import_body,
    of_record_body,
    subscription_id,
    subscription_patch,
)
from tests.offering import link_body, link_id


def customer_id(number: int) -> str:
    """Any number of customers, in many shards of an index."""
    return f"{number % 16:x}{number:07x}-0000-4000-8000-000000000000"


def issue(number: int = 1, partner_id: str = DIRECT, **body: object) -> IssueLink:
    return IssueLink(actor(partner_id), partner_id, link_id(number), link_body(**body))


def revoke_link(number: int = 1, partner_id: str = DIRECT) -> RevokeLink:
    return RevokeLink(actor(partner_id), partner_id, link_id(number))


def accept_link(
    customer: str = AGENCY, number: int = 1, partner_id: str = DIRECT, **body: object
) -> AcceptLink:
    caller = actor(customer, "CG")
    return AcceptLink(caller, customer, partner_id, link_id(number), accept_body(**body))


def block(partner_id: str = DIRECT, *, blocked: bool = True) -> SetBlock:
    return SetBlock(actor(AGENCY, "CG"), AGENCY, partner_id, blocked)


def suspend(partner_id: str = DIRECT) -> SetPartnerStatus:
    return SetPartnerStatus(actor(OPERATOR, "OP"), partner_id, PartnerStatus.SUSPENDED)


def resume(partner_id: str = DIRECT) -> SetPartnerStatus:
    return SetPartnerStatus(actor(OPERATOR, "OP"), partner_id, PartnerStatus.ACTIVE)


def revoke(partner_id: str = DIRECT, by: str = AGENCY) -> RevokeDelegatedAdmin:
    return RevokeDelegatedAdmin(actor(by), AGENCY, partner_id)


def request_end(partner_id: str = DIRECT) -> RequestEnd:
    return RequestEnd(actor(AGENCY, "CG"), AGENCY, partner_id)


def remove(partner_id: str = DIRECT, customer: str = AGENCY) -> RemoveRelationship:
    return RemoveRelationship(actor(partner_id), customer, partner_id)


def update(number: int = 1, partner_id: str = DIRECT, **body: object) -> UpdateSubscription:
    patch = subscription_patch(**body)
    return UpdateSubscription(actor(partner_id), AGENCY, subscription_id(number), patch)


def set_status(
    status: str, number: int = 1, partner_id: str = DIRECT, customer: str = AGENCY
) -> SetSubscriptionStatus:
    wanted = SubscriptionStatus(status)
    return SetSubscriptionStatus(actor(partner_id), customer, subscription_id(number), wanted)


def set_partner_of_record(number: int, partner_id: str, mpn_id: str) -> SetPartnerOfRecord:
    body = of_record_body(mpn_id)
    return SetPartnerOfRecord(actor(partner_id), AGENCY, subscription_id(number), body)


def dispute(number: int = 1, customer: str = AGENCY) -> DisputeSubscription:
    return DisputeSubscription(actor(customer, "CG"), customer, subscription_id(number))


def annul(number: int = 1, customer: str = AGENCY) -> AnnulSubscription:
    return AnnulSubscription(actor(OPERATOR, "OP"), customer, subscription_id(number))


def profile(customer: str = AGENCY) -> SetCustomerProfile:
    """As the operator's pipeline sends it."""
    return SetCustomerProfile(actor(OPERATOR, "OP"), customer, customer_body())


def imported(
    customer: str = AGENCY, partner_id: str = DIRECT, **body: object
) -> ImportRelationship:
    return ImportRelationship(actor(OPERATOR, "OP"), customer, partner_id, import_body(**body))


def erase(*details_ids: str, invitation: str | None = None) -> ErasePersonalData:
    return ErasePersonalData(actor(AGENCY, "CG"), AGENCY, invitation, details_ids)
