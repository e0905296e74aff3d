"""A customer's profile, stated by the customer itself or supplied by the operator's pipeline."""

from shared.deciding.commands import SetCustomerProfile
from shared.deciding.facts import Decided, Decision, Facts, Refused
from shared.model.events import Event, EventType
from shared.model.models import Customer, TenantKind
from shared.model.state import Tenant
from shared.policy import eligibility as rules
from shared.policy.refusals import broken


def decide(tenant: Tenant, command: SetCustomerProfile, _: Facts) -> Decision:
    """ELG-3: the customer's own statement makes it a customer; a pipeline's only fills in."""
    own = command.actor.tenant_id == command.customer_id
    body = command.body
    customer = Customer(
        id=command.customer_id,
        name=body.name,
        domain=body.domain,
        country=body.country,
        kind=TenantKind.CUSTOMER if own else TenantKind.UNKNOWN,
    )
    before = tenant.head.customer
    if before and before.but(kind=customer.kind) == customer and (not own or before == customer):
        return Decided()
    refusals = broken(
        rules.elg_3_profile(tenant.head),
        None if own else rules.elg_3_own_statement(tenant.head),
        rules.elg_6_offered(body.country, "country"),
    )
    if refusals:
        return Refused(refusals)
    return Decided((Event(EventType.CUSTOMER_UPDATED, customer),))
