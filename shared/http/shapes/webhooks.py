"""The shapes of webhooks; see `shared/http/shapes.py`."""

from datetime import datetime
from typing import Literal

from shared.model.base import Model


class DeliveryShape(Model):
    """How deliveries go: `attempts` counts those of the event that is due."""

    failing_since: datetime | None
    last_success_at: datetime | None
    next_attempt_at: datetime | None
    attempts: int
    last_error: str | None


class WebhookShape(Model):
    """Where a partner's events go, those of `types` or (empty) all.

    `delivery` changes with every event and is no part of the etag. `secret` is there only in the
    answer that made it. `allowedRate`: events a minute, null without a limit.
    """

    id: str
    partner_id: str
    url: str
    types: tuple[str, ...]
    status: Literal["pending", "active", "disabled"]
    reason: str | None
    allowed_rate: int | None
    former_secret_until: datetime | None
    created_at: datetime
    updated_at: datetime
    delivery: DeliveryShape
    etag: str
    secret: str | None = None


class WebhookTestShape(Model):
    """Whether the test event was taken, else why not; and what the webhook is after it."""

    delivered: bool
    failure: str | None
    status: Literal["pending", "active", "disabled"]
