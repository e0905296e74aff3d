"""Proofs that a checkpoint holds a tenant's ledger: what a customer verifies without us."""

from dataclasses import dataclass

from shared.canonical import JsonObject
from shared.errors import NotFound
from shared.proving.checkpoints import Checkpoint, Path, leaf_bytes, leaf_hash, proof_document
from shared.proving.history import Leaf
from shared.services.ports.sweeps import CheckpointStore, SweepStore


@dataclass(frozen=True, slots=True)
class Proofs:
    """Makes proofs on request, from the leaves that a sweep stored."""

    checkpoints: CheckpointStore
    sweeps: SweepStore

    async def proof(self, tenant_id: str, checkpoint_id: str | None) -> JsonObject:
        """Of the newest checkpoint unless another one is named.

        Raises NotFound when there is none, when the tenant is not in it, and when its leaves are
        not kept any more. Goes through the leaves twice, at most: 5,000 in a read.
        """
        checkpoint = await self._checkpoint(checkpoint_id)
        index, leaf = await self._place(tenant_id, checkpoint)
        path = Path(index, checkpoint.size)
        async for one in self.sweeps.leaves(checkpoint.id):
            path.add(leaf_hash(leaf_bytes(one)))
        nodes = path.nodes()
        if nodes is None:
            raise NotFound
        return proof_document(checkpoint, leaf, index, nodes)

    async def _checkpoint(self, checkpoint_id: str | None) -> Checkpoint:
        if checkpoint_id:
            found = await self.checkpoints.get(checkpoint_id)
        else:
            newest = await self.checkpoints.list(None, 1)
            found = next(iter(newest.items), None)
        if found is None:
            raise NotFound
        return found

    async def _place(self, tenant_id: str, checkpoint: Checkpoint) -> tuple[int, Leaf]:
        index = 0
        async for leaf in self.sweeps.leaves(checkpoint.id):
            if leaf.tenant_id == tenant_id:
                return index, leaf
            index += 1
        raise NotFound
