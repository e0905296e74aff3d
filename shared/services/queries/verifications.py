"""Verification of a ledger, some entries a request: the answer says where the next one goes on.

    first request   reads the head: its last entry is what is verified, whatever is written later
    each request    follows the chain from where the last one ended, a thousand entries at most
    last request    ends at that entry, or at the first break, and gives the verdict

What a request hands to the next lies in the caller's hands meanwhile: a forged one would make a
verdict out of entries that nobody read. So it names the person, and goes into a page token, which
is sealed for the person's tenant and this ledger.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.canonical import JsonObject
from shared.clock import rfc3339
from shared.model.ledger import Break, Chain
from shared.model.state import Head
from shared.services.ports.tenants import TenantStore
from shared.services.ports.values import Undecodable
from shared.services.queries.ledgers import PAGE_BYTES, head_of


@dataclass(frozen=True, slots=True)
class Verification:
    """How far a verification came, and the verdict once it has one."""

    head: Head
    chain: Chain
    complete: bool

    def shown(self) -> JsonObject:
        """`valid` is null until the verdict is known; it is final."""
        found = self.chain.first_break
        return {
            "customerId": self.head.id,
            "verifiedThrough": self.chain.sequence,
            "head": {"sequence": self.head.sequence, "hash": self.head.hash},
            "complete": self.complete,
            "valid": found is None if self.complete else None,
            "firstBreak": {"sequence": found.sequence, "kind": found.kind, "detail": found.detail}
            if found
            else None,
        }


@dataclass(frozen=True, slots=True)
class Verifications:
    """Verifies ledgers. Nothing is stored for a verification under way."""

    tenants: TenantStore

    async def begin(self, tenant_id: str, limit: int, *, own: bool) -> Verification:
        """The first `limit` entries of the ledger as it is now."""
        head = await head_of(self.tenants, tenant_id, own=own)
        return await self._follow(head, Chain(head.id), limit)

    async def go_on(
        self, tenant_id: str, person: str, position: str, limit: int
    ) -> Verification | None:
        """The next `limit` entries; None for a position that was given to somebody else.

        `position` is one that `position_of` gave of this tenant's ledger, and nothing else.
        """
        sequence, digest, at, newest, head_digest, whose = position.split("|", 5)
        if whose != person:
            return None
        head = Head(tenant_id, sequence=int(newest), hash=head_digest)
        chain = Chain(tenant_id, int(sequence), digest, datetime.fromisoformat(at))
        return await self._follow(head, chain, limit)

    async def _follow(self, head: Head, chain: Chain, limit: int) -> Verification:
        """The chain up to `head`: what was committed after the head was read is not looked at."""
        size = 0
        last = min(head.sequence, chain.sequence + limit)
        try:
            async for entry in self.tenants.entries(head.id, chain.sequence, at_once=limit):
                if entry.sequence > head.sequence:
                    break
                followed = chain.follow(entry)
                if followed.first_break:
                    return _ended(head, chain, followed.first_break)
                chain = followed
                size += len(entry.encode())
                if chain.sequence < head.sequence and (
                    chain.sequence == last or size >= PAGE_BYTES
                ):
                    return Verification(head, chain, complete=False)
        except Undecodable:
            detail = "the entry is not one that this system writes"
            return _ended(head, chain, Break(chain.sequence + 1, "hash-mismatch", detail))
        return _ended(head, chain, chain.ends_elsewhere(head))


def position_of(reached: Verification, person: str) -> str | None:
    """Where it goes on, for that person alone; None where there is a verdict."""
    chain, head = reached.chain, reached.head
    if reached.complete or chain.at is None:
        return None
    at = rfc3339(chain.at)
    return f"{chain.sequence}|{chain.hash}|{at}|{head.sequence}|{head.hash}|{person}"


def _ended(head: Head, whole: Chain, found: Break | None) -> Verification:
    return Verification(head, replace(whole, first_break=found), complete=True)
