"""Every command there is. What one is, asks for and comes to stands in its own module."""

from collections.abc import Mapping
from typing import Final, get_args

from shared.deciding.accepting import AcceptInvitation, DeclineInvitation
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
from shared.deciding.redeeming import AcceptLink
from shared.deciding.registering import RegisterSubscriptions
from shared.deciding.selling import (
    AnnulSubscription,
    DisputeSubscription,
    SetPartnerOfRecord,
    SetSubscriptionStatus,
    UpdateSubscription,
)

type Command = (
    EnrolPartner
    | RequestResellerLink
    | AcceptResellerLink
    | EndResellerLink
    | SetCustomerProfile
    | Invite
    | AcceptInvitation
    | DeclineInvitation
    | CancelInvitation
    | RecordExpiry
    | RegisterSubscriptions
    | SetPartnerStatus
    | IssueLink
    | RevokeLink
    | AcceptLink
    | SetBlock
    | RevokeDelegatedAdmin
    | RecordLapse
    | RequestEnd
    | RemoveRelationship
    | ImportRelationship
    | UpdateSubscription
    | SetSubscriptionStatus
    | SetPartnerOfRecord
    | DisputeSubscription
    | AnnulSubscription
    | ErasePersonalData
)

COMMANDS: Final[Mapping[str, type[Command]]] = {
    kind.name: kind for kind in get_args(Command.__value__)
}
"""By its name, which stands in the ledger."""
