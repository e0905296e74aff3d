"""Reads that many ask for at once: one for all who wait, and nobody gets what is older than asked.

    A asks ── read ──────────────> A
        B, C ask ─ ─ ─ (wait) ─ ─ ─ ─ ── read ──────────────> B, C

What another process wrote before somebody asked is seen, as by a read of one's own; nothing is
kept.
"""

import asyncio
from collections.abc import Awaitable, Callable


class SharedReads[K, V]:
    """Reads by key, at most one at a time for each."""

    def __init__(self, read: Callable[[K], Awaitable[V]]) -> None:
        """`read` asks the storage."""
        self._read = read
        self._sent: dict[K, asyncio.Task[V]] = {}
        self._waiting: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K) -> V:
        """What is stored, read after this was called. Raises what `read` raises."""
        task = self._waiting.get(key)
        if task is None:
            task = asyncio.create_task(self._next(key, self._sent.get(key)))
            self._waiting[key] = task
        return await asyncio.shield(task)  # whoever gives up leaves it to the others

    async def _next(self, key: K, before: asyncio.Task[V] | None) -> V:
        if before is not None:
            await asyncio.wait({before})
        self._sent[key] = self._waiting.pop(key)
        try:
            return await self._read(key)
        finally:
            del self._sent[key]
