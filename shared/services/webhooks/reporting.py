"""Tells that a webhook was disabled: in the log, and as a finding for operators."""

import logging
from dataclasses import dataclass

from shared.services.findings import Recorder, disabled
from shared.services.ports.values import StorageError
from shared.services.ports.webhooks import Webhook

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reporter:
    """The `DisabledReporter` port; the webhook itself says it to its partner."""

    recorder: Recorder

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
            await self.recorder.open(disabled(webhook))
        except StorageError as error:
            log.warning("webhook.finding-failed", extra={**extra, "error": type(error).__name__})
