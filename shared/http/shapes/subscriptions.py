"""Subscriptions."""

from datetime import datetime

from shared.http.shapes.vocabulary import CustomerId, ETag, ExternalReference, UpdatedAt
from shared.model.base import Model
from shared.model.models import SubscriptionStatus
from shared.model.terms import BillingType, ProductType, Term


class SubscriptionStateShape(Model):
    """What of a subscription is known here only: ignored in a PATCH, other fields are not."""

    id: str
    """The subscription's id at Microsoft, a GUID in lower case; one id is one subscription
    everywhere. Annulled, it is free for other customers, at the same one never again (SUB-2,
    SUB-6).
    """
    customer_id: CustomerId
    partner_id: str
    """The id of the tenant of the transacting partner, which registered it; no other partner
    changes it (SUB-3), only the customer may dispute it and the operator annul it (SUB-6).
    """
    partner_name: str
    """What the transacting partner was called when it registered it."""
    partner_mpn_id: str
    """The transacting partner's MPN id when it registered it."""
    partner_of_record_name: str | None
    """What the partner of record was called when it was named; null where none is."""
    indirect_reseller_id: str | None
    """The tenant of the indirect reseller that is partner of record; null where none is."""
    status: SubscriptionStatus
    disputed_at: datetime | None
    """When the customer's Global admin first objected to the registration (SUB-6); null where
    nobody did. It stays, whatever the operator decides.
    """
    dispute_reason: str | None
    """Why the customer objected, in its own words (SUB-6); null where it gave none, or they were
    erased.
    """
    annulment_reason: str | None
    """Why the operator annulled it, in its own words (SUB-6); null where it gave none, or they were
    erased.
    """
    registered_at: datetime
    """When its registration was recorded here, which may be later than its term began."""
    updated_at: UpdatedAt
    etag: ETag


class SubscriptionShape(SubscriptionStateShape):
    """What a partner sold to a customer."""

    partner_of_record: str | None
    """The MPN id of the indirect reseller through which an indirect provider sells; null for a
    direct-bill partner, and while a provider has named none. Filled at most once, and never changed
    (POR-1, POR-3).
    """
    product_type: ProductType
    offer_id: str
    """Microsoft's id of what was bought, such as `CFQ7TTC0LF8R`, as the partner stated it; it never
    changes (SUB-8).
    """
    offer_name: str
    """What Microsoft's price list calls it, such as `Office 365 G3`, as the partner stated it; it
    never changes (SUB-8).
    """
    friendly_name: str | None
    """What partner and customer call it among themselves; the transacting partner may change it
    until the subscription is deleted or annulled (SUB-3, SUB-8). Null where it has no such name.
    """
    external_reference: ExternalReference
    billing_type: BillingType
    quantity: int
    """How many units were bought, 1 to 10,000,000; the transacting partner may change it until the
    subscription is deleted or annulled (SUB-3, SUB-8).
    """
    unit_type: str
    """What is counted by `quantity`, such as `licenses`, as the partner stated it; it never
    changes.
    """
    auto_renew: bool
    """Whether another term follows by itself when this one ends; the transacting partner may change
    it until the subscription is deleted or annulled (SUB-3, SUB-8).
    """
    term: Term
