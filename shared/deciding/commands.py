"""Commands: what somebody asks for, parsed once at the edge and frozen.

A command is a body (`shared.deciding.bodies`) with what the path and the token say.
"""

from dataclasses import dataclass
from typing import ClassVar

from shared.deciding.bodies import (
    AcceptBody,
    CustomerBody,
    DeclineBody,
    InviteBody,
    PartnerBody,
    SubscriptionBody,
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
from shared.model.base import Actor


@dataclass(frozen=True, slots=True)
class EnrolPartner:
    """The operator enrols or replaces a partner."""

    name: ClassVar = "enrol-partner"
    actor: Actor
    partner_id: str
    body: PartnerBody

    @property
    def tenant_id(self) -> str:
        """The partition that the command changes."""
        return self.partner_id


@dataclass(frozen=True, slots=True)
class RequestResellerLink:
    """A provider asks a reseller to link."""

    name: ClassVar = "request-reseller-link"
    actor: Actor
    provider_id: str
    reseller_id: str

    @property
    def tenant_id(self) -> str:
        """A link lies with the provider."""
        return self.provider_id


@dataclass(frozen=True, slots=True)
class AcceptResellerLink:
    """The reseller accepts."""

    name: ClassVar = "accept-reseller-link"
    actor: Actor
    provider_id: str
    reseller_id: str

    @property
    def tenant_id(self) -> str:
        """A link lies with the provider."""
        return self.provider_id


@dataclass(frozen=True, slots=True)
class EndResellerLink:
    """Either side ends the link."""

    name: ClassVar = "end-reseller-link"
    actor: Actor
    provider_id: str
    reseller_id: str

    @property
    def tenant_id(self) -> str:
        """A link lies with the provider."""
        return self.provider_id


@dataclass(frozen=True, slots=True)
class SetCustomerProfile:
    """The customer's Global admin, or an operator's pipeline, states who the customer is."""

    name: ClassVar = "set-customer-profile"
    actor: Actor
    customer_id: str
    body: CustomerBody

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id


@dataclass(frozen=True, slots=True)
class Invite:
    """The actor's partner invites a customer."""

    name: ClassVar = "invite"
    actor: Actor
    customer_id: str
    invitation_id: str
    body: InviteBody

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id


@dataclass(frozen=True, slots=True)
class AcceptInvitation:
    """The customer's Global admin accepts."""

    name: ClassVar = "accept-invitation"
    actor: Actor
    customer_id: str
    invitation_id: str
    body: AcceptBody

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id


@dataclass(frozen=True, slots=True)
class DeclineInvitation:
    """The customer's Global admin declines, and may block the partner."""

    name: ClassVar = "decline-invitation"
    actor: Actor
    customer_id: str
    invitation_id: str
    body: DeclineBody

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id


@dataclass(frozen=True, slots=True)
class CancelInvitation:
    """The partner takes its own invitation back."""

    name: ClassVar = "cancel-invitation"
    actor: Actor
    customer_id: str
    invitation_id: str

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id


@dataclass(frozen=True, slots=True)
class RecordExpiry:
    """The timer records an overdue invitation, which is expired already (INV-4)."""

    name: ClassVar = "record-expiry"
    actor: Actor
    customer_id: str
    invitation_id: str

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id


@dataclass(frozen=True, slots=True)
class RegisterSubscriptions:
    """The actor's partner registers what it sold: all or nothing, each id once."""

    name: ClassVar = "register-subscriptions"
    actor: Actor
    customer_id: str
    sales: tuple[tuple[str, SubscriptionBody], ...]

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id

    def target(self, position: int, field: str) -> str:
        """The JSON path of a field of one sale; a single sale's body is the sale itself."""
        return field if len(self.sales) == 1 else f"subscriptions[{position}].{field}"


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
