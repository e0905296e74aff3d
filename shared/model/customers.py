"""What is recorded of a customer itself: its kind, profile, agreement, blocks and erasures."""

from enum import StrEnum

from shared.model.base import Model, Who
from shared.text.times import Timestamp


class TenantKind(StrEnum):
    """What a tenant is here, set only by its own act or by the operator's enrolment (ELG-3)."""

    UNKNOWN = "unknown"
    """It has done nothing that makes it either: being invited does not."""
    CUSTOMER = "customer"
    """A customer tenant, by its own acceptance or its Global admin's profile; it can never become a
    partner (ELG-3).
    """
    PARTNER = "partner"
    """A CSP-transacting tenant, enrolled by the operator; it can never become a customer (ELG-1,
    ELG-3).
    """


class Customer(Model):
    """A customer's profile. All but the id may be unknown until the customer says it."""

    id: str
    name: str | None
    domain: str | None
    country: str | None
    kind: TenantKind = TenantKind.CUSTOMER


class CustomerAgreement(Model):
    """The accepted Microsoft Customer Agreement; never overwritten (AGR-3)."""

    customer_id: str
    accepted_at: Timestamp
    accepted_by: Who


class PartnerBlock(Model):
    """INV-9: a customer refuses a partner's invitations.

    Of a partner that the customer has never met it tells no name.
    """

    customer_id: str
    partner_id: str
    partner_name: str | None
    partner_mpn_id: str | None
    blocked_at: Timestamp


class Erasure(Model):
    """Personal data that is gone: of one invitation, or all that the customer's tenant had."""

    customer_id: str
    invitation_id: str | None
