"""Writes findings: what a sweep meets, and what is reported at once, such as a dispute."""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.canonical import JsonObject
from shared.clock import Clock, rfc3339
from shared.model.models import Subscription, SubscriptionStatus
from shared.model.state import RowKind
from shared.proving.problems import Problem, ProblemKind, row_place
from shared.services.ports.findings import Finding, FindingStatus, FindingStore
from shared.services.ports.sweeps import SweepStore
from shared.services.ports.values import GuardFailed, Undecodable, changed
from shared.services.ports.webhooks import Webhook


@dataclass(frozen=True, slots=True)
class Recorder:
    """Writes findings. Twice the same is one finding, whoever meets it."""

    findings: FindingStore
    sweeps: SweepStore
    clock: Clock

    async def record(self, sweep_id: str, problem: Problem, *, repaired: bool) -> None:
        """What a sweep met. Raises StorageError; repeating is safe."""
        await self.open(problem, repaired=repaired)
        await self.sweeps.saw(sweep_id, problem.id, problem.kind.value)

    async def open(self, problem: Problem, *, repaired: bool = False) -> None:
        """The finding as it is now, with the time when it was first seen."""

        async def opened() -> None:
            finding = _met(problem, self.clock.now(), repaired=repaired)
            try:
                stored = await self.findings.get(problem.id)
            except Undecodable as error:
                # Somebody altered the finding: it is written anew.
                await self.findings.restore(finding, error.etag)
                return
            if stored:
                finding = replace(finding, first_seen_at=stored.value.first_seen_at)
            await self.findings.put(finding, stored)

        await changed(opened, GuardFailed)


def _met(problem: Problem, now: datetime, *, repaired: bool) -> Finding:
    """The finding about it, as of its first meeting."""
    return Finding(
        id=problem.id,
        kind=problem.kind.value,
        severity=problem.kind.severity.value,
        tenant_id=problem.tenant_id,
        key=problem.key,
        detail=problem.detail,
        repaired=repaired,
        first_seen_at=now,
        last_seen_at=now,
        status=FindingStatus.OPEN,
    )


def disputed(subscription: Subscription) -> Problem | None:
    """SUB-6: what the customer says it never bought, until the operator has annulled it."""
    at, annulled = subscription.disputed_at, subscription.status is SubscriptionStatus.ANNULLED
    if at is None or annulled:
        return None
    place = row_place((RowKind.SUBSCRIPTION, subscription.id))
    detail: JsonObject = {"partnerId": subscription.partner_id, "disputedAt": rfc3339(at)}
    kind = ProblemKind.SUBSCRIPTION_ID_CONTESTED
    return Problem(kind, subscription.customer_id, place, detail)


def disabled(webhook: Webhook) -> Problem:
    """The finding about it; closed by the first sweep after its partner brought it back."""
    key = f"webhook|{webhook.key.webhook_id}"
    detail = {"reason": webhook.reason, "lastError": webhook.progress.last_error}
    return Problem(ProblemKind.WEBHOOK_DISABLED, webhook.key.partner_id, key, {**detail})
