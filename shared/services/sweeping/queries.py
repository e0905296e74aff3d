"""What operators see of sweeps, findings and checkpoints."""

from dataclasses import dataclass
from typing import Final

from shared.canonical import JsonObject
from shared.clock import rfc3339
from shared.errors import NotFound
from shared.proving.checkpoints import leaf_document
from shared.proving.history import Leaf
from shared.services.listing import ROUNDS, collect
from shared.services.ports.findings import Finding, FindingStore
from shared.services.ports.sweeps import CheckpointStore, Sweep, SweepStatus, SweepStore, Tally
from shared.services.ports.values import Page, Stored
from shared.services.sweeping.finishing import total

_BULK: Final = 200
"""The least that one read of findings fetches, because most may be closed."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which findings are asked for; None for any."""

    kind: str | None = None
    status: str | None = None
    tenant_id: str | None = None

    def lets(self, finding: Finding) -> bool:
        """Whether the finding matches the filter."""
        return (
            self.kind in {None, finding.kind}
            and self.status in {None, finding.status.value}
            and self.tenant_id in {None, finding.tenant_id}
        )


@dataclass(frozen=True, slots=True)
class SweepQueries:
    """Reads."""

    sweeps: SweepStore
    findings: FindingStore
    checkpoints: CheckpointStore

    async def sweep(self, sweep_id: str) -> JsonObject:
        """One sweep with its progress. Raises NotFound."""
        stored = await self._sweep(sweep_id)
        return await self.shown(stored.value)

    async def shown(self, sweep: Sweep) -> JsonObject:
        """A sweep; the numbers of a running one are those of its shards by now."""
        tally, done = sweep.tally, sweep.shards
        if sweep.status is SweepStatus.RUNNING:
            shards = [each.value for each in await self.sweeps.shards(sweep.id)]
            tally, done = total(shards), sum(shard.done for shard in shards)
        return _sweep(sweep, tally, done)

    async def page(self, after: str | None, limit: int) -> Page[JsonObject]:
        """Sweeps, newest first."""
        page = await self.sweeps.list(after, limit)
        return Page(tuple([await self.shown(each.value) for each in page.items]), page.after)

    async def findings_of(self, sweep_id: str, after: str | None, limit: int) -> Page[JsonObject]:
        """The findings of one sweep as they are now, without pruned ones. Raises NotFound."""
        await self._sweep(sweep_id)
        page = await self.sweeps.seen(sweep_id, after, limit)
        found = [await self.findings.get(finding_id) for finding_id, _ in page.items]
        return Page(tuple(_finding(each.value) for each in found if each), page.after)

    async def all_findings(self, wanted: Filter, after: str | None, limit: int) -> Page[JsonObject]:
        """Findings of all sweeps, by id."""

        def show(stored: Stored[Finding]) -> JsonObject | None:
            return _finding(stored.value) if wanted.lets(stored.value) else None

        return await collect(
            self.findings.list,
            show,
            lambda stored: stored.value.id,
            after,
            limit,
            at_once=_BULK,
            rounds=ROUNDS,
        )

    async def checkpoint(self, checkpoint_id: str) -> JsonObject:
        """One checkpoint. Raises NotFound."""
        found = await self.checkpoints.get(checkpoint_id)
        if found is None:
            raise NotFound
        return found.document()

    async def checkpoint_page(self, after: str | None, limit: int) -> Page[JsonObject]:
        """Checkpoints, newest first."""
        page = await self.checkpoints.list(after, limit)
        return Page(tuple(each.document() for each in page.items), page.after)

    async def leaves(self, checkpoint_id: str, after: str | None, limit: int) -> Page[JsonObject]:
        """Leaves in the order of the tree. Raises NotFound, also when they were pruned."""
        if await self.checkpoints.get(checkpoint_id) is None:
            raise NotFound
        found: list[Leaf] = []
        async for leaf in self.sweeps.leaves(checkpoint_id, after or ""):
            if len(found) == limit:
                return Page(tuple(map(leaf_document, found)), found[-1].tenant_id)
            found.append(leaf)
        return Page(tuple(map(leaf_document, found)), None)

    async def _sweep(self, sweep_id: str) -> Stored[Sweep]:
        stored = await self.sweeps.get(sweep_id)
        if stored is None:
            raise NotFound
        return stored


def _sweep(sweep: Sweep, tally: Tally, done: int) -> JsonObject:
    return {
        "id": sweep.id,
        "status": sweep.status.value,
        "customerId": sweep.customer_id,
        "startedAt": rfc3339(sweep.started_at),
        "finishedAt": rfc3339(sweep.finished_at) if sweep.finished_at else None,
        "shards": {"done": done, "total": sweep.shards},
        "tenants": tally.tenants,
        "rows": tally.rows,
        "busy": tally.busy,
        "repaired": tally.repaired,
        "findings": {"byKind": dict(tally.problems)},
        "checkpointId": sweep.checkpoint_id,
    }


def _finding(finding: Finding) -> JsonObject:
    return {
        "id": finding.id,
        "kind": finding.kind,
        "severity": finding.severity,
        "tenantId": finding.tenant_id,
        "key": finding.key,
        "detail": finding.detail,
        "repaired": finding.repaired,
        "firstSeenAt": rfc3339(finding.first_seen_at),
        "lastSeenAt": rfc3339(finding.last_seen_at),
        "status": finding.status.value,
    }
