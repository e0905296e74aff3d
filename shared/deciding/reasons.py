"""Why a customer disputes a subscription or wants an end, and why the operator annulled: free text.

It lies in `details` rows, where it can be erased, and is shown with the record that it is about: so
a command whose answer shows that record reads it, too. What was said of a relationship before it
was made anew is shown no more, and goes with the next thing that is said.
"""

from immutables import Map

from shared.deciding.facts import Decided
from shared.model.events import Event
from shared.model.personal import Details, relationship_details, subscription_details
from shared.model.state import Tenant


def of_end(tenant: Tenant, partner_id: str) -> frozenset[str]:
    """The details of a relationship whose end the customer asked for, now or in an earlier life."""
    related = tenant.head.of(partner_id)
    asked = related.relationship and related.relationship.end_requested_at
    return frozenset({relationship_details(partner_id)} if asked or related.removals else ())


def of_dispute(tenant: Tenant, *subscription_ids: str) -> frozenset[str]:
    """The details that these subscriptions show: of those that are disputed."""
    return frozenset(
        subscription_details(each)
        for each in subscription_ids
        if (known := tenant.subscription(each)) and known.disputed_at
    )


def given(tenant: Tenant, event: Event, where: str, details: Details) -> Decided:
    """The event with the reason that was given, in place of an earlier one; perhaps with none."""
    if details != Details():
        return Decided((event,), details=Map({where: details}))
    return Decided((event,), erased=frozenset({where} & set(tenant.details)))
