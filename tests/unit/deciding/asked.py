"""One command of each kind: as DIRECT sends it to the agency, or as the agency answers DIRECT."""

from typing import Final

from shared.deciding.accepting import AcceptInvitation, DeclineInvitation
from shared.deciding.accepting_links import AcceptLink
from shared.deciding.commands import Command
from shared.deciding.ending import (
    RecordLapse,
    RemoveRelationship,
    RequestEnd,
    RevokeDelegatedAdmin,
    SetBlock,
)
from shared.deciding.enrolment import EnrolPartner
from shared.deciding.erasing import ErasePersonalData
from shared.deciding.importing import ImportRelationship
from shared.deciding.inviting import CancelInvitation, Invite, RecordExpiry
from shared.deciding.issuing import IssueLink, RevokeLink
from shared.deciding.linking import AcceptResellerLink, EndResellerLink, RequestResellerLink
from shared.deciding.partner_status import SetPartnerStatus
from shared.deciding.profile import SetCustomerProfile
from shared.deciding.registering import RegisterSubscriptions
from shared.deciding.selling import (
    AnnulSubscription,
    DisputeSubscription,
    SetPartnerOfRecord,
    SetSubscriptionStatus,
    UpdateSubscription,
)
from shared.model.base import SYSTEM
from shared.model.models import PartnerStatus, SubscriptionStatus
from tests.building import (
    AGENCY,
    DIRECT,
    MPN,
    OPERATOR,
    PROVIDER,
    RESELLER,
    accept_body,
    actor,
    customer_body,
    decline_body,
    import_body,
    invitation_id,
    invite_body,
    of_record_body,
    partner_body,
    sale,
    subscription_id,
    subscription_patch,
)
from tests.offering import link_body, link_id

CG: Final = actor(AGENCY, "CG")
G: Final = actor(DIRECT)
OP: Final = actor(OPERATOR, "OP")
HERE: Final = (AGENCY, invitation_id())
SOLD: Final = (AGENCY, subscription_id())
PAIR: Final = (AGENCY, DIRECT)
LINK: Final = (PROVIDER, RESELLER)

ENROL: Final = EnrolPartner(OP, AGENCY, partner_body(DIRECT))
SUSPEND_PARTNER: Final = SetPartnerStatus(OP, DIRECT, PartnerStatus.SUSPENDED)
PROFILE: Final = SetCustomerProfile(CG, AGENCY, customer_body())

REQUEST: Final = RequestResellerLink(actor(PROVIDER), *LINK)
AGREE: Final = AcceptResellerLink(actor(RESELLER), *LINK)
END: Final = EndResellerLink(actor(PROVIDER), *LINK)

ISSUE: Final = IssueLink(G, DIRECT, link_id(), link_body())
REVOKE_LINK: Final = RevokeLink(G, DIRECT, link_id())
ACCEPT_LINK: Final = AcceptLink(CG, AGENCY, DIRECT, link_id(), accept_body())

INVITE: Final = Invite(G, *HERE, invite_body())
ACCEPT: Final = AcceptInvitation(CG, *HERE, accept_body())
DECLINE: Final = DeclineInvitation(CG, *HERE, decline_body())
CANCEL: Final = CancelInvitation(G, *HERE)
EXPIRE: Final = RecordExpiry(SYSTEM, *HERE)
BLOCK: Final = SetBlock(CG, *PAIR, blocked=True)

REVOKE: Final = RevokeDelegatedAdmin(CG, *PAIR)
DROP: Final = RevokeDelegatedAdmin(G, *PAIR)
LAPSE: Final = RecordLapse(SYSTEM, *PAIR)
ASK_END: Final = RequestEnd(CG, *PAIR)
REMOVE: Final = RemoveRelationship(G, *PAIR)
IMPORT: Final = ImportRelationship(OP, *PAIR, import_body())

REGISTER: Final = RegisterSubscriptions(
    actor(PROVIDER),
    AGENCY,
    (
        (subscription_id(1), sale(partnerOfRecord=MPN[RESELLER])),
        (subscription_id(2), sale(partnerOfRecord=MPN[RESELLER])),
        (subscription_id(3), sale()),
    ),
)
SELL: Final = RegisterSubscriptions(G, AGENCY, REGISTER.sales)
UPDATE: Final = UpdateSubscription(G, *SOLD, subscription_patch(quantity=30))
SUSPEND: Final = SetSubscriptionStatus(G, *SOLD, SubscriptionStatus.SUSPENDED)
REACTIVATE: Final = SetSubscriptionStatus(G, *SOLD, SubscriptionStatus.ACTIVE)
DELETE: Final = SetSubscriptionStatus(G, *SOLD, SubscriptionStatus.DELETED)
FILL: Final = SetPartnerOfRecord(G, *SOLD, of_record_body())
DISPUTE: Final = DisputeSubscription(CG, *SOLD)
ANNUL: Final = AnnulSubscription(OP, *SOLD)

ERASE: Final = ErasePersonalData(CG, *HERE, (invitation_id(),))

COMMANDS: Final[dict[str, Command]] = {
    command.name: command
    for command in (
        *(ENROL, SUSPEND_PARTNER, PROFILE, REQUEST, AGREE, END, ISSUE, REVOKE_LINK, ACCEPT_LINK),
        *(INVITE, ACCEPT, DECLINE, CANCEL, EXPIRE, BLOCK, REVOKE, LAPSE, ASK_END, REMOVE),
        *(SELL, UPDATE, SUSPEND, FILL, DISPUTE, ANNUL, ERASE, IMPORT),
    )
}
"""Every kind of command that there is, by its name."""
