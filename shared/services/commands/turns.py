"""Turns: who writes to a tenant next, of all that this process has to do there (ISO-2).

    A A A A A        A's five commands came first
          B  C       then B's, then C's
    ───────────>     A B C A A A A

One at a time, so that a process never races against itself. Partners have their turns in rounds,
each its own commands in the order in which they came: however many one partner sends for a
customer, another waits for one of them. Whoever lost a race against another process gives its turn
away while it rests, and rests the longer the more of its own are waiting: a crowd comes back as
one.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from weakref import WeakValueDictionary


@dataclass(slots=True, weakref_slot=True)
class _Line:
    """The writers of one tenant. `waiting`: by whose they are, in the order of rounds."""

    busy: bool = False
    waiting: dict[str, deque[asyncio.Future[None]]] = field(
        default_factory=dict[str, deque[asyncio.Future[None]]]
    )

    async def enter(self, owner: str) -> None:
        """Waits for the owner's turn."""
        if not self.busy:
            self.busy = True
            return
        place = asyncio.get_running_loop().create_future()
        self.waiting.setdefault(owner, deque()).append(place)
        try:
            await place
        except asyncio.CancelledError:
            if not place.cancelled():
                self.leave(owner)  # It was called at this very moment: the turn goes on.
            raise

    def leave(self, owner: str) -> None:
        """Calls the first of whoever is next in the round, in which `owner` is last now."""
        if places := self.waiting.pop(owner, None):
            self.waiting[owner] = places
        while self.waiting:
            called = next(iter(self.waiting))
            place = self.waiting[called].popleft()
            if not self.waiting[called]:
                del self.waiting[called]
            if not place.done():
                place.set_result(None)
                return
        self.busy = False


@dataclass(slots=True)
class Turn:
    """One command's turn at its tenant."""

    _line: _Line
    _owner: str
    _held: bool = False

    async def begin(self) -> None:
        """Waits for it."""
        await self._line.enter(self._owner)
        self._held = True

    def end(self) -> None:
        """Gives it away, if it is held."""
        if self._held:
            self._held = False
            self._line.leave(self._owner)

    @property
    def crowd(self) -> int:
        """How many of its owner are here, itself included."""
        return 1 + len(self._line.waiting.get(self._owner, ()))

    async def rest(self, pause: Callable[[int], Awaitable[None]]) -> None:
        """Others have their turns during `pause`, which is told the crowd; then it lines up again.

        Raises what `pause` raises; then it holds none.
        """
        crowd = self.crowd
        self.end()
        await pause(crowd)
        await self.begin()


class Turns:
    """The lines of all tenants; one per process."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._lines: WeakValueDictionary[str, _Line] = WeakValueDictionary()

    def turn(self, tenant_id: str, owner: str) -> Turn:
        """A turn at a tenant, which has not begun."""
        return Turn(self._lines.setdefault(tenant_id, _Line()), owner)
