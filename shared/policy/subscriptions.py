"""When a partner may register a subscription, and who is its partner of record: SUB, POR."""

from datetime import datetime
from typing import Final

from shared.clock import rfc3339
from shared.model.models import (
    LinkStatus,
    Partner,
    PartnerType,
    RelationshipStatus,
    ResellerLink,
    Subscription,
    SubscriptionStatus,
)
from shared.model.state import Head
from shared.model.terms import Term
from shared.policy.refusals import Refusal, refuse

_FINAL: Final = {SubscriptionStatus.DELETED, SubscriptionStatus.ANNULLED}


def sub_1_relationship(customer: Head, partner_id: str) -> Refusal | None:
    """Registering needs an active relationship. An unknown tenant answers the same."""
    relationship = customer.of(partner_id).relationship
    if relationship and relationship.status is RelationshipStatus.ACTIVE:
        return None
    return refuse("SUB-1", "customerId")


def sub_1_transacts(seller: Partner) -> Refusal | None:
    """Direct-bill partners and indirect providers transact; resellers sell through a provider."""
    if seller.type is PartnerType.INDIRECT_RESELLER:
        return refuse("SUB-1", "partnerId", variant="reseller")
    return None


def sub_2(held: Subscription | None, seller_id: str, digest: str, target: str) -> Refusal | None:
    """A subscription id exists once; only the same content of the same seller is the same."""
    if held is None or (held.partner_id == seller_id and held.create_digest == digest):
        return None
    return sub_2_held(target)


def sub_2_held(target: str) -> Refusal:
    """The id is held; by whom, nobody is told (SUB-6)."""
    return refuse("SUB-2", target)


def por_1(seller: Partner, partner_of_record: str | None, target: str) -> Refusal | None:
    """Set only where an indirect provider sells, and never the provider's own MPN id."""
    if partner_of_record is None:
        return None
    if seller.type is not PartnerType.INDIRECT_PROVIDER:
        return refuse("POR-1", target)
    if partner_of_record == seller.mpn_id:
        return refuse("POR-1", target, variant="own")
    return None


def por_2(
    mpn_id: str | None,
    reseller: Partner | None,
    link: ResellerLink | None,
    target: str,
    *,
    taken: bool,
) -> Refusal | None:
    """The MPN id exists and belongs to a reseller with an active link to the provider.

    Whose it is, its own profile says: a claim is there before the profile, and a while after it.
    Of a partner that the provider is not linked with there is no profile, only that it is `taken`.
    """
    linked = link is not None and link.status is LinkStatus.ACTIVE
    if reseller is None or not linked:
        return refuse("POR-2", target) if taken else refuse("POR-2", target, variant="unknown")
    if reseller.mpn_id != mpn_id:
        return refuse("POR-2", target, variant="unknown")
    if reseller.type is PartnerType.INDIRECT_RESELLER:
        return None
    return refuse("POR-2", target)


def sub_3(subscription: Subscription, wanted: SubscriptionStatus) -> Refusal | None:
    """What is deleted or annulled stays so."""
    if subscription.status in _FINAL and subscription.status is not wanted:
        return refuse("SUB-3", "subscriptionId", status=subscription.status.value)
    return None


def sub_6(subscription: Subscription) -> Refusal | None:
    """The operator annuls only what the customer disputes."""
    return None if subscription.disputed_at else refuse("SUB-6", "subscriptionId")


def sub_8(term: Term, ends_at: datetime | None) -> Refusal | None:
    """A term's end moves only to a later time; where there is none yet, it can be set."""
    if ends_at is None:
        return None
    if term.ends_at is None:
        starts_at = rfc3339(term.starts_at)
        begun = ends_at > term.starts_at
        return None if begun else refuse("SUB-8", "term.endsAt", variant="open", startsAt=starts_at)
    if ends_at >= term.ends_at:
        return None
    return refuse("SUB-8", "term.endsAt", endsAt=rfc3339(term.ends_at))


def por_3(seller: Partner, held: str | None, wanted: str) -> Refusal | None:
    """Only an indirect provider fills it, only where it is empty; then it never changes."""
    if seller.type is not PartnerType.INDIRECT_PROVIDER:
        return refuse("POR-3", "partnerOfRecord", variant="provider")
    return None if held in {None, wanted} else refuse("POR-3", "partnerOfRecord")
