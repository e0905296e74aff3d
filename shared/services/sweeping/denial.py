"""Denial: whether a tenant's ledger requires a row that exists elsewhere in its name."""

from dataclasses import dataclass, field

from shared.proving.history import Leaf
from shared.services.ports.sweeps import SweepStore
from shared.services.ports.values import Undecodable
from shared.services.sweeping.comparing import place_of
from shared.services.sweeping.reader import Reader
from shared.services.sweeping.references import Reference, owner, references
from shared.services.sweeping.shard_job import Job
from shared.services.views import Views


@dataclass(frozen=True, slots=True)
class Witness:
    """Asks the tenant's replayed ledger.

    Where the ledger is broken or was cut back, nothing is denied: what points to the tenant from
    elsewhere is then evidence of what was there.
    """

    reader: Reader
    sweeps: SweepStore
    views: Views
    given_up: set[str] = field(default_factory=set[str])
    """Tenants too large to be read alone, which is not tried for each of their rows."""

    async def denies(self, job: Job, reference: Reference) -> bool:
        """Whether the whole ledger of its tenant, read alone, asks for nothing like it."""
        tenant_id = owner(reference)
        if tenant_id in self.given_up:
            return False
        try:
            leaf = await self._leaf(job.sweep.previous_checkpoint_id, tenant_id)
        except Undecodable:
            await job.miss(tenant_id)  # What the ledger was is not known: nothing is given away.
            return False
        read = await self.reader.alone(tenant_id, leaf)
        if read is None or not read.examined.whole:
            await job.miss(tenant_id, busy=read is None)
            if read and read.given_up:
                self.given_up.add(tenant_id)
            return False
        place = place_of(reference)
        every = references(read, self.views)
        return all(place_of(each) != place for each in every)

    async def _leaf(self, checkpoint_id: str | None, tenant_id: str) -> Leaf | None:
        if checkpoint_id is None:
            return None
        async for leaf in self.sweeps.leaves(checkpoint_id, tenant_id[:-1]):
            if leaf.tenant_id >= tenant_id:
                return leaf if leaf.tenant_id == tenant_id else None
        return None
