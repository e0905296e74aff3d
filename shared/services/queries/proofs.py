"""Proofs that a checkpoint holds a tenant's ledger: what a customer verifies without us."""

from bisect import bisect_left
from dataclasses import dataclass

from shared.canonical import JsonObject
from shared.errors import NotFound
from shared.proving.checkpoints import (
    FAN,
    SUBTREE,
    Checkpoint,
    audit_path,
    counts,
    leaf_bytes,
    leaf_hash,
    proof_document,
    proven,
)
from shared.proving.history import Leaf
from shared.services.ports.sweeps import CheckpointStore, SweepStore
from shared.services.ports.values import Undecodable


@dataclass(frozen=True, slots=True)
class Proofs:
    """Makes proofs on request, from the leaves that a sweep stored."""

    checkpoints: CheckpointStore
    sweeps: SweepStore

    async def proof(self, tenant_id: str, checkpoint_id: str | None) -> JsonObject:
        """Of the newest checkpoint unless another one is named.

        Raises NotFound when there is none, when the tenant is not in it, and when its leaves are
        not kept any more; Undecodable when they do not lead to its root. Reads one query of
        subtrees for each level, of which another million times as many tenants make one more,
        and one subtree of leaves.
        """
        checkpoint = await self._checkpoint(checkpoint_id)
        n, behind, above = await self._subtree(checkpoint, tenant_id)
        leaves = await self._leaves(checkpoint.id, behind)
        index = bisect_left([leaf.tenant_id for leaf in leaves], tenant_id)
        if index >= len(leaves) or leaves[index].tenant_id != tenant_id:
            raise NotFound
        leaf = leaves[index]
        hashed = [leaf_hash(leaf_bytes(each)) for each in leaves]
        path = (*audit_path(index, hashed), *above)
        place, root = n * SUBTREE + index, bytes.fromhex(checkpoint.root)
        if not proven(hashed[index], place, checkpoint.size, path, root):
            raise Undecodable(f"the leaves of checkpoint {checkpoint.id}")
        return proof_document(checkpoint, leaf, place, path)

    async def _subtree(
        self, checkpoint: Checkpoint, tenant_id: str
    ) -> tuple[int, str, tuple[bytes, ...]]:
        """From the top down to the subtree of the tenant's leaf.

        Its number, the last tenant before it, and the audit path above it.
        """
        n, behind, path = 0, "", ()
        for level in range(len(counts(checkpoint.size)), 0, -1):
            first = n * FAN
            found = await self.sweeps.subtrees(checkpoint.id, level, range(first, first + FAN))
            at = bisect_left([subtree.last for subtree in found], tenant_id)
            if at == len(found):
                raise NotFound
            n, behind = first + at, found[at - 1].last if at else behind
            path = (*audit_path(at, [subtree.root for subtree in found]), *path)
        return n, behind, path

    async def _leaves(self, checkpoint_id: str, behind: str) -> list[Leaf]:
        """Those of one subtree."""
        found: list[Leaf] = []
        async for leaf in self.sweeps.leaves(checkpoint_id, behind):
            found.append(leaf)
            if len(found) == SUBTREE:
                break
        return found

    async def _checkpoint(self, checkpoint_id: str | None) -> Checkpoint:
        if checkpoint_id:
            found = await self.checkpoints.get(checkpoint_id)
        else:
            newest = await self.checkpoints.list(None, 1)
            found = next(iter(newest.items), None)
        if found is None:
            raise NotFound
        return found
