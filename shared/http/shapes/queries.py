"""Query parameters of lists that can be narrowed."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from shared.http.paging import DEFAULT_SIZE, MAX_SIZE, FeedQuery, PageQuery
from shared.http.shapes.partners import PartnerCustomerStatus
from shared.http.shapes.vocabulary import Language
from shared.model.base import Model
from shared.model.events import EventType
from shared.model.models import (
    InvitationStatus,
    PartnerStatus,
    RelationshipStatus,
    SubscriptionStatus,
)
from shared.services.listing import Narrowing
from shared.text.identifiers import CODE, Guid
from shared.text.names import Search
from shared.text.times import Moment
from shared.wording import Words, unacceptable

_NO_SUCH_TYPES: Final = Words(
    "It must be event types joined by commas, out of: {types}.",
    "쉼표로 연결한 이벤트 형식이어야 하며 사용할 수 있는 형식은 다음과 같습니다: {types}.",
).filled(types=", ".join(EventType))


class StatusQuery[S: str](PageQuery):
    """A list that can be narrowed to one status."""

    status: Annotated[S, CODE] | None = None
    """Only what is in this status now, also where time alone has changed it."""


class IndexQuery[S: str](StatusQuery[S]):
    """What every list of a partner can be narrowed by."""

    search: Search | None = None
    """How one of these begins, in any case: the external reference, of a customer also its name,
    last known name or domain, of a subscription also its friendly name or offer's name.
    """
    updated_since: Moment | None = None
    """Only what was changed then or later, by `updatedAt`."""
    customer_id: Guid | None = None
    """Only what is about this customer, by its tenant id."""

    def narrowing(self) -> Narrowing:
        """What is asked for, for the services."""
        return Narrowing(self.status, self.search, self.updated_since, self.end(), self.customer_id)

    def end(self) -> datetime | None:
        """Before when an item must end, where the list knows of an end."""
        return None


class PartnersQuery(StatusQuery[PartnerStatus]):
    """Partners."""

    search: Search | None = None
    """How a partner's name or MPN id begins, in any case."""

    def narrowing(self) -> Narrowing:
        """What is asked for, for the services."""
        return Narrowing(self.status, self.search)


class CustomerOrder(StrEnum):
    """In which order a partner's customers are listed."""

    CUSTOMER_ID = "customerId"
    """By the customer's id: what is there throughout appears exactly once."""
    NEWEST = "newest"
    """By `updatedAt`, the latest first: what changes meanwhile moves to the front."""


class CustomersQuery(IndexQuery[PartnerCustomerStatus]):
    """A partner's customers."""

    order: Annotated[CustomerOrder, CODE] | None = None
    """The order of the list; by the customer's id where it is left out."""


class PartnerInvitationsQuery(IndexQuery[InvitationStatus]):
    """A partner's invitations."""

    expires_before: Moment | None = None
    """Only invitations whose `expiresAt` is earlier."""

    def end(self) -> datetime | None:
        """See `IndexQuery`."""
        return self.expires_before


class InvitationsQuery(StatusQuery[InvitationStatus]):
    """Invitations; past `expiresAt` a pending one is expired."""


class RelationshipsQuery(StatusQuery[RelationshipStatus]):
    """Relationships."""


class PartnerSubscriptionsQuery(IndexQuery[SubscriptionStatus]):
    """A partner's subscriptions."""

    ends_before: Moment | None = None
    """Only subscriptions whose `term.endsAt` is earlier."""

    def end(self) -> datetime | None:
        """See `IndexQuery`."""
        return self.ends_before


class SubscriptionsQuery(StatusQuery[SubscriptionStatus]):
    """Subscriptions; `partnerId` is who sold them."""

    partner_id: Guid | None = None
    """Only what this partner sold, by its tenant id."""


class DraftQuery(Model):
    """The draft's language; without it the contact's own."""

    locale: Language | None = None
    """The draft's language, `en` or `ko`; left out, the contact's own, and English where there is
    no contact.
    """


class SoldQuery(PageQuery):
    """A page's part of a customer's subscriptions, beside what is complete on every page."""

    maxpagesize: Annotated[int, Field(ge=1, le=MAX_SIZE)] = DEFAULT_SIZE
    """How many subscriptions a page has at most, 1 to 1,000; it may have fewer though another
    follows. Partners and relationships are complete on every page.
    """


class AccessQuery(SoldQuery):
    """Access of one partner, or of all; with `all` also where it has no role."""

    partner_id: Guid | None = None
    """Only the access of this partner, by its tenant id."""
    all: Literal["true"] | None = None
    """`true` to list also the subscriptions on which a partner has no role."""


def _event_types(names: str) -> str:
    if set(names.split(",")) - set(EventType):
        raise unacceptable(_NO_SUCH_TYPES)
    return names


type _EventTypes = Annotated[
    str,
    AfterValidator(_event_types),
    Field(json_schema_extra={"pattern": rf"^(?:(?:{'|'.join(EventType)})(?:,(?!$)|$))+$"}),
]


class EventsQuery(FeedQuery):
    """Events of some types, their names joined by commas, or of all."""

    types: _EventTypes | None = None
    """Only events of these types, their names joined by commas; left out, of all."""

    @property
    def wanted(self) -> frozenset[str]:
        """The types that are asked for; none for all."""
        return frozenset(self.types.split(",")) if self.types else frozenset()
