"""Tells that a webhook was disabled: in the log, and as a finding for operators."""

import logging

from shared.services.findings import Recorder, disabled
from shared.services.ports.values import StorageError
from shared.services.ports.webhooks import Webhook

log = logging.getLogger(__name__)


class Reporter:
    """The `DisabledReporter` port; the webhook itself says it to its partner."""

    def __init__(self, recorder: Recorder) -> None:
        """`recorder` opens findings."""
        self._recorder = recorder

    async def webhook_disabled(self, webhook: Webhook) -> None:
        """See the port. Never fails: a sweep finds it too."""
        extra = {
            "partner": webhook.key.partner_id,
            "webhook": webhook.key.webhook_id,
            "reason": webhook.reason,
            "last_error": webhook.progress.last_error,
        }
        log.error("webhook.disabled", extra=extra)
        try:
            await self._recorder.open(disabled(webhook))
        except StorageError as error:
            log.warning("webhook.finding-failed", extra={**extra, "error": type(error).__name__})
