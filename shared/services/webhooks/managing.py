"""Webhooks as partners manage them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Annotated, Final
from uuid import UUID

from pydantic import StringConstraints

from shared.canonical import JsonObject
from shared.clock import Clock, rfc3339
from shared.error_details import Detail, DetailCode
from shared.errors import BadRequest, ConcurrencyConflict, LimitReached, NotFound, Throttled
from shared.model.base import Model
from shared.model.events import EventType
from shared.services.followers.wakes import Wakes
from shared.services.listing import collect
from shared.services.ports import Ports
from shared.services.ports.values import Page
from shared.services.ports.webhooks import (
    WEBHOOKS_PER_PARTNER,
    Progress,
    SealedSecret,
    Webhook,
    WebhookKey,
    WebhookStatus,
)
from shared.services.views import etag_of
from shared.services.webhooks import attempts as policy
from shared.services.webhooks import steps
from shared.services.webhooks.attempts import Consent, Verdict
from shared.services.webhooks.messenger import Messenger, owner, valid
from shared.services.webhooks.shares import AT_ONCE, Shares
from shared.services.webhooks.signing import Sealer, new_secret
from shared.services.webhooks.steps import Attempt, change, contended
from shared.services.webhooks.targets import MAX_URL
from shared.wording import Words

type Precondition = Callable[[Webhook | None], None]
"""Raises when the request's condition does not hold for what is there."""

_MOST: Final = Words(
    "A partner has at most {most} webhooks.", "파트너당 웹후크는 최대 {most}개입니다."
).filled(most=WEBHOOKS_PER_PARTNER)

_CROWDED: Final = Words(
    "Of one partner {most} webhooks are sent to at once.",
    "파트너당 동시에 전송되는 웹후크는 {most}개입니다.",
).filled(most=AT_ONCE)


