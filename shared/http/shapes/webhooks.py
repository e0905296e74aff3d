"""Webhooks: where a partner's events are sent, and how that goes."""

from datetime import datetime

from shared.http.shapes.vocabulary import ETag
from shared.model.base import Model
from shared.model.events import EventType
from shared.services.ports.webhooks import WebhookStatus


class DeliveryShape(Model):
    """How a webhook's deliveries go."""

    failing_since: datetime | None
    """Since when attempts have failed without a success between them, counted anew after two hours
    without an attempt; null while they do not. From 24 hours on, a failure disables the webhook.
    What never left for the receiver, such as `name-not-answered`, does not count, nor do tests that
    fail and dead letters that are put back.
    """
    last_success_at: datetime | None
    """When an event was delivered last, to this address or one before; null where none was yet.
    Tests and replays of dead letters do not count.
    """
    next_attempt_at: datetime | None
    """Before this nothing is sent, tests and dead letters that are put back aside: after a failure,
    or to keep to `allowedRate`; may have passed. Null where nothing is waited for.
    """
    attempts: int
    """How often the event that is due, or the question for consent, has been tried in vain."""
    last_error: str | None
    """Why the last attempt failed, such as `status-500`, without an address; null where it
    succeeded, and before any. Of tests only one that succeeds counts, of dead letters that are put
    back none.
    """


class WebhookShape(Model):
    """Where a partner's events are sent, as they appear in its feed."""

    id: str
    """The webhook's id, a GUID in lower case that the partner chose."""
    partner_id: str
    """The partner whose feed it follows: the id of its tenant."""
    url: str
    """Where the events go, by POST; asked for its consent before the first."""
    types: tuple[EventType, ...]
    """Which types of events are sent, tests and dead letters that are put back aside; empty for
    all, also for types that come later.
    """
    status: WebhookStatus
    reason: str | None
    """Why it is disabled: `gone` where its receiver answered 410, or `failing-for-24-hours`; null
    while it is not.
    """
    allowed_rate: int | None
    """How many events a minute the receiver allows, as it said when it consented; null without a
    limit, and before it consented.
    """
    former_secret_until: datetime | None
    """Until when the secret before this one signs as well; null where only one does."""
    created_at: datetime
    """When the partner registered it."""
    updated_at: datetime
    """When its registration, its status or its secret changed last; deliveries do not count."""
    delivery: DeliveryShape
    etag: ETag
    """The version of this representation without `delivery` and `secret`, quotes included. For
    `If-Match` and `If-None-Match`.
    """
    secret: str | None = None
    """What signs the deliveries (`whsec_…`); absent but from the answer that made it: keep it."""


class WebhookTestShape(Model):
    """What came of a test event."""

    delivered: bool
    """Whether the receiver took it."""
    failure: str | None
    """Why it did not, such as `status-500`; null where it did."""
    status: WebhookStatus
    """What the webhook is after the test: active, where its receiver took it and its address was
    not changed meanwhile.
    """
