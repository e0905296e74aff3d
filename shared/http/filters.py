"""Query parameters of lists that can be narrowed."""

from typing import Literal

from shared.domain.models import InvitationStatus, SubscriptionStatus
from shared.http.paging import PageQuery


class CustomersQuery(PageQuery):
    """A partner's customers."""

    status: Literal["invited", "active", "removed"] | None = None


class InvitationsQuery(PageQuery):
    """Invitations; past `expiresAt` a pending one is expired."""

    status: InvitationStatus | None = None


class SubscriptionsQuery(PageQuery):
    """Subscriptions."""

    status: SubscriptionStatus | None = None
