"""A tenant's ledger: its entries as they were written, and whether they are whole."""

from dataclasses import dataclass
from typing import Final

from shared.canonical import JsonObject
from shared.errors import NotFound
from shared.model.ledger import Break, Chain
from shared.model.state import Head
from shared.services.ports.tenants import TenantStore
from shared.services.ports.values import Page, Undecodable

PAGE_BYTES: Final = 4 * 1024 * 1024
"""A page ends with the entry that reaches this: one entry may have a quarter of a megabyte."""


@dataclass(frozen=True, slots=True)
class LedgerQueries:
    """Reads of ledgers. `own` says that the tenant's own people ask: they always may."""

    tenants: TenantStore

    async def entries(
        self, tenant_id: str, after: int, limit: int, *, own: bool
    ) -> Page[JsonObject]:
        """The documents behind the sequence `after`, complete, so that hashes can be recomputed.

        As many as `limit` and PAGE_BYTES allow, and one at least.
        """
        head = await self._head(tenant_id, own=own)
        found: list[JsonObject] = []
        size = 0
        last = after
        async for entry in self.tenants.entries(tenant_id, after):
            found.append(entry.document)
            size += len(entry.encode())
            last = entry.sequence
            if len(found) == limit or size >= PAGE_BYTES:
                break
        more = last < head.sequence and bool(found)
        return Page(tuple(found), str(last) if more else None)

    async def verification(self, tenant_id: str, *, own: bool) -> JsonObject:
        """The verification: the whole chain, streamed."""
        head = await self._head(tenant_id, own=own)
        chain, unreadable = await self._follow(head)
        found = unreadable or chain.conclude(head).first_break
        return {
            "customerId": tenant_id,
            "entries": chain.entries,
            "head": {"sequence": head.sequence, "hash": head.hash},
            "valid": found is None,
            "firstBreak": {"sequence": found.sequence, "kind": found.kind, "detail": found.detail}
            if found
            else None,
        }

    async def _follow(self, head: Head) -> tuple[Chain, Break | None]:
        """The chain up to `head`: what was committed after the head was read is not looked at."""
        chain = Chain(head.id)
        try:
            async for entry in self.tenants.entries(head.id):
                if entry.sequence > head.sequence:
                    break
                chain = chain.follow(entry)
        except Undecodable:
            detail = "the entry is not one that this system writes"
            return chain, chain.first_break or Break(chain.sequence + 1, "hash-mismatch", detail)
        return chain, None

    async def _head(self, tenant_id: str, *, own: bool) -> Head:
        stored = await self.tenants.head(tenant_id)
        if stored is None and not own:
            raise NotFound
        return stored.value if stored else Head(tenant_id)
