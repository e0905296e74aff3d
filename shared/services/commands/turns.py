"""Turns: who writes to a tenant next, of all that this process has to do there (ISO-2).

    A A A A A        A's five commands came first
          B  C       then B's, then C's
    ───────────>     A B C A A A A

One at a time, so that a process never races against itself. Partners have their turns in rounds,
each its own commands in the order in which they came: however many one partner sends for a
customer, another waits for one of them. Whoever lost a race against another process gives its turn
away while it rests, and none of its partner's has one meanwhile: a crowd rests, and comes back, as
one, and rests the longer the larger it is. Who is no crowd is the next of all when it comes back:
the turn that it lost was none. So is one at a time: where several lose, every second turn at least
goes round, or they would hand the turn to each other while everybody else waits.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from weakref import WeakValueDictionary


@dataclass(slots=True, weakref_slot=True)
class _Line:
    """The writers of one tenant. `waiting`: by whose they are, in the order of rounds.

    `ahead`: who came back before all others, until another one has had a turn.
    """

    busy: bool = False
    ahead: asyncio.Future[None] | None = None
    resting: set[str] = field(default_factory=set[str])
    waiting: dict[str, deque[asyncio.Future[None]]] = field(
        default_factory=dict[str, deque[asyncio.Future[None]]]
    )

    async def enter(self, owner: str, *, first: bool = False) -> None:
        """Waits for the owner's turn; `first` of the owner's, and of all where it is alone."""
        if not self.busy and owner not in self.resting:
            self.busy, self.ahead = True, None
            return
        place = asyncio.get_running_loop().create_future()
        places = self.waiting.setdefault(owner, deque())
        (places.appendleft if first else places.append)(place)
        if first and len(places) == 1 and self.ahead is None:
            self.ahead = place
            self.waiting = {owner: places, **self.waiting}  # The turn that it lost was none.
        try:
            await place
        except asyncio.CancelledError:
            if not place.cancelled():
                self.leave(owner)  # It was called at this very moment: the turn goes on.
            raise

    def leave(self, owner: str) -> None:
        """Gives the turn on; in the round `owner` is the last now."""
        if places := self.waiting.pop(owner, None):
            self.waiting[owner] = places
        self.busy = False
        self.call()

    def call(self) -> None:
        """Calls the first of whoever is next in the round, unless somebody has the turn."""
        while not self.busy and (called := self._next()):
            place = self.waiting[called].popleft()
            if not self.waiting[called]:
                del self.waiting[called]
            if not place.done():
                self.busy = True
                self.ahead = place if place is self.ahead else None
                place.set_result(None)

    def _next(self) -> str | None:
        return next((each for each in self.waiting if each not in self.resting), None)


@dataclass(slots=True)
class Turn:
    """One command's turn at its tenant."""

    _line: _Line
    _owner: str
    _held: bool = False

    async def begin(self, *, first: bool = False) -> None:
        """Waits for it; `first` of its owner's, and of all where it is alone."""
        await self._line.enter(self._owner, first=first)
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
        self._line.resting.add(self._owner)
        self.end()
        try:
            await pause(crowd)
        except BaseException:
            self._line.resting.discard(self._owner)
            self._line.call()
            raise
        self._line.resting.discard(self._owner)
        await self.begin(first=True)


class Turns:
    """The lines of all tenants; one per process."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._lines: WeakValueDictionary[str, _Line] = WeakValueDictionary()

    def turn(self, tenant_id: str, owner: str) -> Turn:
        """A turn at a tenant, which has not begun."""
        return Turn(self._lines.setdefault(tenant_id, _Line()), owner)
