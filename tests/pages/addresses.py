"""Where each page is, about what the customer of `conftest` has."""

from typing import Final

from tests.cast.ids import (
    AGENCY,
    BUREAU,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    STRANGER,
    guid,
    invitation_id,
    link_id,
    subscription_id,
)
from tests.running.visitors import pages

UNHEARD: Final = "5c0fbe6e-13fd-4f3c-9a55-7d7c0b1d3b10"
SWEEP: Final = "019a9b3e-4c00-7a1d-8e52-6f0b3d9c2a71"
PIPELINE: Final = "erp"
SUSPENDED: Final = guid(88)
FINDING: Final = "f" * 64
LETTER: Final = "d" * 64
IDS = {
    "customerId": AGENCY,
    "invitationId": invitation_id(1),
    "linkId": link_id(1),
    "resellerId": RESELLER,
    "sequence": "1",
    "checkpointId": UNHEARD,
    "sweepId": SWEEP,
    "pipelineId": PIPELINE,
    "findingId": FINDING,
    "deadLetterId": LETTER,
}
CUSTOMERS = {"page_invite": BUREAU, "page_dispute": BUREAU, "page_dispute_annul": BUREAU}
"""Whom a page is about, where it is another customer than most; it is invited anew."""

PARTNERS = {
    "page_partner_unblock": STRANGER,
    "page_offer": RESELLER,
    "page_offer_accept": RESELLER,
    "page_reseller_accept": PROVIDER,
    "page_reseller_end": PROVIDER,
    "page_partner_resume": SUSPENDED,
}
"""Whom a page is about, where it is about another partner than most."""

IN_TWO_TIERS = "page_customer_subscription_of_record"
"""About what a provider sold: nobody has, unless a test says so."""

SUBSCRIPTIONS = {IN_TWO_TIERS: 5, "page_dispute": 2, "page_dispute_annul": 2}
"""What a page is about, where it is another subscription than most."""


def address(name: str) -> str:
    """Of the page with this name."""
    ids = {
        **IDS,
        "partnerId": PARTNERS.get(name, OTHER_DIRECT),
        "customerId": customer(name),
        "subscriptionId": subscription_id(SUBSCRIPTIONS.get(name, 1)),
    }
    return pages()[name].address(ids)


def customer(name: str) -> str:
    """Whom the page with this name is about."""
    return CUSTOMERS.get(name, AGENCY)
