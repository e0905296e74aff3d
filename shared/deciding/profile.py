"""A customer's profile, stated by the customer itself or supplied by the operator's pipeline."""

from dataclasses import dataclass
from typing import ClassVar, final, override

from shared.deciding.bodies import CustomerBody
from shared.deciding.command import CustomerCommand
from shared.deciding.facts import Decided, Decision, Facts, Needs, Refused
from shared.model.customers import Customer, TenantKind
from shared.model.events import Event, EventType
from shared.model.models import InvitationLink
from shared.model.state import Tenant
from shared.policy import eligibility as rules
from shared.policy.refusals import broken


@final
@dataclass(frozen=True, slots=True)
class SetCustomerProfile(CustomerCommand):
    """The customer's Global admin, or an operator's pipeline, states who the customer is."""

    name: ClassVar = "set-customer-profile"
    body: CustomerBody

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        return Needs()

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """ELG-3: the customer's own statement makes it a customer; a pipeline's only fills in."""
        own = self.actor.tenant_id == self.customer_id
        body = self.body
        customer = Customer(
            id=self.customer_id,
            name=body.name,
            domain=body.domain,
            country=body.country,
            kind=TenantKind.CUSTOMER if own else TenantKind.UNKNOWN,
        )
        before = tenant.head.customer
        if (
            before
            and before.but(kind=customer.kind) == customer
            and (not own or before == customer)
        ):
            return Decided()
        refusals = broken(
            rules.elg_3_profile(tenant.head),
            None if own else rules.elg_3_own_statement(tenant.head),
            rules.elg_6_offered(body.country, "country"),
        )
        if refusals:
            return Refused(refusals)
        return Decided((Event(EventType.CUSTOMER_UPDATED, customer),))
