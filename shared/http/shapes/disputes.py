"""Disputed subscriptions, as the operator decides on them."""

from typing import Annotated

from shared.http.paging import PageQuery
from shared.http.shapes.subscriptions import SubscriptionShape
from shared.services.views import DisputeStatus
from shared.text.identifiers import CODE


class DisputeShape(SubscriptionShape):
    """A subscription that its customer's Global admin objects to (SUB-6), with both sides' names.

    Its `etag` is what an annulment's `If-Match` names.
    """

    customer_name: str | None
    """The customer's name now, as it or before it the operator's pipeline states it; null until
    then.
    """
    dispute_status: DisputeStatus


class DisputesQuery(PageQuery):
    """Disputes in one status, or all."""

    status: Annotated[DisputeStatus, CODE] | None = None
    """Only disputes that are still open, or only those whose registration was annulled."""
