"""Deliveries: each webhook follows its partner's feed, in order, at least once.

    process A                     process B
    turn := A, cursor 7
    POST event 8 … 200
    cursor := 8 (turn is A?)
    POST event 9 …                turn is A's, still fresh: nothing to do
      (dies)
                                  later: turn has run out; turn := B
                                  POST event 9 … 200, once more perhaps
                                  cursor := 9

The cursor stands in the webhook's row and moves under its ETag after the receiver's answer, so a
message that is lost, doubled or late changes nothing but when.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.errors import ConcurrencyConflict
from shared.services.active_partners import ActivePartners
from shared.services.ports import Ports
from shared.services.ports.index import FeedRow
from shared.services.ports.webhooks import (
    DisabledReporter,
    Wake,
    Webhook,
    WebhookKey,
    WebhookStatus,
)
from shared.services.webhooks import attempts as policy
from shared.services.webhooks import steps
from shared.services.webhooks.attempts import Consent, Verdict
from shared.services.webhooks.dead import DeadEvents
from shared.services.webhooks.messenger import Messenger
from shared.services.webhooks.shares import Returns, Shares
from shared.services.webhooks.steps import Attempt, change, in_turn

log = logging.getLogger(__name__)

_AT_ONCE: Final = timedelta()


class NotDelivered(Exception):
    """One event by itself was not taken; the queue tries it again."""


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Delivers. `hold` keeps a feed's events back until none can appear before them.

    A partner has its share of this process and no more; what comes beyond it comes again later,
    and once: of many wakes of a webhook one goes round.
    """

    ports: Ports
    messenger: Messenger
    standing: ActivePartners
    shares: Shares
    returns: Returns
    dead: DeadEvents
    reporter: DisabledReporter
    clock: Clock
    random: Random
    hold: timedelta

    async def deliver(self, wake: Wake) -> None:
        """What a message of the queue asks for.

        Raises StorageError, NotDelivered, or ConcurrencyConflict for an event by itself that has
        to wait for others of its partner's.
        """
        with self.shares.taken(wake.key.partner_id) as room:
            if room:
                await self._deliver(wake)
            elif wake.event_id is not None:
                raise ConcurrencyConflict  # Its message says whose replay it is: it is put off.
            elif not self.returns.coming(wake.key):
                began, delay = self.clock.monotonic(), policy.crowded(self.random.random())
                await self.ports.waker.wake(wake, delay)
                self.returns.put(wake.key, began, delay)

    async def _deliver(self, wake: Wake) -> None:
        if wake.after is not None and wake.event_id is not None:
            await self._one_alone(wake.key, wake.after, wake.event_id)
            return
        turn = self.random.randbytes(8).hex()
        begun = await self._begin(wake.key, turn)
        if begun is None:
            return
        webhook, rows = begun
        if webhook.status is WebhookStatus.PENDING:
            await self._introduce(webhook, turn)
        else:
            await self._round(webhook, turn, rows)
        await self._go_on(wake.key)

    async def waiting(self, webhook: Webhook) -> bool:
        """Whether the webhook has something to deliver now."""
        if steps.waits(webhook, self.clock.now()):
            return False
        return webhook.status is WebhookStatus.PENDING or bool(await self._rows(webhook, 1))

    async def _rows(self, webhook: Webhook, limit: int) -> tuple[FeedRow, ...]:
        until = self.clock.now() - self.hold
        cursor = webhook.progress.cursor
        page = await self.ports.index.feed(webhook.key.partner_id, cursor, limit, until=until)
        return page.items

    async def _begin(
        self, key: WebhookKey, turn: str
    ) -> tuple[Webhook, tuple[FeedRow, ...]] | None:
        """Takes the turn; the webhook, and the events behind its cursor."""
        stored = await self.ports.webhooks.get(key)
        if stored is None or steps.waits(stored.value, self.clock.now()):
            return None
        seen = stored.value
        rows = await self._rows(seen, policy.PER_ROUND)
        if not rows and seen.status is WebhookStatus.ACTIVE:
            return None
        if not await self.standing.stands(key.partner_id):
            return None  # a suspended partner is told nothing; its cursor stays

        def step(webhook: Webhook) -> Webhook | None:
            if webhook.progress.turn == turn:
                return webhook
            # Whoever was here in between has delivered what was read, or asked somebody else.
            return steps.begun(webhook, turn, self.clock.now()) if webhook == seen else None

        webhook = await change(self.ports.webhooks, key, step)
        return (webhook, rows) if webhook else None

    async def _introduce(self, webhook: Webhook, turn: str) -> None:
        told = await self.messenger.handshake(webhook)
        if not isinstance(told, Consent):
            await self._fail(webhook, turn, told, None)
            return
        agreed, now = told, self.clock.now()

        def step(current: Webhook) -> Webhook:
            return steps.ended(steps.proven(current, agreed, now), None, None)

        await change(self.ports.webhooks, webhook.key, in_turn(turn, step))

    async def _round(self, webhook: Webhook, turn: str, rows: tuple[FeedRow, ...]) -> None:
        room, rest = policy.pace(webhook.rate)
        end = self.clock.monotonic() + policy.ROUND.total_seconds()
        position: str | None = None
        sent = 0
        for row in rows:
            began = self.clock.monotonic()
            if sent == room or began >= end:
                break
            if wanted(webhook, row.event):
                if not await self._one(webhook, turn, row):
                    return
                sent += 1
                if self.clock.monotonic() - began > policy.SLOW:
                    end = began
            position = row.position
        until = self.clock.now() + rest if sent and rest else None

        def step(current: Webhook) -> Webhook:
            return steps.ended(current, position, until)

        await change(self.ports.webhooks, webhook.key, in_turn(turn, step))

    async def _one(self, webhook: Webhook, turn: str, row: FeedRow) -> bool:
        """Whether the event was taken, and the turn is still ours."""
        attempt = await self.messenger.deliver(webhook, row.event)
        if attempt.verdict is not Verdict.DELIVERED:
            await self._fail(webhook, turn, attempt, row)
            return False

        now = self.clock.now()

        def step(current: Webhook) -> Webhook:
            return steps.succeeded(current, row.position, now)

        return await change(self.ports.webhooks, webhook.key, in_turn(turn, step)) is not None

    async def _fail(
        self, webhook: Webhook, turn: str, attempt: Attempt, row: FeedRow | None
    ) -> None:
        now, chance = self.clock.now(), self.random.random()
        position = row.position if row else None

        def failed(current: Webhook) -> Webhook:
            return steps.failed(current, attempt, position, now, chance)

        step = in_turn(turn, failed)
        stored = await self.ports.webhooks.get(webhook.key)
        coming = step(stored.value) if stored else None
        if stored is None or coming is None:
            return
        # Told before it is stored: told twice is better than never.
        if row and coming.progress.cursor == row.position:
            await self.dead.bury(stored.value, row.event, attempt)
        if coming.status is WebhookStatus.DISABLED:
            await self.reporter.webhook_disabled(coming)
        await change(self.ports.webhooks, webhook.key, step)

    async def _go_on(self, key: WebhookKey) -> None:
        """Puts the message that goes on: at once, or when the next attempt is due."""
        stored = await self.ports.webhooks.get(key)
        if stored is None:
            return
        now, due = self.clock.now(), stored.value.progress.next_attempt_at
        if due is not None and due > now:
            if stored.value.status is not WebhookStatus.DISABLED:
                await self.ports.waker.wake(Wake(key), due - now)
        elif await self.waiting(stored.value):
            await self.ports.waker.wake(Wake(key), _AT_ONCE)

    async def _one_alone(self, key: WebhookKey, after: str, event_id: str) -> None:
        """A dead letter that was put back: that event, out of order."""
        stored = await self.ports.webhooks.get(key)
        if stored is None:
            return  # Its owner deleted it, and wants nothing any more.
        if not await self.standing.stands(key.partner_id):
            raise NotDelivered("the partner is suspended")
        now: datetime = self.clock.now()
        page = await self.ports.index.feed(key.partner_id, after, policy.PER_ROUND, until=now)
        event = next((row.event for row in page.items if row.event["id"] == event_id), None)
        if event is None or stored.value.status is not WebhookStatus.ACTIVE:
            raise NotDelivered("there is no such event, or the webhook is not active")
        attempt = await self.messenger.deliver(stored.value, event)
        if attempt.verdict is Verdict.GONE:
            await change(self.ports.webhooks, key, lambda webhook: steps.gone(webhook, now))
        if attempt.verdict is not Verdict.DELIVERED:
            raise NotDelivered(attempt.error)


def wanted(webhook: Webhook, event: JsonObject) -> bool:
    """Whether the webhook asks for events of this type."""
    return not webhook.types or event["type"] in webhook.types
