"""Tells that a webhook was disabled, for whoever watches the log."""

import logging

from shared.services.ports import Webhook

log = logging.getLogger(__name__)


class LogReporter:
    """The `DisabledReporter` port over the log; the webhook itself says it to its partner."""

    async def webhook_disabled(self, webhook: Webhook) -> None:
        """See the port."""
        log.error(
            "webhook.disabled",
            extra={
                "partner": webhook.key.partner_id,
                "webhook": webhook.key.webhook_id,
                "reason": webhook.reason,
                "last_error": webhook.progress.last_error,
            },
        )
