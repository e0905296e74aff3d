"""Where each page is, about what the customer of `conftest` has."""

from typing import Final

from tests.cast.ids import (
    AGENCY,
    BUREAU,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    STRANGER,
    invitation_id,
    link_id,
    subscription_id,
)
from tests.running.visitors import pages

UNHEARD: Final = "5c0fbe6e-13fd-4f3c-9a55-7d7c0b1d3b10"
IDS = {
    "customerId": AGENCY,
    "invitationId": invitation_id(1),
    "linkId": link_id(1),
    "resellerId": RESELLER,
    "sequence": "1",
    "checkpointId": UNHEARD,
}
CUSTOMERS = {"page_invite": BUREAU}
"""Whom a partner does something to, where it is not the one that it has invited already."""

PARTNERS = {
    "page_partner_unblock": STRANGER,
    "page_offer": RESELLER,
    "page_offer_accept": RESELLER,
    "page_reseller_accept": PROVIDER,
    "page_reseller_end": PROVIDER,
}
"""Whom a page is about, where it is about another partner than most."""

IN_TWO_TIERS = "page_customer_subscription_of_record"
"""About what a provider sold: nobody has, unless a test says so."""


def address(name: str) -> str:
    """Of the page with this name."""
    partner_id = PARTNERS.get(name, OTHER_DIRECT)
    ids = {
        **IDS,
        "partnerId": partner_id,
        "customerId": customer(name),
        "subscriptionId": subscription_id(5 if name == IN_TWO_TIERS else 1),
    }
    return pages()[name].address(ids)


def customer(name: str) -> str:
    """Whom the page with this name is about."""
    return CUSTOMERS.get(name, AGENCY)
