"""One write of a process that is late, while all others are in time."""

from contextlib import suppress

from shared.services.ports.values import GuardFailed, WriteUnknown
from shared.storage.engine.memory import MemoryTable, Request
from tests.late.storage import GAVE_UP, Died
from tests.running.backend import Backend


class Late:
    """The write behind so many others is late, and its process may die."""

    def __init__(self, backend: Backend, number: int, *, dies: bool) -> None:
        self.backend = backend
        self.left = number
        self.dies = dies
        self.sent: Request | None = None

    async def __call__(self, request: Request) -> None:
        if not request.operations or self.sent:
            return
        self.left -= 1
        if self.left >= 0:
            return
        self.sent = request
        if self.dies:
            raise Died
        self.backend.clock.pass_by(GAVE_UP)
        raise WriteUnknown("no answer")

    async def land(self) -> None:
        """If its guards still hold."""
        if self.sent and self.sent.table in self.backend.tables:
            table = self.backend.tables[self.sent.table]
            with suppress(GuardFailed):
                await MemoryTable.transact(table, self.sent.operations)
