"""One command of each kind: as DIRECT sends it to the agency, or as the agency answers DIRECT."""

from typing import Final

from shared.deciding.commands import Command
from shared.deciding.ending import RecordLapse, RevokeDelegatedAdmin
from shared.deciding.enrolment import EnrolPartner
from shared.deciding.inviting import RecordExpiry
from shared.deciding.linking import EndResellerLink
from shared.deciding.registering import RegisterSubscriptions
from shared.deciding.selling import (
    AnnulSubscription,
    DisputeSubscription,
    SetPartnerOfRecord,
    SetSubscriptionStatus,
    UpdateSubscription,
)
from shared.model.base import SYSTEM
from tests.cast import commands
from tests.cast.bodies import partner_body, sale
from tests.cast.ids import (
    AGENCY,
    DIRECT,
    MPN,
    PROVIDER,
    RESELLER,
    actor,
    invitation_id,
    operator,
    subscription_id,
)

CG: Final = actor(AGENCY, "CG")
G: Final = actor(DIRECT)
OP: Final = operator()
HERE: Final = (AGENCY, invitation_id())
SOLD: Final = (AGENCY, subscription_id())
PAIR: Final = (AGENCY, DIRECT)
LINK: Final = (PROVIDER, RESELLER)

ENROL: Final = EnrolPartner(OP, AGENCY, partner_body(DIRECT))
"""Of the agency, which so becomes a partner."""
SUSPEND_PARTNER: Final = commands.suspend()
PROFILE: Final = commands.profile()

_, _, REQUEST, AGREE = commands.linked()
END: Final = EndResellerLink(actor(PROVIDER), *LINK)

ISSUE: Final = commands.issue()
REVOKE_LINK: Final = commands.revoke_link()
ACCEPT_LINK: Final = commands.accept_link()

INVITE: Final = commands.invite()
ACCEPT: Final = commands.accept()
DECLINE: Final = commands.decline()
CANCEL: Final = commands.cancel()
EXPIRE: Final = RecordExpiry(SYSTEM, *HERE)
BLOCK: Final = commands.block()

REVOKE: Final = RevokeDelegatedAdmin(CG, *PAIR)
DROP: Final = RevokeDelegatedAdmin(G, *PAIR)
LAPSE: Final = RecordLapse(SYSTEM, *PAIR)
ASK_END: Final = commands.request_end()
REMOVE: Final = commands.remove()
IMPORT: Final = commands.imported()

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
UPDATE: Final = commands.update(quantity=30)
SUSPEND: Final = commands.set_status("suspended")
REACTIVATE: Final = commands.set_status("active")
DELETE: Final = commands.set_status("deleted")
FILL: Final = commands.set_partner_of_record(1, DIRECT, MPN[RESELLER])
DISPUTE: Final = commands.dispute()
ANNUL: Final = commands.annul()

ERASE: Final = commands.erase(invitation_id(), invitation=invitation_id())

COMMANDS: Final[dict[str, Command]] = {
    command.name: command
    for command in (
        *(ENROL, SUSPEND_PARTNER, PROFILE, REQUEST, AGREE, END, ISSUE, REVOKE_LINK, ACCEPT_LINK),
        *(INVITE, ACCEPT, DECLINE, CANCEL, EXPIRE, BLOCK, REVOKE, LAPSE, ASK_END, REMOVE),
        *(SELL, UPDATE, SUSPEND, FILL, DISPUTE, ANNUL, ERASE, IMPORT),
    )
}
"""Every kind of command that there is, by its name."""

CHANGES: Final[dict[type[Command], set[str]]] = {
    UpdateSubscription: {"quantity", "friendly_name", "auto_renew", "term"},
    SetSubscriptionStatus: {"status"},
    SetPartnerOfRecord: {"partner_of_record", "partner_of_record_name", "indirect_reseller_id"},
    DisputeSubscription: {"disputed_at"},
    AnnulSubscription: {"status"},
}
"""SUB-3, SUB-6, SUB-8, POR-3: all of a subscription that may ever change, and by what."""
