"""Through the leaves of a checkpoint: the last one's must lead to its root, new ones make one.

    leaf leaf … leaf │ leaf leaf … leaf │ leaf …        4,096 to a subtree, in the order of tenants
          root       │       root       │  root         each kept as a row, for proofs
                        root

The tree under way is in the shard's state, so a hundred million leaves take some messages more.
Leaves that lead elsewhere were written by somebody else: that is a finding, and stays one.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from shared.canonical import JsonObject
from shared.proving.checkpoints import SUBTREE, Tree, leaf_bytes, leaf_hash
from shared.proving.history import Leaf
from shared.proving.problems import Problem, ProblemKind, checkpoint_place, leaves_place
from shared.services.ports.sweeps import CheckpointStore, Part, Subtree, SweepStore
from shared.services.ports.values import Undecodable
from shared.services.sweeping.shard_job import Job, Step

_OFTEN: Final = 1024
"""Leaves between two steps, at which the work may stop: a part of a subtree."""


@dataclass(frozen=True, slots=True)
class CheckpointLeaves:
    """Shards of leaves."""

    sweeps: SweepStore
    checkpoints: CheckpointStore

    async def steps(self, job: Job) -> AsyncIterator[Step]:
        """See `Work.steps`."""
        new = job.shard.part is Part.NEW_CHECKPOINT
        checkpoint_id = job.sweep.id if new else job.sweep.previous_checkpoint_id
        if checkpoint_id is None:
            return
        whole, part = trees(job.state)
        position, before = job.shard.position, whole.size // SUBTREE
        try:
            async for leaf in self.sweeps.leaves(checkpoint_id, position):
                position = leaf.tenant_id
                part = self._added(leaf, whole, part)
                if whole.size % SUBTREE == 0 and new:
                    subtree = Subtree(part.root(), position)
                    await self.sweeps.add_subtree(checkpoint_id, before, subtree)
                    before += 1
                if whole.size % _OFTEN == 0:
                    job.state = _packed(whole, part)
                    yield Step(position)
        except Undecodable as error:
            if new:
                raise
            await self._broken(job, checkpoint_id, {"leaves": str(error)})
            return
        job.state = _packed(whole, part)
        if not new:
            await self._hold(job, checkpoint_id, whole)
        elif whole.size % SUBTREE:
            await self.sweeps.add_subtree(checkpoint_id, before, Subtree(part.root(), position))
        yield Step(position)

    def _added(self, leaf: Leaf, whole: Tree, part: Tree) -> Tree:
        hashed = leaf_hash(leaf_bytes(leaf))
        if part.size == SUBTREE:
            part = Tree()
        whole.add(hashed)
        part.add(hashed)
        return part

    async def _hold(self, job: Job, checkpoint_id: str, tree: Tree) -> None:
        """What the leaves lead to against what the record says."""
        try:
            checkpoint = await self.checkpoints.get(checkpoint_id)
        except Undecodable:
            checkpoint = None
        if checkpoint is None:
            place = checkpoint_place(checkpoint_id)
            await job.report(Problem(ProblemKind.CHECKPOINT_BROKEN, "", place, {"record": None}))
        elif (checkpoint.size, checkpoint.root) != (tree.size, tree.root().hex()):
            expected: JsonObject = {"size": checkpoint.size, "root": checkpoint.root}
            found: JsonObject = {"size": tree.size, "root": tree.root().hex()}
            await self._broken(job, checkpoint_id, {"expected": expected, "leaves": found})

    async def _broken(self, job: Job, checkpoint_id: str, detail: JsonObject) -> None:
        place = leaves_place(checkpoint_id)
        await job.report(Problem(ProblemKind.CHECKPOINT_BROKEN, "", place, detail))


def trees(state: bytes) -> tuple[Tree, Tree]:
    """The tree of all leaves so far, and the one of the last subtree."""
    length = int.from_bytes(state[:2])
    return Tree.unpack(state[2 : 2 + length]), Tree.unpack(state[2 + length :])


def _packed(whole: Tree, part: Tree) -> bytes:
    packed = whole.pack()
    return len(packed).to_bytes(2) + packed + part.pack()
