"""Through the table `index`: behind each row that somebody lists, and each feed, is a tenant."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from shared.canonical import JsonObject
from shared.proving.problems import Problem, ProblemKind
from shared.services.ports.index import IndexKey, IndexKind, IndexRow, IndexStore
from shared.services.ports.scanning import IndexValue, Marked, Scanned, Scanner
from shared.services.ports.sweeps import ROW, Part
from shared.services.ports.tenants import TenantStore
from shared.services.ports.values import StorageError, Undecodable
from shared.services.sweeping.comparing import place_of
from shared.services.sweeping.denial import Witness
from shared.services.sweeping.reader import PAGE
from shared.services.sweeping.references import STORED, followed, listed, listings
from shared.services.sweeping.shard_job import Job, Step, place_of_row


@dataclass(frozen=True, slots=True)
class IndexRows:
    """Shards of the table `index`."""

    scanner: Scanner
    tenants: TenantStore
    index: IndexStore
    witness: Witness
    page: int = PAGE

    async def steps(self, job: Job) -> AsyncIterator[Step]:
        """See `Work.steps`."""
        partition = ""
        async for page in self.scanner.index(job.shard.rest, self.page):
            for row in page:
                if partition not in {"", row.partition}:
                    yield Step(partition)
                partition = row.partition
                async with job.guarding("", place_of_row(row)):
                    if job.shard.part is Part.INDEX_COMPARED:
                        await self._compare(job, row)
                    else:
                        await self._count(job, row)
            if page:
                yield Step(f"{partition}{ROW}{page[-1].row}")
        if partition:
            yield Step(partition)

    async def _count(self, job: Job, row: Scanned[IndexValue]) -> None:
        job.rows += 1
        match row.value:
            case Undecodable():
                await job.unreadable(row, "index")
            case IndexRow() as value:
                job.sums.remove(listed(value, row.body))
            case Marked() as value:
                job.sums.remove(followed(value))

    async def _compare(self, job: Job, row: Scanned[IndexValue]) -> None:
        match row.value:
            case IndexRow() as value if value.key.customer_id in job.wanted:
                await self._compare_row(job, value, row)
            case Marked() as value if value.customer_id in job.wanted:
                await self._compare_mark(job, value)
            case _:
                return

    async def _compare_mark(self, job: Job, stored: Marked) -> None:
        """A mark that its ledger asks for is compared there."""
        try:
            head = await self.tenants.head(stored.customer_id)
        except Undecodable:
            return  # Reported where it lies.
        reference = followed(stored)
        known = head is not None and head.value.of(stored.partner_id).known
        if known or not await self.witness.denies(job, reference):
            return
        detail: JsonObject = {"partnerId": stored.partner_id, "n": stored.mark.n}
        place = place_of(reference)
        await job.report(Problem(ProblemKind.COUNTER_WRONG, stored.customer_id, place, detail))

    async def _compare_row(self, job: Job, value: IndexRow, row: Scanned[IndexValue]) -> None:
        key = value.key
        reference = listed(value, row.body)
        if await self._backed(key) or not await self.witness.denies(job, reference):
            return
        detail: dict[str, object] = {"partnerId": key.partner_id, "row": value.body}
        problem = Problem(ProblemKind.INDEX_ORPHAN, key.customer_id, place_of(reference), detail)
        await job.repairing(problem, lambda: self._delete(key, row.etag))

    async def _backed(self, key: IndexKey) -> bool:
        """Whether the tenant has what is listed, and where that is listed."""
        try:
            if kind := STORED.get(key.kind):
                stored = await self.tenants.row(key.customer_id, (kind, key.item_id))
                return stored is not None and key in listings(stored.value)
            head = await self.tenants.head(key.customer_id)
        except Undecodable:
            return True  # Reported where it lies.
        if head is None or key.item_id != key.customer_id:
            return False
        if key.kind is IndexKind.PARTNER:
            return head.value.partner is not None
        known = head.value.of(key.partner_id)
        return bool(known.relationship or known.invited)

    async def _delete(self, key: IndexKey, etag: str) -> bool:
        """Nothing is lost: the index is made from ledgers, and this one has no such thing."""
        try:
            await self.index.delete(key, etag)
        except StorageError:
            return False
        return True
