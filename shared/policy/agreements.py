"""Who must have signed what: AGR."""

from datetime import datetime

from shared.model.models import Partner
from shared.model.state import Head
from shared.policy.refusals import Refusal, refuse


def agr_1(partner: Partner, at: datetime) -> Refusal | None:
    """The partner has signed the Microsoft Partner Agreement before it invites or registers."""
    return None if _signed(partner, at) else refuse("AGR-1", "partnerId")


def agr_2(reseller: Partner, at: datetime, target: str) -> Refusal | None:
    """A reseller has signed before its MPN id goes on a subscription."""
    return None if _signed(reseller, at) else refuse("AGR-2", target)


def agr_3_acceptance(customer: Head, *, signing: bool) -> Refusal | None:
    """An acceptance brings the customer agreement if it is outstanding."""
    if customer.agreement or signing:
        return None
    return refuse("AGR-3", "customerAgreement", variant="acceptance")


def agr_3_registration(customer: Head) -> Refusal | None:
    """No subscription is registered before the customer agreement is accepted."""
    return None if customer.agreement else refuse("AGR-3", "customerId")


def _signed(partner: Partner, at: datetime) -> bool:
    signed_at = partner.partner_agreement_signed_at
    return signed_at is not None and signed_at <= at
