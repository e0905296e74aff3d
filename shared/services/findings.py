"""Writes findings: what a sweep meets, and what a command or a webhook reports at once."""

from dataclasses import dataclass

from shared.clock import Clock
from shared.proving.problems import Problem, ProblemKind
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
            now = self.clock.now()
            etag, first_seen_at = None, now
            try:
                if stored := await self.findings.get(problem.id):
                    etag, first_seen_at = stored.etag, stored.value.first_seen_at
            except Undecodable as error:
                etag = error.etag  # Somebody altered the finding: it is written anew.
            finding = Finding(
                id=problem.id,
                kind=problem.kind.value,
                severity=problem.kind.severity.value,
                tenant_id=problem.tenant_id,
                key=problem.key,
                detail=problem.detail,
                repaired=repaired,
                first_seen_at=first_seen_at,
                last_seen_at=now,
                status=FindingStatus.OPEN,
            )
            await self.findings.put(finding, etag)

        await changed(opened, GuardFailed)


def disabled(webhook: Webhook) -> Problem:
    """The finding about it; closed by the first sweep after its partner brought it back."""
    key = f"webhook|{webhook.key.webhook_id}"
    detail = {"reason": webhook.reason, "lastError": webhook.progress.last_error}
    return Problem(ProblemKind.WEBHOOK_DISABLED, webhook.key.partner_id, key, {**detail})
