"""What people type, marked: what is kept of it, and what comes with commands that do nothing."""

from shared.canonical import digest
from shared.deciding.accepting import AcceptInvitation, DeclineInvitation
from shared.deciding.commands import Command
from shared.deciding.erasing import ErasePersonalData
from shared.deciding.inviting import CancelInvitation, Invite
from shared.deciding.redeeming import AcceptLink
from shared.model.base import Model
from tests.cast.bodies import accept_body, decline_body, invite_body
from tests.cast.commands import annul, dispute, issue, register, request_end, update
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    STRANGER,
    actor,
    invitation_id,
    link_id,
)
from tests.properties.world import NEWCOMER

KEPT = {
    name: f"mark{number}"
    for number, name in enumerate(
        (
            *("message", "contact", "reason", "first", "last", "signer"),
            *("dispute", "annulment", "wish"),
        )
    )
}
"""What ends up in details rows."""

GONE = {name: f"{mark}gone" for name, mark in KEPT.items()}
"""What comes with a command that is refused, or repeats one that was done: it is not kept."""


def asked(marks: dict[str, str], message: str = "", **changes: object) -> Model:
    contact = {"email": f"{marks['contact']}@example.com", "locale": "ko"}
    return invite_body(message=f"{marks['message']} {message}", contact=contact, **changes)


def accepted(marks: dict[str, str], **changes: object) -> Model:
    signer = {
        "firstName": marks["first"],
        "lastName": marks["last"],
        "email": f"{marks['signer']}@example.com",
    }
    return accept_body(customerAgreement=signer, **changes)


def declined(marks: dict[str, str]) -> Model:
    return decline_body(reason=marks["reason"], block=True)


def invite(number: int, body: Model, partner: str = DIRECT, customer: str = AGENCY) -> Invite:
    return Invite(actor(partner), customer, invitation_id(number), body)


def accept(number: int, body: Model, customer: str = AGENCY) -> AcceptInvitation:
    return AcceptInvitation(actor(customer, "CG"), customer, invitation_id(number), body)


def decline(number: int, body: Model, customer: str = AGENCY) -> DeclineInvitation:
    return DeclineInvitation(actor(customer, "CG"), customer, invitation_id(number), body)


def by_link(body: Model, customer: str = NEWCOMER) -> AcceptLink:
    return AcceptLink(actor(customer, "CG"), customer, DIRECT, link_id(), body)


def erase(customer: str, *details_ids: str) -> ErasePersonalData:
    return ErasePersonalData(actor(customer, "CG"), customer, None, details_ids)


FIRST = asked(KEPT)
THROUGH_RESELLER = asked(KEPT, indirectResellerId=RESELLER)

STORY: list[tuple[Command, str]] = [
    (invite(1, FIRST), "done"),
    (invite(1, FIRST), "done already"),
    (invite(1, asked(GONE)), "AlreadyExists"),
    (invite(2, asked(GONE)), "PolicyRefused"),
    (invite(3, asked(GONE, "https://example.com/"), OTHER_DIRECT), "PolicyRefused"),
    (accept(1, accepted(GONE, country="KR")), "PolicyRefused"),
    (accept(1, accepted(GONE, country=None)), "BadRequest"),
    (accept(1, accepted(KEPT)), "done"),
    (accept(1, accepted(GONE)), "done already"),
    (decline(1, declined(GONE)), "PolicyRefused"),
    (decline(99, declined(GONE)), "NotFound"),
    (invite(4, THROUGH_RESELLER, PROVIDER), "done"),
    (accept(4, accepted(GONE)), "done"),
    (invite(5, FIRST, OTHER_DIRECT), "done"),
    (decline(5, declined(KEPT)), "done"),
    (decline(5, declined(GONE)), "done already"),
    (accept(5, accepted(GONE)), "PolicyRefused"),
    (invite(6, asked(GONE), OTHER_DIRECT), "PolicyRefused"),
    (invite(7, FIRST, customer=BUREAU), "done"),
    (CancelInvitation(actor(DIRECT), BUREAU, invitation_id(7)), "done"),
    (accept(7, accepted(GONE), BUREAU), "PolicyRefused"),
    (issue(), "done"),
    (by_link(accepted(KEPT)), "done"),
    (by_link(accepted(GONE)), "done already"),
    (by_link(accepted(GONE, country="KR"), STRANGER), "PolicyRefused"),
    (register(1), "done"),
    (annul(reason=GONE["annulment"]), "PolicyRefused"),
    (dispute(9, reason=GONE["dispute"]), "NotFound"),
    (dispute(reason=GONE["dispute"]), "done"),
    (dispute(reason=KEPT["dispute"]), "done"),
    (dispute(reason=KEPT["dispute"]), "done already"),
    (dispute(), "done already"),
    (update(quantity=3), "done"),
    (annul(reason=KEPT["annulment"]), "done"),
    (annul(reason=GONE["annulment"]), "done already"),
    (dispute(reason=GONE["dispute"]), "done already"),
    (request_end(reason=GONE["wish"]), "done"),
    (request_end(reason=KEPT["wish"]), "done"),
    (request_end(), "done already"),
    (request_end(OTHER_DIRECT, GONE["wish"]), "NotFound"),
]

SECRETS = [*KEPT.values(), digest(FIRST.model_dump(mode="json"))]
"""What is searched for. A digest counts: who guesses the address could confirm it by that."""
