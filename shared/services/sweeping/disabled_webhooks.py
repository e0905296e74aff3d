"""Findings about webhooks that were disabled, which no tenant's ledger shows."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from shared.proving.problems import Problem
from shared.services.findings import Recorder, disabled
from shared.services.ports.sweeps import Sweep
from shared.services.ports.values import items
from shared.services.ports.webhooks import WebhookStatus, WebhookStore

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class DisabledWebhooks:
    """Goes through all webhooks when a sweep ends; ten a partner are the most."""

    webhooks: WebhookStore
    recorder: Recorder

    async def report(self, sweep: Sweep) -> None:
        """Raises StorageError; repeating is safe."""
        async for problem in self._problems(sweep):
            await self.recorder.record(sweep.id, problem, repaired=False)

    async def _problems(self, sweep: Sweep) -> AsyncIterator[Problem]:
        async for stored in items(self.webhooks.all, _PAGE):
            webhook = stored.value
            covered = sweep.customer_id in {None, webhook.key.partner_id}
            if covered and webhook.status is WebhookStatus.DISABLED:
                yield disabled(webhook)
