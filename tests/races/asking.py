"""Commands of the races, in few words."""

from shared.deciding.accepting import AcceptInvitation, DeclineInvitation
from shared.deciding.enrolment import EnrolPartner
from shared.deciding.importing import ImportRelationship
from shared.deciding.inviting import CancelInvitation, Invite
from shared.deciding.profile import SetCustomerProfile
from shared.deciding.registering import RegisterSubscriptions
from tests import building
from tests.building import AGENCY, DIRECT, actor, invitation_id, subscription_id
from tests.properties.world import operator


def customer_id(number: int) -> str:
    return f"9{number:07x}-0000-4000-8000-000000000000"


def invite(
    customer: str = AGENCY, number: int = 1, partner: str = DIRECT, **body: object
) -> Invite:
    asked = building.invite_body(**body)
    return Invite(actor(partner), customer, invitation_id(number), asked)


def accept(customer: str = AGENCY, number: int = 1, **body: object) -> AcceptInvitation:
    accepted = building.accept_body(**body)
    return AcceptInvitation(actor(customer, "CG"), customer, invitation_id(number), accepted)


def decline(customer: str = AGENCY, number: int = 1, **body: object) -> DeclineInvitation:
    declined = building.decline_body(**body)
    return DeclineInvitation(actor(customer, "CG"), customer, invitation_id(number), declined)


def cancel(customer: str = AGENCY, number: int = 1, partner: str = DIRECT) -> CancelInvitation:
    return CancelInvitation(actor(partner), customer, invitation_id(number))


def register(
    customer: str, *numbers: int, partner: str = DIRECT, **body: object
) -> RegisterSubscriptions:
    sales = tuple((subscription_id(number), building.sale(**body)) for number in numbers)
    return RegisterSubscriptions(actor(partner), customer, sales)


def enrol(partner: str, **body: object) -> EnrolPartner:
    return EnrolPartner(operator(), partner, building.partner_body(partner, **body))


def imported(customer: str, partner: str = DIRECT, **body: object) -> ImportRelationship:
    return ImportRelationship(operator(), customer, partner, building.import_body(**body))


def profile(customer: str, **body: object) -> SetCustomerProfile:
    return SetCustomerProfile(actor(customer, "CG"), customer, building.customer_body(**body))
