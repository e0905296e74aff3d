"""The minute's round over all webhooks: wakes those that wait, keeps secrets in order."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from shared.clock import Clock
from shared.errors import ConcurrencyConflict
from shared.services.ports import Ports
from shared.services.ports.values import StorageError, items
from shared.services.ports.webhooks import SealedSecret, Wake, Webhook
from shared.services.webhooks.deliveries import Deliveries
from shared.services.webhooks.messenger import owner, valid
from shared.services.webhooks.signing import SealBroken, Sealer
from shared.services.webhooks.steps import change

log = logging.getLogger(__name__)

_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Makes up for messages that were lost or never put."""

    ports: Ports
    deliveries: Deliveries
    sealer: Sealer
    clock: Clock

    async def run(self) -> int:
        """Wakes what waits; how many. A failing webhook stops no other. Raises StorageError."""
        count = 0
        async for stored in items(self.ports.webhooks.all, _PAGE):
            webhook = stored.value
            try:
                count += await self._tended(webhook)
            except (StorageError, ConcurrencyConflict) as error:
                partner_id, webhook_id = webhook.key
                extra = {"partner": partner_id, "webhook": webhook_id}
                failed = {**extra, "error": type(error).__name__}
                log.warning("webhook.upkeep-failed", extra=failed)
        return count

    async def _tended(self, webhook: Webhook) -> bool:
        """Whether it was woken."""
        if self._untidy(webhook):
            await change(self.ports.webhooks, webhook.key, self._tidied)
        if not await self.deliveries.waiting(webhook):
            return False
        await self.ports.waker.wake(Wake(webhook.key), timedelta())
        return True

    def _untidy(self, webhook: Webhook) -> bool:
        """Whether a secret has run out, or lies under a key that is about to go."""
        fresh = len(valid(webhook, self.clock.now())) == len(webhook.secrets)
        return not fresh or any(self.sealer.stale(each.sealed) for each in webhook.secrets)

    def _tidied(self, webhook: Webhook) -> Webhook | None:
        if not self._untidy(webhook):
            return None
        kept = valid(webhook, self.clock.now())
        return replace(webhook, secrets=tuple(self._resealed(webhook, each) for each in kept))

    def _resealed(self, webhook: Webhook, secret: SealedSecret) -> SealedSecret:
        if not self.sealer.stale(secret.sealed):
            return secret
        try:
            opened = self.sealer.open(secret.sealed, owner(webhook.key))
        except SealBroken:
            return secret  # Its key is lost, or not here yet: an attempt says so, to its owner.
        return replace(secret, sealed=self.sealer.seal(opened, owner(webhook.key)))
