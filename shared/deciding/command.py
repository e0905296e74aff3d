"""What every command is: who asks, the tenant that it changes, and the rows that its path names.

A command is one room: the module of its decision holds the class with what it asks for, what it
needs to know and how it is decided. Here is what all of them share, once for each of the seven
kinds of place that a path can name. `shared.deciding.commands` lists them all.

    CommandBase
    ├── CustomerCommand           a customer tenant
    │   ├── InvitationCommand     one of its invitations
    │   ├── RelationshipCommand   its relationship with a partner
    │   └── SubscriptionCommand   one of its subscriptions
    ├── PartnerCommand            a partner tenant
    │   └── InvitationLinkCommand one of the links with which it invites
    └── ResellerLinkCommand       the link of a provider with a reseller
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, override

from shared.deciding.facts import Decision, Facts, InvitationLinkKey, Needs
from shared.model.base import Actor
from shared.model.models import InvitationLink
from shared.model.state import RowKey, RowKind, Tenant


@dataclass(frozen=True, slots=True)
class CommandBase(ABC):
    """What somebody asks for: a body (`shared.deciding.bodies`) with what path and token say."""

    name: ClassVar[str]
    actor: Actor

    @property
    @abstractmethod
    def tenant_id(self) -> str:
        """The tenant whose partition the command changes."""

    @property
    @abstractmethod
    def names(self) -> frozenset[RowKey]:
        """The rows of that tenant that the path names: read together with the head."""

    @property
    def named_invitation_link(self) -> InvitationLinkKey | None:
        """The invitation link, of another tenant, that the path names: read with the head, too."""
        return None

    @abstractmethod
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        """What else `decide` must know, given the head, the named rows and the named link. Pure."""

    @abstractmethod
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """Every broken rule, or the events that make it so. Pure."""


@dataclass(frozen=True, slots=True)
class CustomerCommand(CommandBase):
    """Changes a customer, or what its path names no row of."""

    customer_id: str

    @property
    @override
    def tenant_id(self) -> str:
        return self.customer_id

    @property
    @override
    def names(self) -> frozenset[RowKey]:
        return frozenset()


@dataclass(frozen=True, slots=True)
class InvitationCommand(CustomerCommand):
    """Changes one invitation of a customer."""

    invitation_id: str

    @property
    @override
    def names(self) -> frozenset[RowKey]:
        return frozenset({(RowKind.INVITATION, self.invitation_id)})


@dataclass(frozen=True, slots=True)
class RelationshipCommand(CustomerCommand):
    """Changes what is between a customer and a partner; it lies in the customer's head."""

    partner_id: str


@dataclass(frozen=True, slots=True)
class SubscriptionCommand(CustomerCommand):
    """Changes one subscription of a customer."""

    subscription_id: str

    @property
    @override
    def names(self) -> frozenset[RowKey]:
        return frozenset({(RowKind.SUBSCRIPTION, self.subscription_id)})


@dataclass(frozen=True, slots=True)
class PartnerCommand(CommandBase):
    """Changes a partner; its profile lies in the head."""

    partner_id: str

    @property
    @override
    def tenant_id(self) -> str:
        return self.partner_id

    @property
    @override
    def names(self) -> frozenset[RowKey]:
        return frozenset()


@dataclass(frozen=True, slots=True)
class InvitationLinkCommand(PartnerCommand):
    """Changes one invitation link, which lies with its partner."""

    link_id: str

    @property
    @override
    def names(self) -> frozenset[RowKey]:
        return frozenset({(RowKind.INVITATION_LINK, self.link_id)})


@dataclass(frozen=True, slots=True)
class ResellerLinkCommand(CommandBase):
    """Changes a reseller link, which lies with the provider."""

    provider_id: str
    reseller_id: str

    @property
    @override
    def tenant_id(self) -> str:
        return self.provider_id

    @property
    @override
    def names(self) -> frozenset[RowKey]:
        return frozenset({(RowKind.RESELLER, self.reseller_id)})
