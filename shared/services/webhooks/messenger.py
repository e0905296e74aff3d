"""What webhooks are sent: the handshake and signed events, and what the answers mean.

CloudEvents' HTTP webhooks 1.0 for the handshake, Standard Webhooks for the signature.
"""

import json
import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from shared.canonical import JsonObject
from shared.clock import Clock, rfc3339
from shared.services.ports.webhooks import (
    Answered,
    Courier,
    SealedSecret,
    Unreachable,
    Unsent,
    Webhook,
    WebhookKey,
)
from shared.services.webhooks.attempts import Consent, Verdict, consent, retry_after, verdict
from shared.services.webhooks.signing import SealBroken, Sealer, signatures
from shared.services.webhooks.steps import Attempt
from shared.services.webhooks.targets import Targets
from shared.tracing import span, traceparent

log = logging.getLogger(__name__)

TEST: Final = "webhook-test"
"""The type of a test event."""
_AGENT: Final = "csp-multi-partner-webhooks/1"
_CONTENT_TYPE: Final = "application/cloudevents+json; charset=utf-8"
_LONGEST_WAIT: Final = timedelta(hours=1)
_REDIRECTS: Final = range(300, 400)


@dataclass(frozen=True, slots=True)
class Messenger:
    """Sends to webhooks in the name of `origin`, this backend's host."""

    courier: Courier
    sealer: Sealer
    clock: Clock
    targets: Targets
    origin: str

    async def handshake(self, webhook: Webhook) -> Consent | Attempt:
        """Asks the target whether it wants to be sent to; an Attempt says why it does not."""
        headers = {"User-Agent": _AGENT, "WebHook-Request-Origin": self.origin}
        try:
            answer = await self._send("OPTIONS", webhook, headers, b"")
        except Unreachable as error:
            return _unanswered(error)
        allowed = answer.headers.get("webhook-allowed-origin")
        agreed = consent(self.origin, allowed, answer.headers.get("webhook-allowed-rate"))
        if agreed is not None:
            return agreed
        told = self._judged(answer)
        # A friendly status without the header is no consent.
        refused = Verdict.REFUSED if told.verdict is Verdict.DELIVERED else told.verdict
        return replace(told, verdict=refused, error="no-consent")

    async def deliver(self, webhook: Webhook, event: JsonObject) -> Attempt:
        """One signed event, in the trace of the request that it goes back to."""
        with span(event.get("traceparent")):
            return await self._deliver(webhook, event)

    async def _deliver(self, webhook: Webhook, event: JsonObject) -> Attempt:
        started = time.perf_counter()
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            headers = self._headers(webhook, str(event["id"]), body)
            answer = await self._send("POST", webhook, headers, body)
        except Unreachable as error:
            attempt = _unanswered(error)
        except SealBroken:
            attempt = Attempt(Verdict.UNSENT, "secret-unreadable")
        else:
            attempt = self._judged(answer)
        partner_id, webhook_id = webhook.key
        log.info(
            "webhook.attempt",
            extra={
                "partner": partner_id,
                "webhook": webhook_id,
                "event": event["id"],
                "verdict": attempt.verdict.value,
                "error": attempt.error,
                "seconds": time.perf_counter() - started,
            },
        )
        return attempt

    async def _send(
        self, method: str, webhook: Webhook, headers: Mapping[str, str], body: bytes
    ) -> Answered:
        """Raises Unreachable; also for what was a target when it was registered, but is not now."""
        if self.targets.broken(webhook.url):
            raise Unreachable("address-refused")
        return await self.courier.send(method, webhook.url, headers, body)

    def test_event(self, webhook: Webhook, event_id: str) -> JsonObject:
        """An event that nothing follows from."""
        partner_id, webhook_id = webhook.key
        return {
            "specversion": "1.0",
            "id": f"test:{event_id}",
            "source": f"/partners/{partner_id}/webhooks/{webhook_id}",
            "type": TEST,
            "time": rfc3339(self.clock.now()),
            "datacontenttype": "application/json",
            "data": {"partnerId": partner_id, "webhookId": webhook_id},
        }

    def _headers(self, webhook: Webhook, event_id: str, body: bytes) -> dict[str, str]:
        now = self.clock.now()
        timestamp = int(now.timestamp())
        traced = {"traceparent": name} if (name := traceparent()) else {}
        return {
            "Content-Type": _CONTENT_TYPE,
            "User-Agent": _AGENT,
            "Origin": self.origin,
            "WebHook-Request-Origin": self.origin,
            "webhook-id": event_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signatures(self._secrets(webhook, now), event_id, timestamp, body),
            **traced,
        }

    def _secrets(self, webhook: Webhook, now: datetime) -> list[str]:
        """The secrets that sign, without a former one that cannot be opened: rotate it."""
        newest, *former = valid(webhook, now)
        opened = [self.sealer.open(newest.sealed, owner(webhook.key))]
        for each in former:
            with suppress(SealBroken):
                opened.append(self.sealer.open(each.sealed, owner(webhook.key)))
        return opened

    def _judged(self, answer: Answered) -> Attempt:
        told = verdict(answer.status)
        if told is Verdict.DELIVERED:
            return Attempt(told)
        error = "redirect" if answer.status in _REDIRECTS else f"status-{answer.status}"
        asked = retry_after(answer.headers.get("retry-after", ""), self.clock.now())
        return Attempt(told, error, min(asked, _LONGEST_WAIT))


def owner(key: WebhookKey) -> str:
    """Whom a webhook's secrets are sealed for."""
    return "|".join(key)


def valid(webhook: Webhook, now: datetime) -> list[SealedSecret]:
    """The secrets that sign, the newest first."""
    return [each for each in webhook.secrets if each.until is None or each.until > now]


def _unanswered(error: Unreachable) -> Attempt:
    whose = Verdict.UNSENT if isinstance(error, Unsent) else Verdict.UNREACHED
    return Attempt(whose, str(error))
