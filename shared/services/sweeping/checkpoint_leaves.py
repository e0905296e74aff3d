"""Through the leaves of a checkpoint: the last one's must lead to its root, new ones make one.

    leaf leaf … leaf │ leaf leaf … leaf │ leaf …        4,096 to a subtree, in the order of tenants
          root       │       root       │  root         each kept as a row, for proofs
             root    …         root                     and so is each of 512 of those, and so on
                        root

The tree under way is in the shard's state, so a hundred million leaves take some messages more.
Leaves that lead elsewhere were written by somebody else: that is a finding, and stays one.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Final

from shared.canonical import JsonObject
from shared.proving.checkpoints import Forest, SubtreeRoot, Tree, leaf_bytes, leaf_hash
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
        forest, position = Forest(job.state), job.shard.position
        try:
            async for leaf in self.sweeps.leaves(checkpoint_id, position):
                position = leaf.tenant_id
                full = forest.add(leaf_hash(leaf_bytes(leaf)))
                if new:
                    await self._keep(checkpoint_id, full, position)
                if forest.whole.size % _OFTEN == 0:
                    job.state = forest.pack()
                    yield Step(position)
        except Undecodable as error:
            if new:
                raise
            await self._broken(job, checkpoint_id, {"leaves": str(error)})
            return
        job.state = forest.pack()
        if new:
            await self._keep(checkpoint_id, forest.rest(), position)
        else:
            await self._hold(job, checkpoint_id, forest.whole)
        yield Step(position)

    async def _keep(self, checkpoint_id: str, subtrees: Iterable[SubtreeRoot], last: str) -> None:
        """Each ends with the leaf of the same tenant."""
        for kept in subtrees:
            subtree = Subtree(kept.root, last)
            await self.sweeps.add_subtree(checkpoint_id, kept.level, kept.n, subtree)

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
