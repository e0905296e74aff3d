"""Commands about registered subscriptions; see `shared.deciding.commands`."""

from dataclasses import dataclass
from typing import ClassVar

from shared.deciding.bodies import PartnerOfRecordBody, SubscriptionPatch
from shared.model.base import Actor
from shared.model.models import SubscriptionStatus


@dataclass(frozen=True, slots=True)
class UpdateSubscription:
    """SUB-8: the transacting partner changes what may change."""

    name: ClassVar = "update-subscription"
    actor: Actor
    customer_id: str
    subscription_id: str
    body: SubscriptionPatch

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id


@dataclass(frozen=True, slots=True)
class SetSubscriptionStatus:
    """SUB-3: the transacting partner suspends, reactivates or deletes."""

    name: ClassVar = "set-subscription-status"
    actor: Actor
    customer_id: str
    subscription_id: str
    status: SubscriptionStatus

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id


@dataclass(frozen=True, slots=True)
class SetPartnerOfRecord:
    """POR-3: the provider fills what is empty, once."""

    name: ClassVar = "set-partner-of-record"
    actor: Actor
    customer_id: str
    subscription_id: str
    body: PartnerOfRecordBody

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id


@dataclass(frozen=True, slots=True)
class DisputeSubscription:
    """SUB-6: the customer says that a registration is none of its."""

    name: ClassVar = "dispute-subscription"
    actor: Actor
    customer_id: str
    subscription_id: str

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id


@dataclass(frozen=True, slots=True)
class AnnulSubscription:
    """SUB-6: the operator annuls a disputed registration."""

    name: ClassVar = "annul-subscription"
    actor: Actor
    customer_id: str
    subscription_id: str

    @property
    def tenant_id(self) -> str:
        """The customer."""
        return self.customer_id
