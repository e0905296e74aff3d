"""What is sold, how it is billed, and for how long: the terms of a subscription."""

from enum import StrEnum

from shared.model.base import Model
from shared.text.times import Timestamp


class ProductType(StrEnum):
    """What kind of product was bought (SUB-5); it never changes."""

    ONLINE_SERVICE = "onlineService"
    """A service bought by licence, such as Microsoft 365; blocks the relationship's removal while
    it is active (REM-1).
    """
    AZURE_PLAN = "azurePlan"
    """An Azure plan, which makes the registering partner's AdminAgents group Owner of its
    subscription (EFF-4); blocks the relationship's removal while it is active (REM-1).
    """
    AZURE_RESERVATION = "azureReservation"
    """Capacity of Azure reserved for a term; blocks the relationship's removal until it is deleted
    or annulled (REM-1).
    """
    SOFTWARE = "software"
    """Software bought for a term or for good; blocks the relationship's removal until it is deleted
    or annulled (REM-1).
    """


class BillingType(StrEnum):
    """By what the customer pays (SUB-5); it never changes."""

    LICENSE = "license"
    """By the number of units bought."""
    USAGE = "usage"
    """By what was consumed."""


class BillingCycle(StrEnum):
    """How often the term is billed; it never changes."""

    NONE = "none"
    """There is no cycle: nothing is billed at intervals."""
    ONE_TIME = "oneTime"
    """Once."""
    MONTHLY = "monthly"
    """Every month."""
    ANNUAL = "annual"
    """Every year."""
    BIENNIAL = "biennial"
    """Every two years."""
    TRIENNIAL = "triennial"
    """Every three years."""


class Term(Model):
    """What the customer is bound to, and until when."""

    duration: str | None
    """How long one term lasts, up to 99 months or years in ISO 8601, such as `P1M`, `P1Y` or `P3Y`;
    null where nothing ended when it was registered. It never changes.
    """
    billing_cycle: BillingCycle
    starts_at: Timestamp
    """When the term begins; it never changes."""
    ends_at: Timestamp | None
    """When the term ends: the first moment that is no longer part of it. Until the subscription is
    deleted or annulled, the transacting partner may move it later, never earlier (SUB-3, SUB-8);
    null where nothing ends, until it sets an end once.
    """
