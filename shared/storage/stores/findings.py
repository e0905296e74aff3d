"""The `FindingStore` port over the table `operations`."""

from shared.services.ports.findings import Finding, FindingStatus
from shared.services.ports.values import Page, Stored
from shared.storage.encoding.codec import sweeps as codec
from shared.storage.encoding.keys import sweeps as keys
from shared.storage.engine.table import Table
from shared.storage.stores.by_status import ByStatus


class TableFindingStore:
    """What all sweeps found."""

    def __init__(self, table: Table) -> None:
        """`table` is `operations`."""
        self._table = table
        self._findings = ByStatus(
            table, keys.finding, keys.finding_place, codec.encode_finding, codec.decode_finding
        )

    async def get(self, finding_id: str) -> Stored[Finding] | None:
        """See the port."""
        return await self._findings.get(finding_id)

    async def put(self, finding: Finding, previous: Stored[Finding] | None) -> None:
        """See the port."""
        if previous is None:
            await self._table.transact(self._findings.inserting(finding))
        else:
            await self._table.transact(await self._findings.replacing(finding, previous))

    async def restore(self, finding: Finding, etag: str) -> None:
        """See the port."""
        await self._table.transact(await self._findings.restoring(finding, etag))

    async def delete(self, finding: Stored[Finding]) -> None:
        """See the port."""
        await self._table.transact(await self._findings.deleting(finding))

    async def list(
        self, after: str | None, limit: int, *, status: FindingStatus | None = None
    ) -> Page[Stored[Finding]]:
        """See the port."""
        return await self._findings.page([status] if status else [*FindingStatus], after, limit)
