"""Commands about partners, relationships and personal data; see `shared.deciding.commands`."""

from dataclasses import dataclass
from typing import ClassVar

from shared.deciding.bodies import ImportBody
from shared.model.base import Actor
from shared.model.models import PartnerStatus


@dataclass(frozen=True, slots=True)
class SetPartnerStatus:
    """PRT-1: the operator suspends a partner, or lets it go on."""

    name: ClassVar = "set-partner-status"
    actor: Actor
    partner_id: str
    status: PartnerStatus

    @property
    def tenant_id(self) -> str:
        """The partition that the command changes."""
        return self.partner_id


@dataclass(frozen=True, slots=True)
class RevokeDelegatedAdmin:
    """DAP-1: the customer takes the privileges back, or the partner drops its own."""

    name: ClassVar = "revoke-delegated-admin"
    actor: Actor
    customer_id: str
    partner_id: str

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id


@dataclass(frozen=True, slots=True)
class RecordLapse:
    """The timer records privileges that have lapsed already."""

    name: ClassVar = "record-lapse"
    actor: Actor
    customer_id: str
    partner_id: str

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id


@dataclass(frozen=True, slots=True)
class RequestEnd:
    """REM-3: the customer asks for the end of a relationship."""

    name: ClassVar = "request-end"
    actor: Actor
    customer_id: str
    partner_id: str

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id


@dataclass(frozen=True, slots=True)
class RemoveRelationship:
    """REM-1: the partner ends the relationship."""

    name: ClassVar = "remove-relationship"
    actor: Actor
    customer_id: str
    partner_id: str

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id


@dataclass(frozen=True, slots=True)
class ImportRelationship:
    """IMP-1: the operator's pipeline brings in what stood before this system."""

    name: ClassVar = "import-relationship"
    actor: Actor
    customer_id: str
    partner_id: str
    body: ImportBody

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id


@dataclass(frozen=True, slots=True)
class ErasePersonalData:
    """The customer has personal data erased: of one invitation, or the given details."""

    name: ClassVar = "erase-personal-data"
    actor: Actor
    customer_id: str
    invitation_id: str | None
    details_ids: tuple[str, ...]

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id