class WebhookBody(Model):
    """Where a partner's events are sent."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=MAX_URL)]
    """Where to POST events: `https` on port 443 at a public name other than this backend's, without
    user and fragment. Another address is asked for its consent anew.
    """
    types: tuple[EventType, ...] = ()
    """Which types of events are sent, tests and dead letters that are put back aside; none, or left
    out, for all.
    """


@dataclass(frozen=True, slots=True)
class Made:
    """A webhook, and its secret where one was just made: the only time that it is shown."""

    webhook: Webhook
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class Tested:
    """The outcome of a test event; `error` is None when the receiver took it."""

    webhook: Webhook
    error: str | None


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Writes and reads of webhooks; `hold`: how long feeds hold back what is new."""

    ports: Ports
    wakes: Wakes
    messenger: Messenger
    sealer: Sealer
    shares: Shares
    clock: Clock
    random: Random
    hold: timedelta

    async def get(self, key: WebhookKey) -> Webhook:
        """The webhook. Raises NotFound."""
        stored = await self.ports.webhooks.get(key)
        if stored is None:
            raise NotFound
        return stored.value

    async def page(self, partner_id: str, after: str | None, limit: int) -> Page[Webhook]:
        """The partner's, by id."""
        return await collect(
            lambda start, count: self.ports.webhooks.of(partner_id, start, count),
            lambda stored: stored.value,
            lambda stored: stored.value.key.webhook_id,
            after,
            limit,
        )

    async def put(self, key: WebhookKey, body: WebhookBody, precondition: Precondition) -> Made:
        """Creates (with a secret) or replaces; identical content is success whatever the condition.

        Raises BadRequest for a target, what `precondition` raises, LimitReached,
        ConcurrencyConflict.
        """
        if wrong := self.messenger.targets.broken(body.url):
            detail = Detail(DetailCode.INVALID_FIELD, wrong, "url")
            raise BadRequest(wrong, target="url", details=[detail])
        types = tuple(sorted({each.value for each in body.types}))
        secret = new_secret(self.random)
        sealed = SealedSecret(self.sealer.seal(secret, owner(key)))

        async def added() -> tuple[Webhook, bool]:
            stored = await self.ports.webhooks.get(key)
            if stored:
                return stored.value, False
            precondition(None)
            made = await self._new(key, body.url, types, sealed)
            await self.ports.webhooks.add(made)
            return made, True

        webhook, new = await contended(added)
        if new:
            await self.wakes.changed(key)
        elif webhook.secrets[0] != sealed:  # else made by a write whose answer was lost
            return Made(await self._replaced(webhook, body.url, types, precondition))
        return Made(webhook, secret)

    async def delete(self, key: WebhookKey, precondition: Precondition) -> None:
        """Deletes the webhook if it exists. Raises what `precondition` raises, or a conflict."""

        async def removed() -> None:
            stored = await self.ports.webhooks.get(key)
            if stored:
                precondition(stored.value)
                await self.ports.webhooks.remove(stored.value, stored.etag)

        await contended(removed)

    async def rotate(self, key: WebhookKey, precondition: Precondition) -> Made:
        """A new secret; the one before signs for a day too, any older one no more."""
        secret = new_secret(self.random)
        sealed = SealedSecret(self.sealer.seal(secret, owner(key)))

        def step(webhook: Webhook) -> Webhook:
            if webhook.secrets[0] == sealed:
                return webhook
            precondition(webhook)
            now = self.clock.now()
            old = replace(webhook.secrets[0], until=now + policy.OVERLAP)
            return replace(webhook, secrets=(sealed, old), updated_at=now)

        webhook = await change(self.ports.webhooks, key, step)
        if webhook is None:
            raise NotFound
        return Made(webhook, secret)

    async def test(self, key: WebhookKey) -> Tested:
        """A test event now; where nothing is delivered at present, the handshake before it.

        A webhook whose receiver takes it is active, and what waited goes on at once. Raises
        NotFound, and Throttled so soon after another test, or while the partner has its share.
        """
        with self.shares.taken(key.partner_id) as room:
            if not room:
                raise Throttled(_CROWDED, target="webhook-test")
            return await self._tested(key)

    async def _tested(self, key: WebhookKey) -> Tested:
        asked = self.clock.now()
        webhook = await change(self.ports.webhooks, key, lambda each: steps.tested(each, asked))
        if webhook is None:
            raise NotFound
        agreed: Consent | None = None
        if webhook.status is not WebhookStatus.ACTIVE:
            told = await self.messenger.handshake(webhook)
            if isinstance(told, Attempt):
                return Tested(webhook, told.error)
            agreed = told
        test_id = str(UUID(bytes=self.random.randbytes(16), version=4))
        attempt = await self.messenger.deliver(webhook, self.messenger.test_event(webhook, test_id))
        now = self.clock.now()

        def step(current: Webhook) -> Webhook | None:
            if current.url != webhook.url:
                return None
            if attempt.verdict is Verdict.GONE:
                return steps.gone(current, now)
            return steps.proven(current, agreed, now)

        if attempt.verdict not in {Verdict.DELIVERED, Verdict.GONE}:
            return Tested(webhook, attempt.error)
        changed = await change(self.ports.webhooks, key, step)
        await self.wakes.changed(key)
        return Tested(changed or await self.get(key), attempt.error)

    async def _new(
        self, key: WebhookKey, url: str, types: tuple[str, ...], secret: SealedSecret
    ) -> Webhook:
        """It follows what the feed does not show yet. Raises LimitReached."""
        now = self.clock.now()
        page = await self.ports.webhooks.of(key.partner_id, None, WEBHOOKS_PER_PARTNER)
        free = set(range(WEBHOOKS_PER_PARTNER)) - {each.value.slot for each in page.items}
        if not free:
            raise LimitReached(_MOST)
        return Webhook(
            key=key,
            url=url,
            types=types,
            status=WebhookStatus.PENDING,
            secrets=(secret,),
            slot=min(free),
            created_at=now,
            updated_at=now,
            progress=Progress(cursor=self.ports.index.feed_position(now - self.hold)),
        )

    async def _replaced(
        self, before: Webhook, url: str, types: tuple[str, ...], precondition: Precondition
    ) -> Webhook:
        if (before.url, before.types) == (url, types):
            return before

        def step(webhook: Webhook) -> Webhook:
            if (webhook.url, webhook.types) == (url, types):
                return webhook
            precondition(webhook)
            return steps.redirected(webhook, url, types, self.clock.now())

        webhook = await change(self.ports.webhooks, before.key, step)
        if webhook is None:
            raise ConcurrencyConflict  # deleted in between
        await self.wakes.changed(before.key)
        return webhook

    def shown(self, webhook: Webhook) -> JsonObject:
        """The representation. `delivery` changes all the time, so the etag leaves it out."""
        former = [each.until for each in valid(webhook, self.clock.now())[1:] if each.until]
        settled: JsonObject = {
            "id": webhook.key.webhook_id,
            "partnerId": webhook.key.partner_id,
            "url": webhook.url,
            "types": list(webhook.types),
            "status": webhook.status.value,
            "reason": webhook.reason,
            "allowedRate": webhook.rate,
            "formerSecretUntil": rfc3339(former[0]) if former else None,
            "createdAt": rfc3339(webhook.created_at),
            "updatedAt": rfc3339(webhook.updated_at),
        }
        progress = webhook.progress
        times = {
            "failingSince": progress.failing_since,
            "lastSuccessAt": progress.last_success_at,
            "nextAttemptAt": progress.next_attempt_at,
        }
        delivery: JsonObject = {
            **{name: rfc3339(at) if at else None for name, at in times.items()},
            "attempts": progress.attempts,
            "lastError": progress.last_error,
        }
        return {**settled, "delivery": delivery, "etag": etag_of(settled)}
