"""Subscriptions."""

from datetime import datetime

from shared.model.base import Model
from shared.model.models import SubscriptionStatus
from shared.model.terms import BillingType, ProductType, Term


class SubscriptionStateShape(Model):
    """What of a subscription is known here only: ignored in a PATCH, other fields are not."""

    id: str
    customer_id: str
    partner_id: str
    partner_name: str
    partner_mpn_id: str
    partner_of_record_name: str | None
    indirect_reseller_id: str | None
    status: SubscriptionStatus
    disputed_at: datetime | None
    dispute_reason: str | None
    annulment_reason: str | None
    registered_at: datetime
    updated_at: datetime
    etag: str


class SubscriptionShape(SubscriptionStateShape):
    """What a partner sold to a customer."""

    partner_of_record: str | None
    product_type: ProductType
    offer_id: str
    offer_name: str
    friendly_name: str | None
    external_reference: str | None
    billing_type: BillingType
    quantity: int
    unit_type: str
    auto_renew: bool
    term: Term
