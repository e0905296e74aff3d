"""The `ClaimStore` port over a `Table`: each claim is a partition of its own."""

from shared.model.claims import ClaimKey
from shared.services.ports.claims import Claim
from shared.services.ports.values import Stored
from shared.storage.encoding.codec import claims as codec
from shared.storage.encoding.keys import claims as keys
from shared.storage.engine.table import Delete, Insert, Replace, Table


class TableClaimStore:
    """Ids that exist once in the whole system."""

    def __init__(self, table: Table) -> None:
        """`table` is `claims`."""
        self._table = table

    async def get(self, key: ClaimKey) -> Stored[Claim] | None:
        """See the port."""
        entity = await self._table.get(keys.claim(key))
        return entity and Stored(codec.decode_claim(entity, key), entity.etag)

    async def insert(self, claim: Claim) -> None:
        """See the port."""
        await self._table.transact([Insert(keys.claim(claim.key), codec.encode_claim(claim))])

    async def replace(self, claim: Claim, etag: str) -> None:
        """See the port."""
        await self._table.transact(
            [Replace(keys.claim(claim.key), codec.encode_claim(claim), etag)]
        )

    async def delete(self, key: ClaimKey, etag: str) -> None:
        """See the port."""
        await self._table.transact([Delete(keys.claim(key), etag)])
