"""Sending one transaction until its outcome is known. Unknown outcomes are settled, not guessed.

    first answer lost   →  the identical transaction again
      ├── success            it had not happened; it has now
      └── guard failed       it happened, or somebody else's did: the ledger entry says whose

While an outcome is unknown the transaction may still be on its way; as long as the head's ETag is
the one it names it can land. So nothing is given up before that ETag is known to be gone.
"""

import asyncio
import logging
from dataclasses import dataclass
from random import Random
from typing import Final

from shared.clock import Clock
from shared.errors import ConcurrencyConflict, OutcomeUnknown, Throttled
from shared.services.ports.tenants import Commit, TenantStore
from shared.services.ports.values import GuardFailed, StorageBusy, StorageDown, WriteUnknown

log = logging.getLogger(__name__)

_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 1.0
_LARGEST_CROWD: Final = 8
_LONGEST_CROWDS_PAUSE: Final = 3.0


@dataclass(frozen=True, slots=True)
class Committer:
    """Commits of any tenant. `random` makes the jitter."""

    tenants: TenantStore
    clock: Clock
    random: Random

    async def commit(self, commit: Commit, command_id: str, deadline: float) -> bool:
        """True when it happened, False when another writer won and nothing did.

        Raises OutcomeUnknown at the deadline, or Throttled when the storage only ever said no.
        """
        attempt = 0
        doubtful = False
        while True:
            try:
                await self.tenants.commit(commit)
            except GuardFailed:
                if not doubtful:
                    return False
                return await self._ours(commit, command_id, deadline)
            except WriteUnknown:
                doubtful, cause = True, "unknown"
            except StorageBusy:
                cause = "busy"
            except StorageDown:
                if not doubtful:
                    raise  # No rights, or no table: nothing was done, and repeating cannot help.
                cause = "down"
            else:
                return True
            attempt += 1
            extra = {"tenant": commit.head.id, "command_id": command_id, "cause": cause}
            log.warning("commit.repeated", extra=extra)
            if not await self._sleep(attempt, deadline):
                raise OutcomeUnknown if doubtful else Throttled

    async def _ours(self, commit: Commit, command_id: str, deadline: float) -> bool:
        """Whether the stored entry is this command's, after a guard failed on a repetition."""
        if commit.entry is None:
            return False  # It only remembered a message; the next load finds it remembered.
        attempt = 0
        while True:
            try:
                entry = await self.tenants.entry(commit.head.id, commit.entry.sequence)
            except (StorageBusy, StorageDown):
                attempt += 1
                if not await self._sleep(attempt, deadline):
                    raise OutcomeUnknown from None
            else:
                return entry is not None and entry.command_id == command_id

    async def pause(self, attempt: int, deadline: float, took: float, crowd: int) -> None:
        """Waits a little, longer each time, and as often as long as there are in the `crowd`.

        A crowd also waits as long as so many attempts take as the one that lost `took`: on a slow
        storage others would meet it at each of theirs. Raises ConcurrencyConflict at the deadline.
        """
        crowd = min(crowd, _LARGEST_CROWD)
        others = min(took * (crowd - 1), _LONGEST_CROWDS_PAUSE)
        if not await self._sleep(attempt, deadline, crowd, others):
            raise ConcurrencyConflict

    async def _sleep(
        self, attempt: int, deadline: float, crowd: int = 1, others: float = 0
    ) -> bool:
        left = deadline - self.clock.monotonic()
        if left <= 0:
            return False
        longest = max(min(_FIRST_PAUSE * crowd * 2**attempt, _LONGEST_PAUSE), others)
        await asyncio.sleep(min(left, self.random.uniform(longest / 4, longest)))
        return True
