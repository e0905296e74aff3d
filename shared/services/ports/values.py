"""Failures, stored values and pages: what every port speaks of, and how callers walk and write.

StorageError
├── GuardFailed      a guard of a write did not hold: nothing was written
├── WriteUnknown     no answer, or an answer that says neither: it may land, even later
├── StorageBusy      throttled (429, 503 ServerBusy on a read): nothing was written
├── StorageDown      a read got no answer within the time-outs
└── Undecodable      what is stored is not what this system writes; names the key
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime


class StorageError(Exception):
    """Branch on the type; the text is for logs and names keys, never content."""


class GuardFailed(StorageError):
    """409 or 412, or 404 for a change: nothing was written."""


class WriteUnknown(StorageError):
    """Any transport error, 500, 503 or 504 of a write: it may have happened, or happen later."""


class StorageBusy(StorageError):
    """The storage asks to slow down; nothing was done."""


class StorageDown(StorageError):
    """A read could not be answered."""


class Undecodable(StorageError):
    """A stored row does not decode. `etag` is of the row, for who may write it anew."""

    def __init__(self, place: str, etag: str = "") -> None:
        """`place` names the row."""
        super().__init__(place)
        self.etag = etag


@dataclass(frozen=True, slots=True)
class Stored[T]:
    """A value with the ETag it was read under, and the tenant's sequence that last wrote it.

    `landed`: when it took effect, by the storage's clock; None where nobody asks for it.
    """

    value: T
    etag: str
    sequence: int = 0
    landed: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Page[T]:
    """A part of a list. `after` goes into the next call; None means there is no more."""

    items: tuple[T, ...]
    after: str | None


async def items[T](
    fetch: Callable[[str | None, int], Awaitable[Page[T]]], at_once: int
) -> AsyncGenerator[T]:
    """Yields a whole list, of which `fetch` reads a page of `at_once` items behind a place."""
    after: str | None = None
    while True:
        page = await fetch(after, at_once)
        for item in page.items:
            yield item
        if (after := page.after) is None:
            return


async def changed[T](
    attempt: Callable[[], Awaitable[T]], *lost: type[StorageError], tries: int = 5
) -> T:
    """The result of `attempt`, which reads a row and writes it under the ETag that it has read.

    An attempt that raises one of `lost` is made again, on what is stored by then: another writer
    was faster, or its own answer was lost. Raises what the last one raised.
    """
    for _ in range(tries - 1):
        with suppress(*lost):
            return await attempt()
    return await attempt()
