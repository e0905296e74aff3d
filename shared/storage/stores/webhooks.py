"""The `WebhookStore` port over a `Table`, and the `Waker` over a queue."""

import math
from datetime import timedelta

from shared.services.ports.queues import Queue
from shared.services.ports.values import GuardFailed, Page, Stored
from shared.services.ports.webhooks import Wake, Webhook, WebhookKey
from shared.services.queues.internal_messages import wake_text
from shared.storage.encoding.codec.webhooks import decode_webhook, encode_webhook
from shared.storage.encoding.fields import VERSION, readable
from shared.storage.encoding.keys import webhooks as keys
from shared.storage.engine.queues import Queues
from shared.storage.engine.table import Delete, Entity, Insert, Replace, Slice, Table


class TableWebhookStore:
    """Webhooks; a row beside each takes one of its partner's few slots."""

    def __init__(self, table: Table) -> None:
        """`table` is `operations`."""
        self._table = table

    async def get(self, key: WebhookKey) -> Stored[Webhook] | None:
        """See the port."""
        entity = await self._table.get(keys.webhook(key))
        return entity and _stored(entity)

    async def add(self, webhook: Webhook) -> None:
        """See the port."""
        slot = keys.webhook_slot(webhook.key.partner_id, webhook.slot)
        await self._table.transact(
            [
                Insert(keys.webhook(webhook.key), encode_webhook(webhook)),
                Insert(slot, {"v": VERSION}),
            ]
        )

    async def replace(self, webhook: Webhook, etag: str) -> None:
        """See the port."""
        place = keys.webhook(webhook.key)
        await self._table.transact([Replace(place, encode_webhook(webhook), etag)])

    async def remove(self, webhook: Webhook, etag: str) -> None:
        """See the port. The slot costs one point read."""
        slot = await self._table.get(keys.webhook_slot(webhook.key.partner_id, webhook.slot))
        if slot is None:
            raise GuardFailed(f"webhook {webhook.key.webhook_id} is gone")
        await self._table.transact(
            [Delete(keys.webhook(webhook.key), etag), Delete(slot.key, slot.etag)]
        )

    async def of(self, partner_id: str, after: str | None, limit: int) -> Page[Stored[Webhook]]:
        """See the port."""
        span = keys.webhooks_of(partner_id, after)
        found = await self._table.range(keys.WEBHOOKS, span, limit)
        last = keys.webhook_key(found.entities[-1].key).webhook_id if found.more else None
        return _page(found, last)

    async def all(self, after: str | None, limit: int) -> Page[Stored[Webhook]]:
        """See the port."""
        found = await self._table.range(keys.WEBHOOKS, keys.webhooks(after), limit)
        last = "|".join(keys.webhook_key(found.entities[-1].key)) if found.more else None
        return _page(found, last)


def _page(found: Slice, after: str | None) -> Page[Stored[Webhook]]:
    return Page(readable(found.entities, _stored), after)


def _stored(entity: Entity) -> Stored[Webhook]:
    return Stored(decode_webhook(entity), entity.etag)


class QueueWaker:
    """The `Waker` port over any `Queues`."""

    def __init__(self, queues: Queues) -> None:
        """Wakes through the queue `webhook-deliveries`."""
        self._queues = queues

    async def wake(self, wake: Wake, delay: timedelta) -> None:
        """See `Waker.wake`."""
        seconds = max(math.ceil(delay.total_seconds()), 0)
        await self._queues.put(Queue.WEBHOOK_DELIVERIES, wake_text(wake), seconds)
