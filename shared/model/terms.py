"""What is sold, how it is billed, and for how long: the terms of a subscription."""

from enum import StrEnum

from shared.model.base import Model
from shared.text.times import Timestamp


class ProductType(StrEnum):
    """SUB-5."""

    ONLINE_SERVICE = "onlineService"
    AZURE_PLAN = "azurePlan"
    AZURE_RESERVATION = "azureReservation"
    SOFTWARE = "software"


class BillingType(StrEnum):
    """SUB-5."""

    LICENSE = "license"
    USAGE = "usage"


class BillingCycle(StrEnum):
    """How often a term is billed."""

    NONE = "none"
    ONE_TIME = "oneTime"
    MONTHLY = "monthly"
    ANNUAL = "annual"
    BIENNIAL = "biennial"
    TRIENNIAL = "triennial"


class Term(Model):
    """What the customer owes and until when; `ends_at` is exclusive.

    Where nothing ends, as with software that was bought for ever, there is neither it nor a
    duration.
    """

    duration: str | None
    billing_cycle: BillingCycle
    starts_at: Timestamp
    ends_at: Timestamp | None
