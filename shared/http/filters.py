"""Query parameters of lists that can be narrowed."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from shared.domain.base import Guid, Model, Timestamp
from shared.domain.events import EventType
from shared.domain.models import InvitationStatus, SubscriptionStatus
from shared.http.paging import FeedQuery, PageQuery
from shared.policy.catalogue import Locale
from shared.services.listing import Narrowing


def _spelt_out(moment: object) -> object:
    if isinstance(moment, str) and "T" not in moment.upper():
        msg = "a time is spelt as 2026-11-01T08:00:00Z"
        raise ValueError(msg)
    return moment


type Moment = Annotated[Timestamp, BeforeValidator(_spelt_out)]
"""RFC 3339. Pydantic alone would also take seconds since 1970."""


class StatusQuery[S: str](PageQuery):
    """A list that can be narrowed to one status."""

    status: S | None = None


class IndexQuery[S: str](StatusQuery[S]):
    """What every list of a partner can be narrowed by."""

    search: Annotated[str | None, Field(min_length=1, max_length=128)] = None
    updated_since: Moment | None = None
    customer_id: Guid | None = None

    def narrowing(self) -> Narrowing:
        """What is asked for, for the services."""
        return Narrowing(self.status, self.search, self.updated_since, self.end(), self.customer_id)

    def end(self) -> datetime | None:
        """Before when an item must end, where the list knows of an end."""
        return None


class CustomersQuery(IndexQuery[Literal["invited", "active", "removed"]]):
    """A partner's customers."""


class PartnerInvitationsQuery(IndexQuery[InvitationStatus]):
    """A partner's invitations."""

    expires_before: Moment | None = None

    def end(self) -> datetime | None:
        """See `IndexQuery`."""
        return self.expires_before


class InvitationsQuery(StatusQuery[InvitationStatus]):
    """Invitations; past `expiresAt` a pending one is expired."""


class PartnerSubscriptionsQuery(IndexQuery[SubscriptionStatus]):
    """A partner's subscriptions."""

    ends_before: Moment | None = None

    def end(self) -> datetime | None:
        """See `IndexQuery`."""
        return self.ends_before


class SubscriptionsQuery(StatusQuery[SubscriptionStatus]):
    """Subscriptions."""


class DraftQuery(Model):
    """The draft's language; without it the contact's own."""

    locale: Locale | None = None


class AccessQuery(Model):
    """Access of one partner, or of all."""

    partner_id: Guid | None = None


def _event_types(names: str) -> str:
    if unknown := set(names.split(",")) - set(EventType):
        msg = f"there is no event type {min(unknown)[:40]!r}"
        raise ValueError(msg)
    return names


class EventsQuery(FeedQuery):
    """Events of some types, their names joined by commas, or of all."""

    types: Annotated[str, AfterValidator(_event_types)] | None = None

    @property
    def wanted(self) -> frozenset[str]:
        """The types that are asked for; none for all."""
        return frozenset(self.types.split(",")) if self.types else frozenset()
