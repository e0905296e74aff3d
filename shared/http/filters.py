"""Query parameters of lists that can be narrowed."""

from typing import Annotated, Literal

from pydantic import AfterValidator

from shared.domain.base import Guid, Model
from shared.domain.events import EventType
from shared.domain.models import InvitationStatus, SubscriptionStatus
from shared.http.paging import FeedQuery, PageQuery
from shared.policy.catalogue import Locale


class CustomersQuery(PageQuery):
    """A partner's customers."""

    status: Literal["invited", "active", "removed"] | None = None


class InvitationsQuery(PageQuery):
    """Invitations; past `expiresAt` a pending one is expired."""

    status: InvitationStatus | None = None


class SubscriptionsQuery(PageQuery):
    """Subscriptions."""

    status: SubscriptionStatus | None = None


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
