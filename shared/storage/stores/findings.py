"""The `FindingStore` port over the table `operations`."""

from shared.services.ports.findings import Finding
from shared.services.ports.values import Page, Stored
from shared.storage.encoding.codec import sweeps as codec
from shared.storage.encoding.fields import readable
from shared.storage.encoding.keys import sweeps as keys
from shared.storage.encoding.keys.places import row_id
from shared.storage.engine.table import Delete, Entity, Table, write


class TableFindingStore:
    """What all sweeps found."""

    def __init__(self, table: Table) -> None:
        """`table` is `operations`."""
        self._table = table

    async def get(self, finding_id: str) -> Stored[Finding] | None:
        """See the port."""
        entity = await self._table.get(keys.finding(finding_id))
        return entity and _stored(entity)

    async def put(self, finding: Finding, etag: str | None) -> None:
        """See the port."""
        key = keys.finding(finding.id)
        await self._table.transact([write(key, codec.encode_finding(finding), etag)])

    async def delete(self, finding_id: str, etag: str) -> None:
        """See the port."""
        await self._table.transact([Delete(keys.finding(finding_id), etag)])

    async def list(self, after: str | None, limit: int) -> Page[Stored[Finding]]:
        """See the port."""
        page = await self._table.range(keys.FINDINGS, keys.findings(after), limit)
        found = readable(page.entities, _stored)
        return Page(found, row_id(page.entities[-1].key) if page.more else None)


def _stored(entity: Entity) -> Stored[Finding]:
    return Stored(codec.decode_finding(entity), entity.etag)
