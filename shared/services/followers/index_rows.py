"""Which rows of partners' and the operator's lists follow from a part of a ledger. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, assert_never

from shared.model.customers import Customer, CustomerAgreement, Erasure, PartnerBlock
from shared.model.events import Event, EventType, parties
from shared.model.models import (
    Invitation,
    InvitationLink,
    Partner,
    Relationship,
    ResellerLink,
    Subscription,
)
from shared.model.state import Head, Tenant
from shared.services.feed_events import FeedEvent
from shared.services.ports.index import IndexKey, IndexKind, IndexRow
from shared.services.views import Views

_FIRST: Final = {EventType.INVITATION_CREATED, EventType.SUBSCRIPTION_REGISTERED}
"""Of an item nothing comes before one of these."""
_OPERATORS: Final = {IndexKind.PARTNER, IndexKind.DISPUTE}


@dataclass(frozen=True, slots=True)
class IndexRows:
    """Rows of one partition: one partner's of one customer, or one of the operator's.

    `new`: of items that began in what is served.
    """

    rows: tuple[IndexRow, ...]
    new: frozenset[IndexKey]


def index_rows(head: Head, served: Iterable[FeedEvent], views: Views) -> list[IndexRows]:
    """One row per key: an item as its last event left it; customer and partner as of `head`.

    `head` is no older than the entries that are served.
    """
    rows: dict[IndexKey, IndexRow] = {}
    new: set[IndexKey] = set()
    partners: set[str] = set()
    served = tuple(served)
    for happening in served:
        partners.update(_partners(happening.event, head))
        for row in _items(happening):
            if happening.event.type in _FIRST:
                new.add(row.key)
            rows[row.key] = row
    for partner_id in partners:
        if body := views.partners_customer(Tenant(head), partner_id):
            key = IndexKey(partner_id, IndexKind.CUSTOMER, head.id, head.id)
            rows[key] = IndexRow(key, head.sequence, body)
    if head.partner and any(isinstance(happening.event.data, Partner) for happening in served):
        key = IndexKey.of_partner(head.id)
        rows[key] = IndexRow(key, head.sequence, head.partner.model_dump(mode="json"))
    found: dict[tuple[str, str], list[IndexRow]] = {}
    for key, row in rows.items():
        found.setdefault(_place(key), []).append(row)
    return [IndexRows(tuple(found[each]), frozenset(new)) for each in sorted(found)]


def _place(key: IndexKey) -> tuple[str, str]:
    """What tells one partition from another."""
    return key.partner_id, key.kind if key.kind in _OPERATORS else ""


def reseller_links(served: Iterable[FeedEvent]) -> dict[str, tuple[int, ResellerLink]]:
    """By reseller: the provider's link with it, and the sequence that it was made from."""
    return {
        happening.event.data.reseller_id: (happening.sequence, happening.event.data)
        for happening in served
        if isinstance(happening.event.data, ResellerLink)
    }


def _partners(event: Event, head: Head) -> tuple[str, ...]:
    """The partners whose row of this customer the event may change."""
    match event.data:
        case Invitation() | Relationship() | Customer():
            return parties(event, head)
        case Partner() | ResellerLink() | InvitationLink() | Subscription():
            return ()
        case CustomerAgreement() | PartnerBlock() | Erasure():
            return ()
        case _:
            assert_never(event.data)


def _items(happening: FeedEvent) -> Iterator[IndexRow]:
    """The invitation or subscription, for everyone who lists it."""
    event = happening.event
    match event.data:
        case Invitation(id=item_id, customer_id=customer_id):
            kind = IndexKind.INVITATION
        case Subscription(id=item_id, customer_id=customer_id):
            kind = IndexKind.SUBSCRIPTION
        case Partner() | ResellerLink() | InvitationLink() | Relationship():
            return
        case Customer() | CustomerAgreement() | PartnerBlock() | Erasure():
            return
        case _:
            assert_never(event.data)
    body = event.data.model_dump(mode="json")
    for partner_id in parties(event, Head(customer_id)):
        key = IndexKey(partner_id, kind, customer_id, item_id)
        yield IndexRow(key, happening.sequence, body)
    if isinstance(event.data, Subscription) and (disputed := IndexKey.of_dispute(event.data)):
        yield IndexRow(disputed, happening.sequence, body)
