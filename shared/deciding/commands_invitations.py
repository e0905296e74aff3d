"""Commands about links and blocks; see `shared.deciding.commands`."""

from dataclasses import dataclass
from typing import ClassVar

from shared.deciding.bodies import AcceptBody, LinkBody
from shared.model.base import Actor


@dataclass(frozen=True, slots=True)
class IssueLink:
    """INV-5: a partner makes a link that it can give to many customers."""

    name: ClassVar = "issue-link"
    actor: Actor
    partner_id: str
    link_id: str
    body: LinkBody

    @property
    def tenant_id(self) -> str:
        """A link lies with its partner."""
        return self.partner_id


@dataclass(frozen=True, slots=True)
class RevokeLink:
    """INV-5: stops future use only."""

    name: ClassVar = "revoke-link"
    actor: Actor
    partner_id: str
    link_id: str

    @property
    def tenant_id(self) -> str:
        """A link lies with its partner."""
        return self.partner_id


@dataclass(frozen=True, slots=True)
class AcceptLink:
    """A customer's Global admin accepts by link: the invitation is made and accepted at once."""

    name: ClassVar = "accept-link"
    actor: Actor
    customer_id: str
    partner_id: str
    link_id: str
    body: AcceptBody

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id


@dataclass(frozen=True, slots=True)
class SetBlock:
    """INV-9: the customer refuses a partner's invitations, or no longer does."""

    name: ClassVar = "set-block"
    actor: Actor
    customer_id: str
    partner_id: str
    blocked: bool

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id
