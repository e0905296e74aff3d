"""What operators see of sweeps, findings and checkpoints."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import batched
from typing import Final

from shared.canonical import JsonObject
from shared.clock import rfc3339
from shared.errors import NotFound
from shared.proving.checkpoints import leaf_document
from shared.proving.history import Leaf
from shared.services.listing import ROUNDS, collect
from shared.services.partner_names import Names, PartnerNames, ids_in, named
from shared.services.ports.findings import Finding, FindingStatus, FindingStore
from shared.services.ports.sweeps import CheckpointStore, Sweep, SweepStatus, SweepStore, Tally
from shared.services.ports.values import Page, Stored
from shared.services.sweeping.finishing import done_of, total

_BULK: Final = 200
"""The least that one read of findings fetches, where most may be of other kinds and tenants."""

_AT_ONCE: Final = 16
"""Findings of a sweep that are read at the same time."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which findings are asked for; None for any."""

    kind: str | None = None
    status: FindingStatus | None = None
    tenant_id: str | None = None

    def lets(self, finding: Finding) -> bool:
        """Whether the finding matches the filter."""
        return (
            self.kind in {None, finding.kind}
            and self.status in {None, finding.status}
            and self.tenant_id in {None, finding.tenant_id}
        )


@dataclass(frozen=True, slots=True)
class SweepQueries:
    """Reads."""

    sweeps: SweepStore
    findings: FindingStore
    checkpoints: CheckpointStore
    names: PartnerNames

    async def sweep(self, sweep_id: str) -> JsonObject:
        """One sweep with its progress. Raises NotFound."""
        stored = await self._sweep(sweep_id)
        return await self.shown(stored.value)

    async def shown(self, sweep: Sweep) -> JsonObject:
        """A sweep; the numbers of a running one are those of its shards by now."""
        tally, done = sweep.tally, sweep.done
        if sweep.status is SweepStatus.RUNNING:
            shards = [each.value for each in await self.sweeps.shards(sweep.id)]
            tally, done = total(shards), done_of(shards)
        return _sweep(sweep, tally, done)

    async def page(self, after: str | None, limit: int) -> Page[JsonObject]:
        """Sweeps, newest first."""
        page = await self.sweeps.list(after, limit)
        return Page(tuple([await self.shown(each.value) for each in page.items]), page.after)

    async def findings_of(self, sweep_id: str, after: str | None, limit: int) -> Page[JsonObject]:
        """The findings of one sweep as they are now, without pruned ones. Raises NotFound."""
        await self._sweep(sweep_id)
        page = await self.sweeps.seen(sweep_id, after, limit)
        found: list[Finding] = []
        for some in batched(page.items, _AT_ONCE, strict=False):
            read = await asyncio.gather(*(self.findings.get(finding_id) for finding_id, _ in some))
            found += [each.value for each in read if each]
        return Page(await self._shown(found), page.after)

    async def all_findings(self, wanted: Filter, after: str | None, limit: int) -> Page[JsonObject]:
        """Findings of all sweeps, the newest first; of one status without a look at others."""
        page = await collect(
            partial(self.findings.list, status=wanted.status),
            lambda stored: stored.value if wanted.lets(stored.value) else None,
            lambda stored: stored.value.position,
            after,
            limit,
            at_once=_BULK,
            rounds=ROUNDS,
        )
        return Page(await self._shown(page.items), page.after)

    async def finding(self, finding_id: str) -> JsonObject:
        """One finding. Raises NotFound."""
        stored = await self.findings.get(finding_id)
        if stored is None:
            raise NotFound
        (shown,) = await self._shown([stored.value])
        return shown

    async def _shown(self, findings: Sequence[Finding]) -> tuple[JsonObject, ...]:
        """With the partners that they name, as they are called now."""
        names = await self.names.of(each for one in findings for each in _ids(one))
        return tuple(_finding(each, names) for each in findings)

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
        """Leaves in the order of the tree; none when they were pruned. Raises NotFound."""
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


def _ids(finding: Finding) -> frozenset[str]:
    return ids_in(finding.tenant_id, finding.key, json.dumps(finding.detail))


def _finding(finding: Finding, names: Names) -> JsonObject:
    return {
        "id": finding.id,
        "kind": finding.kind,
        "severity": finding.severity,
        "tenantId": finding.tenant_id,
        "partners": named(names, _ids(finding)),
        "key": finding.key,
        "detail": finding.detail,
        "repaired": finding.repaired,
        "firstSeenAt": rfc3339(finding.first_seen_at),
        "lastSeenAt": rfc3339(finding.last_seen_at),
        "status": finding.status.value,
    }
